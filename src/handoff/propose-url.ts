import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { isMap, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Hosting } from '../estate/sections/hosting/hosting';
import { HandoffError } from './store';

const HOSTS = ['customers', 'webApplication', 'hosts'] as const;
const URL_KEY = ['hosting', 'url'] as const;

/** Unchanged lines around a change, as git shows them. */
const CONTEXT = 3;

/**
 * An estate file with what it lacks so that people can sign in at a deployed origin: it among the hosts of the web application, and as
 * `hosting.url`. Comments, order and layout stay. The same text where both are there.
 *
 * @throws HandoffError if the file has no such places
 */
export function withOrigin(text: string, origin: string): string {
  return withUrl(withHost(text, origin), origin);
}

/** The change of a file as a patch that `git apply` takes. */
export function patchOf(path: string, before: string, after: string): string {
  const options = { context: CONTEXT, headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, options);
}

/**
 * Tells whether people reach the web at a domain of the team's own, which the estate says already, rather than at an address that
 * the platform gave this service or one before it (`abc123.eu-west-1.awsapprunner.com`).
 */
export function hasOwnDomain({ url, domain }: Pick<Hosting, 'url' | 'domain'>, deployed: string): boolean {
  const parentOf = (origin: string): string => new URL(origin).hostname.split('.').slice(-2).join('.');
  return domain !== undefined || (url !== undefined && parentOf(url) !== parentOf(deployed));
}

function withHost(text: string, origin: string): string {
  const hosts = parseDocument(text).getIn(HOSTS, true);
  if (!isSeq(hosts)) throw missing(HOSTS, origin);
  if (hosts.items.some((item) => isScalar(item) && item.value === origin)) return text;
  const end = endOf(hosts.items.at(-1));
  if (end === undefined) throw missing(HOSTS, origin);
  return hosts.flow === true
    ? `${text.slice(0, end)}, ${origin}${text.slice(end)}`
    : withLine(text, end, `${indentOf(text, hosts)}- ${origin}`);
}

function withUrl(text: string, origin: string): string {
  const url = parseDocument(text).getIn(URL_KEY, true);
  if (!isScalar(url)) return withNewUrl(text, origin);
  const [from = 0, to = 0] = url.range ?? [];
  return url.value === origin ? text : text.slice(0, from) + origin + text.slice(to);
}

/** Behind the first key of the section. */
function withNewUrl(text: string, origin: string): string {
  const hosting = parseDocument(text).get('hosting', true);
  const end = isMap(hosting) && hosting.flow !== true ? endOf(hosting.items[0]?.value) : undefined;
  if (!isMap(hosting) || end === undefined) throw missing(URL_KEY, origin);
  return withLine(text, end, `${indentOf(text, hosting)}url: ${origin}`);
}

/** The text with a line behind that in which a value ends; a comment at its end stays where it is. */
function withLine(text: string, end: number, line: string): string {
  const newline = text.indexOf('\n', end);
  const at = newline < 0 ? text.length : newline;
  return `${text.slice(0, at)}\n${line}${text.slice(at)}`;
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
