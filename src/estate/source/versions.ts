import type { Document } from 'yaml';
import { isMap, parseDocument } from 'yaml';
import type { Issue } from './finding';
import { parseYaml } from './yaml-source';
import { valueAt } from '../../text/values';

/** Version of the estate file's form that this program reads. A file without `apiVersion` is of version 1. */
export const ESTATE_VERSION = 1;

const PREFIX = 'entra-aws-identity/v';

/** Value of `apiVersion`: `entra-aws-identity/v1`. */
export function apiVersion<Version extends number>(version: Version): `entra-aws-identity/v${Version}` {
  return `${PREFIX}${version}`;
}

/** A change of the estate file's form, from a version to the next one. */
export interface Conversion {
  /** Version that it converts. */
  readonly from: number;
  /** Sentence of what changes. */
  readonly summary: string;
  /** Changes the file's tree. Comments stay with what they stand beside. */
  readonly convert: (document: Document) => void;
}

/** Every change of form since version 1, in order. `entra-aws upgrade` applies those that a file needs. */
export const CONVERSIONS: readonly Conversion[] = [];

/** Version that a file says it has; undefined where it says something else. */
function versionOf(value: unknown): number | undefined {
  const given = valueAt(value, ['apiVersion']);
  if (given === undefined) return 1;
  const digits = typeof given === 'string' && given.startsWith(PREFIX) ? given.slice(PREFIX.length) : '';
  return /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : undefined;
}

/**
 * Says that a file is of another version than this program reads; nothing else can be said of it then. What is not a version
 * is left to the schema.
 *
 * @param current version that the program reads
 */
export function checkVersion(value: unknown, current = ESTATE_VERSION): Issue | undefined {
  const version = versionOf(value);
  if (version === undefined || version === current) return undefined;
  return version > current ? newer(version, current) : older(version, current);
}

function newer(version: number, current: number): Issue {
  return versionIssue(version, {
    problem: 'is a newer form of the estate file than this program reads',
    // A new form is a new major version of the package.
    allowed: `${apiVersion(current)}; entra-aws-identity ${version}.0.0 or newer reads it: npm install @entra-aws-identity/cli@${version}, then npx --no entra-aws upgrade`,
  });
}

function older(version: number, current: number): Issue {
  return versionIssue(version, {
    problem: 'is an older form of the estate file than this program reads',
    allowed: `${apiVersion(current)}; npx --no entra-aws upgrade converts the file and keeps its comments`,
  });
}

function versionIssue(version: number, what: Pick<Issue, 'problem' | 'allowed'>): Issue {
  return { severity: 'error', code: 'estate-version', at: ['apiVersion'], value: apiVersion(version), ...what };
}

interface Converted {
  readonly text: string;
  /** Summaries of the conversions, in order. */
  readonly summaries: readonly string[];
}

/**
 * Converts the text of an older estate file, with its comments, to the newest version.
 *
 * @returns undefined where there is nothing to convert: it is of this version or a newer one, or can't be read, which
 * planning it reports
 */
export function convertEstate(text: string, conversions: readonly Conversion[] = CONVERSIONS): Converted | undefined {
  const isWindows = text.includes('\r\n');
  const { value, syntaxErrors } = parseYaml('', text);
  if (syntaxErrors.length > 0) return undefined;
  const document = parseDocument(text);
  if (!isMap(document.contents)) return undefined;
  const version = versionOf(value);
  const needed = conversions.filter(({ from }) => version !== undefined && from >= version);
  const last = needed.at(-1);
  if (last === undefined) return undefined;
  for (const { convert } of needed) convert(document);
  // Within braces, no line of its own can say it.
  const isSaid = document.has('apiVersion') || document.contents.flow === true;
  if (isSaid) document.set('apiVersion', apiVersion(last.from + 1));
  const written = document.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: false });
  const converted = isSaid ? written : withVersion(written, last.from + 1);
  return {
    text: isWindows ? converted.replaceAll('\n', '\r\n') : converted,
    summaries: needed.map(({ summary }) => summary),
  };
}

/** The version is the first key, as in every example: below what heads the file, above the comments of what follows. */
function withVersion(text: string, version: number): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => !/^(#|---|%|\s*$)/.test(line));
  const head = lines.slice(0, Math.max(first, 0));
  const gap = head.lastIndexOf('');
  const place = gap < 0 ? head.length : gap + 1;
  return [...lines.slice(0, place), `apiVersion: ${apiVersion(version)}`, ...lines.slice(place)].join('\n');
}
