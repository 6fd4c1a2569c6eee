import { endInterrupted, type Outcome, reportOf, run, type RunOptions } from '../../../lambda/leavers/run';
import { colleagues, daysAgo, NOW, RULES, seen, user } from '../../support/lambda/leavers-facts';
import { LeaversMemory } from './leavers-ports';

const OPTIONS: RunOptions = { rules: RULES, deletes: true, clock: () => NOW, hasTime: () => true };

/** Colleagues, and people who left: disabled, unknown, and seen gone by every run. */
function worldWith(...leavers: readonly string[]): LeaversMemory {
  const memory = new LeaversMemory([...colleagues(10), ...leavers.map((id) => user(id, { isEnabled: false }))]);
  for (const { externalIds } of colleagues(10)) for (const id of externalIds) memory.listed.add(id);
  for (const id of leavers) memory.observations.set(id, seen(id));
  return memory;
}

async function runOf(memory: LeaversMemory, options: Partial<RunOptions> = {}): Promise<Outcome> {
  return run(memory.ports, { ...OPTIONS, ...options });
}

test('removes who is due: assignments, memberships and the record', async () => {
  const memory = worldWith('X', 'Y');
  const { removed, left, alarms } = await runOf(memory);
  expect({ removed, left, alarms }).toEqual({ removed: ['X@example.com', 'Y@example.com'], left: [], alarms: [] });
  expect([memory.users.size, memory.accessOf('X'), memory.observations.size]).toEqual([
    10,
    { assignments: [], groups: [] },
    0,
  ]);
});

test('asks Entra ID again before each deletion, and ends where its list was wrong', async () => {
  const memory = worldWith('X', 'Y', 'Z');
  memory.known.add('Y');
  const outcome = await runOf(memory);
  expect(outcome.removed).toEqual(['X@example.com']);
  expect(outcome.left).toEqual(['Y@example.com', 'Z@example.com']);
  expect(outcome.alarms).toEqual([
    'no further user was removed: the list of people that Entra ID gave lacks somebody whom it knows when asked again: Y@example.com',
  ]);
  expect([memory.accessOf('Y'), memory.observations.get('Y')?.removal]).toEqual([
    { assignments: ['111111111111'], groups: ['auditors'] },
    undefined,
  ]);
});

test('an assignment that can not be deleted holds up neither the rest of the person nor the next one', async () => {
  const memory = worldWith('X', 'Y');
  memory.accessOf('X').assignments.unshift('222222222222');
  memory.beforeStep = (name) => {
    if (name.includes('#222222222222#')) throw new Error('AWS refuses account 222222222222');
  };
  const { removed, left, alarms } = await runOf(memory);
  expect({ removed, left, alarms }).toEqual({
    removed: ['Y@example.com'],
    left: ['X@example.com'],
    alarms: ['the removal of X@example.com failed: AWS refuses account 222222222222'],
  });
  expect(memory.accessOf('X')).toEqual({ assignments: ['222222222222'], groups: [] });
  expect([memory.users.has('X'), memory.users.has('Y')]).toEqual([true, false]);
});

test('each failure of a person is told, and what there was no time for', async () => {
  const memory = worldWith('X');
  memory.accessOf('X').assignments.push('222222222222');
  let steps = 0;
  memory.beforeStep = () => {
    steps += 1;
    throw new Error('refused');
  };
  const { alarms } = await runOf(memory, { hasTime: () => steps === 0 });
  expect(alarms).toEqual(['the removal of X@example.com failed: refused; there was no time left for the rest']);
});

test('removes nobody where Entra ID can not be asked again', async () => {
  const memory = worldWith('X');
  const { entra, ...ports } = memory.ports;
  const knows = (): Promise<boolean> => Promise.reject(new Error('GET /v1.0/users: 503'));
  const { removed, alarms } = await run({ ...ports, entra: { ...entra, knows } }, OPTIONS);
  expect([removed, alarms]).toEqual([[], ['the removal of X@example.com failed: GET /v1.0/users: 503']]);
  expect(memory.users.size).toBe(11);
});

test('while a break-glass name is missing, removes nobody and says so', async () => {
  const memory = worldWith('X');
  const rules = { ...RULES, breakGlassUsers: ['glass@example.com'] };
  const outcome = await runOf(memory, { rules });
  expect([outcome.removed, outcome.alarms, memory.users.size]).toEqual([
    [],
    [
      'no user was removed: AWS has no user of the break-glass name glass@example.com; renamed, such a user could be taken for a leaver',
    ],
    11,
  ]);
  expect((await runOf(memory, { rules, deletes: false })).alarms).toEqual([]);
});

test('removes nobody where more are due than a share of the people, though the number would let them', async () => {
  const memory = worldWith('X', 'Y');
  const { removed, alarms } = await runOf(memory, { rules: { ...RULES, maxPerRun: 10, maxShare: 10 } });
  expect([removed, alarms, memory.users.size]).toEqual([
    [],
    ['no user was removed: 2 users are due, and one run may remove 1 (maxPerRun 10, maxShare 10 % of 12 users)'],
    12,
  ]);
});

test('a clock 31 days ahead changes nothing, and is not remembered', async () => {
  const memory = worldWith('X');
  memory.observations.set('X', seen('X', { since: daysAgo(2), sightings: 2 }));
  const clock = (): Date => new Date(NOW.getTime() + 31 * 86_400_000);
  await expect(runOf(memory, { clock })).rejects.toThrow(
    "Refused, nothing was changed: the clock of the function is 44640 minutes ahead of Entra ID's",
  );
  expect([memory.observations.get('X')?.sightings, memory.lastSize, memory.users.size]).toEqual([2, undefined, 11]);
});

test('a list that lost people since the last run is refused, and the last number stays', async () => {
  const memory = worldWith('X');
  memory.lastSize = 1000;
  await expect(runOf(memory)).rejects.toThrow('Entra ID gave 1000 people at the last run and gives 10 now');
  expect([memory.lastSize, memory.users.size]).toEqual([1000, 11]);
});

describe('a removal that was interrupted after the memberships', () => {
  async function interrupted(): Promise<LeaversMemory> {
    const memory = worldWith('X');
    memory.beforeStep = (name) => {
      if (name === '3-record') throw new Error('killed');
    };
    const { alarms } = await runOf(memory);
    expect(alarms).toEqual(['the removal of X@example.com failed: killed']);
    memory.beforeStep = () => undefined;
    return memory;
  }

  const comeBack = (memory: LeaversMemory): void => {
    memory.users.set('X', user('X'));
    memory.listed.add('entra-X');
  };

  test('goes on in the next run', async () => {
    const memory = await interrupted();
    memory.observations.set('X', seen('X', { removal: NOW.toISOString() }));
    expect((await runOf(memory)).removed).toEqual(['X@example.com']);
  });

  test('is reported with what is missing, once the user is enabled again', async () => {
    const memory = await interrupted();
    comeBack(memory);
    const outcome = await runOf(memory);
    expect(outcome.missing).toEqual([
      {
        userName: 'X@example.com',
        access: ['direct assignment of arn:ps in the account 111111111111', 'membership of the group auditors'],
      },
    ]);
    expect(outcome.alarms).toEqual([
      'X@example.com is back after an interrupted removal, and lacks 2 assignments or memberships',
    ]);
    expect(reportOf(outcome, true)).toContain('    membership of the group auditors');
  });

  test('is reported again until people were told, and then no more', async () => {
    const memory = await interrupted();
    comeBack(memory);
    await runOf(memory);
    const { plan, missing } = await runOf(memory);
    expect(missing).toHaveLength(1);
    await endInterrupted(memory.ports, plan);
    expect([(await runOf(memory)).missing, memory.observations.size]).toEqual([[], 0]);
  });

  test('is reported of somebody whom Entra ID knows again and who is still disabled, and who is gone as before', async () => {
    const memory = await interrupted();
    memory.listed.add('entra-X');
    const { plan, missing, removed } = await runOf(memory);
    expect([missing.length, removed]).toEqual([1, []]);
    await endInterrupted(memory.ports, plan);
    expect(memory.observations.get('X')).toEqual({
      ...seen('X', { absence: 'disabled', sightings: 41 }),
      lastSeen: NOW.toISOString(),
    });
  });

  test('is reported where nothing is removed any more', async () => {
    const memory = await interrupted();
    comeBack(memory);
    expect((await runOf(memory, { deletes: false })).missing).toHaveLength(1);
  });

  test('of a step that AWS has not confirmed, says so', async () => {
    const memory = await interrupted();
    comeBack(memory);
    memory.steps.splice(0, 2, { userId: 'X', step: `${NOW.toISOString()}#2-membership#m1` });
    expect((await runOf(memory)).missing.map(({ access }) => access)).toEqual([
      ['membership m1 (perhaps: the run ended before AWS confirmed it)'],
    ]);
  });

  test('that had taken nothing is not worth a word', async () => {
    const memory = worldWith('X');
    memory.beforeStep = () => {
      throw new Error('killed');
    };
    await runOf(memory);
    comeBack(memory);
    const { plan, missing } = await runOf(memory);
    await endInterrupted(memory.ports, plan);
    expect([missing, memory.observations.size]).toEqual([[], 0]);
  });
});
