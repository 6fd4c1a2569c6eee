import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Eta } from 'eta';
import { findingMessage, formatPlace } from '../estate/source/finding';
import {
  accountsText,
  boundaryText,
  EMERGENCY_PENDING,
  policiesText,
  regionsText,
  sessionText,
  whoText,
} from './emergency/words';
import { FAMILY_WORDS } from './entra/families';
import { graphOf } from './entra/graph';
import { drawGraph } from './entra/draw-graph';
import { ACTION_WORDS, changeCounts, contentsOf, dangersOf, KIND_WORDS, PROGRAM_WORDS } from './entra/words';
import {
  ADDRESS_WORDS,
  HOSTING_ACTION_WORDS,
  PLATFORM_WORDS,
  resourceText,
  scalingText,
  sizeText,
  tableText,
} from './hosting/words';
import { buildMatrix } from './access/matrix-view';
import type { Matrix } from './access/matrix-view';
import { buildOuView } from './access/ou-view';
import type { Report } from './report-types';
import { count, formatNumber, shorten, visible } from './text';
import {
  accessCountsText,
  commitText,
  acknowledgementText,
  assignmentsText,
  causePlaces,
  joinPlaces,
  PENDING_WORDS,
  REPLACEMENT_WORDS,
  RISK_WORDS,
  shortPlace,
} from './words';

/** Templates, style and script of the page. */
const ASSETS = join(__dirname, 'html');

/**
 * The report as one page without anything to load: it needs no network and no server, and shows everything without
 * JavaScript, which only adds filters. Its content security policy allows its own style and script, by their hashes.
 */
export function renderHtml(report: Report): string {
  const matrix = buildMatrix(report);
  const script = asset('page.js');
  const style = `${asset('page.css')}${asset('entra.css')}:root{--columns:${matrix.isList ? 3 : matrix.groups.length}}`;
  return newRenderer().render('./page', {
    report,
    matrix,
    tree: buildOuView(report),
    entra: (report.entra?.programs ?? []).map((program) => ({
      program,
      picture: drawGraph(graphOf(program, report.changes?.entra)),
    })),
    script,
    style,
    policy: contentSecurityPolicy(style, script),
    data: safeJson(scriptData(report, matrix)),
    choices: choicesOf(report),
    pendingGroups: new Set(report.groups.flatMap(({ name, id }) => (id === undefined ? [name] : []))),
    reachOf: reachFinder(report),
    operations: new Map((report.changes?.operations ?? []).map((one) => [one.stack, one])),
    ...HELPERS,
  });
}

/** What templates may call. */
const HELPERS = {
  count,
  formatNumber,
  findingMessage,
  formatPlace,
  shortPlace,
  placesOf: (causes: Parameters<typeof causePlaces>[0]) => joinPlaces(causePlaces(causes)),
  json: (value: unknown) => JSON.stringify(value, undefined, 2),
  shorten,
  accessCountsText,
  commitText,
  acknowledgementText,
  assignmentsText,
  PENDING_WORDS,
  RISK_WORDS,
  REPLACEMENT_WORDS,
  ACTION_WORDS,
  FAMILY_WORDS,
  KIND_WORDS,
  PROGRAM_WORDS,
  changeCounts,
  contentsOf,
  dangersOf,
  PLATFORM_WORDS,
  ADDRESS_WORDS,
  HOSTING_ACTION_WORDS,
  resourceText,
  scalingText,
  sizeText,
  tableText,
  accountsText,
  boundaryText,
  EMERGENCY_PENDING,
  policiesText,
  regionsText,
  sessionText,
  whoText,
};

function newRenderer(): Eta {
  return new Eta({
    views: ASSETS,
    autoEscape: true,
    autoTrim: [false, false],
    cache: true,
    escapeFunction: (value) => escapeHtml(visible(String(value))),
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for HTML, inside an element or a quoted attribute. Line breaks stay, for policies are shown as they are. */
function escapeHtml(text: string): string {
  return text.replaceAll('\\u000a', '\n').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function asset(name: string): string {
  return readFileSync(join(ASSETS, name), 'utf8');
}

function contentSecurityPolicy(style: string, script: string): string {
  return `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** JSON that no HTML parser can leave early: every `<` is written as an escape. */
function safeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** What the page's script needs beyond the table: accounts in the order of the rows, and why access exists. */
function scriptData(report: Report, matrix: Matrix): unknown {
  return {
    groups: matrix.groups.map(visible),
    isList: matrix.isList,
    accounts: matrix.units.flatMap(({ rows }) =>
      rows.map(({ account }) => ({
        id: account.id,
        name: visible(account.name),
        email: account.email,
        ou: visible(account.ou),
        tags: account.tags.map(visible),
      })),
    ),
    reasons: matrix.reasons,
    causes: report.causes.map(({ grant, selectors }) => ({
      place: shortPlace(grant),
      selectors: selectors.map(({ place, text }) => visible(`${text} (line ${place.line})`)),
    })),
  };
}

/** Counts a set's assignments, each once, however many grants give it. */
function reachFinder({ assignments }: Report): (set: string) => { assignments: number; pending: number } {
  const bySet = Map.groupBy(assignments, ({ permissionSet }) => permissionSet);
  return (set) => {
    const own = bySet.get(set) ?? [];
    return { assignments: own.length, pending: own.filter(({ state }) => state === 'pending').length };
  };
}

/** Tags that the filter offers; with more, the search does it. */
const MAX_TAG_CHOICES = 300;

function choicesOf(report: Report): { readonly units: readonly string[]; readonly tags: readonly string[] } {
  const tags = [...new Set(report.accounts.flatMap((account) => account.tags))].toSorted();
  return { units: report.organizationalUnits, tags: tags.length <= MAX_TAG_CHOICES ? tags : [] };
}
