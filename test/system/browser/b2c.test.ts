import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { B2cEmulator } from '../../../apps/emulator/b2c';
import {
  ADA,
  begin,
  FLOWS,
  REGISTRATIONS,
  startForTest,
  WEB,
} from '../../support/apps/emulator/b2c/support/application';
import { codeFor } from '../../support/b2c-agent';
import type { StartedBrowser } from '../../support/browser';
import { IN_BROWSER, startBrowser } from '../../support/browser';
import { testWithTools } from '../../support/tools';

/** Where pictures of every page go, to be looked at. */
const { B2C_SCREENSHOTS: screenshots } = process.env;

let started: StartedBrowser;
let application: Server;
let callback: string;
let emulator: B2cEmulator;

const test = testWithTools(IN_BROWSER);

beforeAll(async () => {
  application = createServer((_req, res) => res.setHeader('content-type', 'text/html').end('<h1>Back</h1>'));
  application.listen(0, '127.0.0.1');
  await once(application, 'listening');
  callback = `http://localhost:${(application.address() as AddressInfo).port}/auth/callback`;
  const clients = [{ ...WEB, redirectUris: [callback] }];
  emulator = await startForTest({ registrations: { ...REGISTRATIONS, clients } });
  started = await startBrowser();
});

afterAll(async () => {
  await started.close();
  await emulator.stop();
  application.closeAllConnections();
  application.close();
});

type ContextOptions = Parameters<StartedBrowser['browser']['newContext']>[0];

/** Forms that are refused, and a field that the test fills before the browser has put the focus there. */
const EXPECTED = /status of 400|^Autofocus processing was blocked because a document already has a focused element/;

/** Opens a browser, runs the check, and fails on anything else that the console says. */
async function inBrowser(
  options: ContextOptions,
  check: (page: Page, context: BrowserContext) => Promise<void>,
): Promise<void> {
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

async function start(page: Page, flow: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
  await page.goto((await begin(emulator, { flow, more: { redirect_uri: callback, ...more } })).url);
}

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Email Address').fill(ADA.email);
  await page.getByLabel('Password').fill(ADA.password);
  await press(page, 'Sign in');
}

async function enterCode(page: Page, to: string): Promise<void> {
  await page.getByLabel('Verification code').fill(codeFor(emulator, to));
  await press(page, 'Verify code');
}

async function isBack(page: Page): Promise<URLSearchParams> {
  await page.getByRole('heading', { name: 'Back' }).waitFor();
  return new URL(page.url()).searchParams;
}

/** Walks through every page, calling `look` on each. */
async function walk(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await page.goto(emulator.url);
  await look('overview');
  await start(page, FLOWS.signIn.id);
  await look('sign-in');
  await page.getByLabel('Email Address').fill(ADA.email);
  await page.getByLabel('Password').fill('Wrong-12345');
  await press(page, 'Sign in');
  await page.getByRole('alert').waitFor();
  await look('sign-in-wrong');
  await walkSignUp(page, look);
  await walkFactor(page, look);
  await walkReset(page, look);
  await page.goto(emulator.inboxUrl);
  await look('inbox');
  await start(page, FLOWS.signIn.id, { redirect_uri: 'http://localhost:5000/wrong' });
  await look('error');
  await page.goto(`${emulator.url}/contoso.onmicrosoft.com/${FLOWS.signIn.id}/oauth2/v2.0/logout`);
  await look('signed-out');
}

async function walkSignUp(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await press(page, 'Sign up now');
  await page.getByRole('heading', { name: 'Sign up' }).waitFor();
  await look('sign-up-email');
  const email = `walker-${Math.random().toString(36).slice(2)}@example.com`;
  await page.getByLabel('Email Address').fill(email);
  await press(page, 'Send verification code');
  await page.getByLabel('Verification code').waitFor();
  await look('sign-up-code');
  await enterCode(page, email);
  await page.getByLabel('Display Name').waitFor();
  await look('sign-up-details');
  await page.getByLabel('New Password', { exact: true }).fill('weak');
  for (const label of ['Confirm New Password', 'Display Name', 'Given Name', 'Surname']) {
    await page.getByLabel(label, { exact: true }).fill('Walker');
  }
  await press(page, 'Create');
  await page.getByRole('alert').waitFor();
  await look('sign-up-details-faults');
}

async function walkFactor(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await start(page, FLOWS.stepUp.id);
  await signIn(page);
  await page.getByRole('button', { name: 'Send code' }).waitFor();
  await look('factor-start');
  await press(page, 'Send code');
  await page.getByLabel('Verification code').waitFor();
  await look('factor-code');
  await enterCode(page, ADA.phone);
  await isBack(page);
  await start(page, FLOWS.profile.id);
  await look('profile');
}

async function walkReset(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await start(page, FLOWS.reset.id);
  await look('reset-email');
  await page.getByLabel('Email Address').fill(ADA.email);
  await press(page, 'Send verification code');
  await page.getByLabel('Verification code').waitFor();
  await look('reset-code');
  await enterCode(page, ADA.email);
  await page.getByLabel('New Password', { exact: true }).waitFor();
  await look('reset-password');
}

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 800 };

test.each([
  ['light', 'phone', PHONE],
  ['light', 'desktop', DESKTOP],
  ['dark', 'phone', PHONE],
  ['dark', 'desktop', DESKTOP],
] as const)('every page is free of faults that axe knows: %s, %s', async (colorScheme, device, viewport) => {
  await inBrowser({ colorScheme, viewport, bypassCSP: true }, async (page) => {
    await walk(page, async (name) => {
      // A field may be there before the style sheet is.
      await page.waitForLoadState('load');
      await page.addScriptTag({ path: require.resolve('axe-core/axe.min.js') });
      const found = await page.evaluate<readonly string[]>(
        "axe.run().then(({ violations }) => violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' ')))",
      );
      expect({ name, found }).toEqual({ name, found: [] });
      const isTooWide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
      expect({ name, isTooWide }).toEqual({ name, isTooWide: false });
      if (screenshots !== undefined) {
        await page.screenshot({ path: join(screenshots, `${name}-${device}-${colorScheme}.png`), fullPage: true });
      }
    });
  });
});

test('every page works without JavaScript, under its own content security policy', () =>
  inBrowser({ javaScriptEnabled: false }, async (page) => {
    await walk(page, async (name) => {
      expect([name, await page.locator('h1').count()]).toEqual([name, 1]);
    });
  }));

test('signs in by keyboard alone', () =>
  inBrowser({}, async (page) => {
    await start(page, FLOWS.signIn.id);
    await page.locator('#email:focus').waitFor();
    await page.keyboard.type(ADA.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(ADA.password);
    await page.keyboard.press('Enter');
    expect((await isBack(page)).has('code')).toBe(true);
  }));

test('cancels with an empty form, and follows the forgotten password', () =>
  inBrowser({}, async (page) => {
    await start(page, FLOWS.signIn.id);
    await press(page, 'Cancel');
    expect((await isBack(page)).get('error_description')).toMatch(/^AADB2C90091: /);
    await start(page, FLOWS.signIn.id);
    await press(page, 'Forgot your password?');
    expect((await isBack(page)).get('error_description')).toMatch(/^AADB2C90118: /);
  }));

test('the inbox opens beside the page that waits for the code', () =>
  inBrowser({}, async (page, context) => {
    await start(page, FLOWS.reset.id);
    await page.getByLabel('Email Address').fill(ADA.email);
    await press(page, 'Send verification code');
    const opened = context.waitForEvent('page');
    await page.getByRole('link', { name: 'Open the inbox' }).click();
    const inbox = await opened;
    await inbox.getByText(codeFor(emulator, ADA.email)).first().waitFor();
    await enterCode(page, ADA.email);
    await page.getByLabel('New Password', { exact: true }).waitFor();
  }));

test('the back button after a sign-in leads to a page that says what to do', () =>
  inBrowser({}, async (page) => {
    await start(page, FLOWS.signIn.id);
    await signIn(page);
    await isBack(page);
    await page.goBack();
    await page.getByText('Go back to the application and start again.').waitFor();
  }));
