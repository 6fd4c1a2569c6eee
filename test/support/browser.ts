import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { REPOSITORY } from './repository';
import { packagesOf, type ToolSuite } from './tools';

/** A real browser that a suite opened. */
export interface StartedBrowser {
  readonly browser: Browser;
  /** Ends the browser and deletes what was unpacked for it. */
  readonly close: () => Promise<void>;
}

const isLinux = process.platform === 'linux';

/** What suites in a browser stand on. */
export const IN_BROWSER: ToolSuite = {
  ...packagesOf('system'),
  title: 'in a browser',
  ...(!isLinux && { missing: undefined }),
};

/**
 * Starts the Chromium of `@sparticuz/chromium`, which `npm ci --prefix .ci/system` brings to Linux; elsewhere the Chrome that is
 * installed.
 *
 * @throws Error if the browser can't be started.
 */
export async function startBrowser(): Promise<StartedBrowser> {
  if (!isLinux) return startInstalled();
  // The package unpacks to the system's temporary folder and takes whatever an earlier version left there.
  const folder = mkdtempSync(join(tmpdir(), 'preview-browser-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const browser = await chromium.launch({
      executablePath: await unpack(folder),
      args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
      env: {
        ...environment(),
        LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
        FONTCONFIG_FILE: writeFontConfig(folder),
      },
    });
    const close = async (): Promise<void> => {
      await browser.close();
      remove();
    };
    return { browser, close };
  } catch (cause) {
    remove();
    throw new Error('Chromium did not start. npm ci --prefix .ci/system installs it', { cause });
  }
}

async function startInstalled(): Promise<StartedBrowser> {
  const browser = await chromium.launch({ channel: 'chrome' });
  return { browser, close: () => browser.close() };
}

/** The package's own configuration names the system's temporary folder; Chromium ends without a font. */
function writeFontConfig(folder: string): string {
  const file = join(folder, 'fonts.conf');
  const text = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>
`;
  writeFileSync(file, text);
  return file;
}

/** In a process of its own: jest's copy of `process.env` does not reach the code that asks for the temporary folder. */
async function unpack(folder: string): Promise<string> {
  const entry = join(REPOSITORY, '.ci/system/node_modules/@sparticuz/chromium');
  const script = `require(${JSON.stringify(entry)}).executablePath().then((path) => process.stdout.write(path))`;
  // The package unpacks the libraries that a bare system lacks only where it takes this for AWS Lambda.
  const env = { ...environment(), TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env });
  return stdout;
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
