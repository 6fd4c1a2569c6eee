import type { BrowserContext, Page } from 'playwright-core';
import { codeFor, type Fields } from '../../../support/b2c-agent';
import type { StartedBrowser } from '../../../support/browser';
import type { System } from '../../../support/apps/web/system';
import { ADA } from '../../../support/apps/web/system';

export type ContextOptions = Parameters<StartedBrowser['browser']['newContext']>[0];
export type Check = (page: Page, context: BrowserContext) => Promise<void>;

/** Answers that tests ask for, and a field that the test fills before the browser has put the focus there. */
const EXPECTED = /status of 4\d\d|status of 503|^Autofocus processing was blocked/;

/** Opens a new browser, runs the check, and fails on anything else that the console says. */
export async function inBrowser(started: StartedBrowser, options: ContextOptions, check: Check): Promise<void> {
  const context = await started.browser.newContext(options);
  const complaints: string[] = [];
  context.on('console', (message) => {
    if (!EXPECTED.test(message.text())) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  const page = await context.newPage();
  page.setDefaultTimeout(300_000);
  await check(page, context);
  await context.close();
  expect(complaints).toEqual([]);
}

export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).first().click();

/** Waits for a page by its heading. */
export const heading = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();

export async function fillSignIn(page: Page, { email, password }: Fields = ADA): Promise<void> {
  await page.getByLabel('Email Address').fill(email ?? '');
  await page.getByLabel('Password').fill(password ?? '');
  await press(page, 'Sign in');
}

/** Signs in from the start page. */
export async function signIn(page: Page, system: System, person: Fields = ADA): Promise<void> {
  await page.goto(`${system.baseUrl}/login`);
  await fillSignIn(page, person);
  await heading(page, /^Welcome, /);
}

/** Has a code sent, and types it in. */
export async function sendCode(page: Page, system: System, phone: string = ADA.phone): Promise<void> {
  await heading(page, 'Verify it is you');
  const field = page.getByLabel('Phone Number');
  if ((await field.count()) > 0) await field.fill(phone);
  await press(page, 'Send code');
  await page.getByLabel('Verification code').fill(codeFor(system.b2c, phone));
}

export async function giveFactor(page: Page, system: System, phone: string = ADA.phone): Promise<void> {
  await sendCode(page, system, phone);
  await press(page, 'Verify code');
}

/** Opens the form that changes the beneficiary, second factor included. */
export async function openForm(page: Page, system: System): Promise<void> {
  await page.goto(`${system.baseUrl}/account/beneficiary`);
  await giveFactor(page, system);
  await heading(page, /^(Name a|Change the) beneficiary$/);
}

export const nameField = (page: Page) => page.getByLabel('Full name of the beneficiary');
