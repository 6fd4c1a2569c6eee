import fc from 'fast-check';
import type { EstateFiles } from '../../support/large-estate';
import { PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import type { World } from '../../support/arbitraries';
import { reordered, world } from '../../support/arbitraries';
import { planOf } from '../../support/estate-files';
import { delegatedSandbox, edited, planFiles, sandboxFiles } from '../../support/sandbox';
import { ASSIGNMENT, PERMISSION_SET, resourcesOf, templatesOf, templateTexts } from '../../support/templates';
import { runs } from '../../support/runs';

type DeployFrom = 'management' | 'delegated-admin';

/** Plans a made-up world. References that lead nowhere are errors and expand to nothing; the rest is planned. */
function planWorld(made: World, deployFrom: DeployFrom): EstatePlan {
  const { ous, accounts, synchronizedGroups: groups, declaredGroups, permissionSets, grants } = made;
  const estate = {
    workforce: { groups: declaredGroups.map((name) => ({ name })) },
    access: { deployFrom, permissionSets: permissionSets.map((name) => ({ name })), grants },
  };
  return planOf(JSON.stringify(estate), { ous, accounts, groups });
}

/** Place of every permission set and assignment, by what makes it what it is: template and logical id. */
function placesOf(plan: EstatePlan): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const [file, template] of templatesOf(plan)) {
    for (const type of [PERMISSION_SET, ASSIGNMENT]) {
      for (const [id, { Properties }] of resourcesOf(template, type)) {
        const { Name, TargetId, PrincipalId, PermissionSetArn } = Properties;
        places.set(JSON.stringify([Name, TargetId, PrincipalId, PermissionSetArn]), `${file} ${id}`);
      }
    }
  }
  return places;
}

/** A lock file that has spread the assignments over shards, as it is after years of edits. */
function scattered(plan: EstatePlan, seed: number): string {
  const keys = [...(plan.access?.placement.placement.access.keys() ?? [])];
  const lines = keys.map((key, index) => `${key} ${1 + ((index * seed) % 3)}.1`);
  return JSON.stringify({ version: 2, stacks: { access: lines } });
}

const ACCOUNTS = Array.from({ length: 8 }, (_, index) => ({ id: `10000000000${index}`, name: `account-${index}` }));
const GROUPS = ['Developers', 'Auditors', 'Operators'];
const SETS = ['Read', 'Write', 'read', 'constructor'];
const CELLS = ACCOUNTS.flatMap(({ id }) =>
  GROUPS.flatMap((group) => SETS.map((permissionSet) => ({ id, group, permissionSet }))),
);
type Cells = ReadonlySet<(typeof CELLS)[number]>;

/** Plans an estate that grants these cells, each by a grant of its own. */
function planCells(cells: Cells, lock?: string): EstatePlan {
  const grants = [...cells].map(({ id, group, permissionSet }) => ({
    group,
    permissionSets: [permissionSet],
    accounts: { include: [{ id }] },
  }));
  const estate = { access: { permissionSets: SETS.map((name) => ({ name })), grants } };
  const files = lock === undefined ? {} : { [PLACEMENT_FILE]: lock };
  return planOf(JSON.stringify(estate), { accounts: ACCOUNTS, groups: GROUPS }, files);
}

test('what an edit does not touch keeps its template and its logical id', () => {
  const someCells = fc.subarray(CELLS, { minLength: 10 });
  const edits = fc.array(fc.subarray(CELLS, { minLength: 1, maxLength: 12 }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(someCells, edits, fc.nat({ max: 100 }), (first, toggles, seed) => {
      let cells: Cells = new Set(first);
      let lock = scattered(planCells(cells), seed);
      let before = placesOf(planCells(cells, lock));
      for (const toggled of toggles) {
        cells = new Set(CELLS.filter((cell) => cells.has(cell) !== toggled.includes(cell)));
        const plan = planCells(cells, lock);
        const after = placesOf(plan);
        expect(after.size).toBe(cells.size + SETS.length);
        expect([...after].filter(([what, place]) => (before.get(what) ?? place) !== place)).toEqual([]);
        [before, lock] = [after, plan.access?.placement.text ?? ''];
      }
    }),
    runs(20),
  );
});

test.each<DeployFrom>(['management', 'delegated-admin'])(
  'the order of the estate file and of the organization never changes a template (deployed from %s)',
  (deployFrom) => {
    fc.assert(
      fc.property(world, fc.nat({ max: 20 }), (made, by) => {
        const texts = templateTexts(planWorld(made, deployFrom));
        expect([...templateTexts(planWorld(reordered(made, by), deployFrom))]).toEqual([...texts]);
      }),
      runs(60),
    );
  },
);

test('the order of policies, tags and attributes never changes a template', () => {
  const texts = templateTexts(planFiles(varied((items) => items)));
  expect([...templateTexts(planFiles(varied((items) => items.toReversed())))]).toEqual([...texts]);
});

/** The sandbox with lists of several items, in an order that is given. */
function varied(order: <T>(items: T[]) => T[]): EstateFiles {
  return edited(sandboxFiles(), ({ access }) => {
    access.attributes = order(access.attributes ?? []);
    access.permissionSets = order(access.permissionSets).map((set) => ({
      ...set,
      tags: Object.fromEntries(order(Object.entries({ ...set.tags, a: '1', Z: '2' }))),
      managedPolicies: order([...(set.managedPolicies ?? []), 'AWSHealthFullAccess', 'IAMReadOnlyAccess']),
      customerManagedPolicies: order([{ name: 'A', path: '/b/' }, { name: 'A' }, { name: 'a' }, { name: 'B' }]),
    }));
    access.grants = order(access.grants);
  });
}

test.each([
  ['the sandbox', sandboxFiles()],
  ['the sandbox of a delegated administrator', delegatedSandbox()],
])('two syntheses of %s are the same, byte by byte', (_what, files) => {
  const texts = [...templateTexts(planFiles(files))];
  expect(texts.length).toBeGreaterThan(1);
  expect([...templateTexts(planFiles(files))]).toEqual(texts);
});
