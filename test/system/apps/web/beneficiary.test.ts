import { B2cAgent, giveFactor, plainText, signIn, type AgentPage } from '../../../support/b2c-agent';
import { ADA, BOB, startSystem, type System } from '../../../support/apps/web/system';

const MINUTE = 60_000;

let system: System;
let agent: B2cAgent;

beforeEach(async () => {
  system = await startSystem({ idleMs: 600 * MINUTE });
  agent = new B2cAgent();
});
afterEach(() => system.stop());

const url = (path: string): string => `${system.baseUrl}${path}`;
const open = (path: string): Promise<AgentPage> => agent.open(url(path));
const giveCode = (page: AgentPage): Promise<AgentPage> =>
  giveFactor(agent, page, { source: system.b2c, to: ADA.phone });

/** Signs in and opens the form, second factor included. */
async function openForm(): Promise<AgentPage> {
  await signIn(agent, await open('/login'), ADA);
  return await giveCode(await open('/account/beneficiary'));
}

const save = (form: AgentPage, beneficiary: string): Promise<AgentPage> => agent.press(form, 'Save', { beneficiary });
const fieldOf = ({ html }: AgentPage): string | undefined =>
  /<input id="beneficiary" name="beneficiary" value="([^"]*)"/.exec(html)?.[1];
/** Names that have been set, the last one first. */
const historyOf = async (): Promise<readonly string[]> => {
  const { html } = await open('/account');
  return [...html.matchAll(/<tr><td>([^<]*)<\/td>/g)].map(([, name = '']) => name);
};

describe('a change whose answer is lost', () => {
  test('between API and web is asked for again, made once, and reported as saved', async () => {
    const form = await openForm();
    system.loseAnswers(1);
    const saved = await save(form, 'Byron');
    expect([saved.url, saved.status]).toEqual([url('/account'), 200]);
    expect(plainText(saved.html)).toContain('The new beneficiary has been saved.');
    expect(await historyOf()).toEqual(['Byron']);
  });

  test('twice is found in the history, and reported as saved', async () => {
    const form = await openForm();
    system.loseAnswers(2);
    const saved = await save(form, 'Byron');
    expect(saved.url).toBe(url('/account'));
    expect(plainText(saved.html)).toContain('The new beneficiary has been saved.');
    expect(await historyOf()).toEqual(['Byron']);
  });

  test('on the way to the browser causes no conflict when the form is sent again', async () => {
    const form = await openForm();
    await save(form, 'Byron');
    const again = await save(form, ' Byron ');
    expect(again.url).toBe(url('/account'));
    expect(plainText(again.html)).toContain('The new beneficiary has been saved.');
    expect(await historyOf()).toEqual(['Byron']);
  });

  test('and that was changed again since: says both, and leaves the later change', async () => {
    const form = await openForm();
    await save(form, 'Byron');
    await save(await open('/account/beneficiary'), 'Milbanke');
    const again = await save(form, 'Byron');
    expect(plainText(again.html)).toContain('Your change was saved. The beneficiary has been changed again since.');
    expect(await historyOf()).toEqual(['Milbanke', 'Byron']);
  });

  test('is recognised after another second factor, which the form has waited for', async () => {
    const form = await openForm();
    await save(form, 'Byron');
    system.clock.forward(6 * MINUTE);
    const factor = await save(form, 'Byron');
    expect(plainText(factor.html)).toContain('Verify it is you');
    system.clock.forward(-6 * MINUTE);
    const opened = await giveCode(factor);
    expect(opened.url).toBe(url('/account'));
    expect(plainText(opened.html)).toContain('The new beneficiary has been saved.');
    expect(await historyOf()).toEqual(['Byron']);
    expect(plainText((await open('/account/beneficiary')).html)).not.toMatch(/has been saved|kept what you typed/);
  });

  test('while nothing of the API can be had: says that it is not known, and the form says it later', async () => {
    const form = await openForm();
    await save(form, 'Byron');
    await system.stopApi();
    const failed = await save(form, 'Byron');
    expect(failed.status).toBe(503);
    expect(plainText(failed.html)).toContain('we can’t tell whether your change was saved');
    await system.startApi();
    const opened = await open('/account/beneficiary');
    expect(opened.url).toBe(url('/account'));
    expect(plainText(opened.html)).toContain('The new beneficiary has been saved.');
  });

  test('and whose form then has another name: shows which one was saved, and saves the new one as a change of its own', async () => {
    const form = await openForm();
    await save(form, 'Byron');
    const other = await save(form, 'Milbanke');
    expect(other.status).toBe(412);
    expect(plainText(other.html)).toContain('The beneficiary was changed in the meantime. It is now Byron');
    expect(fieldOf(other)).toBe('Milbanke');
    const saved = await agent.press(other, 'Save anyway');
    expect(plainText(saved.html)).toContain('The new beneficiary has been saved.');
    expect(await historyOf()).toEqual(['Milbanke', 'Byron']);
  });

  test('is reported as saved also where the session can’t be written', async () => {
    const form = await openForm();
    system.database.fail('PutItem', 'error', {});
    const saved = await save(form, 'Byron');
    expect([saved.url, saved.status]).toEqual([url('/account'), 200]);
    expect(plainText(saved.html)).toContain('Byron');
  });
});

test('somebody else’s change in the meantime is a conflict, of which nothing is saved until the person says so', async () => {
  const form = await openForm();
  await save(await open('/account/beneficiary'), 'From the other tab');
  const stale = await save(form, 'Byron');
  expect(stale.status).toBe(412);
  expect(plainText(stale.html)).toContain('The beneficiary was changed in the meantime.');
  expect(plainText(stale.html)).toContain('The name below has not been saved.');
  expect(await historyOf()).toEqual(['From the other tab']);
  await agent.press(stale, 'Save anyway');
  expect(await historyOf()).toEqual(['Byron', 'From the other tab']);
});

test('six submits of one form at once: one change, and all end on the policy that shows it', async () => {
  const form = await openForm();
  const pages = await Promise.all(Array.from({ length: 6 }, () => save(form, 'Byron')));
  expect(pages.map((page) => [page.status, page.url])).toEqual(pages.map(() => [200, url('/account')]));
  for (const page of pages) expect(plainText(page.html)).toContain('Byron');
  expect(await historyOf()).toEqual(['Byron']);
});

describe('what was typed before the second factor was due', () => {
  /** The form with a draft that the session keeps. */
  async function formWithDraft(): Promise<AgentPage> {
    const form = await openForm();
    system.clock.forward(6 * MINUTE);
    const factor = await save(form, 'Byron');
    system.clock.forward(-6 * MINUTE);
    const kept = await giveCode(factor);
    expect(plainText(kept.html)).toContain('Not saved yet. We have kept what you typed.');
    expect(fieldOf(kept)).toBe('Byron');
    return kept;
  }
  const expectNoDraft = (page: AgentPage): void => {
    expect(plainText(page.html)).not.toContain('We have kept what you typed');
    expect(fieldOf(page)).toBe('');
  };

  test('comes back until it is discarded, then it is gone', async () => {
    await formWithDraft();
    const kept = await open('/account/beneficiary');
    expect(fieldOf(kept)).toBe('Byron');
    expect((await agent.press(kept, 'Back without saving')).url).toBe(url('/account'));
    expectNoDraft(await open('/account/beneficiary'));
    expect(await historyOf()).toEqual([]);
  });

  test('is gone in each tab when one discards it, also after the session has got a new id', async () => {
    const kept = await formWithDraft();
    await open('/account/beneficiary');
    await agent.press(await agent.press(await open('/profile'), 'Edit your details'), 'Continue');
    await agent.press(kept, 'Back without saving');
    expectNoDraft(await open('/account/beneficiary'));
  });

  test('stays when another tab discards its own form', async () => {
    const other = await openForm();
    system.clock.forward(6 * MINUTE);
    const factor = await save(await openFormAgain(), 'Byron');
    system.clock.forward(-6 * MINUTE);
    await agent.press(other, 'Back without saving');
    expect(fieldOf(await giveCode(factor))).toBe('Byron');
  });

  test('is gone also where its form had been saved with another name', async () => {
    const form = await openForm();
    await save(form, 'Byron');
    system.clock.forward(6 * MINUTE);
    const factor = await save(form, 'Milbanke');
    system.clock.forward(-6 * MINUTE);
    const kept = await giveCode(factor);
    expect(plainText(kept.html)).toContain('The beneficiary was changed in the meantime.');
    await agent.press(kept, 'Keep Byron');
    const opened = await open('/account/beneficiary');
    expect(plainText(opened.html)).not.toContain('in the meantime');
    expect(fieldOf(opened)).toBe('Byron');
  });

  /** A second tab with the form, as long as the factor counts. */
  async function openFormAgain(): Promise<AgentPage> {
    system.clock.forward(-6 * MINUTE);
    const form = await open('/account/beneficiary');
    system.clock.forward(6 * MINUTE);
    return form;
  }

  test('is gone once it is saved', async () => {
    await save(await formWithDraft(), 'Byron King');
    const form = await open('/account/beneficiary');
    expect(plainText(form.html)).not.toContain('We have kept what you typed');
    expect(fieldOf(form)).toBe('Byron King');
  });

  test('is gone after a sign-out', async () => {
    const kept = await formWithDraft();
    await agent.press(kept, 'Sign out');
    expectNoDraft(await openForm());
  });

  test('is not for the next person', async () => {
    await formWithDraft();
    await system.endSessions();
    agent.clear();
    await signIn(agent, await open('/login'), BOB);
    const factor = await open('/account/beneficiary');
    expectNoDraft(await giveFactor(agent, factor, { source: system.b2c, to: BOB.phone }));
  });
});
