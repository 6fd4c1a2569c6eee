import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { REPOSITORY } from '../repository';

/** It comes with typedoc: `npm ci --prefix docs`. */
const MARKDOWN = join(REPOSITORY, 'docs/node_modules/markdown-it/bin/markdown-it.mjs');

const STYLE = `
  :root { color-scheme: light dark; --line: light-dark(#d0d7de, #3d444d); --head: light-dark(#f6f8fa, #151b23);
    --text: light-dark(#1f2328, #f0f6fc); --muted: light-dark(#59636e, #9198a1); --code: light-dark(#818b981f, #656c7633); }
  body { margin: 0; padding: 16px; background: light-dark(#fff, #0d1117); color: var(--text);
    font: 14px/1.5 system-ui, sans-serif; }
  article { border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
  header { padding: 8px 16px; background: var(--head); border-bottom: 1px solid var(--line); color: var(--muted); }
  header b { color: var(--text); }
  main { padding: 4px 16px 16px; overflow-wrap: break-word; } code { overflow-wrap: anywhere; }
  @media (max-width: 600px) { body { padding: 8px; } ul { padding-left: 20px; } table { font-size: 12px; } td, th { padding: 4px 6px; } }
  h2 { font-size: 21px; border-bottom: 1px solid var(--line); padding-bottom: 6px; margin: 16px 0; }
  h3 { font-size: 17px; margin: 20px 0 10px; }
  table { border-collapse: collapse; font-size: 13px; }
  td, th { border: 1px solid var(--line); padding: 5px 11px; text-align: left; }
  code { font: 12px ui-monospace, monospace; background: var(--code); padding: 2px 5px; border-radius: 5px; }
`;

/** Takes a picture of a comment as a reviewer sees its beginning, at the forge. */
export async function takeComment(
  browser: Browser,
  markdown: string,
  picture: { readonly path: string; readonly colorScheme: 'light' | 'dark'; readonly width: number },
): Promise<void> {
  const { stdout, status, stderr } = spawnSync(process.execPath, [MARKDOWN], { input: markdown, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const page = await browser.newPage({
    colorScheme: picture.colorScheme,
    viewport: { width: picture.width, height: picture.width < 600 ? 960 : 690 },
    deviceScaleFactor: 2,
  });
  await page.setContent(
    `<!doctype html><style>${STYLE}</style><article><header><b>github-actions</b> bot commented</header><main>${stdout}</main></article>`,
  );
  await page.screenshot({ path: picture.path });
  await page.close();
}
