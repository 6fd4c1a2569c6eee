import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FindingPage } from '../../src/package/findings/page';
import { PAGE_SECTIONS, SECTION_TITLES, snippetsBelow } from '../../src/package/findings/page';
import { INDEX_PAGE, PAGE_EXTENSION, readFindingPages } from '../../src/package/findings/read-pages';
import { linesOf } from './finding-examples';

interface PageFile {
  readonly path: string;
  readonly text: string;
}

/** The pages with the messages that the program gives for their examples, and the list of them. */
export function findingReference(folder: string): readonly PageFile[] {
  if (!existsSync(folder)) return [];
  const pages = readFindingPages(folder);
  const files = pages.map((page) => {
    const path = join(folder, `${page.code}${PAGE_EXTENSION}`);
    return { path, text: withMessage(readFileSync(path, 'utf8'), page) };
  });
  return [...files, { path: join(folder, INDEX_PAGE), text: findingIndex(pages) }];
}

/** A page's file whose example has the program's message below it. */
function withMessage(file: string, page: FindingPage): string {
  const { code, example } = page;
  if (example === undefined) return file;
  const { lines } = linesOf(code, example, exampleOf(page));
  const begin = file.indexOf('\n## Example\n');
  const message = `\`\`\`text\n${lines.join('\n')}\n\`\`\``;
  return file.slice(0, begin) + file.slice(begin).replace(/```text\n[^]*?\n```/, () => message);
}

/** The snippet that leads to the finding. */
export function exampleOf(page: FindingPage): string {
  return snippetsBelow(page, 'Example')[0]?.code ?? '';
}

/** The list of all pages. */
export function findingIndex(pages: readonly FindingPage[]): string {
  const parts = PAGE_SECTIONS.map((section) => {
    const own = pages.filter((page) => page.section === section);
    return `## ${SECTION_TITLES[section]}\n\n${own.map(line).join('\n')}\n`;
  });
  return `${INTRODUCTION}\n${parts.join('\n')}`;
}

function line({ code, summary }: FindingPage): string {
  return `- [${code}](${code}.md): ${summary}`;
}

const INTRODUCTION = `# Findings

Every finding has a code that never changes. Its page says what it means, why the rule exists, and what to do. On a machine without a network, \`entra-aws docs finding CODE\` prints the same page.

An _error_ stops a synthesis and a deployment; a _warning_ is shown and goes on. The examples change [the sandbox](../../estates/sandbox/estate.yaml) or the estates of its kind, and the messages below them are what the program says, without the line.
`;
