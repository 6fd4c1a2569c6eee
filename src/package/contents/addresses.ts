import { homepage, released, version } from '../../../package.json';

/** Address below which the documentation of every version is published: `homepage` of package.json. */
export const DOCS_ADDRESS = homepage.replace(/\/+$/, '');

/** A version of the documentation: this program's own, or the newest, which a report that is kept and compared names. */
export type DocsVersion = 'own' | 'latest';

/** Rules of packs that have a page for each; those of cdk-nag share one. */
const PAGES_OF_RULES: readonly (readonly [RegExp, (rule: string) => string])[] = [
  [/^(?:AppRunner-AR|IdentityCenter-IC)\d+$/, (rule) => rule],
  [/^AwsSolutions-[A-Z]+\d+(?:\[.*\])?$/, () => 'AwsSolutions'],
];

/** Name of the page about a finding; undefined for a rule of another tool. */
export function findingPage(code: string): string | undefined {
  if (/^[a-z0-9-]+$/.test(code)) return code;
  const found = PAGES_OF_RULES.find(([pattern]) => pattern.test(code));
  return found?.[1](code);
}

/** Pages that the site has under another name. */
const SITE_NAMES: Readonly<Record<string, string>> = { home: '', index: 'contents', 'findings/index': 'findings/' };

/** Address of a page by its file below `docs/`, without the extension; undefined before the first release, which publishes the site. */
export function pageAddress(page: string, docs: DocsVersion): string | undefined {
  if (!released) return undefined;
  return `${DOCS_ADDRESS}/${docs === 'own' ? version : 'latest'}/${SITE_NAMES[page] ?? page}`;
}

/**
 * Address of the page about a finding: what it means, why, and what to do; undefined for a rule of another tool, and before the
 * first release, which publishes the site.
 */
export function findingAddress(code: string, docs: DocsVersion): string | undefined {
  const page = findingPage(code);
  return page && pageAddress(`findings/${page}`, docs);
}

/** Address of the page about a finding, or the command that prints it; undefined for a rule of another tool. */
export function findingHelp(code: string, docs: DocsVersion): string | undefined {
  const page = findingPage(code);
  return page && (findingAddress(code, docs) ?? `npx --no entra-aws docs ${page}`);
}
