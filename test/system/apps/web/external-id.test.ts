import type { B2cAgent } from '../../../support/b2c-agent';
import { B2cAgent as Agent, codeFor, plainText, signIn, signUp } from '../../../support/b2c-agent';
import { EXTERNAL_TENANT } from './external-tenant';
import { ADA, BOB, startSystem, type System } from '../../../support/apps/web/system';

const EMAIL = 'grace@example.com';
const MINUTE_MS = 60_000;

let system: System;
let agent: B2cAgent;

beforeAll(async () => {
  system = await startSystem({ directory: EXTERNAL_TENANT });
});
beforeEach(() => {
  agent = new Agent();
});
afterAll(() => system.stop());

const url = (path: string): string => `${system.baseUrl}${path}`;
type Page = Awaited<ReturnType<B2cAgent['open']>>;

/** Gives the code that went to an e-mail address. */
async function giveCode(page: Page, email: string, from: System = system): Promise<Page> {
  const sent = await agent.press(page, 'Send code');
  return agent.press(sent, 'Verify code', { code: codeFor(from.b2c, email) });
}

test('from sign-up to the changed beneficiary, and out', async () => {
  const names = { password: 'Compiler-1952', displayName: 'Grace Hopper', givenName: 'Grace' };
  const start = await agent.open(url('/login'));
  const home = await signUp(agent, start, { source: system.b2c, email: EMAIL, fields: names });
  expect(plainText(home.html)).toContain('Welcome, Grace');
  const account = await agent.open(url('/account'));
  expect(plainText(account.html)).toContain(EMAIL);
  const form = await giveCode(await agent.open(url('/account/beneficiary')), EMAIL);
  const saved = await agent.press(form, 'Save', { beneficiary: 'Vincent Hopper' });
  expect(plainText(saved.html)).toContain('The new beneficiary has been saved.');
  const out = await agent.press(saved, 'Sign out');
  expect(out.url).toBe(url('/signed-out'));
  expect(plainText((await agent.open(url('/login'))).html)).toContain('Sign in with your email address.');
});

test('says what a person can do where there is no page to edit details or to reset the password', async () => {
  const before = await agent.open(url('/reset-password'));
  expect(plainText(before.html)).toContain('On the page that asks for your password, choose “Forgot password?”.');
  await signIn(agent, await agent.open(url('/login')), ADA);
  const profile = await agent.open(url('/profile'));
  expect(plainText(profile.html)).toContain('contact our customer service');
  await expect(agent.press(profile, 'Edit your details')).rejects.toThrow('no button');
  expect(plainText((await agent.open(url('/reset-password'))).html)).toContain('Sign out, then sign in again');
});

test('a forgotten password is reset in the sign-in, and the person ends up where they wanted to be', async () => {
  const forgotten = await agent.press(await agent.open(url('/login?return=/account')), 'Forgot password?');
  const sent = await agent.press(forgotten, 'Send verification code', { email: BOB.email });
  const chosen = await agent.press(sent, 'Verify code', { code: codeFor(system.b2c, BOB.email) });
  const password = 'Quarterly-77';
  const end = await agent.press(chosen, 'Continue', { password, repeated: password });
  expect(end.url).toBe(url('/account'));
});

test('cancelling leads back to where one was', async () => {
  await signIn(agent, await agent.open(url('/login')), ADA);
  const cancelled = await agent.press(await agent.open(url('/account/beneficiary')), 'Cancel');
  expect(cancelled.url).toBe(url('/account'));
  expect(plainText(cancelled.html)).toContain('You cancelled. Nothing was changed.');
});

test('a second factor that was given too long ago is asked for again, with the password', async () => {
  await signIn(agent, await agent.open(url('/login')), ADA);
  await giveCode(await agent.open(url('/account/beneficiary')), ADA.email);
  system.clock.forward(6 * MINUTE_MS);
  const again = await agent.open(url('/account/beneficiary'));
  expect(plainText(again.html)).toContain('Sign in with your email address.');
});

test('where tokens do not say when somebody signed in, the directory is told to ask anew', async () => {
  const optionalClaims = ['email'];
  const other = await startSystem({ directory: EXTERNAL_TENANT, client: { optionalClaims } });
  try {
    await signIn(agent, await agent.open(`${other.baseUrl}/login`), ADA);
    const factor = await agent.open(`${other.baseUrl}/account/beneficiary`);
    const password = await giveCode(factor, ADA.email, other);
    expect(plainText(password.html)).toContain('Sign in with your email address.');
    const form = await giveCode(await signIn(agent, password, ADA), ADA.email, other);
    expect(plainText(form.html)).toContain('Name a beneficiary');
  } finally {
    await other.stop();
  }
});
