import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { renderHtml } from '../src/preview/render-html';
import { startBrowser } from '../test/support/browser';
import { type EstateSize, memoryFolder, shuffledEstates } from '../test/support/large-estate';
import { reportOfFolders } from '../test/support/preview/reports';
import { inWorkspace, median, row, tableHead } from './measure';

const RUNS = 3;

interface Wanted extends EstateSize {
  readonly megabytes: number;
  readonly seconds: number;
}

const SIZES: readonly Wanted[] = [
  { accounts: 300, groups: 57, setsOfGroup: 2, megabytes: 1.5, seconds: 2 },
  { accounts: 1_000, groups: 150, setsOfGroup: 2, megabytes: 5, seconds: 5 },
];

/** Measures the page of large changes: its size, how long a browser takes to open it, and to find an account in it. */
export async function benchPage(): Promise<void> {
  const { browser, close } = await startBrowser();
  try {
    tableHead('Changes, assignments', 'Page', 'Limit', 'Opened', 'Limit', 'Searched');
    await inWorkspace(async (folder) => {
      for (const size of SIZES) await measurePage(browser, size, join(folder, 'index.html'));
    });
  } finally {
    await close();
  }
}

async function measurePage(browser: Browser, size: Wanted, file: string): Promise<void> {
  const { before, after } = shuffledEstates(size, 7);
  const report = reportOfFolders(memoryFolder('large', after), memoryFolder('large', before));
  writeFileSync(file, renderHtml(report));
  const runs: (readonly [opened: number, searched: number])[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await openPage(browser, file, `account-${size.accounts}`));
  const { gained = 0, lost = 0 } = report.changes?.counts ?? {};
  const seconds = (which: 0 | 1): string => `${(median(runs.map((run) => run[which])) / 1000).toFixed(1)} s`;
  row(
    `${gained + lost}, ${report.counts.assignments}`,
    `${(statSync(file).size / 1e6).toFixed(2)} MB`,
    `${size.megabytes} MB`,
    seconds(0),
    `${size.seconds} s`,
    seconds(1),
  );
}

/** Milliseconds until everything can be searched, and until the account that is looked for is drawn. */
async function openPage(browser: Browser, file: string, account: string): Promise<readonly [number, number]> {
  const page = await browser.newPage();
  const start = performance.now();
  await page.goto(pathToFileURL(file).href, { timeout: 0 });
  await page.waitForFunction('!document.querySelector("form[hidden]")');
  await page.evaluate(PAINTED);
  const opened = performance.now();
  await page.fill('[name=text]', account);
  await page.evaluate(PAINTED);
  const searched = performance.now();
  await page.close();
  return [opened - start, searched - opened];
}

const PAINTED = 'new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))';
