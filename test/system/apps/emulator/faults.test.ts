import { callTls, errorCode, idOf } from '../../../support/apps/emulator/support/client';
import type { FaultRule } from '../../../../apps/emulator/graph';
import type { GraphFaults } from '../../../../apps/emulator/graph/faults';
import { createFaults } from '../../../../apps/emulator/graph/faults';
import { CALM, create, group, useEmulator } from './support/use-emulator';

const waits: number[] = [];
const { emulator, call } = useEmulator({
  quirks: CALM,
  wait: (milliseconds) => {
    waits.push(milliseconds);
    return Promise.resolve();
  },
});

afterEach(() => {
  emulator().faults.clear();
  waits.length = 0;
});

const groupsNamed = async (name: string): Promise<number> => {
  const found = await call(`GET /v1.0/groups?$filter=displayName eq '${name}'`);
  return (found.body['value'] as unknown[]).length;
};

test('429 asks to wait, and nothing has happened', async () => {
  emulator().faults.add({ kind: 'throttled', method: 'POST', path: '/v1.0/groups', retryAfter: 7 });
  const [first, second] = [
    await call('POST /v1.0/groups', group('429')),
    await call('POST /v1.0/groups', group('429')),
  ];
  expect([first.status, errorCode(first), first.headers.get('retry-after')]).toEqual([429, 'TooManyRequests', '7']);
  expect([second.status, await groupsNamed('429')]).toEqual([201, 1]);
});

test('503 comes with or without Retry-After, and nothing has happened', async () => {
  emulator().faults.add({ kind: 'unavailable' }, { kind: 'unavailable', retryAfter: 2 });
  const [first, second] = [
    await call('POST /v1.0/groups', group('503')),
    await call('POST /v1.0/groups', group('503')),
  ];
  expect([first.status, errorCode(first), first.headers.get('retry-after')]).toEqual([503, 'ServiceUnavailable', null]);
  expect([second.status, second.headers.get('retry-after'), await groupsNamed('503')]).toEqual([503, '2', 0]);
});

test('a time-out comes after the request has taken effect', async () => {
  emulator().faults.add({ kind: 'timeout', method: 'POST', path: '/v1.0/groups' });
  const answer = await call('POST /v1.0/groups', group('504'));
  expect([answer.status, errorCode(answer), await groupsNamed('504')]).toEqual([504, 'GatewayTimeout', 1]);
});

test('a request that is refused does not time out', async () => {
  emulator().faults.add({ kind: 'timeout', method: 'POST', path: '/v1.0/groups' });
  expect((await call('POST /v1.0/groups', {})).status).toBe(400);
});

test('a connection is dropped after the request has taken effect', async () => {
  emulator().faults.add({ kind: 'dropped', method: 'POST', path: '/v1.0/groups' });
  await expect(call('POST /v1.0/groups', group('dropped'))).rejects.toThrow('fetch failed');
  expect(await groupsNamed('dropped')).toBe(1);
});

test('404 for one read after a write', async () => {
  const made = await create(call, '/v1.0/groups', group('404'));
  emulator().faults.add({ kind: 'notFound', method: 'GET', path: '/v1.0/groups/*' });
  const path = `GET /v1.0/groups/${idOf(made)}`;
  const [first, second] = [await call(path), await call(path)];
  expect([first.status, errorCode(first), second.status]).toEqual([404, 'Request_ResourceNotFound', 200]);
});

test.each([
  ['forbidden', 403, 'Authorization_RequestDenied'],
  ['conflict', 409, 'Conflict'],
] as const)('%s is %i once, as synchronization has it, and nothing has happened', async (kind, status, code) => {
  emulator().faults.add({ kind, method: 'POST' });
  const answer = await call('POST /v1.0/groups', group(kind));
  expect([answer.status, errorCode(answer), await groupsNamed(kind)]).toEqual([status, code, 0]);
});

test('a slow answer waits as long as it is told to, and is right', async () => {
  emulator().faults.add({ kind: 'slow', delay: 1500 });
  const answer = await call('POST /v1.0/groups', group('slow'));
  expect([answer.status, waits]).toEqual([201, [1500]]);
});

test('the token endpoint fails where it is named, and not otherwise', async () => {
  const path = `/${emulator().tenant.id}/oauth2/v2.0/token`;
  const form = { client_id: 'x', grant_type: 'client_credentials' };
  emulator().faults.add({ kind: 'unavailable' });
  const untouched = await callTls(emulator(), path, form);
  emulator().faults.clear();
  emulator().faults.add({ kind: 'unavailable', path: '/*/oauth2/v2.0/token' });
  const hit = await callTls(emulator(), path, form);
  expect([untouched.status, hit.status]).toEqual([400, 503]);
});

test('the log says which fault a request met', async () => {
  emulator().log.clear();
  emulator().faults.add({ kind: 'throttled' });
  await call('GET /v1.0/groups');
  await call('GET /v1.0/groups');
  expect(emulator().log.entries.map(({ status, fault, code }) => [status, fault, code])).toEqual([
    [429, 'throttled', 'TooManyRequests'],
    [200, undefined, undefined],
  ]);
});

const GET = { method: 'GET', path: '/v1.0/groups' };
const hits = (faults: GraphFaults, times: number, request = GET): string =>
  Array.from({ length: times }, () => (faults.next(request) === undefined ? '.' : 'x')).join('');

test.each<[string, FaultRule, string]>([
  ['once', { kind: 'slow' }, 'x....'],
  ['so many times', { kind: 'slow', times: 3 }, 'xxx..'],
  ['after so many', { kind: 'slow', skip: 2, times: 2 }, '..xx.'],
  ['never for another method', { kind: 'slow', method: 'POST' }, '.....'],
  ['never for another path', { kind: 'slow', path: '/v1.0/users' }, '.....'],
  ['never for a part of a path', { kind: 'slow', path: '/v1.0' }, '.....'],
  ['for any segment', { kind: 'slow', path: '/v1.0/*' }, 'x....'],
])('a rule hits %s', (_when, rule, expected) => {
  const faults = createFaults();
  faults.add(rule);
  expect(hits(faults, 5)).toBe(expected);
});

test('a probability hits its share, the same requests for the same seed', () => {
  const run = (seed: number): string => {
    const faults = createFaults();
    faults.seed(seed);
    faults.add({ kind: 'throttled', probability: 0.3, times: Infinity });
    return hits(faults, 1000);
  };
  const share = [...run(1)].filter((mark) => mark === 'x').length;
  expect(run(1)).toBe(run(1));
  expect(run(1)).not.toBe(run(2));
  expect(share).toBeGreaterThan(250);
  expect(share).toBeLessThan(350);
});

test('knows how many faults are still to come', () => {
  const faults = createFaults();
  faults.add({ kind: 'slow', times: 2 }, { kind: 'throttled' });
  faults.next(GET);
  expect(faults.pending).toBe(2);
});
