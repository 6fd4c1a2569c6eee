import fc from 'fast-check';
import type { Observation, StoreUser } from '../../../lambda/leavers/people';
import { reportOf } from '../../../lambda/leavers/run';
import { sightingsNeeded } from '../../../lambda/leavers/decide';
import type { RULES } from '../../support/lambda/leavers-facts';
import {
  colleagues,
  daysAgo,
  directoryOf,
  idsOf,
  NOW,
  planOf,
  reasonOf,
  seen,
  user,
} from '../../support/lambda/leavers-facts';

/** Somebody who left: disabled at AWS by provisioning, and unknown to Entra ID. */
const leaver = (id: string, changes: Partial<StoreUser> = {}): StoreUser => user(id, { isEnabled: false, ...changes });

const dueOf = (observation: Observation, rules: Partial<typeof RULES> = {}): readonly string[] =>
  idsOf(planOf({ users: [...colleagues(3), leaver('X')], observations: [observation], rules }).due);

describe('who is gone', () => {
  test('is first seen now, and waits', () => {
    const { seen: noted, waiting, due } = planOf({ users: [...colleagues(2), leaver('X')] });
    const time = NOW.toISOString();
    expect(noted).toEqual([seen('X', { since: time, lastSeen: time, sightings: 1 })]);
    expect([idsOf(waiting), due]).toEqual([['X'], []]);
  });

  test.each([
    [daysAgo(30), ['X']],
    [new Date(Date.parse(daysAgo(30)) + 1000).toISOString(), []],
  ])('since %s is due after 30 days: %j', (since, expected) => {
    expect(dueOf(seen('X', { since }))).toEqual(expected);
  });

  test('is counted as seen once more, and keeps the time of the first sight', () => {
    const { seen: noted } = planOf({ users: [...colleagues(2), leaver('X')], observations: [seen('X')] });
    expect(noted).toEqual([seen('X', { sightings: 41, lastSeen: NOW.toISOString() })]);
  });

  test('is forgotten when back, and begins again when gone again', () => {
    const plan = planOf({ users: colleagues(1), observations: [seen('colleague0')] });
    expect(plan).toMatchObject({ back: ['colleague0'], due: [], seen: [] });
  });

  test('stays while Entra ID knows them: disabled at AWS alone removes nobody', () => {
    const users = [...colleagues(2), leaver('x')];
    const plan = planOf({ users, observations: [seen('x', { absence: 'disabled' })] });
    expect([idsOf(plan.kept), plan.due]).toEqual([['x'], []]);
  });

  test('is not yet gone where disabled so far and deleted now, perhaps by mistake: the grace period begins', () => {
    const before = seen('X', { absence: 'disabled', since: daysAgo(117), sightings: 100 });
    expect(dueOf(before)).toEqual([]);
    const { seen: noted } = planOf({ users: [...colleagues(2), leaver('X')], observations: [before] });
    expect(noted).toEqual([seen('X', { since: NOW.toISOString(), lastSeen: NOW.toISOString(), sightings: 1 })]);
  });

  test('goes on being removed where a removal began, whatever was seen before', () => {
    expect(dueOf(seen('X', { absence: 'disabled', removal: daysAgo(1) }))).toEqual(['X']);
  });
});

describe('whom Entra ID knows by any id, name or mail address', () => {
  const mapped = (changes: Partial<StoreUser>): StoreUser => user('x', { externalIds: ['jdoe'], ...changes });

  test.each<[string, Partial<StoreUser>, string]>([
    ['the user name, and an external id that is not the object id', {}, 'X@Example.com'],
    ['a mail address', { userName: 'other' }, 'x@mail.example.com'],
    ['a second external id', { userName: 'other', externalIds: ['jdoe', 'ENTRA-x'] }, 'entra-x'],
    ['a mail nickname as external id', { userName: 'other', emails: [] }, 'JDoe'],
    ['a name in another composition', { userName: 'ju\u0308rgen@example.com' }, 'J\u00fcrgen@example.com'],
    ['a second mail address', { userName: 'other', emails: ['a@b.c', 'd@e.f'] }, 'd@e.f'],
  ])('is not gone: by %s', (_, changes, known) => {
    const directory = directoryOf('entra-colleague0', known);
    const plan = planOf({ users: [...colleagues(1), mapped(changes)], observations: [seen('x')], directory });
    expect(plan).toMatchObject({ due: [], kept: [], waiting: [], back: ['x'] });
  });

  test('a user that somebody made by hand is looked for by name', () => {
    const byHand = ['A', 'B'].map((id) => user(id, { externalIds: [], emails: [] }));
    const directory = directoryOf('entra-colleague0', 'a@EXAMPLE.com');
    expect(idsOf(planOf({ users: [...colleagues(1), ...byHand], directory }).waiting)).toEqual(['B']);
  });
});

describe('gone for good needs sightings', () => {
  test.each([
    [1, 2],
    [14, 2],
    [15, 3],
    [30, 5],
    [365, 53],
  ])('a grace period of %i days needs %i', (days, expected) => {
    expect(sightingsNeeded(days)).toBe(expected);
  });

  test('absent on day 0 and day 31, with no run that worked in between, is not due', () => {
    const first = seen('X', { since: daysAgo(31), lastSeen: daysAgo(31), sightings: 1 });
    expect(dueOf(first)).toEqual([]);
    expect(dueOf({ ...first, lastSeen: daysAgo(20), sightings: 2 })).toEqual([]);
  });

  test.each([
    [3, []],
    [4, ['X']],
  ])('%i runs before this one and 30 days: %j is due', (sightings, expected) => {
    expect(dueOf(seen('X', { sightings }))).toEqual(expected);
  });

  test.each([
    ['daily', 30 / 24, ['X']],
    ['daily', 31 / 24, []],
    ['weekly', 7 + 6 / 24, ['X']],
    ['weekly', 7 + 7 / 24, []],
  ] as const)('on a %s schedule the run before saw it %d days ago: %j is due', (schedule, days, expected) => {
    expect(dueOf(seen('X', { lastSeen: daysAgo(days) }), { schedule })).toEqual(expected);
  });

  test('after a gap, the second run that works counts on', () => {
    const users = [...colleagues(3), leaver('X')];
    const first = planOf({ users, observations: [seen('X', { lastSeen: daysAgo(10) })] });
    expect(first.due).toEqual([]);
    const now = new Date(NOW.getTime() + 86_400_000);
    const directory = { ...directoryOf('entra-colleague0', 'entra-colleague1', 'entra-colleague2'), asOf: now };
    expect(idsOf(planOf({ users, observations: first.seen, now, directory }).due)).toEqual(['X']);
  });

  test.each([
    [11, 40],
    [12, 41],
  ])('a run %i hours after another makes %i sightings', (hours, expected) => {
    const observations = [seen('X', { lastSeen: daysAgo(hours / 24) })];
    expect(planOf({ users: [...colleagues(2), leaver('X')], observations }).seen).toMatchObject([
      { sightings: expected, lastSeen: NOW.toISOString() },
    ]);
  });

  test('nobody is due who was not seen gone for the whole grace period, whatever the facts', () => {
    const ids = ['a', 'b', 'c', 'd'];
    const date = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true });
    const record = fc.record({ since: date, lastSeen: date, sightings: fc.nat({ max: 60 }) });
    const facts = fc.record({
      users: fc.uniqueArray(fc.record({ id: fc.constantFrom(...ids), isEnabled: fc.boolean() }), {
        selector: ({ id }) => id,
      }),
      known: fc.subarray(ids),
      records: fc.dictionary(fc.constantFrom(...ids), record),
    });
    const holds = fc.property(facts, ({ users, known, records }) => {
      const observations = Object.entries(records).map(([id, { since, lastSeen, sightings }]) =>
        seen(id, { since: since.toISOString(), lastSeen: lastSeen.toISOString(), sightings }),
      );
      const directory = directoryOf('x', ...known.map((id) => `entra-${id}`));
      const given = { users: users.map(({ id, isEnabled }) => user(id, { isEnabled })), observations, directory };
      if (reasonOf(given) !== undefined) return true;
      return planOf(given).due.every(({ id }) => {
        const one = records[id];
        if (one === undefined || known.includes(id)) return false;
        const [first, last] = [NOW.getTime() - one.since.getTime(), NOW.getTime() - one.lastSeen.getTime()];
        return first >= 30 * 86_400_000 && last >= 0 && last <= 30 * 3_600_000 && one.sightings >= 4;
      });
    });
    fc.assert(holds);
  });
});

describe('clocks and old records', () => {
  test('a record of 400 days that no run refreshed starts over', () => {
    const old = seen('X', { since: daysAgo(400), lastSeen: daysAgo(400), sightings: 1 });
    const plan = planOf({ users: [...colleagues(3), leaver('X')], observations: [old] });
    expect(plan.due).toEqual([]);
    expect(plan.seen).toMatchObject([{ since: NOW.toISOString(), sightings: 1 }]);
  });

  test.each([
    ['daily', 30, daysAgo(40)],
    ['daily', 30.1, NOW.toISOString()],
    ['weekly', 30, daysAgo(40)],
  ] as const)('%s, a record that was refreshed %d days ago holds since %s', (schedule, days, since) => {
    const observations = [seen('X', { lastSeen: daysAgo(days) })];
    const plan = planOf({ users: [...colleagues(3), leaver('X')], observations, rules: { schedule } });
    expect(plan.seen).toMatchObject([{ since }]);
  });

  test('with a short grace period and a weekly schedule, a record lives until the next run', () => {
    const observations = [seen('X', { since: daysAgo(7), lastSeen: daysAgo(7), sightings: 1 })];
    const rules = { schedule: 'weekly', gracePeriodDays: 1 } as const;
    expect(idsOf(planOf({ users: [...colleagues(3), leaver('X')], observations, rules }).due)).toEqual(['X']);
  });

  test.each([
    ['last seen in the future', { lastSeen: daysAgo(-1) }],
    ['first seen after it was last seen', { since: daysAgo(0.5), lastSeen: daysAgo(1) }],
  ])('a record %s starts over', (_, changes) => {
    const observations = [seen('X', changes)];
    const plan = planOf({ users: [...colleagues(3), leaver('X')], observations });
    expect([plan.due, plan.seen[0]?.since]).toEqual([[], NOW.toISOString()]);
  });

  test.each([
    [31 * 1440, "the clock of the function is 44640 minutes ahead of Entra ID's"],
    [6, "the clock of the function is 6 minutes ahead of Entra ID's"],
    [5, undefined],
    [-5, undefined],
    [-6, "the clock of the function is 6 minutes behind Entra ID's"],
  ])('a clock that is %i minutes ahead of Entra ID: %s', (minutes, reason) => {
    const directory = {
      ...directoryOf('entra-colleague0'),
      asOf: new Date(NOW.getTime() - minutes * 60_000),
    };
    expect(reasonOf({ users: colleagues(1), observations: [seen('X')], directory })).toBe(reason);
  });

  test('a clock that is 31 days ahead makes nobody due, even if nothing else shows it', () => {
    const now = new Date(NOW.getTime() + 31 * 86_400_000);
    const users = [...colleagues(2), leaver('X')];
    const directory = { ...directoryOf('entra-colleague0', 'entra-colleague1'), asOf: now };
    const plan = planOf({ users, directory, now, observations: [seen('X', { since: daysAgo(2), sightings: 2 })] });
    expect(plan.due).toEqual([]);
  });
});

describe('break-glass users', () => {
  test.each([
    ['in another case', 'break-GLASS@example.com', 'Break-Glass@example.com'],
    ['in another composition', 'glass-jo\u0308@example.com', 'glass-J\u00d6@example.com'],
  ])('are never gone, %s', (_, userName, breakGlass) => {
    const users = [...colleagues(2), leaver('X', { userName })];
    const plan = planOf({ users, observations: [seen('X')], rules: { breakGlassUsers: [breakGlass] } });
    expect(plan).toMatchObject({ due: [], waiting: [], back: ['X'], missingBreakGlass: [] });
  });

  test('that do not exist under their name are told', () => {
    const { missingBreakGlass } = planOf({ users: colleagues(1), rules: { breakGlassUsers: ['glass@example.com'] } });
    expect(missingBreakGlass).toEqual(['glass@example.com']);
  });
});

describe('answers that can not be right are refused', () => {
  const entra = (...users: readonly StoreUser[]): ReturnType<typeof directoryOf> =>
    directoryOf('entra-somebody', ...users.map(({ id }) => `entra-${id}`));

  test('nobody exists', () => {
    expect(reasonOf({ users: colleagues(2), directory: directoryOf() })).toBe('Entra ID answers that it has no users');
  });

  test('nobody of ours exists', () => {
    const users = [...colleagues(2), leaver('X')];
    expect(reasonOf({ users, directory: directoryOf('somebody', 'else') })).toBe(
      'none of the 2 enabled users of the Identity Store is in Entra ID: is it the right tenant?',
    );
  });

  test('in an estate of 7 people a short answer knows one of them', () => {
    const users = colleagues(7);
    const observations = users.slice(1).map(({ id }) => seen(id));
    const rules = { maxShare: 5 };
    expect(reasonOf({ users, observations, directory: entra(...users.slice(0, 1)), rules })).toBe(
      '6 of the 7 enabled users of the Identity Store are unknown to Entra ID, more than maxShare (5 %) lets pass: ' +
        'colleague1@example.com, colleague2@example.com, colleague3@example.com, colleague4@example.com, ' +
        'colleague5@example.com, colleague6@example.com. Check that Entra ID gives everybody and that provisioning runs; ' +
        'disable or delete at AWS whoever was made by hand and has left',
    );
  });

  test.each([
    [100, 5, undefined],
    [100, 6, /^6 of the 100 enabled users/],
    [7, 1, undefined],
    [7, 2, /^2 of the 7 enabled users/],
  ])('of %i people %i are enabled and unknown', (count, unknown, reason) => {
    const users = colleagues(count);
    const found = reasonOf({ users, directory: entra(...users.slice(unknown)), rules: { maxShare: 5 } });
    expect(found ?? '').toMatch(reason ?? /^$/);
  });

  test.each([
    [1000, 950, undefined],
    [1000, 949, /^Entra ID gave 1000 people at the last run and gives 949 now/],
    [40, 30, undefined],
    [40, 29, /^Entra ID gave 40 people at the last run and gives 29 now/],
    [undefined, 29, undefined],
  ])('Entra ID gave %s people at the last run and gives %i now', (lastSize, size, reason) => {
    const directory = { ...directoryOf('entra-colleague0'), size };
    const found = reasonOf({ users: colleagues(1), directory, lastSize, rules: { maxShare: 5 } });
    expect(found ?? '').toMatch(reason ?? /^$/);
  });

  test('break-glass users may be unknown to Entra ID', () => {
    const glass = ['X', 'Y'].map((id) => user(id));
    const breakGlassUsers = glass.map(({ userName }) => userName);
    expect(reasonOf({ users: [...colleagues(1), ...glass], rules: { maxShare: 5, breakGlassUsers } })).toBeUndefined();
  });
});

test.each([
  [7, 1],
  [39, 1],
  [40, 2],
  [1000, 10],
])('of %i users a run may remove %i: the smaller of the number and the share, and one at least', (count, expected) => {
  expect(planOf({ users: colleagues(count), rules: { maxShare: 5, maxPerRun: 10 } }).limit).toBe(expected);
});

test('a removal whose record is gone is closed; one that is not goes on', () => {
  const removal = daysAgo(1);
  const users = [...colleagues(2), leaver('X')];
  const plan = planOf({ users, observations: [seen('X', { removal }), seen('Y', { removal })] });
  expect([plan.removed, idsOf(plan.due), plan.back, plan.interrupted]).toEqual([['Y'], ['X'], [], []]);
  expect(plan.seen).toMatchObject([{ userId: 'X', removal }]);
});

test.each<[string, StoreUser]>([
  ['is enabled', user('x')],
  ['is known to Entra ID', leaver('x')],
])('a removal is interrupted where the user %s again', (_, back) => {
  const plan = planOf({ users: [...colleagues(2), back], observations: [seen('x', { removal: daysAgo(1) })] });
  expect(plan).toMatchObject({
    interrupted: [{ userId: 'x', userName: 'x@example.com', removal: daysAgo(1) }],
    due: [],
    back: [],
  });
});

test('the report names who was removed, who is left and why it stopped; a quiet run has none', () => {
  const users = [...colleagues(2), leaver('X'), leaver('y')];
  const observations = [seen('X'), seen('y', { absence: 'disabled' })];
  const plan = planOf({ users, observations, rules: { breakGlassUsers: ['glass@example.com'] } });
  const missing = [{ userName: 'z@example.com', access: ['membership of the group g1'] }];
  const outcome = { plan, removed: ['w'], left: ['X@example.com'], missing, alarms: ['too many'] };
  expect(reportOf(outcome, true)).toBe(
    [
      'LOOK: too many',
      'Removed from IAM Identity Center (1):',
      '  w',
      'Left for another run (1):',
      '  X@example.com',
      'Back after a removal that was interrupted (1), and still without what it took.',
      'Provisioning on demand brings back memberships of assigned groups; give the rest again by hand, if it is still right:',
      '  z@example.com',
      '    membership of the group g1',
      'Break-glass users that do not exist under this name (1):',
      '  glass@example.com',
      'Disabled for longer than the grace period, and kept since Entra ID knows them (1):',
      '  y@example.com',
      '0 more are gone for less than the grace period, or were seen gone by too few runs.',
    ].join('\n'),
  );
  const quiet = planOf({ users: [...colleagues(2), leaver('y')], observations: [seen('y')] });
  expect(reportOf({ plan: quiet, removed: [], left: [], missing: [], alarms: [] }, true)).toBeUndefined();
});
