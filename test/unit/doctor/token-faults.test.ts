import { flowOfToken, tokenReport } from '../../../src/doctor/token-faults';
import { customersSection, externalSection, userFlow } from '../../support/customers-estate';

const flow = userFlow('in', {
  claims: ['displayName', 'emails', 'LoyaltyNumber'],
  multifactor: { state: 'on' },
  tokens: { accessMinutes: 15 },
});
const section = customersSection({
  userFlows: [flow],
  attributes: [{ at: [], name: 'LoyaltyNumber', dataType: 'string' }],
});
const TOKEN = {
  tfp: 'B2C_1_IN',
  iat: 1_000_000,
  exp: 1_000_900,
  name: 'Ada',
  emails: ['ada@example.com'],
  extension_LoyaltyNumber: '7',
};

test('a token that has all is as declared; that a second factor was given, it does not tell', () => {
  expect(tokenReport(TOKEN, flow, section)).toEqual({
    flow,
    shown: [
      'it has the claim name',
      'it has the claim emails',
      'it has the claim extension_LoyaltyNumber',
      'it lives 15 minutes',
    ],
    faults: [],
    untold: [
      'it does not tell whether B2C_1_in asked for a second factor (no amr with mfa): the sign-in itself shows it',
    ],
  });
});

test('each claim that is missing is named, and a life that differs', () => {
  const less = { ...TOKEN, extension_LoyaltyNumber: undefined };
  expect(tokenReport({ ...less, exp: TOKEN.iat + 3600 }, flow, section).faults).toEqual([
    'the claim extension_LoyaltyNumber is missing: it is not ticked, or the account has nothing there',
    'it lives 60 minutes, not 15',
  ]);
});

test('amr with mfa says that a second factor was given, and any other one does not', () => {
  expect(tokenReport({ ...TOKEN, amr: ['pwd', 'mfa'] }, flow, section).untold).toEqual([]);
  expect(tokenReport({ ...TOKEN, amr: ['pwd'] }, flow, section).untold).toHaveLength(1);
  expect(tokenReport(TOKEN, userFlow('in', { multifactor: { state: 'off' } }), section).untold).toEqual([]);
});

test.each([[{ tfp: 'B2C_1_in' }], [{ acr: 'b2c_1_in' }]])('a token of B2C names its flow: %j', (claims) => {
  expect(flowOfToken(claims, section)).toBe(flow);
});

test('a token of a renamed flow may name it by a previous id, whose keys signed it', () => {
  const renamed = customersSection({ userFlows: [{ ...flow, previousNames: ['B2C_1_old'] }] });
  expect(flowOfToken({ tfp: 'b2c_1_old' }, renamed)).toMatchObject({ id: 'B2C_1_old', claims: flow.claims });
});

test.each([
  [{ tfp: 'B2C_1_other' }, "the token is of the user flow 'b2c_1_other'; user flows of the estate: 'B2C_1_in'"],
  [{ acr: '1' }, "the token names no user flow (tfp, acr); user flows of the estate: 'B2C_1_in'"],
])('a token of another flow is refused: %j', (claims, message) => {
  expect(() => flowOfToken(claims, section)).toThrow(message);
});

test('tokens of External ID name no flow: the one that signs in is meant', () => {
  expect(flowOfToken({}, externalSection()).use).toBe('signIn');
});
