import type { GraphEmulator } from '../../../apps/emulator/graph';
import { finish, killGroup } from '../clouds/organization/run-snapshot';
import type { Moto } from '../../support/moto';
import { startMoto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { temporaryFolder } from '../../support/templates';
import type { SeededUser } from './leavers-world';
import { bundleLeavers, daysAgo, LeaversWorld } from './leavers-world';
import { startEmulator } from '../../support/start-emulator';

const COUNT = 2000;
const DELETE = { DELETE: 'true' };
const folder = temporaryFolder();

describeWithPython('the function on leavers, with 2,000 users', () => {
  let moto: Moto;
  let emulator: GraphEmulator;
  let world: LeaversWorld;

  beforeAll(async () => {
    // People are changed right before a run, which is to see them as they are.
    const directory = startEmulator({ quirks: { lag: 'none' }, wait: () => Promise.resolve() });
    [moto, emulator] = await Promise.all([startMoto(), directory]);
    world = await LeaversWorld.start(moto, emulator, bundleLeavers(folder));
    await world.seed(COUNT);
    await world.grant(world.users.slice(0, 6));
  });

  afterAll(async () => {
    await Promise.all([world.stop(), moto.stop(), emulator.stop()]);
  });

  beforeEach(async () => {
    await world.resetTables();
    await moto.clearFaults();
    emulator.faults.clear();
  });

  const userAt = (index: number): SeededUser => {
    const found = world.users[index];
    if (found === undefined) throw new Error(`no user ${index}`);
    return found;
  };

  /** Users that left long ago, as every run saw. */
  async function gone(...indices: readonly number[]): Promise<readonly SeededUser[]> {
    const users = indices.map(userAt);
    await world.leave(users);
    for (const user of users) await world.sawGone(user);
    return users;
  }

  const back = (...users: readonly SeededUser[]): Promise<void> => world.comeBack(users);

  test('remembers who is disabled, in spite of throttling on both sides, and removes nobody', async () => {
    const user = userAt(100);
    await world.provision({ [user.id]: 'DISABLED' });
    await moto.orderFault({ service: 'identitystore', operation: 'ListUsers', throttle: 2 });
    emulator.faults.add({ kind: 'throttled', method: 'GET', path: '/v1.0/users', retryAfter: 0 });
    const { code, stderr } = await world.run(DELETE);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await world.rows('observations')).toMatchObject([{ userId: user.id, absence: 'disabled', sightings: 1 }]);
    const [first] = await world.rows('observations');
    await world.run(DELETE);
    const [second] = await world.rows('observations');
    expect(second).toEqual({ ...first, lastSeen: second?.['lastSeen'], sightings: 1 });
    expect(await world.runs()).toMatchObject([
      { entra: COUNT, users: COUNT },
      { entra: COUNT, users: COUNT },
    ]);
    await back(user);
    await world.run(DELETE);
    expect([await world.rows('observations'), (await world.storeIds()).size]).toEqual([[], COUNT]);
  });

  test('beside another run it does nothing, and afterwards its work', async () => {
    const users = await gone(100);
    await world.holdLock(daysAgo(-1));
    const beside = await world.run(DELETE);
    expect({ code: beside.code, stderr: beside.stderr }).toEqual({ code: 0, stderr: '' });
    expect(beside.stdout).toContain('"event":"overlap"');
    expect([await world.runs(), (await world.storeIds()).size]).toEqual([[], COUNT]);
    await world.outliveLock();
    await world.run();
    expect(await world.runs()).toHaveLength(1);
    // It gave the lock back.
    await world.run();
    expect(await world.runs()).toHaveLength(2);
    await back(...users);
  });

  test('of two runs that begin at once, one does the work', async () => {
    const both = await Promise.all([world.run(), world.run()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const ofOne = both.filter(({ stdout }) => stdout.includes('"event":"outcome"'));
    expect(await world.runs()).toHaveLength(ofOne.length);
    expect(both.filter(({ stdout }) => stdout.includes('"event":"overlap"'))).toHaveLength(2 - ofOne.length);
    expect(ofOne).not.toEqual([]);
  });

  test('by default it only reports', async () => {
    const users = await gone(100, 101);
    const { code, stdout } = await world.run();
    expect(code).toBe(0);
    const { left } = JSON.parse(stdout.split('\n')[1] ?? '') as { readonly left: readonly string[] };
    expect(left.toSorted()).toEqual(users.map(({ userName }) => userName));
    expect([(await world.storeIds()).size, await world.rows('audit')]).toEqual([COUNT, []]);
    await back(...users);
  });

  test('removes nobody where more are due than its limit, and fails', async () => {
    const users = await gone(100, 101, 102);
    const { code, stderr } = await world.run({ ...DELETE, MAX_PER_RUN: '2' });
    expect(code).toBe(1);
    expect(stderr).toContain(
      'no user was removed: 3 users are due, and one run may remove 2 (maxPerRun 2, maxShare 5 % of 2000 users)',
    );
    expect([(await world.storeIds()).size, await world.rows('audit')]).toEqual([COUNT, []]);
    await back(...users);
  });

  test('break-glass users stay', async () => {
    const [user] = await gone(100);
    const { code } = await world.run({ ...DELETE, BREAK_GLASS_USERS: user?.userName.toUpperCase() ?? '' });
    expect([code, (await world.storeIds()).size]).toEqual([0, COUNT]);
    if (user !== undefined) await back(user);
  });

  test.each([
    ['nobody exists', 'Refused, nothing was changed: Entra ID answers that it has no users'],
    ['half of an answer, then a fault', 'GET /v1.0/users: 403'],
  ])('changes nothing where Entra ID answers: %s', async (what, message) => {
    const users = await gone(100);
    const entities = emulator.directory.all('users');
    if (what === 'nobody exists') for (const { id } of entities) emulator.directory.remove('users', id);
    else emulator.faults.add({ kind: 'forbidden', method: 'GET', path: '/v1.0/users', skip: 1 });
    const before = await world.rows('observations');
    const { code, stderr } = await world.run(DELETE);
    for (const entity of entities) emulator.directory.put('users', entity);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect([await world.rows('observations'), (await world.storeIds()).size]).toEqual([before, COUNT]);
    await back(...users);
  });

  test('begins with nobody when its time is nearly over', async () => {
    const users = await gone(100);
    const { code, stdout } = await world.run({ ...DELETE, TIME_LEFT: '1000' });
    expect([code, (await world.storeIds()).size]).toEqual([0, COUNT]);
    expect(stdout).toContain('"removed":[],"left":["user-0100');
    await back(...users);
  });

  test('killed after each step in turn, it ends with everything removed and each step on record once', async () => {
    const users = await gone(0, 1, 2, 3);
    for (const step of ['1-assignment', '2-membership', '3-record']) {
      const child = world.start(DELETE);
      child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes(step)) killGroup(child);
      });
      expect((await finish(child)).code).toBeNull();
      await world.outliveLock();
    }
    const last = await world.run(DELETE);
    expect({ code: last.code, stderr: last.stderr }).toEqual({ code: 0, stderr: '' });
    const ids = await world.storeIds();
    expect([ids.size, users.filter(({ id }) => ids.has(id))]).toEqual([COUNT - 4, []]);
    const audit = await world.rows('audit');
    const stepsOf = (user: SeededUser): readonly string[] =>
      audit
        .filter(({ userId }) => userId === user.id)
        .map(({ step }) => /#(\d-[a-z]+)/.exec(String(step))?.[1] ?? '')
        .toSorted();
    expect(users.map(stepsOf)).toEqual(users.map(() => ['1-assignment', '2-membership', '3-record']));
    await world.run(DELETE);
    expect([await world.rows('audit'), await world.rows('observations')]).toEqual([
      audit.map((row) => expect.objectContaining({ userId: row['userId'], plannedAt: row['plannedAt'] }) as unknown),
      [],
    ]);
    expect((await world.rows('audit')).filter(({ doneAt }) => doneAt === undefined)).toEqual([]);
  });

  test('killed after the memberships and then enabled again, it says what somebody lacks, once', async () => {
    const users = await gone(4);
    const child = world.start(DELETE);
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('2-membership')) killGroup(child);
    });
    expect((await finish(child)).code).toBeNull();
    await world.outliveLock();
    await back(...users);
    const { code, stderr } = await world.run(DELETE);
    expect(code).toBe(1);
    expect(stderr).toContain('user-0004@contosob2c.onmicrosoft.com is back after an interrupted removal');
    expect(await world.rows('observations')).toEqual([]);
    const next = await world.run(DELETE);
    expect({ code: next.code, stderr: next.stderr }).toEqual({ code: 0, stderr: '' });
  });

  // The list is read, and the look at the one user that follows is late.
  async function meanwhile(change: () => void | Promise<void>): Promise<Awaited<ReturnType<typeof finish>>> {
    await moto.orderFault({ service: 'identitystore', operation: 'DescribeUser', delayMs: 5000 });
    const child = world.start(DELETE);
    child.stdout?.once('data', () => void change());
    return finish(child);
  }

  test('somebody who was enabled meanwhile is spared', async () => {
    const users = await gone(5);
    const before = (await world.storeIds()).size;
    const { code, stdout } = await meanwhile(() => back(...users));
    expect(code).toBe(0);
    expect(stdout).toContain('"why":"enabled meanwhile"');
    expect([(await world.storeIds()).size, await world.rows('audit')]).toEqual([before, []]);
  });

  test('somebody whom Entra ID knows when asked again is spared, and the run fails', async () => {
    const [user] = await gone(5);
    if (user === undefined) throw new Error('no user');
    const before = (await world.storeIds()).size;
    const { code, stderr } = await meanwhile(() =>
      world.create('renamed', { proxyAddresses: [`SMTP:${user.userName}`] }),
    );
    expect([code, (await world.storeIds()).size, await world.rows('audit')]).toEqual([1, before, []]);
    expect(stderr).toContain(`lacks somebody whom it knows when asked again: ${user.userName}`);
    await back(user);
  });
});
