import { readdirSync, readFileSync } from 'node:fs';
import { packageFile } from './files';

/** A page of the documentation that the package brings. */
export interface DocsPage {
  /** Its file below `docs/`, without the extension: `operations`, `findings/tags`. */
  readonly name: string;
  readonly title: string;
  /** Markdown, without front matter. */
  readonly text: string;
}

/** Folders of pages below `docs/`. */
const FOLDERS = ['', 'findings/', 'adr/'] as const;

const EXTENSION = '.md';

/** Every page, as it is in this version. */
export function docsPages(): readonly DocsPage[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(packageFile('docs', folder))
      .filter((file) => file.endsWith(EXTENSION))
      .toSorted()
      .map((file) => readPage(folder + file.slice(0, -EXTENSION.length))),
  );
}

function readPage(name: string): DocsPage {
  const file = readFileSync(packageFile('docs', name + EXTENSION), 'utf8');
  const text = file.replace(/^---\n[^]*?\n---\n+/, '');
  const [, title = name] = /^# (.+)$/m.exec(text) ?? [];
  return { name, title, text };
}

/** A heading with what is below it. */
export interface PageSection {
  readonly title: string;
  readonly anchor: string;
  readonly text: string;
}

/** Parts of a page by their headings, each to the next heading of its level or of one above it. */
export function sectionsOf({ text }: Pick<DocsPage, 'text'>): readonly PageSection[] {
  const blank = text.replaceAll(/^```[^]*?^```$/gm, (code) => code.replaceAll(/[^\n]/g, ' '));
  const headings = [...blank.matchAll(/^(#+) (.+)$/gm)].map(({ 1: marks = '', 2: written = '', index }) => ({
    level: marks.length,
    title: written.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', ''),
    index,
  }));
  return headings.map(({ level, title, index }, position) => {
    const next = headings.slice(position + 1).find((heading) => heading.level <= level);
    return { title, anchor: anchorOf(title), text: text.slice(index, next?.index) };
  });
}

/** Anchor of a heading, as GitHub and the site make it. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}
