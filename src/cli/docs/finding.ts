import { suggestName } from '../../text/suggest';
import { findingAddress, findingPage } from '../../package/contents/addresses';
import { PAGE_SECTIONS, SECTION_TITLES } from '../../package/findings/page';
import type { ShownPage } from '../../package/findings/read-pages';
import { ownFindingPages } from '../../package/findings/read-pages';
import { EXIT, UsageError } from '../program/cli';

export function run(_options: object, [code]: readonly string[]): number {
  const pages = ownFindingPages();
  process.stdout.write(code === undefined ? listOf(pages) : pageText(pageOf(pages, code)));
  return EXIT.ok;
}

/** @throws UsageError where no page is about the code */
function pageOf(pages: readonly ShownPage[], code: string): ShownPage {
  const name = findingPage(code) ?? code;
  const found = pages.find((page) => page.code === name);
  if (found !== undefined) return found;
  const near = suggestName(
    name,
    pages.map((page) => page.code),
  );
  const advice = near === undefined ? "'npx --no entra-aws docs finding' lists all codes" : `Did you mean ${near}?`;
  throw new UsageError(`unknown finding '${code}'\n(${advice})`);
}

function listOf(pages: readonly ShownPage[]): string {
  const width = Math.max(...pages.map(({ code }) => code.length));
  const parts = PAGE_SECTIONS.map((section) => {
    const own = pages.filter((page) => page.section === section);
    return [SECTION_TITLES[section], ...own.map(({ code, summary }) => `  ${code.padEnd(width)}  ${plain(summary)}`)];
  });
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** A page as plain text: headings as titles, snippets indented, addresses behind their words. */
function pageText({ code, text }: ShownPage): string {
  const parts = text.split(/^```.*$/m);
  const shown = parts.map((part, index) => (index % 2 === 0 ? plain(part) : part.replaceAll(/^(?=.)/gm, '  ')));
  const address = findingAddress(code, 'own');
  const lines = shown.join('').replaceAll(/\n{3,}/g, '\n\n');
  return `${lines.trim()}\n${address === undefined ? '' : `\n${address}\n`}`;
}

function plain(markdown: string): string {
  return markdown
    .replaceAll(/^#+ /gm, '')
    .replaceAll(/\[([^\]]+)\]\((https:[^)]+)\)/g, '$1 ($2)')
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1');
}
