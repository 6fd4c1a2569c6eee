import { isMap, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Hosting } from '../estate/sections/hosting/hosting';
import { HandoffError } from './store';
import type { LineEdit } from './line-edits';

const HOSTS = ['customers', 'webApplication', 'hosts'] as const;
const HOSTING = ['hosting'] as const;
const URL_KEY = ['hosting', 'url'] as const;

/**
 * Finds what an estate file lacks so that people can sign in at a deployed origin: it among the hosts of the web application, and as
 * `hosting.url`. Comments, order and layout stay. Nothing where both are there.
 *
 * @throws HandoffError if the file has no such places
 */
export function proposeUrl(text: string, origin: string): readonly LineEdit[] {
  return [...hostEdits(text, origin), ...urlEdits(text, origin)];
}

/**
 * Tells whether people reach the web at a domain of the team's own, which the estate says already, rather than at an address that
 * the platform gave this service or one before it (`abc123.eu-west-1.awsapprunner.com`).
 */
export function hasOwnDomain({ url, domain }: Pick<Hosting, 'url' | 'domain'>, deployed: string): boolean {
  const parentOf = (origin: string): string => new URL(origin).hostname.split('.').slice(-2).join('.');
  return domain !== undefined || (url !== undefined && parentOf(url) !== parentOf(deployed));
}

function hostEdits(text: string, origin: string): readonly LineEdit[] {
  const hosts = parseDocument(text).getIn(HOSTS, true);
  if (!isSeq(hosts)) throw missing(HOSTS, origin);
  if (hosts.items.some((item) => isScalar(item) && item.value === origin)) return [];
  const end = endOf(hosts.items.at(-1));
  if (end === undefined) throw missing(HOSTS, origin);
  return hosts.flow === true
    ? [replaced(text, { from: end, to: end }, `, ${origin}`)]
    : [addedBehind(text, end, `${indentOf(text, hosts)}- ${origin}`)];
}

function urlEdits(text: string, origin: string): readonly LineEdit[] {
  const url = parseDocument(text).getIn(URL_KEY, true);
  if (!isScalar(url)) return [newUrl(text, origin)];
  const [from = 0, to = 0] = url.range ?? [];
  return url.value === origin ? [] : [replaced(text, { from, to }, origin)];
}

/** Behind the first key of the section. */
function newUrl(text: string, origin: string): LineEdit {
  const hosting = parseDocument(text).getIn(HOSTING, true);
  if (!isMap(hosting) || hosting.flow === true) throw missing(URL_KEY, origin);
  const end = endOf(hosting.items[0]?.value);
  if (end === undefined) throw missing(URL_KEY, origin);
  return addedBehind(text, end, `${indentOf(text, hosting)}url: ${origin}`);
}

/** A line behind that in which a value ends; a comment at its end stays where it is. */
function addedBehind(text: string, end: number, line: string): LineEdit {
  return { line: lineOf(text, end) + 1, removed: 0, added: [line] };
}

/** The line with another text from one position to another, which are both in it. */
function replaced(text: string, { from, to }: { readonly from: number; readonly to: number }, by: string): LineEdit {
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const newline = text.indexOf('\n', to);
  const end = newline < 0 ? text.length : newline;
  return { line: lineOf(text, from), removed: 1, added: [text.slice(start, from) + by + text.slice(to, end)] };
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split('\n').length - 1;
}

/** The white space in front of the first item of a block collection. */
function indentOf(text: string, collection: YAMLSeq | YAMLMap): string {
  const start = collection.range?.[0] ?? 0;
  return text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
}

/** Position behind a value itself, without what follows on its line. */
function endOf(node: unknown): number | undefined {
  const { range } = (node ?? {}) as { readonly range?: readonly [number, number, number] | null };
  return range?.[1];
}

function missing(path: readonly string[], origin: string): HandoffError {
  const place = path.join('.');
  return new HandoffError(`The estate has no ${place} that a line can be added to: write ${origin} there by hand`);
}
