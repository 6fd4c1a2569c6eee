import { B2cAgent, giveFactor, plainText, signIn, signUp } from '../../../support/b2c-agent';
import { ADA, startSystem, type System } from '../../../support/apps/web/system';

let system: System;
let agent: B2cAgent;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());
beforeEach(() => {
  agent = new B2cAgent();
});

const url = (path: string): string => `${system.baseUrl}${path}`;

describe('without JavaScript', () => {
  test('somebody new signs up, sees a policy, and changes the beneficiary after a second factor', async () => {
    const page = await agent.open(url('/account'));
    const email = 'grace@example.com';
    const fields = { password: 'Compiler-1952', displayName: 'Grace Hopper', givenName: 'Grace', surname: 'Hopper' };
    const account = await signUp(agent, page, { source: system.b2c, email, fields });
    expect(account.url).toBe(url('/account'));
    expect(plainText(account.html)).toContain('None yet');
    const factor = await agent.open(url('/account/beneficiary'));
    const form = await giveFactor(agent, factor, { source: system.b2c, to: '+442079460009', phone: '+442079460009' });
    expect(form.url).toBe(url('/account/beneficiary'));
    const saved = await agent.press(form, 'Save', { beneficiary: 'Vincent Hopper' });
    expect(saved.url).toBe(url('/account'));
    expect(plainText(saved.html)).toContain('The new beneficiary has been saved.');
    expect(plainText(saved.html)).toContain('Vincent Hopper');
  });

  test('signs in, edits the profile, signs out', async () => {
    const home = await signIn(agent, await agent.open(url('/login')), ADA);
    expect(plainText(home.html)).toContain('Welcome, Ada');
    const edit = await agent.press(await agent.open(url('/profile')), 'Edit your details');
    const saved = await agent.press(edit, 'Continue', { givenName: 'Augusta' });
    expect(plainText(saved.html)).toContain('Augusta');
    const out = await agent.press(saved, 'Sign out');
    expect(out.url).toBe(url('/signed-out'));
    expect(plainText((await agent.open(url('/'))).html)).toContain('Sign in or sign up');
  });
});

test('the whole way works with the paths of another registration, such as /getAToken and /getATokenMFA', async () => {
  const callbacks = { 'sign-in': '/getAToken', 'step-up': '/getATokenMFA' };
  const other = await startSystem({ web: { callbacks } });
  try {
    const factor = await signIn(agent, await agent.open(`${other.baseUrl}/account/beneficiary`), ADA);
    const form = await giveFactor(agent, factor, { source: other.b2c, to: ADA.phone });
    const saved = await agent.press(form, 'Save', { beneficiary: 'Byron' });
    expect(plainText(saved.html)).toContain('The new beneficiary has been saved.');
    const routes = other.log().flatMap(({ route }) => (typeof route === 'string' ? [route] : []));
    expect(routes).toEqual(expect.arrayContaining(Object.values(callbacks)));
    expect(routes).not.toContain('/auth/callback');
  } finally {
    await other.stop();
  }
});
