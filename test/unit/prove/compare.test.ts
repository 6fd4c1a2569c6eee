import { comparable, compare, type Difference } from '../../../src/prove/compare';
import type { RedactedExchange } from '../../../src/prove/redact';

const exchange = (response: unknown, more: Partial<RedactedExchange> = {}): RedactedExchange => ({
  step: 'up',
  method: 'GET',
  route: '/v1.0/groups/{id}',
  about: 'people',
  status: 200,
  request: undefined,
  response,
  ...more,
});

const differences = (
  tenant: readonly RedactedExchange[],
  emulator: readonly RedactedExchange[],
): readonly Partial<Difference>[] => compare({ tenant, emulator }).differences;

const ABOUT = { request: 'GET /v1.0/groups/{id}', about: 'people' };

const SAME = { id: '{id-1}', members: [{ kind: 'a' }], isOn: true };

test('what is alike holds, whatever the ids, the order and the number of requests', () => {
  const tenant = [exchange({ ...SAME, id: '{id-9}' }), exchange(SAME), exchange(SAME)];
  expect(compare({ tenant, emulator: [exchange(SAME)] })).toEqual({
    differences: [],
    held: [{ request: 'GET /v1.0/groups/{id}', about: 'people', properties: 6 }],
  });
});

test.each<readonly [string, unknown, Partial<Difference>]>([
  [
    'a property that the emulator lacks',
    { ...SAME, new: { inside: 1 } },
    { kind: 'only in the tenant', path: 'response.new', tenant: 'object', emulator: '' },
  ],
  [
    'a property that the tenant lacks',
    { id: '{id-1}', members: [{ kind: 'a' }] },
    { kind: 'only in the emulator', path: 'response.isOn', tenant: '', emulator: 'boolean true' },
  ],
  [
    'another type',
    { ...SAME, isOn: 'yes' },
    { kind: 'other type', path: 'response.isOn', tenant: 'string yes', emulator: 'boolean true' },
  ],
  [
    'no value where there is one',
    { ...SAME, isOn: null },
    { kind: 'other type', path: 'response.isOn', tenant: 'null', emulator: 'boolean true' },
  ],
  [
    'another value, inside of a list',
    { ...SAME, members: [{ kind: 'b' }] },
    { kind: 'other value', path: 'response.members[].kind', tenant: 'string b', emulator: 'string a' },
  ],
])('finds %s', (_, response, difference) => {
  expect(differences([exchange(response)], [exchange(SAME)])).toEqual([{ ...ABOUT, ...difference }]);
});

test('finds another status, and a request that one side alone saw', () => {
  const [one, other] = [exchange(SAME), exchange(SAME, { status: 204 })];
  expect(differences([other], [one])).toEqual([{ ...ABOUT, kind: 'other status', tenant: '204', emulator: '200' }]);
  expect(differences([one], [])).toEqual([
    { ...ABOUT, kind: 'request only in the tenant', tenant: 'sent', emulator: '' },
  ]);
  expect(differences([], [one])).toEqual([
    { ...ABOUT, kind: 'request only in the emulator', tenant: '', emulator: 'sent' },
  ]);
});

test('that a tenant does not find at once what was made is meant, with its reason', () => {
  const found = differences([exchange(SAME), exchange(SAME, { status: 404 })], [exchange(SAME)]);
  expect(found).toEqual([expect.objectContaining({ meant: expect.stringContaining('after a while') as string })]);
});

test.each([
  ['Graph', { status: 429, response: { error: { code: 'TooManyRequests' } } }],
  ['IAM Identity Center', { status: 400, response: { error: 'ThrottlingException', message: '{text}' } }],
  ['CloudFormation', { status: 400, response: { error: 'Throttling' } }],
  ['Organizations', { status: 400, response: { error: 'TooManyRequestsException' } }],
])('a request that %s throttled and then answered differs in nothing', (_, refusal) => {
  expect(differences([exchange(SAME, refusal), exchange(SAME)], [exchange(SAME)])).toEqual([]);
});

test('any other refusal differs', () => {
  const refusal = exchange({ error: 'ConflictException' }, { status: 400 });
  expect(differences([refusal, exchange(SAME)], [exchange(SAME)])).toContainEqual(
    expect.objectContaining({ kind: 'other status', tenant: '200, 400' }),
  );
});

test('of a run that was interrupted, the steps are compared that held on both sides', () => {
  const run = (...steps: readonly (readonly [step: string, held: boolean])[]) => ({
    outcomes: steps.map(([step, held]) => ({ step, held })),
    exchanges: steps.map(([step]) => exchange({ at: step }, { step })),
  });
  const tenant = run(['up', true], ['change', false]);
  const emulator = run(['up', true], ['change', true], ['rotate', true]);
  const whole = comparable({ tenant, emulator }, true);
  expect([whole.tenant, whole.emulator].map((all) => all.map(({ step }) => step))).toEqual([['up'], ['up']]);
  const all = comparable({ tenant, emulator }, false);
  expect([all.tenant.length, all.emulator.length]).toEqual([2, 3]);
});
