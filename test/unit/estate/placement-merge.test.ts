import { planEstate } from '../../../src/estate/plan/estate-plan';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import type { AssignmentKey, Slot, StackLock } from '../../../src/estate/sections/access/placement/placement';
import { formatPlacement, parsePlacement } from '../../../src/estate/sections/access/placement/placement-file';
import { conflictSides } from '../../../src/estate/source/source-document';
import type { EarlierPlacements } from '../../../src/estate/source/estate-folder';
import { ESTATE_FILE, ORGANIZATION_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import { findingLine } from '../../../scripts/reference/finding-pages';
import { placementIssues } from '../../../src/preview/access/replacements';
import { organizationText, principalId } from '../../support/estate-files';
import { assignmentKeyFor } from '../../support/ids';
import { memoryFolder } from '../../support/large-estate';

const ACCOUNTS = Array.from({ length: 520 }, (_, index) => ({
  id: String(100_000_000_001 + index),
  name: `account-${index}`,
}));
const key = (account: number): AssignmentKey =>
  assignmentKeyFor(`${100_000_000_001 + account}/Admin/${principalId(0)}`);
const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, i) => from + i);
type Placed = readonly (readonly [account: number, shard: number])[];

const slotsOf = (placed: Placed): ReadonlyMap<AssignmentKey, Slot> =>
  new Map(placed.map(([account, shard]) => [key(account), { shard, lane: 1 }]));
const fileOf = (placed: Placed): string => formatPlacement({ access: slotsOf(placed), management: new Map() });

/** An estate that grants one set in some accounts, with a placement file and what earlier commits say. */
function planWith(accounts: readonly number[], file: string, earlier?: EarlierPlacements): EstatePlan {
  const include = accounts.map((account) => ({ id: ACCOUNTS[account]?.id }));
  const grants = [{ group: 'Developers', permissionSets: ['Admin'], accounts: { include } }];
  const folder = memoryFolder('demo', {
    [ESTATE_FILE]: JSON.stringify({ access: { permissionSets: [{ name: 'Admin' }], grants } }),
    [ORGANIZATION_FILE]: organizationText({ accounts: ACCOUNTS, groups: ['Developers'] }),
    [PLACEMENT_FILE]: file,
  });
  return planEstate({ ...folder, ...(earlier && { earlierPlacements: earlier }) });
}

function shardsIn(plan: EstatePlan): Readonly<Record<string, number>> {
  const placed: StackLock = plan.access?.placement.placement.access ?? new Map();
  return Object.fromEntries(
    [...placed].map(([one, { shard }]) => [String(Number(one.slice(0, 12)) - 100_000_000_001), shard]),
  );
}

const branch = (...texts: readonly string[]): EarlierPlacements => ({ texts: () => texts, prevail: () => false });
const deployed = (text: string): EarlierPlacements => ({ texts: () => [text], prevail: () => true });

/** A conflict as git writes it, with all of both files between the markers. */
const conflict = (ours: string, theirs: string, base = ''): string =>
  `<<<<<<< HEAD\n${ours}${base && `||||||| 0123456\n${base}`}=======\n${theirs}>>>>>>> main\n`;

describe('a file with conflict markers', () => {
  const ours = fileOf([
    [1, 1],
    [2, 1],
  ]);
  const theirs = fileOf([
    [1, 1],
    [3, 2],
  ]);

  test.each([
    ['in the style of git', conflict(ours, theirs)],
    ['with the merge base between', conflict(ours, theirs, fileOf([[1, 1]]))],
  ])('%s has the places of both sides', (_style, text) => {
    const plan = planWith([1, 2, 3], text);
    expect(plan.findings).toEqual([]);
    expect(shardsIn(plan)).toEqual({ 1: 1, 2: 1, 3: 2 });
    expect(plan.access?.placement.state).toBe('conflicted');
    expect(conflictSides(plan.access?.placement.text ?? '')).toBeUndefined();
    expect(planWith([1, 2, 3], plan.access?.placement.text ?? '').access?.placement.state).toBe('fresh');
  });

  test('is an error where it may not be written, which says what to do', () => {
    const [finding] = placementIssues({ file: 'estates/demo/placement.lock.json', outcome: 'conflicted' });
    expect(finding && findingLine(finding)).toBe(
      'error: placement.lock.json: has conflict markers of a merge (npx --no entra-aws preview keeps the places of both sides and writes it; commit it) (placement-conflict)',
    );
  });

  test('an assignment that the sides put into two shards is where the main branch has it', () => {
    const text = conflict(fileOf([[1, 2]]), fileOf([[1, 1]]));
    expect(shardsIn(planWith([1], text, branch(fileOf([[1, 2]]))))).toEqual({ 1: 2 });
    expect(shardsIn(planWith([1], text, branch(fileOf([[1, 1]]))))).toEqual({ 1: 1 });
  });

  test('and without a main branch to ask is an error that names both shards', () => {
    const plan = planWith([1], conflict(fileOf([[1, 2]]), fileOf([[1, 1]])));
    expect(plan.findings.map(findingLine)).toEqual([
      `error: placement.lock.json: "${key(1)}" stands in shard 2 and in shard 1 (each assignment once, in the shard where it is deployed; npx --no entra-aws preview keeps that of the main branch) (placement-duplicate)`,
    ]);
  });

  test('that was edited by hand so that no side can be read says to take one', () => {
    const plan = planWith([1], conflict(ours.replace('{', ''), theirs));
    expect(plan.findings.map(findingLine)).toEqual([
      'error: placement.lock.json: has conflict markers of a merge, and what is between them was edited (take the file of the main branch (git checkout --theirs, or --ours, -- placement.lock.json) and run npx --no entra-aws preview) (placement-conflict)',
    ]);
  });
});

describe('a file that earlier commits repair', () => {
  test('with an assignment in two shards has it where the main branch has it', () => {
    const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line.includes('/Admin/'));
    const twice = fileOf([[1, 1]]).replace(
      lines(fileOf([[1, 1]]))[0] ?? '',
      (line) => `${line}\n${line.replace('1.1', '2.1')}`,
    );
    expect(planWith([1], twice).findings.map(({ code }) => code)).toEqual(['placement-duplicate']);
    const plan = planWith([1], twice, branch(fileOf([[1, 2]])));
    expect([plan.findings, shardsIn(plan), plan.access?.placement.state]).toEqual([[], { 1: 2 }, 'stale']);
  });

  test('with a shard that two branches filled keeps what the main branch had, and places the rest again', () => {
    const main = range(0, 450);
    const one = range(450, 480);
    const other = range(480, 520);
    const all = [...main, ...one, ...other];
    const merged = fileOf(all.map((account) => [account, 1]));
    const first = fileOf([...main, ...one].map((account) => [account, 1]));
    expect(planWith(all, merged).findings.map(({ code }) => code)).toEqual(['shard-capacity']);
    // The newest commit of the main branch has the fault too, so it was never deployed.
    const plan = planWith(all, merged, branch(merged, first));
    const shards = shardsIn(plan);
    expect(plan.findings).toEqual([]);
    expect([...main, ...one].filter((account) => shards[account] !== 1)).toEqual([]);
    expect(other.filter((account) => shards[account] !== 2)).toEqual([]);
  });

  test('that is lost places everything as the main branch has it', () => {
    const empty = formatPlacement({ access: new Map(), management: new Map() });
    expect(
      shardsIn(
        planWith(
          [1, 2, 3],
          empty,
          branch(
            fileOf([
              [1, 5],
              [2, 3],
            ]),
          ),
        ),
      ),
    ).toEqual({ 1: 5, 2: 3, 3: 1 });
  });

  test('that moved what is deployed puts it back, and where only the main branch has another shard does not', () => {
    const moved = fileOf([
      [1, 2],
      [2, 1],
    ]);
    const before = fileOf([
      [1, 1],
      [2, 1],
    ]);
    expect(shardsIn(planWith([1, 2], moved, deployed(before)))).toEqual({ 1: 1, 2: 1 });
    expect(shardsIn(planWith([1, 2], moved, branch(before)))).toEqual({ 1: 2, 2: 1 });
  });

  test('and a file that is sound asks no earlier commit', () => {
    const texts = jest.fn(() => []);
    planWith([1], fileOf([[1, 1]]), { texts, prevail: () => false });
    expect(texts).not.toHaveBeenCalled();
    planWith([1, 2], fileOf([[1, 1]]), { texts, prevail: () => false });
    expect(texts).toHaveBeenCalledTimes(1);
  });
});

test('every line of both sides is kept in its place, and Windows line ends change nothing', () => {
  const text = 'a\r\n<<<<<<< HEAD\r\nb\r\n=======\r\nc\r\n>>>>>>> x\r\nd\r\n';
  expect(conflictSides(text)).toEqual({ ours: 'a\r\nb\r\nd\r\n', theirs: 'a\r\nc\r\nd\r\n' });
  expect(conflictSides('a\n=======\nb\n')).toBeUndefined();
  expect(parsePlacement(JSON.parse(fileOf([[1, 1]]))).issues).toEqual([]);
});
