import AxeBuilder from 'axe-core';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join, posix } from 'node:path';
import type { Page } from 'playwright-core';
import { homepage, version } from '../../../package.json';
import type { StartedBrowser } from '../../support/browser';
import { IN_BROWSER, startBrowser } from '../../support/browser';
import { REPOSITORY } from '../../support/repository';
import { packagesOf, testWithTools } from '../../support/tools';

const DOCS = join(REPOSITORY, 'docs');
const BASE = '/latest/';

const test = testWithTools({ ...packagesOf('docs'), title: 'the site' }, IN_BROWSER);

let site = '';
let started: StartedBrowser;
let server: Server;
let origin = '';

beforeAll(async () => {
  site = mkdtempSync(join(tmpdir(), 'site-'));
  const bin = join(DOCS, 'node_modules/vitepress/bin/vitepress.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'build', DOCS, '--outDir', site], {
    env: { PATH: process.env['PATH'], DOCS_BASE: BASE },
    encoding: 'utf8',
  });
  expect({ status, output: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({ status: 0, output: '' });
  server = createServer((request, response) => {
    const file = fileOf(new URL(request.url ?? '/', 'http://site').pathname);
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': TYPES[extname(file ?? '')] ?? 'text/plain' });
    response.end(file === undefined ? '' : readFileSync(file));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  started = await startBrowser();
});

afterAll(async () => {
  await started.close();
  server.close();
  rmSync(site, { recursive: true });
});

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** The file that a host of pages answers with, which knows addresses without an extension. */
function fileOf(path: string): string | undefined {
  if (!path.startsWith(BASE)) return undefined;
  const file = join(site, decodeURI(path.slice(BASE.length)));
  const candidates = [file, `${file}.html`, join(file, 'index.html')];
  return candidates.find((one) => existsSync(one) && statSync(one).isFile());
}

const textFiles = (extension: string): readonly string[] =>
  readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(extension));

const htmlOf = (file: string): string => readFileSync(join(site, file), 'utf8');

const idsOf = new Map<string, ReadonlySet<string>>();

function hasAnchor(file: string, anchor: string): boolean {
  const known =
    idsOf.get(file) ?? new Set([...readFileSync(file, 'utf8').matchAll(/ id="([^"]+)"/g)].map(([, id]) => id ?? ''));
  idsOf.set(file, known);
  return anchor === '' || known.has(decodeURIComponent(anchor));
}

test('every page of the folder is a page of the site, and every finding has one', () => {
  const pages = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter(
    (name) =>
      name.endsWith('.md') && !/^(?:\.vitepress|node_modules)\//.test(name) && !['home.md', 'index.md'].includes(name),
  );
  expect(pages.length).toBeGreaterThan(290);
  expect(pages.filter((name) => !existsSync(join(site, name.replace(/\.md$/, '.html'))))).toEqual([]);
  expect(existsSync(join(site, '404.html'))).toBe(true);
});

test('no link of a page leads nowhere, on the site or in the repository', () => {
  const dead = textFiles('.html').flatMap((file) =>
    [...htmlOf(file).matchAll(/<a [^>]*?href="([^"]+)"/g)].flatMap(([, href = '']) => {
      const repository =
        /^https:\/\/github\.com\/entra-aws-identity\/entra-aws-identity\/(?:blob|tree)\/[^/]+\/([^#]+)/;
      const path = repository.exec(href)?.[1];
      if (path !== undefined) return existsSync(join(REPOSITORY, decodeURI(path))) ? [] : [`${file}: ${href}`];
      if (/^[a-z]+:/.test(href)) return [];
      const { pathname, hash } = new URL(href, `http://site${posix.join(BASE, dirname(file), 'x')}`);
      const target = href.startsWith('#') ? join(site, file) : fileOf(pathname);
      return target !== undefined && hasAnchor(target, hash.slice(1)) ? [] : [`${file}: ${href}`];
    }),
  );
  expect(dead).toEqual([]);
});

const sidebarOf = (file: string): string => /<aside class="VPSidebar[^]*?<\/aside>/.exec(htmlOf(file))?.[0] ?? '';

test.each([
  ['access-guide.html', '/latest/troubleshooting', '/latest/adr/'],
  ['emulator-b2c.html', '/latest/adr/', '/latest/troubleshooting'],
  ['adr/0017-the-package.html', '/latest/stand-in', '/latest/troubleshooting'],
])('%s is for one reader: its sidebar has %s, and not %s', (file, has, lacks) => {
  expect(sidebarOf(file)).toContain(`href="${has}`);
  expect(sidebarOf(file)).not.toContain(`href="${lacks}`);
});

test('nothing is loaded from elsewhere', () => {
  const loaded = textFiles('.html').flatMap((file) =>
    [
      ...htmlOf(file).matchAll(
        /<(?:script|img|link rel="(?:stylesheet|preload|modulepreload|icon)")[^>]*?(?:src|href)="([^"]+)"/g,
      ),
    ].map(([, address = '']) => address),
  );
  expect(loaded.length).toBeGreaterThan(500);
  expect(loaded.filter((address) => !address.startsWith(BASE) && !address.startsWith('data:'))).toEqual([]);
});

test('the menu of versions has the newest, and a file lists those that were released', () => {
  expect(JSON.parse(htmlOf('versions.json'))).toMatchObject({ version, versions: expect.any(Array) as unknown });
  expect(htmlOf('findings/session-duration.html')).toContain(`${homepage}/latest/`);
});

interface Device {
  readonly name: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: 'light' | 'dark';
}

const DEVICES: readonly Device[] = [
  { name: 'a desktop', viewport: { width: 1280, height: 860 }, colorScheme: 'light' },
  { name: 'a phone in the dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
];

/** Opens a page, and fails on anything that the console, the network or the width says. */
async function onPage(path: string, device: Device, check: (page: Page) => Promise<void>): Promise<void> {
  const { viewport, colorScheme } = device;
  const context = await started.browser.newContext({ viewport, colorScheme });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('response', (response) => {
    if (response.status() >= 400 || !response.url().startsWith(origin)) complaints.push(response.url());
  });
  await page.goto(`${origin}${BASE}${path}`, { waitUntil: 'networkidle' });
  await check(page);
  const isTooWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  await context.close();
  expect({ path, complaints, isTooWide }).toEqual({ path, complaints: [], isTooWide: false });
}

interface Violations {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

test.each(DEVICES)(
  'pages read well on $name, and nothing is in the way of people with a disability',
  async (device) => {
    for (const path of [
      '',
      'access-guide',
      'estate-reference',
      'findings/',
      'findings/session-duration',
      'adr/0017-the-package',
    ]) {
      await onPage(path, device, async (page) => {
        await page.evaluate(AxeBuilder.source);
        const { violations } = await page.evaluate<Violations>(
          `axe.run(document.querySelector('main, .VPHome, .vp-doc') ?? document, { runOnly: ['wcag2a', 'wcag2aa'] })`,
        );
        const found = violations.map(({ id, nodes }) => `${path}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
        expect(found).toEqual([]);
      });
    }
  },
);

test.each(DEVICES)('a search finds the page of a finding on $name', async (device) => {
  await onPage('limits', device, async (page) => {
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.locator('#localsearch-input').fill('session of a permission set');
    await page.locator('.result[href*="findings/session-duration"]').first().click();
    await page.waitForURL('**/findings/session-duration*');
    expect(await page.locator('h1').innerText()).toContain('session-duration');
  });
});

test('the switch changes a picture that has a dark form', async () => {
  const [desktop] = DEVICES;
  if (desktop === undefined) throw new Error('there must be a desktop');
  await onPage('', desktop, async (page) => {
    const shown = (): Promise<string | null> =>
      page.locator('.vp-doc img').filter({ visible: true }).getAttribute('src');
    expect(await shown()).toContain('preview-overview-light');
    await page.getByRole('switch').first().click();
    expect(await shown()).toContain('preview-overview-dark');
  });
});

test.each([
  ['preview', '1px'],
  ['concepts', '0px'],
])('a picture of a page has a frame, a drawing none: %s', async (path, width) => {
  const [desktop] = DEVICES;
  if (desktop === undefined) throw new Error('there must be a desktop');
  await onPage(path, desktop, async (page) => {
    await page.locator('.vp-doc img').filter({ visible: true }).first().waitFor();
    const shown = `[...document.querySelectorAll('.vp-doc img')].find((image) => image.offsetParent !== null)`;
    expect(await page.evaluate(`getComputedStyle(${shown}).borderTopWidth`)).toBe(width);
  });
});

test('an address without a page says where to look', async () => {
  const [desktop] = DEVICES;
  if (desktop === undefined) throw new Error('there must be a desktop');
  await onPage('404.html', desktop, async (page) => {
    expect(await page.locator('.NotFound .quote').innerText()).toContain('The search above finds it');
  });
});
