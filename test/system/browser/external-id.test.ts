import type { Page } from 'playwright-core';
import { EXTERNAL_TENANT } from '../apps/web/external-tenant';
import { heading, inBrowser, nameField, press, type Check, type ContextOptions } from '../apps/web/in-browser';
import { startSystem, type System } from '../../support/apps/web/system';
import { codeFor } from '../../support/b2c-agent';
import { IN_BROWSER, startBrowser, type StartedBrowser } from '../../support/browser';
import { testWithTools } from '../../support/tools';

let started: StartedBrowser;
let system: System;

const test = testWithTools(IN_BROWSER);

beforeAll(async () => {
  system = await startSystem({ directory: EXTERNAL_TENANT });
  started = await startBrowser();
});
afterAll(async () => {
  await started.close();
  await system.stop();
});

const inside = (check: Check, options: ContextOptions = {}): Promise<void> => inBrowser(started, options, check);
const isAt = (page: Page, path: string): Promise<void> => page.waitForURL(`${system.baseUrl}${path}`);

async function signUp(page: Page, email: string): Promise<void> {
  await press(page, 'Sign up now');
  await page.getByLabel('Email Address').fill(email);
  await press(page, 'Send verification code');
  await page.getByLabel('Verification code').fill(codeFor(system.b2c, email));
  await press(page, 'Verify code');
  await page.getByLabel('New Password', { exact: true }).fill('Compiler-1952');
  await page.getByLabel('Confirm New Password').fill('Compiler-1952');
  for (const label of ['Display Name', 'Given Name']) await page.getByLabel(label).fill('Grace');
  await press(page, 'Create');
}

test.each([true, false])(
  'against External ID: sign-up, policy, step-up by e-mail, change, sign-out; JavaScript: %s',
  (javaScriptEnabled) =>
    inside(
      async (page) => {
        const email = `grace-${javaScriptEnabled}@example.com`;
        await page.goto(system.baseUrl);
        await page.getByRole('button', { name: 'Sign in or sign up' }).click();
        await signUp(page, email);
        await heading(page, 'Welcome, Grace');
        await page.getByRole('link', { name: 'Your policy', exact: true }).click();
        await page.locator('dd', { hasText: email }).waitFor();
        await page.getByRole('button', { name: 'Name a beneficiary' }).click();
        await heading(page, 'Verify it is you');
        await press(page, 'Send code');
        await page.getByLabel('Verification code').fill(codeFor(system.b2c, email));
        await press(page, 'Verify code');
        await nameField(page).fill('Vincent Foster Hopper');
        await press(page, 'Save');
        await isAt(page, '/account');
        await page.locator('dd', { hasText: 'Vincent Foster Hopper' }).waitFor();
        await press(page, 'Sign out');
        await heading(page, 'You are signed out');
        await page.goto(`${system.baseUrl}/account`);
        await heading(page, 'Sign in');
      },
      { javaScriptEnabled },
    ),
);
