import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { memoryFolder, shuffledEstates } from '../../support/large-estate';
import { renderHtml } from '../../../src/preview/render-html';
import type { Changes } from '../../../src/preview/report';
import { changedSandboxWithPrograms } from '../../support/preview/changed-sandbox';
import { reportOf, reportOfFolders } from '../../support/preview/reports';
import { MANAGEMENT } from '../../support/estate-files';
import type { StartedBrowser } from '../../support/browser';
import { IN_BROWSER, startBrowser } from '../../support/browser';
import { testWithTools } from '../../support/tools';

let started: StartedBrowser;
let folder: string;

const test = testWithTools(IN_BROWSER);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preview-page-'));
  writeFileSync(join(folder, 'sandbox.html'), renderHtml(await changedSandboxWithPrograms()));
  started = await startBrowser();
});

afterAll(async () => {
  await started.close();
  rmSync(folder, { recursive: true });
});

interface PageOptions {
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce';
  readonly forcedColors?: 'active';
  readonly javaScriptEnabled?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** A check may bring scripts of its own. */
  readonly bypassCSP?: boolean;
}

/** Opens a page, runs the check, and fails on anything that the console or the network says. */
async function onPage(file: string, options: PageOptions, check: (page: Page) => Promise<void>): Promise<void> {
  const context = await started.browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) complaints.push(request.url());
  });
  await page.goto(pathToFileURL(join(folder, file)).href);
  await check(page);
  await context.close();
  expect(complaints).toEqual([]);
}

const onSandbox = (check: (page: Page) => Promise<void>): Promise<void> => onPage('sandbox.html', {}, check);

function visibleTexts(page: Page, selector: string): Promise<readonly string[]> {
  return page.locator(selector).filter({ visible: true }).allInnerTexts();
}

/** Names of the accounts that are shown. */
async function accounts(page: Page): Promise<readonly string[]> {
  return (await visibleTexts(page, '#grid th[scope=row]')).map((text) => text.split('\n')[0] ?? '');
}

test('search narrows the accounts by name, id and tag, word by word', () =>
  onSandbox(async (page) => {
    await page.fill('[name=text]', 'Claims PROD');
    expect(await accounts(page)).toEqual(['claims-archive', 'claims-prod']);
    expect(await page.textContent('#shown')).toBe('2 of 14 accounts');
    await page.fill('[name=text]', '210000000013');
    expect(await accounts(page)).toEqual(['playground']);
    await page.fill('[name=text]', 'data=confidential');
    expect(await accounts(page)).toEqual(['log-archive', 'claims-archive', 'claims-prod']);
    await page.fill('[name=text]', 'nothing like it');
    expect(await page.isVisible('#nothing')).toBe(true);
    expect(await visibleTexts(page, '#grid tbody')).toEqual([]);
  }));

test('filters show the columns, accounts and sets that are left', () =>
  onSandbox(async (page) => {
    await page.selectOption('[name=group]', { label: 'Security Auditors' });
    expect(await visibleTexts(page, '#grid thead th')).toEqual(['Account', 'Security Auditors']);
    await page.selectOption('[name=set]', 'BillingReader');
    expect(await accounts(page)).toEqual(['insurance-management']);
    expect(await visibleTexts(page, '#grid td b')).toEqual(['BillingReader']);
    await page.click('button[type=reset]');
    await page.locator('#shown', { hasText: /^14 accounts$/ }).waitFor();
    expect(await visibleTexts(page, '#grid thead th')).toHaveLength(7);
  }));

test('an OU stands for everything below it, and a tag for its accounts', () =>
  onSandbox(async (page) => {
    await page.selectOption('[name=ou]', '/Workloads/Production');
    expect(await accounts(page)).toEqual(['portal-legacy', 'portal-prod', 'claims-archive', 'claims-prod']);
    await page.selectOption('[name=tag]', 'data=confidential');
    expect(await accounts(page)).toEqual(['claims-archive', 'claims-prod']);
  }));

test('shows only what changed, and only accounts with access', () =>
  onSandbox(async (page) => {
    await page.selectOption('[name=show]', 'changed');
    expect(await visibleTexts(page, '#grid td b')).toEqual([]);
    expect(await accounts(page)).toEqual([
      'insurance-management',
      'log-archive',
      'security-tooling',
      'claims-test',
      'playground',
      'analytics-stage',
    ]);
    await page.selectOption('[name=show]', '');
    await page.check('[name=reached]');
    expect(await accounts(page)).not.toContain('portal-legacy');
  }));

test('shows what is gained and lost, each with what is pending of it', () =>
  onSandbox(async (page) => {
    await page.selectOption('[name=show]', 'gained');
    expect(await visibleTexts(page, '#grid ins.p')).toEqual(['DataAnalyst']);
    expect(await visibleTexts(page, '#grid ins')).toHaveLength(5);
    expect(await visibleTexts(page, '#grid :is(td b, del)')).toEqual([]);
    await page.selectOption('[name=show]', 'lost');
    expect(await visibleTexts(page, '#grid del.p')).toEqual(['DataReader']);
    expect(await visibleTexts(page, '#grid del')).toHaveLength(8);
    await page.selectOption('[name=show]', 'pending');
    expect(await visibleTexts(page, '#grid :is(td b, ins, del)')).toEqual(['DataAnalyst', 'DataReader']);
    expect(await accounts(page)).toEqual(['analytics-stage']);
    await page.locator('#grid ins.p').click();
    expect(await page.innerText('#why')).toMatch(
      /^Data Analysts will have, as soon as the group is synchronized, DataAnalyst in analytics-stage/,
    );
  }));

test('an account that only loses access has none', () =>
  onSandbox(async (page) => {
    await page.check('[name=reached]');
    expect(await accounts(page)).not.toContain('claims-test');
  }));

test('tells why a cell has access, by mouse and by keyboard', () =>
  onSandbox(async (page) => {
    await page.locator('#grid ins', { hasText: 'SystemsOperator' }).first().click();
    expect(await page.innerText('#why')).toMatch(
      /^Systems Operators have SystemsOperator in insurance-management \(210000000001\) because of\s+the grant at estates\/sandbox\/estate\.yaml:\d+: name: insurance-management \(line \d+\)$/,
    );
    await page.keyboard.press('ArrowLeft');
    expect(await page.innerText('#why')).toContain(
      'Security Auditors have BillingReader, SecurityAudit in insurance-management',
    );
    await page.keyboard.press('ArrowDown');
    expect(await page.innerText('#why')).toContain('Security Auditors have SecurityAudit in shared-network');
    await page.fill('[name=text]', 'stage');
    expect(await page.isVisible('#why')).toBe(false);
  }));

test('the keyboard reaches the filters, the table and one cell of it', () =>
  onSandbox(async (page) => {
    await page.focus('[name=text]');
    const reached: string[] = [];
    for (let presses = 0; presses < 9; presses++) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate<string>('document.activeElement.name || document.activeElement.tagName'));
    }
    expect(reached).toEqual(['group', 'set', 'ou', 'tag', 'show', 'reached', 'BUTTON', 'DIV', 'TD']);
  }));

test('without JavaScript the whole matrix is there, and no filter that would do nothing', () =>
  onPage('sandbox.html', { javaScriptEnabled: false }, async (page) => {
    expect(await accounts(page)).toHaveLength(14);
    expect(await page.isVisible('#filters')).toBe(false);
    expect(await page.isVisible('#why')).toBe(false);
    await page.locator('#grid ins', { hasText: 'SystemsOperator' }).getByRole('link').first().click();
    expect(await page.locator('#sets details[open]').innerText()).toMatch(
      /^SystemsOperator .*\bhighest level: Write\b/s,
    );
  }));

test('a cell says its highest level, also in forced colours, and its explanation leads to what the set allows', () =>
  onPage('sandbox.html', { forcedColors: 'active' }, async (page) => {
    const cell = page.locator('#grid td', { hasText: 'SystemsOperator' }).first();
    const word = await page.evaluate<string>(
      `getComputedStyle([...document.querySelectorAll('#grid td')].find((one) => one.textContent.includes('SystemsOperator')), '::before').content`,
    );
    expect(word).toBe('"Write"');
    await cell.click();
    await page.locator('#why').getByRole('link', { name: 'SystemsOperator' }).click();
    await page.getByText('highest level: Write').waitFor();
  }));

test('shows what the Pulumi programs register, with a picture that has a name and a description', () =>
  onPage('sandbox.html', { javaScriptEnabled: false }, async (page) => {
    const pictures = page.getByRole('img', { name: /^Resources of sandbox-/ });
    expect(await pictures.count()).toBe(2);
    expect(await pictures.first().getAttribute('aria-labelledby')).toBe(
      'program-customers-title program-customers-desc',
    );
    expect(await page.locator('.picture .node.delete text:not(.what, .sign)').allTextContents()).toEqual([
      'B2C_1_passwordreset1',
      'Claims Developers',
      'Claims Developers',
    ]);
    expect(await page.innerText('#entra')).toContain('Claims.Read');
    const flows = page.getByRole('region', { name: 'User flows of sandbox-customers, scrollable' });
    expect(await flows.locator('tbody tr').count()).toBe(3);
  }));

test('says what is dangerous about the changes in Entra ID', () =>
  onSandbox(async (page) => {
    const dangers = await page.locator('#changes .dangers li').allInnerTexts();
    expect(dangers).toContain(
      'The user flow B2C_1_passwordreset1 is deleted: sign-ins that name it fail, and settings made by hand are lost.',
    );
    expect(dangers).toContain('Consent widened for everybody (Claims to Claims API): Claims.Read.');
    await page.getByText('1 input', { exact: true }).first().click();
    expect(await visibleTexts(page, '.inputs ins')).toEqual(['Claims.Read']);
  }));

test('the keyboard reaches and scrolls a picture that is wider than the page', () =>
  onPage('sandbox.html', { viewport: { width: 390, height: 844 }, bypassCSP: true }, async (page) => {
    const region = page.getByRole('region', { name: 'Picture of sandbox-workforce, scrollable' });
    await region.focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      "document.activeElement.matches('.picture .scroll') && document.activeElement.scrollLeft > 0",
    );
  }));

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** What axe finds, as `<rule>: <element>`. Everything that can be opened is open. */
async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate('document.querySelectorAll("details").forEach((details) => (details.open = true))');
  await page.locator('#grid ins').first().click();
  await page.addScriptTag({ content: readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8') });
  const result = await page.evaluate<AxeResult>('axe.run({ resultTypes: ["violations"] })');
  return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
}

test.each(['light', 'dark'] as const)('axe has nothing to say in the %s scheme', (colorScheme) =>
  onPage('sandbox.html', { colorScheme, bypassCSP: true }, async (page) => {
    expect(await axeFindings(page)).toEqual([]);
  }),
);

const PHONE = { width: 390, height: 844 };

test.each([
  [1280, 'across'],
  [375, 'down'],
])('a window of %i pixels has one picture of the whole, with a name, and text of 11 pixels or more', (width, css) =>
  onPage('sandbox.html', { javaScriptEnabled: false, viewport: { width, height: 800 } }, async (page) => {
    const pictures = page.getByRole('img', { name: 'What the estate sandbox deploys, and for whom' });
    expect(await pictures.count()).toBe(1);
    expect(await pictures.getAttribute('class')).toBe(css);
    expect(await page.locator(`.lanes .${css} > desc`).textContent()).toContain(
      'AWS to Staff: 42 assignments, 1 pending, 5 gained, 7 lost, 1 danger.',
    );
    const sizes = await page.evaluate<readonly number[]>(
      `[...document.querySelectorAll('.lanes .${css} text')].map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)`,
    );
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(11);
  }),
);

test('axe has nothing to say on a phone, and the page itself never scrolls sideways', () =>
  onPage('sandbox.html', { viewport: PHONE, bypassCSP: true }, async (page) => {
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  }));

/** Where to put screenshots for a person to look at; without it there are none. */
const { PREVIEW_SCREENSHOTS: screenshots } = process.env;

if (screenshots === undefined) process.stderr.write('\nSKIPPED: screenshots: PREVIEW_SCREENSHOTS names no folder\n');

/** Heights of the pictures that the docs show; the whole page is for looking at. */
const PICTURES = { overview: 700, matrix: 720, entra: 760 } as const;

(screenshots === undefined ? test.skip : test).each(['light', 'dark'] as const)(
  'takes the pictures of the docs where PREVIEW_SCREENSHOTS names a folder: %s',
  (colorScheme) =>
    onPage('sandbox.html', { colorScheme, reducedMotion: 'reduce' }, async (page) => {
      const take = async (picture: keyof typeof PICTURES): Promise<void> => {
        await page.setViewportSize({ width: 1280, height: PICTURES[picture] });
        await page.screenshot({ path: join(screenshots ?? '', `preview-${picture}-${colorScheme}.png`) });
      };
      await page.evaluate('document.querySelector("#whole").scrollIntoView()');
      await take('overview');
      await page.locator('#grid ins').first().click();
      await page.evaluate('document.querySelector("#matrix").scrollIntoView()');
      await take('matrix');
      await page.evaluate(
        'document.querySelector("#program-workforce-title").closest("figure").previousElementSibling.scrollIntoView()',
      );
      await take('entra');
    }),
);

test('a name can not become a script', async () => {
  const name = '</script><script>document.title = "owned"</script><img src=x onerror="document.title=1">';
  const report = reportOf({
    estate: JSON.stringify({
      access: {
        permissionSets: [{ name: 'Reader', description: name, inlinePolicy: { Statement: [{ Sid: name }] } }],
        grants: [{ group: name, permissionSets: ['Reader'], accounts: { include: [{ all: true }] } }],
      },
    }),
    organization: { accounts: [MANAGEMENT, { id: '100000000001', name, tags: { [name]: name } }], groups: [name] },
  });
  writeFileSync(join(folder, 'names.html'), renderHtml(report));
  await onPage('names.html', {}, async (page) => {
    expect(await page.title()).toBe('Access of demo');
    await page.locator('#grid td b').first().click();
    expect(await page.innerText('#why')).toContain(`${name} have Reader`);
    expect(await page.locator('img').count()).toBe(0);
  });
});

describe('a page of 17,000 changes', () => {
  /** The list that search and button belong to. */
  const LOST = '#changes h3:has-text("Who loses access") + .more';
  let lost: Changes['lost'] = [];

  beforeAll(() => {
    const { before, after } = shuffledEstates({ accounts: 300, groups: 57, setsOfGroup: 2 }, 7);
    const report = reportOfFolders(memoryFolder('large', after), memoryFolder('large', before));
    lost = report.changes?.lost ?? [];
    writeFileSync(join(folder, 'large.html'), renderHtml(report));
  });

  test('has less than 1.5 MB', () => {
    expect(statSync(join(folder, 'large.html')).size).toBeLessThan(1_500_000);
  });

  test('finds the last change, and shows all of them piece by piece', () =>
    onPage('large.html', {}, async (page) => {
      const changes = page.locator(`${LOST} + .marked`);
      const search = page.locator(LOST);
      await search.getByText(`50 of ${lost.length.toLocaleString('en')}`).waitFor();
      const last = lost.at(-1);
      await search.getByRole('searchbox').fill(`${last?.group} ${last?.accounts.at(-1)?.name}`);
      await changes
        .getByText(last?.accounts.at(-1)?.id ?? '')
        .last()
        .waitFor({ state: 'attached' });
      await search.getByRole('searchbox').fill('');
      await page.locator(`${LOST} + .marked + button`).click();
      await search.getByText(`100 of ${lost.length.toLocaleString('en')}`).waitFor();
      expect(await changes.locator('> li').count()).toBe(100);
    }));

  test.each([0, 0.25, 0.5, 0.75, 1])('finds the changes in one account, and no other: at %d of the list', (part) =>
    onPage('large.html', {}, async (page) => {
      const id = lost[Math.round(part * (lost.length - 1))]?.accounts.at(-1)?.id;
      if (id === undefined) throw new Error('nobody loses access');
      const among = lost.filter(({ accounts }) => accounts.some((one) => one.id === id));
      await page.locator(LOST).getByRole('searchbox').fill(id);
      const shown = `${Math.min(among.length, 50)} of ${among.length}`;
      await page.locator(LOST).getByText(shown, { exact: true }).waitFor();
      const texts = await page.locator(`${LOST} + .marked > li`).allTextContents();
      expect(texts.filter((text) => !text.includes(id))).toEqual([]);
    }),
  );

  test.each(['', 'group 56'])(
    'a print of what has "%s" has 2,000 at most, says of how many, and then is over',
    (words) =>
      onPage('large.html', {}, async (page) => {
        const [search, items] = [page.locator(LOST), page.locator(`${LOST} + .marked > li`)];
        await search.getByText(`50 of ${lost.length.toLocaleString('en')}`).waitFor();
        await search.getByRole('searchbox').fill(words);
        const found = Number((await search.locator('output').innerText()).replace(/^.* of |,/g, ''));
        await page.evaluate("dispatchEvent(new Event('beforeprint'))");
        const printed = Math.min(found, 2000);
        const only = words === '' ? '' : `, of those with '${words}'`;
        expect([await items.count(), await search.locator('p').innerText()]).toEqual([
          printed,
          `${printed.toLocaleString('en')} of ${lost.length.toLocaleString('en')} are printed${only}; preview.json has all of them.`,
        ]);
        await page.evaluate("dispatchEvent(new Event('afterprint'))");
        expect([await items.count(), await search.locator('p').isVisible()]).toEqual([Math.min(found, 50), false]);
      }),
  );

  test('finds the last account with the columns of its groups, and draws the rest of the matrix on demand', () =>
    onPage('large.html', {}, async (page) => {
      await page.getByRole('button', { name: 'Show more' }).locator('visible=true').last().click();
      expect(await accounts(page)).toHaveLength(301);
      await page.fill('[name=text]', 'account-300');
      expect(await accounts(page)).toEqual(['account-300']);
      await page.selectOption('[name=group]', { label: 'Group 56' });
      expect(await visibleTexts(page, '#grid thead th')).toEqual(['Account', 'Group 56']);
    }));

  test('without JavaScript it shows the first and says how many there are', () =>
    onPage('large.html', { javaScriptEnabled: false }, async (page) => {
      expect(await page.locator(LOST).innerText()).toMatch(new RegExp(`^\\d+ of ${lost.length.toLocaleString('en')} `));
      expect(await page.locator(`${LOST} + .marked > li`).count()).toBeGreaterThan(10);
      expect(await page.locator('#matrix').innerText()).toContain('preview.json has all of it');
    }));
});
