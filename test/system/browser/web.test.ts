import type { Page } from 'playwright-core';
import {
  fillSignIn,
  giveFactor,
  heading,
  inBrowser,
  nameField,
  openForm,
  press,
  signIn,
  type Check,
  type ContextOptions,
} from '../apps/web/in-browser';
import { ADA, BOB, startSystem, type System } from '../../support/apps/web/system';
import { codeFor } from '../../support/b2c-agent';
import { IN_BROWSER, startBrowser, type StartedBrowser } from '../../support/browser';
import { testWithTools } from '../../support/tools';

let started: StartedBrowser;
let system: System;

const test = testWithTools(IN_BROWSER);

beforeAll(async () => {
  system = await startSystem();
  started = await startBrowser();
});
afterAll(async () => {
  await started.close();
  await system.stop();
});

const inside = (check: Check, options: ContextOptions = {}): Promise<void> => inBrowser(started, options, check);
const open = (page: Page, path: string): Promise<unknown> => page.goto(`${system.baseUrl}${path}`);
const says = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();
const isAt = (page: Page, path: string): Promise<void> => page.waitForURL(`${system.baseUrl}${path}`);

async function signUp(page: Page, email: string): Promise<void> {
  await press(page, 'Sign up now');
  await page.getByLabel('Email Address').fill(email);
  await press(page, 'Send verification code');
  await page.getByLabel('Verification code').fill(codeFor(system.b2c, email));
  await press(page, 'Verify code');
  await page.getByLabel('New Password', { exact: true }).fill('Compiler-1952');
  await page.getByLabel('Confirm New Password').fill('Compiler-1952');
  for (const label of ['Display Name', 'Given Name', 'Surname']) await page.getByLabel(label).fill('Grace');
  await press(page, 'Create');
}

test.each([true, false])('from sign-up to the changed beneficiary; JavaScript: %s', (javaScriptEnabled) =>
  inside(
    async (page) => {
      await open(page, '/');
      await page.getByRole('button', { name: 'Sign in or sign up' }).click();
      await signUp(page, `grace-${javaScriptEnabled}@example.com`);
      await heading(page, 'Welcome, Grace');
      await page.getByRole('link', { name: 'Your policy', exact: true }).click();
      await says(page, 'None yet');
      await page.getByRole('button', { name: 'Name a beneficiary' }).click();
      await giveFactor(page, system, javaScriptEnabled ? '+442079460011' : '+442079460012');
      await nameField(page).fill('Vincent Foster Hopper');
      await press(page, 'Save');
      await isAt(page, '/account');
      await says(page, 'The new beneficiary has been saved.');
      await page.locator('dd', { hasText: 'Vincent Foster Hopper' }).waitFor();
      await page.reload();
      expect(await page.getByRole('status').count()).toBe(0);
    },
    { javaScriptEnabled },
  ),
);

test('a forgotten password is reset from the sign-in page, and the person ends up where they wanted to be', () =>
  inside(async (page) => {
    await open(page, '/profile');
    await press(page, 'Forgot your password?');
    await page.getByLabel('Email Address').fill(BOB.email);
    await press(page, 'Send verification code');
    await page.getByLabel('Verification code').fill(codeFor(system.b2c, BOB.email));
    await press(page, 'Verify code');
    await page.getByLabel('New Password', { exact: true }).fill('Quarterly-77');
    await page.getByLabel('Confirm New Password').fill('Quarterly-77');
    await press(page, 'Continue');
    await isAt(page, '/profile');
    await says(page, 'Your password has been changed.');
    await says(page, BOB.email);
  }));

test('cancelling leads back to where one was, everywhere', () =>
  inside(async (page) => {
    const cancelled = 'You cancelled. Nothing was changed.';
    await open(page, '/account');
    await press(page, 'Cancel');
    await isAt(page, '/');
    await says(page, cancelled);
    await open(page, '/reset-password');
    await press(page, 'Cancel');
    await isAt(page, '/');
    await says(page, cancelled);
    await signIn(page, system);
    await open(page, '/profile');
    await press(page, 'Edit your details');
    await press(page, 'Cancel');
    await isAt(page, '/profile');
    await says(page, cancelled);
    await open(page, '/account/beneficiary');
    await press(page, 'Cancel');
    await isAt(page, '/account');
    await says(page, 'You cancelled. Nothing was changed.');
  }));

test('the back button shows neither the sign-in again nor the form as if it were fresh', () =>
  inside(async (page) => {
    await signIn(page, system);
    await page.goBack();
    await open(page, '/');
    await heading(page, /^Welcome, /);
    await openForm(page, system);
    await nameField(page).fill('First');
    await press(page, 'Save');
    await isAt(page, '/account');
    await page.goBack();
    await heading(page, /beneficiary$/);
    await nameField(page).fill('Second');
    await press(page, 'Save');
    await isAt(page, '/account');
    await page.locator('dd', { hasText: 'Second' }).waitFor();
  }));

test('two tabs sign in at once, and both arrive where they were going', () =>
  inside(async (page, context) => {
    const other = await context.newPage();
    await open(page, '/claims');
    await open(other, '/profile');
    await fillSignIn(page);
    await heading(page, 'Sign-in data');
    await fillSignIn(other);
    await heading(other, 'Your details');
    await page.reload();
    await heading(page, 'Sign-in data');
  }));

test('two tabs change the beneficiary: the later one sees the newer value and decides', () =>
  inside(async (page, context) => {
    await signIn(page, system);
    await openForm(page, system);
    const other = await context.newPage();
    await open(other, '/account/beneficiary');
    await nameField(page).fill('From the first tab');
    await press(page, 'Save');
    await isAt(page, '/account');
    await nameField(other).fill('From the second tab');
    await press(other, 'Save');
    await says(other, 'The beneficiary was changed in the meantime.');
    await other.getByRole('alert').getByText('From the first tab').waitFor();
    expect(await nameField(other).inputValue()).toBe('From the second tab');
    await other.getByRole('button', { name: 'Keep From the first tab' }).waitFor();
    await press(other, 'Save anyway');
    await isAt(other, '/account');
    await other.locator('dd', { hasText: 'From the second tab' }).waitFor();
  }));

test.each([true, false])(
  'a session that ends in the middle of a form loses nothing; JavaScript: %s',
  (javaScriptEnabled) =>
    inside(
      async (page) => {
        await signIn(page, system);
        await openForm(page, system);
        await nameField(page).fill('Typed “before” <the end>');
        await system.endSessions();
        await press(page, 'Save');
        await giveFactor(page, system);
        await heading(page, /beneficiary$/);
        await says(page, 'We have kept what you typed.');
        expect(await nameField(page).inputValue()).toBe('Typed “before” <the end>');
        await press(page, 'Save');
        await isAt(page, '/account');
        await page.locator('dd', { hasText: 'Typed “before” <the end>' }).waitFor();
      },
      { javaScriptEnabled },
    ),
);

test('a second factor that is too old is asked for again, and what was typed stays', () =>
  inside(async (page) => {
    await signIn(page, system);
    await openForm(page, system);
    await nameField(page).fill('Slow typist');
    // For the web alone: the directory's clock is the system's.
    system.clock.forward(6 * 60_000);
    await press(page, 'Save');
    await heading(page, 'Verify it is you');
    system.clock.forward(-6 * 60_000);
    await giveFactor(page, system);
    await says(page, 'We have kept what you typed.');
    expect(await nameField(page).inputValue()).toBe('Slow typist');
  }));

test.each([true, false])('what was typed and is discarded does not come back; JavaScript: %s', (javaScriptEnabled) =>
  inside(
    async (page) => {
      await signIn(page, system);
      await openForm(page, system);
      const current = await nameField(page).inputValue();
      await nameField(page).fill('Thought better of');
      await system.endSessions();
      await press(page, 'Save');
      await giveFactor(page, system);
      await says(page, 'We have kept what you typed.');
      // An empty field does not hold the person back.
      await nameField(page).fill('');
      await press(page, 'Back without saving');
      await isAt(page, '/account');
      await open(page, '/account/beneficiary');
      await heading(page, /beneficiary$/);
      expect(await nameField(page).inputValue()).toBe(current);
    },
    { javaScriptEnabled },
  ),
);

test('a second click on Save causes no conflict', () =>
  inside(async (page) => {
    await signIn(page, system);
    await openForm(page, system);
    await nameField(page).fill('Clicked twice');
    await page.getByRole('button', { name: 'Save', exact: true }).dblclick();
    await isAt(page, '/account');
    await page.locator('dd', { hasText: 'Clicked twice' }).waitFor();
  }));

test('what one person typed is not shown to the next one on the same browser', () =>
  inside(async (page, context) => {
    await signIn(page, system);
    await openForm(page, system);
    await nameField(page).fill('Ada’s secret');
    await system.endSessions();
    await context.clearCookies({ domain: 'localhost' });
    await press(page, 'Save');
    await fillSignIn(page, { ...BOB, password: 'Quarterly-77' });
    await giveFactor(page, system, BOB.phone);
    await heading(page, /beneficiary$/);
    expect(await nameField(page).inputValue()).not.toContain('secret');
    expect(await page.content()).not.toContain('secret');
  }));

test('after signing out, the back button shows nothing, and a second person sees only their own', () =>
  inside(async (page) => {
    await signIn(page, system);
    await open(page, '/account');
    await says(page, ADA.email);
    await press(page, 'Sign out');
    await heading(page, 'You are signed out');
    await page.goBack();
    await page.getByLabel('Email Address').waitFor();
    expect(await page.content()).not.toContain(ADA.email);
    await fillSignIn(page, { ...BOB, password: 'Quarterly-77' });
    await heading(page, 'Your policy');
    await says(page, BOB.email);
    expect(await page.content()).not.toContain(ADA.email);
  }));

test('an edited profile is shown at once', () =>
  inside(async (page) => {
    await signIn(page, system);
    await open(page, '/profile');
    await press(page, 'Edit your details');
    await page.getByLabel('Display Name').fill('Countess Ada');
    await press(page, 'Continue');
    await says(page, 'Your details have been saved.');
    await page.locator('dd', { hasText: 'Countess Ada' }).waitFor();
  }));

test('the whole way to the form goes by keyboard alone', () =>
  inside(async (page) => {
    await open(page, '/login');
    await page.locator('#email:focus').waitFor();
    await page.keyboard.type(ADA.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(ADA.password);
    await page.keyboard.press('Enter');
    await heading(page, /^Welcome, /);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await isAt(page, '/account');
  }));
