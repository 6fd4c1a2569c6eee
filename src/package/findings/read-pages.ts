import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPacked, packageFile } from '../contents/files';
import type { FindingPage } from './page';
import { parseFindingPage } from './page';

/** The page that lists all others. */
export const INDEX_PAGE = 'index.md';

export const PAGE_EXTENSION = '.md';

/** The pages as they are packed. */
export const PACKED_PAGES = 'dist/findings.json';

/** A page as the terminal shows it. */
export type ShownPage = Pick<FindingPage, 'code' | 'section' | 'summary' | 'text'>;

/** Pages of a folder, by code. @throws Error that names the page whose form is wrong */
export function readFindingPages(folder: string): readonly FindingPage[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(PAGE_EXTENSION) && name !== INDEX_PAGE)
    .toSorted()
    .map((name) => parseFindingPage(name.slice(0, -PAGE_EXTENSION.length), readFileSync(join(folder, name), 'utf8')));
}

/** Every page that the package brings. */
export function ownFindingPages(): readonly ShownPage[] {
  if (!isPacked) return readFindingPages(packageFile('docs/findings'));
  return JSON.parse(readFileSync(packageFile(PACKED_PAGES), 'utf8')) as readonly ShownPage[];
}

/** The text of `PACKED_PAGES`. */
export function packedPages(): string {
  const pages = readFindingPages(packageFile('docs/findings'));
  return JSON.stringify(pages.map(({ code, section, summary, text }) => ({ code, section, summary, text })));
}
