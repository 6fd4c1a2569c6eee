import { join } from 'node:path';
import type { Page } from 'playwright-core';
import {
  fillSignIn,
  giveFactor,
  heading,
  inBrowser,
  nameField,
  press,
  sendCode,
  type Check,
  type ContextOptions,
} from '../apps/web/in-browser';
import { startSystem, type System } from '../../support/apps/web/system';
import { IN_BROWSER, startBrowser, type StartedBrowser } from '../../support/browser';
import { testWithTools } from '../../support/tools';

/** Where pictures of every page go, to be looked at. */
const { WEB_SCREENSHOTS: screenshots, JOURNEY_SCREENSHOTS: journey } = process.env;

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

const inside = (options: ContextOptions, check: Check): Promise<void> => inBrowser(started, options, check);

type Look = (name: string) => Promise<void>;

/** Walks through every page, calling `look` on each. */
async function walk(page: Page, look: Look): Promise<void> {
  const open = (path: string): Promise<unknown> => page.goto(`${system.baseUrl}${path}`);
  await open('/');
  await look('welcome');
  await open('/public');
  await look('public');
  await open('/nothing');
  await look('not-found');
  await open('/account');
  await fillSignIn(page);
  await heading(page, 'Your policy');
  await look('account');
  await walkForm(page, look);
  for (const [path, name] of [
    ['/', 'home'],
    ['/claims', 'claims'],
    ['/profile', 'profile'],
    ['/logout', 'sign-out'],
    ['/signed-out', 'still-signed-in'],
  ] as const) {
    await open(path);
    await look(name);
  }
  await system.stopApi();
  await open('/account');
  await look('api-down');
  await open('/public');
  await look('public-down');
  await system.startApi();
  await open('/logout');
  await press(page, 'Sign out now');
  await heading(page, 'You are signed out');
  await look('signed-out');
}

async function walkForm(page: Page, look: Look): Promise<void> {
  await page.goto(`${system.baseUrl}/account/beneficiary`);
  await giveFactor(page, system);
  await heading(page, /beneficiary$/);
  await look('form');
  await nameField(page).fill('x'.repeat(150));
  await press(page, 'Save');
  await page.locator('.fault').waitFor();
  expect(await page.title()).toMatch(/^Error: /);
  await look('form-fault');
  await nameField(page).fill('Ada King, Countess of Lovelace, and Byron Noel King-Milbanke');
  await press(page, 'Save');
  await page.getByRole('status').waitFor();
  expect(await page.title()).toMatch(/^Saved: Your policy/);
  await look('account-saved');
  await walkConflicts(page, look);
}

/** The form where another tab was quicker, and where the API is away. */
async function walkConflicts(page: Page, look: Look): Promise<void> {
  const form = `${system.baseUrl}/account/beneficiary`;
  await page.goto(form);
  const other = await page.context().newPage();
  await other.goto(form);
  await nameField(other).fill('Byron');
  await press(other, 'Save');
  await heading(other, 'Your policy');
  await other.close();
  await nameField(page).fill('Milbanke');
  await press(page, 'Save');
  await page.getByRole('alert').waitFor();
  await look('form-changed');
  await system.stopApi();
  await press(page, 'Save anyway');
  await heading(page, 'We could not confirm the change');
  await look('form-unconfirmed');
  await system.startApi();
  await page.goto(form);
  await page.getByRole('status').waitFor();
  await look('form-kept');
  await press(page, 'Back without saving');
  await heading(page, 'Your policy');
}

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 800 };

test.each([
  ['light', 'phone', PHONE],
  ['light', 'desktop', DESKTOP],
  ['dark', 'phone', PHONE],
  ['dark', 'desktop', DESKTOP],
] as const)('every page is free of faults that axe knows: %s, %s', async (colorScheme, device, viewport) => {
  await inside({ colorScheme, viewport, bypassCSP: true }, async (page) => {
    await walk(page, async (name) => {
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
  inside({ javaScriptEnabled: false }, async (page) => {
    await walk(page, async (name) => {
      expect([name, await page.locator('h1').count()]).toEqual([name, 1]);
    });
  }));

test('text keeps clear of the edge at every width', () =>
  inside({}, async (page) => {
    await page.goto(system.baseUrl);
    for (const width of [320, 575, 576, 700, 768, 900, 1023, 1024, 1100, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      const left = await page.evaluate<number>(
        "Math.min(...[...document.querySelectorAll('main > *, .brand, footer p')].map((one) => one.getBoundingClientRect().left))",
      );
      expect({ width, isClear: left >= 16 }).toEqual({ width, isClear: true });
    }
  }));

test('on a phone the way in stands beside the brand', () =>
  inside({ viewport: PHONE }, async (page) => {
    await page.goto(system.baseUrl);
    const middles = await page.evaluate<readonly number[]>(
      "['.brand', '.session'].map((one) => document.querySelector(one).getBoundingClientRect()).map(({ top, height }) => Math.round(top + height / 2))",
    );
    expect(new Set(middles).size).toBe(1);
  }));

test('on a phone no link of the navigation stands alone in its row', () =>
  inside({ viewport: PHONE }, async (page) => {
    await page.goto(`${system.baseUrl}/account`);
    await fillSignIn(page);
    // Before its style is there, each link has a row.
    await page.waitForLoadState();
    const rows = await page.evaluate<readonly number[]>(
      "[...document.querySelectorAll('nav a')].map((link) => Math.round(link.getBoundingClientRect().top))",
    );
    expect([...Map.groupBy(rows, (top) => top).values()].map(({ length }) => length)).toEqual([3, 2]);
  }));

test('the sign-in has the name and the mark of the application', () =>
  inside({}, async (page) => {
    await page.goto(`${system.baseUrl}/login`);
    await page.waitForLoadState('networkidle');
    expect(await page.locator('.eyebrow').textContent()).toBe('Claims');
    expect(await page.evaluate<number>("document.querySelector('.eyebrow img').naturalWidth")).toBeGreaterThan(0);
  }));

test('with forced colours the current page is told apart from the others', () =>
  inside({ forcedColors: 'active' }, async (page) => {
    await page.goto(system.baseUrl);
    const colours = await page.evaluate<readonly string[]>(
      "[...document.querySelectorAll('nav a')].map((link) => getComputedStyle(link).borderBottomColor)",
    );
    expect(new Set(colours).size).toBe(2);
  }));

test('dates are in the language and time zone of the reader; a print has neither navigation nor buttons', () =>
  inside({ locale: 'de-DE', timezoneId: 'America/New_York' }, async (page) => {
    await page.goto(`${system.baseUrl}/account`);
    await fillSignIn(page);
    await heading(page, 'Your policy');
    const since = page.locator('time').first();
    const [moment = '', text] = [await since.getAttribute('datetime'), await since.textContent()].map(String);
    const expected = new Intl.DateTimeFormat('de-DE', { dateStyle: 'long', timeZone: 'America/New_York' });
    expect([text, await since.getAttribute('lang')]).toEqual([expected.format(new Date(moment)), 'de-DE']);
    expect(await page.getByText('Times are in America/New_York.').count()).toBe(1);
    await page.goto(`${system.baseUrl}/claims`);
    const ends = await page.locator('tr', { hasText: 'exp' }).locator('time').getAttribute('lang');
    expect(ends).toBe('de-DE');
    await page.emulateMedia({ media: 'print' });
    for (const hidden of ['nav', 'button', 'main [role=button]']) {
      expect(await page.locator(hidden).first().isVisible()).toBe(false);
    }
  }));

(journey === undefined ? test.skip : test).each(['light', 'dark'] as const)(
  'takes the pictures of the docs where JOURNEY_SCREENSHOTS names a folder: %s',
  async (colorScheme) => {
    const fresh = await startSystem();
    await inside({ colorScheme, reducedMotion: 'reduce', locale: 'en-GB' }, async (page) => {
      const take = async (name: string, height: number): Promise<void> => {
        await page.setViewportSize({ width: 1100, height });
        await page.screenshot({ path: join(journey ?? '', `journey-${name}-${colorScheme}.png`) });
      };
      await page.goto(`${fresh.baseUrl}/account/beneficiary`);
      await fillSignIn(page);
      await sendCode(page, fresh);
      await take('second-factor', 620);
      await press(page, 'Verify code');
      await save(page, 'William King-Noel');
      await page.goto(`${fresh.baseUrl}/account/beneficiary`);
      await save(page, 'Byron King-Noel');
      await take('policy', 760);
    });
    await fresh.stop();
  },
);

async function save(page: Page, name: string): Promise<void> {
  await nameField(page).fill(name);
  await press(page, 'Save');
  await page.getByText('The new beneficiary has been saved.').waitFor();
}
