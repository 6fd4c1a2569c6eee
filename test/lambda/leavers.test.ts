import fc from 'fast-check';
import type { Plan, Rules } from '../../lambda/leavers/decide';
import { decide } from '../../lambda/leavers/decide';
import { readDirectory } from '../../lambda/leavers/entra-directory';
import type { Directory, Observation, StoreUser } from '../../lambda/leavers/people';
import { reportOf } from '../../lambda/leavers/report';

const NOW = new Date('2026-11-25T05:00:00Z');
const RULES: Rules = { gracePeriodDays: 30, maxPerRun: 10, breakGlassUsers: ['Break-Glass@example.com'] };

const directoryOf = (...ids: readonly string[]): Directory => {
  const known = new Set(ids.map((id) => id.toLowerCase()));
  return { size: known.size, has: (id) => known.has(id) };
};

const user = (id: string, changes: Partial<StoreUser> = {}): StoreUser => ({
  id,
  userName: `${id}@example.com`,
  isEnabled: true,
  externalId: `entra-${id}`,
  ...changes,
});

const seen = (userId: string, since: string, changes: Partial<Observation> = {}): Observation => ({
  userId,
  userName: `${userId}@example.com`,
  absence: 'disabled',
  since,
  isRemoving: false,
  ...changes,
});

function planOf(
  users: readonly StoreUser[],
  observations: readonly Observation[] = [],
  directory = directoryOf(...users.map(({ id }) => `entra-${id}`)),
): Plan {
  const decision = decide({ users, directory, observations, now: NOW }, RULES);
  if (decision.kind === 'refusal') throw new Error(decision.reason);
  return decision;
}

const namesOf = (users: readonly StoreUser[]): readonly string[] => users.map(({ id }) => id);

test('who is disabled is first seen now, and waits', () => {
  const { seen: noted, waiting, due } = planOf([user('a'), user('b', { isEnabled: false })]);
  expect(noted).toEqual([seen('b', NOW.toISOString())]);
  expect([namesOf(waiting), due]).toEqual([['b'], []]);
});

test.each([
  ['2026-10-26T05:00:01.000Z', []],
  ['2026-10-26T05:00:00.000Z', ['b']],
])('who is gone since %s is due after 30 days: %j', (since, expected) => {
  const { due, seen: noted } = planOf([user('a'), user('b', { isEnabled: false })], [seen('b', since)]);
  expect([namesOf(due), noted]).toEqual([expected, []]);
});

test('who is back is forgotten, and begins anew when gone again', () => {
  expect(planOf([user('a')], [seen('a', '2026-01-01T00:00:00.000Z')])).toMatchObject({ back: ['a'], due: [] });
});

test('a user who is enabled but unknown to Entra ID counts as gone; the kind of absence may change, the first sight stays', () => {
  const { seen: noted, due } = planOf(
    [user('a'), user('b')],
    [seen('b', '2026-01-01T00:00:00.000Z')],
    directoryOf('entra-a'),
  );
  expect(noted).toEqual([seen('b', '2026-01-01T00:00:00.000Z', { absence: 'unknown to Entra ID' })]);
  expect(namesOf(due)).toEqual(['b']);
});

test('a user that somebody made by hand is looked for by name', () => {
  const byHand = (id: string): StoreUser => ({ id, userName: `${id}@Example.com`, isEnabled: true });
  const { waiting } = planOf([byHand('a'), byHand('b')], [], directoryOf('A@example.com'));
  expect(namesOf(waiting)).toEqual(['b']);
});

test('break-glass users are never gone, in whatever case, and one that does not exist is told', () => {
  const spared = user('x', { userName: 'break-glass@EXAMPLE.com', isEnabled: false });
  const plan = planOf([user('a'), spared], [seen('x', '2026-01-01T00:00:00.000Z')]);
  expect([plan.due, plan.waiting, plan.back, plan.missingBreakGlass]).toEqual([[], [], ['x'], []]);
  expect(planOf([user('a')]).missingBreakGlass).toEqual(['Break-Glass@example.com']);
});

test('a removal whose record is gone is closed; one that is not goes on', () => {
  const began = (id: string): Observation => seen(id, '2026-01-01T00:00:00.000Z', { isRemoving: true });
  const plan = planOf([user('a'), user('b', { isEnabled: false })], [began('b'), began('c')]);
  expect([plan.removed, namesOf(plan.due), plan.back]).toEqual([['c'], ['b'], []]);
});

test.each([
  ['nobody exists', directoryOf(), 'Entra ID answers that nobody exists'],
  [
    'nobody of ours exists',
    directoryOf('somebody', 'else'),
    'none of the 2 enabled users of the Identity Store is in Entra ID: is it the right tenant?',
  ],
])('refuses facts that can not be right: %s', (_, directory, reason) => {
  const users = [user('a'), user('b'), user('c', { isEnabled: false })];
  expect(decide({ users, directory, observations: [], now: NOW }, RULES)).toEqual({ kind: 'refusal', reason });
});

test('nobody is due who was not seen gone for the whole grace period, whatever the facts', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const facts = fc.record({
    users: fc.uniqueArray(fc.record({ id: fc.constantFrom(...ids), isEnabled: fc.boolean() }), {
      selector: ({ id }) => id,
    }),
    known: fc.subarray(ids),
    since: fc.dictionary(
      fc.constantFrom(...ids),
      fc.date({ min: new Date('2026-01-01'), max: NOW, noInvalidDate: true }),
    ),
  });
  const holds = fc.property(facts, ({ users, known, since }) => {
    const observations = Object.entries(since).map(([id, date]) => seen(id, date.toISOString()));
    const directory = directoryOf('x', ...known.map((id) => `entra-${id}`));
    const decision = decide(
      { users: users.map(({ id, isEnabled }) => user(id, { isEnabled })), directory, observations, now: NOW },
      RULES,
    );
    if (decision.kind === 'refusal') return true;
    const isGone = (id: string): boolean => !known.includes(id) || users.some((one) => one.id === id && !one.isEnabled);
    return decision.due.every(({ id }) => {
      const date = since[id];
      return isGone(id) && date !== undefined && NOW.getTime() - date.getTime() >= 30 * 86_400_000;
    });
  });
  fc.assert(holds);
});

describe('the list of who exists', () => {
  const page = (ids: readonly string[], more: object = {}): object => ({
    value: ids.map((id) => ({ id, userPrincipalName: `${id}@example.com` })),
    ...more,
  });
  const read = (...pages: readonly object[]): Promise<Directory> => {
    const left = [...pages];
    return readDirectory('https://graph.example', () => Promise.resolve(left.shift()));
  };
  const NEXT = { '@odata.nextLink': 'https://graph.example/v1.0/users?$skiptoken=x' };

  test('is read to its last page', async () => {
    const directory = await read(page(['a', 'B'], { '@odata.count': 3, ...NEXT }), page(['c']));
    expect([directory.size, directory.has('b'), directory.has('c@example.com'), directory.has('d')]).toEqual([
      3,
      true,
      true,
      false,
    ]);
  });

  test.each([
    ['fewer than Graph counts', [page(['a'], { '@odata.count': 2 })], 'Entra ID has 2 users and gave 1'],
    ['no count', [page(['a'])], 'Entra ID does not say how many users there are'],
    [
      'a next page elsewhere',
      [page(['a'], { '@odata.count': 2, '@odata.nextLink': 'https://evil.example/v1.0/users' })],
      "Graph's next page is elsewhere",
    ],
    ['a user without an id', [{ value: [{}], '@odata.count': 1 }], 'Invalid input'],
  ])('is refused: %s', async (_, pages, message) => {
    await expect(read(...pages)).rejects.toThrow(message);
  });
});

test('the report names who was removed, who is left and why it stopped; a quiet run has none', () => {
  const plan = planOf([user('a'), user('b', { isEnabled: false })], [seen('b', '2026-01-01T00:00:00.000Z')]);
  const report = reportOf({ plan, removed: ['x'], left: ['b@example.com'], alarm: 'too many' }, true);
  expect(report).toBe(
    [
      'STOPPED: too many',
      'Removed from IAM Identity Center (1):',
      '  x',
      'Left for another run (1):',
      '  b@example.com',
      'Break-glass users that do not exist under this name (1):',
      '  Break-Glass@example.com',
      '0 more are gone for less than the grace period.',
    ].join('\n'),
  );
  const spared = user('x', { userName: 'break-glass@example.com' });
  expect(reportOf({ plan: planOf([spared]), removed: [], left: [] }, true)).toBeUndefined();
});
