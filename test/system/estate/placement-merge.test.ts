import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import type { AssignmentKey } from '../../../src/estate/sections/access/placement/placement';
import { ESTATE_FILE, ORGANIZATION_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import { MANAGEMENT, memoryFolder, organizationText } from '../../support/estate-files';
import { temporaryFolder } from '../../support/templates';

const OUS = ['/Production', '/Test', '/Sandbox'];
const ACCOUNTS = Array.from({ length: 24 }, (_, index) => ({
  id: String(100_000_000_001 + index),
  name: `account-${index}`,
  ou: OUS[index % OUS.length] ?? '/',
}));
const GROUPS = Array.from({ length: 12 }, (_, index) => `Group ${index}`);
const SETS = Array.from({ length: 10 }, (_, index) => `Set${index}`);
const ORGANIZATION = organizationText({ ous: OUS, accounts: [MANAGEMENT, ...ACCOUNTS], groups: GROUPS });

interface Grant {
  readonly group: string;
  readonly permissionSets: readonly string[];
  readonly accounts: { readonly include: readonly object[] };
}

const selector = fc.oneof(
  fc.constant({ all: true }),
  fc.constantFrom(...OUS).map((ou) => ({ ou })),
  fc.constantFrom(...ACCOUNTS).map(({ id }) => ({ id })),
);
const grant: fc.Arbitrary<Grant> = fc.record({
  group: fc.constantFrom(...GROUPS),
  permissionSets: fc.subarray(SETS, { minLength: 1, maxLength: 3 }),
  accounts: fc.record({ include: fc.array(selector, { minLength: 1, maxLength: 2 }) }),
});

function planOf(grants: readonly Grant[], lock?: string, main?: string): EstatePlan {
  const permissionSets = SETS.map((name) => ({ name, managedPolicies: ['ReadOnlyAccess'] }));
  const files = {
    [ESTATE_FILE]: JSON.stringify({ access: { permissionSets, grants } }),
    [ORGANIZATION_FILE]: ORGANIZATION,
    ...(lock !== undefined && { [PLACEMENT_FILE]: lock }),
  };
  const earlier = main !== undefined && { earlierPlacements: { texts: () => [main], prevail: () => false } };
  return planEstate({ ...memoryFolder(files), ...earlier });
}

const lockOf = (plan: EstatePlan): string => plan.access?.placement.text ?? '';

/** The shelf of each line of an assignment: the next line that closes one. */
function shelvesOf(text: string): ReadonlyMap<string, string> {
  const shelves = new Map<string, string>();
  let open: string[] = [];
  for (const line of text.split('\n')) {
    if (line.includes('/')) open.push(line);
    if (!/^ {6}"[0-9a-f]{2}",?$/.test(line)) continue;
    for (const one of open) shelves.set(one, line);
    open = [];
  }
  return shelves;
}

/** Shelves on which a branch changes something. */
function touched(base: string, branch: string): ReadonlySet<string> {
  const before = shelvesOf(base);
  return new Set([...shelvesOf(branch)].filter(([line]) => !before.has(line)).map(([, shelf]) => shelf));
}

const folder = temporaryFolder();

/** What git makes of two branches that each write a file, from a common base. */
function merge(base: string, [first, second]: readonly [string, string]): { isClean: boolean; text: string } {
  for (const [name, text] of Object.entries({ feature: second, base, main: first }))
    writeFileSync(join(folder, name), text);
  const { status, stdout } = spawnSync('git', ['merge-file', '--stdout', 'feature', 'base', 'main'], {
    cwd: folder,
    encoding: 'utf8',
  });
  // The number of conflicts, or -1.
  if (status === null || status > 127) throw new Error('git merge-file failed');
  return { isClean: status === 0, text: stdout };
}

function slotsIn(plan: EstatePlan): ReadonlyMap<AssignmentKey, number> {
  return new Map([...(plan.access?.placement.placement.access ?? [])].map(([key, { shard }]) => [key, shard]));
}

test('two branches that each add a grant merge without a hand on the file, whichever comes first', () => {
  fc.assert(
    fc.property(fc.array(grant, { maxLength: 8 }), grant, grant, (before, one, other) => {
      const base = lockOf(planOf(before));
      const [first, second] = [one, other].map((added) => lockOf(planOf([...before, added], base)));
      const merged = merge(base, [first ?? '', second ?? '']);
      const [ofFirst, ofSecond] = [touched(base, first ?? ''), touched(base, second ?? '')];
      const isApart = [...ofFirst].every((shelf) => !ofSecond.has(shelf));
      if (before.length > 0 && isApart) expect(merged.isClean).toBe(true);

      // As a pipeline sees it, and, after a conflict, as a preview writes it.
      const all = [...before, one, other];
      const plan = planOf(all, merged.text, merged.isClean ? undefined : first);
      // Two branches may well have added the same grant.
      expect(plan.findings.filter(({ code }) => code !== 'duplicate-grant')).toEqual([]);
      expect(plan.access?.placement.state).toBe(merged.isClean ? 'fresh' : 'conflicted');
      expect(planOf(all, lockOf(plan)).access?.placement.state).toBe('fresh');
      const slots = slotsIn(plan);
      for (const [key, shard] of slotsIn(planOf([...before, one], first))) expect(slots.get(key)).toBe(shard);
    }),
    { numRuns: 200 },
  );
});
