import { FINDING_CODES, type FindingCode } from './finding-codes';
import type { Keys } from '../../text/values';
import { visible } from './visible';
import type { z } from 'zod';
import { faultsOf } from '../../text/zod-faults';

/** A place inside a YAML or JSON document: map keys and list positions from the root. */
export type Path = Keys;

/** `error` stops synthesis and gives exit code 1; `warning` is shown and goes on. */
export type Severity = 'error' | 'warning';

/** The files that an estate consists of; a finding belongs to one of them. */
export type FileRole = 'estate' | 'organization' | 'placement' | 'policies' | 'roles' | 'steps';

/** Report of a check: the place as a path, before line and column are looked up. */
export interface Issue {
  readonly severity: Severity;
  /** Stable, kebab-case; tests, docs and machines refer to it. */
  readonly code: FindingCode;
  /** @default 'estate' */
  readonly file?: FileRole;
  readonly at: Path;
  /** True if the finding is about the key itself: its place is then the key's, not the value's. @default false */
  readonly aboutKey?: boolean;
  /** The value that was given. Never a secret. */
  readonly value?: unknown;
  /** Fault of the value, as the rest of a sentence that starts with it. */
  readonly problem: string;
  /** Right values: a range, a list, a pattern or an instruction. */
  readonly allowed?: string;
  /** Other places that belong to the finding, such as the first of two duplicates. */
  readonly related?: readonly Path[];
}

/** A broken policy rule, which the item at its place may acknowledge. */
export interface Violation extends Issue {
  readonly acknowledgedOn: AcknowledgedOn;
}

/** Item of the estate file that takes the acknowledgement of a rule. */
export type AcknowledgedOn = 'set' | 'grant';

/** Place for the lines of an acknowledgement: under the item or its list, or right after the bracket that opens it. */
export type AcknowledgementPlace = `${'block' | 'flow'}-${'item' | 'list'}`;

/** YAML that acknowledges a finding, ready to paste. */
export interface AcknowledgementLines {
  readonly on: AcknowledgedOn;
  readonly into: AcknowledgementPlace;
  readonly lines: readonly string[];
}

/** A place in a file, as an editor shows it: line and column start at 1. */
export interface Place {
  /** Path of the file, relative to the working directory. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

/** An issue with its place, ready for people (`formatFinding`) and machines (`--json`). */
export interface Finding extends Place {
  /** Weight of it: an error stops synthesis. */
  readonly severity: Severity;
  /** Stable, kebab-case; tests, docs and machines refer to it. */
  readonly code: FindingCode;
  /** `access.permissionSets[2].sessionDuration`; empty for the whole file. */
  readonly path: string;
  /** The value that was given, shortened. Never a secret. */
  readonly value?: string;
  /** Fault of the value, as the rest of a sentence that starts with it. */
  readonly problem: string;
  /** Right values: a range, a list, a pattern or an instruction. */
  readonly allowed?: string;
  /** Other places that belong to it, such as the first of two duplicates. */
  readonly related: readonly Place[];
  /** Lines that acknowledge it, where the item at this place may do so. */
  readonly acknowledgement?: AcknowledgementLines;
}

/** A finding as a message tells it, whatever its code is. */
export type Told = Omit<Finding, 'code' | 'acknowledgement'> & { readonly code: string };

/** Longest value that a message repeats; the rest is cut. */
const SHOWN_CHARACTERS = 80;

/** A value as it appears in a message: JSON, on one line, cut after 80 characters. */
export function showValue(value: unknown): string {
  // JSON has no word for infinity.
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  const characters = [...text];
  return visible(characters.length <= SHOWN_CHARACTERS ? text : `${characters.slice(0, SHOWN_CHARACTERS).join('')}…`);
}

/** Fault and what is allowed, without the place. */
export function findingMessage(finding: Pick<Told, 'value' | 'problem' | 'allowed'>): string {
  const value = finding.value === undefined ? '' : `${finding.value} `;
  const allowed = finding.allowed === undefined ? '' : ` (${finding.allowed})`;
  return visible(`${value}${finding.problem}${allowed}`);
}

/** `file:line:column`, which terminals and editors make a link of. */
export function formatPlace(place: Place): string {
  return `${visible(place.file)}:${place.line}:${place.column}`;
}

/** One finding on one line: place, path, the bad value, what is allowed, the code. */
export function formatFinding(finding: Told): string {
  const path = finding.path === '' ? '' : ` ${visible(finding.path)}`;
  const related = finding.related.length === 0 ? '' : ` [see ${finding.related.map(formatPlace).join(', ')}]`;
  return `${formatPlace(finding)}${path}: ${findingMessage(finding)}${related} (${finding.code})`;
}

/** Tells whether one of them stops synthesis. */
export function hasErrors(findings: readonly { readonly severity: Severity }[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}

/** Order of a report: file, line, column, then code, so that it never depends on the order of the checks. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareText(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compareText(a.code, b.code) ||
    compareText(a.problem, b.problem)
  );
}

/** Compares by code unit: the same on every machine, unlike `localeCompare`. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Turns what zod found into issues with the given value and what is allowed. A check of a schema may give its issue a code, so
 * that a fault has the same one whether the schema or a check finds it.
 */
export function issuesOf(error: z.ZodError, schema: z.ZodType, value: unknown): readonly Issue[] {
  return faultsOf(error, schema, value).map(({ kind, code, ...fault }) => ({
    severity: 'error',
    code: FINDING_CODES.find((known) => known === code) ?? kind,
    ...fault,
  }));
}
