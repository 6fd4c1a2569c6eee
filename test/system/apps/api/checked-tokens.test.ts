import type { TokenRules } from '../../../../apps/api/tokens/access-token';
import { CheckedTokens } from '../../../../apps/api/tokens/checked-tokens';
import { FlowKeys } from '../../../../apps/api/tokens/flow-keys';
import { startFakeIssuer, type FakeIssuer } from '../../../support/fake-issuer';
import { API_CLIENT_ID, claimsOf, SIGN_IN, STEP_UP, tokenFor, WEB_CLIENT_ID } from './api';

const HOUR = 3_600_000;

let issuer: FakeIssuer;
let rules: TokenRules & { readonly now: () => Date };
let time: number;
let verifications: jest.SpyInstance;

beforeEach(async () => {
  issuer = await startFakeIssuer([SIGN_IN, STEP_UP]);
  // Later than the tokens, which are made by the clock in a moment.
  time = Date.now() + 30_000;
  const keysOf = (flow: string): FlowKeys =>
    new FlowKeys({ metadataUrl: new URL(issuer.metadataUrl(flow)), onFailure: () => undefined });
  rules = {
    authorizedParty: WEB_CLIENT_ID,
    flows: {
      'sign-in': { id: SIGN_IN, audience: API_CLIENT_ID, keys: keysOf(SIGN_IN) },
      'step-up': { id: STEP_UP, audience: API_CLIENT_ID, keys: keysOf(STEP_UP) },
    },
    now: () => new Date(time),
  };
  await rules.flows['sign-in'].keys.refresh();
  verifications = jest.spyOn(rules.flows['sign-in'].keys, 'find');
});

afterEach(() => issuer.stop());

test('a token that was accepted is not verified again, and says the same', async () => {
  const tokens = new CheckedTokens(rules);
  const token = await tokenFor(issuer);
  const first = await tokens.callerOf(token);
  expect(await tokens.callerOf(token)).toEqual(first);
  expect(verifications).toHaveBeenCalledTimes(1);
});

test('it ends with its own time, remembered or not', async () => {
  const tokens = new CheckedTokens(rules);
  const token = await tokenFor(issuer);
  await tokens.callerOf(token);
  time += HOUR + 61_000;
  await expect(tokens.callerOf(token)).rejects.toThrow('The token is expired.');
});

test('its key is asked for again once the keys were fetched anew, and a key that has gone is missed', async () => {
  const tokens = new CheckedTokens(rules);
  const token = await tokenFor(issuer);
  await tokens.callerOf(token);
  const { keys } = rules.flows['sign-in'];
  await keys.refresh();
  await tokens.callerOf(token);
  expect(verifications).toHaveBeenCalledTimes(2);
  issuer.fail('wrong-keys');
  await keys.refresh();
  await expect(tokens.callerOf(token)).rejects.toThrow('The token is not signed by the directory.');
});

test('keys that can’t be fetched change nothing', async () => {
  const tokens = new CheckedTokens(rules);
  const token = await tokenFor(issuer);
  await tokens.callerOf(token);
  issuer.fail('error');
  await expect(rules.flows['sign-in'].keys.refresh()).rejects.toThrow('500');
  await tokens.callerOf(token);
  expect(verifications).toHaveBeenCalledTimes(1);
});

test('a token that was refused is checked each time, also one that differs from a remembered one in its signature', async () => {
  const tokens = new CheckedTokens(rules);
  const claims = claimsOf(issuer);
  const token = await issuer.sign(SIGN_IN, claims);
  await tokens.callerOf(token);
  const [header, payload] = token.split('.');
  const forged = `${header}.${payload}.${(await issuer.sign(STEP_UP, claims)).split('.')[2]}`;
  for (const given of [forged, forged]) {
    await expect(tokens.callerOf(given)).rejects.toThrow('not signed by the directory');
  }
  expect(verifications).toHaveBeenCalledTimes(3);
});

test('so many are remembered, and the oldest goes', async () => {
  const tokens = new CheckedTokens(rules, 2);
  const [first = '', second = '', third = ''] = await Promise.all([1, 2, 3].map(() => tokenFor(issuer)));
  for (const token of [first, second, third, third, second, first]) await tokens.callerOf(token);
  expect(verifications).toHaveBeenCalledTimes(4);
});
