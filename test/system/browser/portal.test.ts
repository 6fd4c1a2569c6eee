import type { Page } from 'playwright-core';
import { startWorkforce, type WorkforceEmulator } from '../../../apps/emulator/workforce/start';
import { workforcePlanOf } from '../../../src/local/workforce';
import { IN_BROWSER, startBrowser, type StartedBrowser } from '../../support/browser';
import { planFiles, sandboxFiles } from '../../support/sandbox';
import { testWithTools } from '../../support/tools';
import { heading, inBrowser, press } from '../apps/web/in-browser';

/** Where pictures of every page go, to be looked at. */
const { PORTAL_SCREENSHOTS: screenshots } = process.env;

const test = testWithTools(IN_BROWSER);
let started: StartedBrowser;
let running: WorkforceEmulator;

beforeAll(async () => {
  running = await startWorkforce(workforcePlanOf(planFiles(sandboxFiles())));
  started = await startBrowser();
});

afterAll(async () => {
  await started.close();
  await running.stop();
});

const open = async (page: Page, path: string): Promise<void> => {
  await page.goto(`${running.url}${path}`);
};

/** Walks through every page, calling `look` on each. Ends as it began. */
async function walk(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await open(page, '/start');
  await heading(page, 'Who signs in?');
  await look('sign-in');
  await press(page, 'Katherine Johnson');
  // The form that brings the answer sends itself.
  await heading(page, 'Katherine Johnson');
  await look('portal');
  await page.getByRole('link', { name: 'SecurityAdmin' }).first().click();
  await page.getByText('AWSReservedSSO_SecurityAdmin_').first().waitFor();
  await look('opened');
  await changeGroups(page);
  await open(page, '/start');
  await page.getByText('No longer there: SecurityAdmin').waitFor();
  await look('changed');
  await press(page, 'Sign out');
  await look('signed-out');
  await rollOver(page, look);
  await changeGroups(page);
}

/** Lets Katherine change from one of two groups to the other, with a cycle. */
async function changeGroups(page: Page): Promise<void> {
  await open(page, '/');
  const entry = page.getByRole('listitem').filter({ hasText: 'katherine@staff.example.com' }).first();
  const [left, joined] =
    (await entry.getByRole('button', { name: 'Leave Security Admins' }).count()) > 0
      ? ['Security Admins', 'Security Auditors']
      : ['Security Auditors', 'Security Admins'];
  await entry.getByRole('combobox').selectOption(joined);
  await entry.getByRole('button', { name: 'Join' }).click();
  await entry.getByRole('button', { name: `Leave ${left}` }).click();
  await press(page, 'Run a cycle');
}

async function rollOver(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await open(page, '/');
  await look('workforce');
  await press(page, 'Activate a new certificate');
  await open(page, '/start');
  await press(page, 'Katherine Johnson');
  await heading(page, "It's not you, it's us");
  await look('refused');
  await page.getByRole('link', { name: 'Identity provider' }).first().click();
  await page.getByLabel('Federation metadata of the application').fill('nothing');
  await press(page, 'Upload');
  await page.getByRole('alert').waitFor();
  await look('not-uploaded');
  const metadata = await (await fetch(`${running.url}/metadata.xml`)).text();
  await page.getByLabel('Federation metadata of the application').fill(metadata);
  await press(page, 'Upload');
  await page
    .getByRole('button', { name: /^Delete/ })
    .nth(1)
    .waitFor();
  await look('uploaded');
  await open(page, '/start');
  await press(page, 'Katherine Johnson');
  await heading(page, 'Katherine Johnson');
}

test.each([
  ['light', 'desktop', { width: 1280, height: 900 }],
  ['dark', 'phone', { width: 360, height: 740 }],
  ['light', 'phone', { width: 320, height: 640 }],
  ['dark', 'desktop', { width: 1280, height: 900 }],
] as const)('every page is free of faults that axe knows: %s, %s', async (colorScheme, device, viewport) => {
  const found: string[] = [];
  // Axe is put into the pages, which allow no script of others.
  await inBrowser(started, { colorScheme, viewport, bypassCSP: true }, (page) =>
    walk(page, async (name) => {
      await page.addScriptTag({ path: require.resolve('axe-core/axe.min.js') });
      const violations = await page.evaluate<readonly string[]>(
        "axe.run().then(({ violations }) => violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' ')))",
      );
      found.push(...violations.map((violation) => `${name}: ${violation}`));
      const excess = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      if (excess > 0) found.push(`${name}: is ${excess} pixels too wide`);
      if (screenshots !== undefined) {
        await page.screenshot({ path: `${screenshots}/${name}-${device}-${colorScheme}.png`, fullPage: true });
      }
    }),
  );
  expect(found).toEqual([]);
});

test('under its own policy, and with a keyboard alone, somebody signs in and out', () =>
  inBrowser(started, {}, async (page) => {
    await open(page, '/start');
    await page.getByRole('button', { name: 'Grace Hopper', exact: true }).focus();
    await page.keyboard.press('Enter');
    await heading(page, 'Grace Hopper');
    await page.getByRole('button', { name: 'Sign out' }).focus();
    await page.keyboard.press('Enter');
    await heading(page, 'Signed out');
    await open(page, '/start');
    await heading(page, 'Who signs in?');
  }));
