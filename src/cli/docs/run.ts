import { posix } from 'node:path';
import { findingPage, pageAddress } from '../../package/contents/addresses';
import { type DocsPage, docsPages, type PageSection, sectionsOf } from '../../package/contents/pages';
import { quotedList, suggestionOrList } from '../../text/suggest';
import { EXIT, printed, UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { openInBrowser } from '../program/open-in-browser';
import type * as commands from './options';

export async function run(
  { open }: OptionsOf<typeof commands.docs>,
  [name = 'index', title]: readonly string[],
): Promise<number> {
  const page = pageOf(docsPages(), name);
  const section = title === undefined ? undefined : sectionOf(page, title);
  const own = pageAddress(page.name, 'own');
  const address = own === undefined || section === undefined ? own : `${own}#${section.anchor}`;
  if (open && address !== undefined) {
    await openInBrowser(address, (line) => process.stdout.write(`${line}\n`));
    return EXIT.ok;
  }
  if (open) process.stderr.write('This version has no site, so the page is printed here.\n');
  return printed(`${plain(page, (section ?? page).text)}\n${address === undefined ? '' : `\n${address}\n`}`);
}

/** Folder of the pages about findings, whose codes name them too. */
const FINDINGS = 'findings/';

/** @throws UsageError, with near names, where there is no such page */
function pageOf(pages: readonly DocsPage[], given: string): DocsPage {
  const word = given.replace(/^(?:\.\/)?docs\//, '').replace(/\.md$/, '');
  const wanted = [word, `${word}/index`, FINDINGS + (findingPage(word) ?? word)].map((one) => one.toLowerCase());
  const found =
    pages.find(({ name }) => wanted.includes(name.toLowerCase())) ??
    pages.find(({ title }) => title.toLowerCase() === word.toLowerCase());
  if (found !== undefined) return found;
  const known = pages.map(({ name, title }) => ({ name: name.replace(FINDINGS, ''), title }));
  const holding = known.filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(word.toLowerCase()));
  const advice =
    holding.length > 0
      ? `pages with this word: ${quotedList(holding.map(({ name }) => name))}`
      : suggestionOrList(
          word,
          known.map(({ name }) => name),
          'pages',
        );
  throw new UsageError(`unknown page '${given}' (${advice}; 'npx --no entra-aws docs' lists all)`);
}

/** @throws UsageError, with the sections, where there is none of that title or anchor */
function sectionOf(page: DocsPage, given: string): PageSection {
  const sections = sectionsOf(page);
  const word = given.replace(/^#/, '').toLowerCase();
  const found = sections.find(({ title, anchor }) => [title.toLowerCase(), anchor].includes(word));
  if (found !== undefined) return found;
  const advice = suggestionOrList(
    given,
    sections.map(({ title }) => title),
    'sections',
  );
  throw new UsageError(`the page '${page.name}' has no section '${given}' (${advice})`);
}

/** A text of a page for the terminal: headings as titles, snippets indented, and behind its words where a link leads. */
function plain(page: DocsPage, markdown: string): string {
  const parts = markdown.split(/^```.*$/m);
  const shown = parts.map((part, index) => (index % 2 === 0 ? prose(page, part) : part.replaceAll(/^(?=.)/gm, '  ')));
  return shown
    .join('')
    .replaceAll(/^ +$/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

function prose({ name }: DocsPage, markdown: string): string {
  return markdown
    .replaceAll(/<img [^>]*alt="([^"]*)"[^>]*>/g, '[$1]')
    .replaceAll(/<(?:\/?(?:picture|a|p|br)|source)\b[^>]*>|<!--[^]*?-->/g, '')
    .replaceAll(/^#+ /gm, '')
    .replaceAll(/!?\[([^\]]+)\]\(([^)]+)\)/g, (_, words: string, target: string) => words + leadsTo(name, target));
}

/** Address or command of what a link leads to; nothing for a place of the same page, and for a file that is no page. */
function leadsTo(page: string, target: string): string {
  if (target.startsWith('https:')) return ` (${target})`;
  const [, file, anchor] = /^([^#]+)\.md(?:#(.+))?$/.exec(target) ?? [];
  const name = file === undefined ? '..' : posix.join(posix.dirname(page), file);
  if (name.startsWith('..')) return '';
  const command = name.replace(FINDINGS, '').replace(/^index$/, FINDINGS.slice(0, -1));
  return ` (docs ${command}${anchor === undefined ? '' : ` ${anchor}`})`;
}
