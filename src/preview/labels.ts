import type { AcknowledgementLines, AcknowledgementPlace } from '../estate/source/finding';
import { ACKNOWLEDGED_ON } from '../estate/sections/access/policy-rules';
import type { Bounded } from '../estate/sections/pipeline/change-limits';
import type { Extent } from './access/extent-types';
import type { ReportPlace, Risk } from './report-place';
import type { Replacement } from './replaced-types';
import type { AccessCounts, ReportCause } from './report-types';
import { count, formatNumber } from './blocks/text';

/** `estates/sandbox/estate.yaml:41`, and the revision where it is not the working tree's file. */
export function shortPlace({ file, line, revision }: ReportPlace): string {
  return `${file}:${line}${revision === undefined ? '' : ` at ${revision}`}`;
}

/** ` (0123456789)`, the beginning of the commit that was compared with; nothing where there is none. */
export function commitText({ commit }: { readonly commit?: string }): string {
  return commit === undefined ? '' : ` (${commit.slice(0, 10)})`;
}

/** Grants and selectors that give access, each place once: `estates/sandbox/estate.yaml:120, 124`. */
export function causePlaces(causes: readonly ReportCause[]): readonly ReportPlace[] {
  const places = causes.flatMap(({ grant, selectors }) => [grant, ...selectors.map(({ place }) => place)]);
  return [...new Map(places.map((place) => [`${place.revision ?? ''}:${place.file}:${place.line}`, place])).values()];
}

/** Places with each file named once: `estates/sandbox/estate.yaml:120, 124`. */
export function joinPlaces(places: readonly ReportPlace[]): string {
  const byFile = Map.groupBy(places, ({ file, revision = '' }) => `${revision}\n${file}`);
  return [...byFile.values()]
    .map(([first, ...others]) => {
      if (first === undefined) return '';
      const { revision } = first;
      const lines = [first.line, ...others.map(({ line }) => line)].join(', ');
      return `${first.file}:${lines}${revision === undefined ? '' : ` at ${revision}`}`;
    })
    .join('; ');
}

/** `3 assignments gained (1 as soon as its group is synchronized), 2 lost`: the headline of every format. */
export function accessCountsText({ gained, gainedPending, lost, withdrawn }: AccessCounts): string {
  const all = gained === 1 ? '' : gained === gainedPending ? 'all ' : `${formatNumber(gainedPending)} `;
  const whose = gainedPending === 1 ? 'its group is' : 'their groups are';
  const pending = gainedPending === 0 ? '' : ` (${all}as soon as ${whose} synchronized)`;
  const back = withdrawn === 0 ? '' : `, ${formatNumber(withdrawn)} withdrawn before taking effect`;
  return `${count(gained, 'assignment')} gained${pending}, ${formatNumber(lost)} lost${back}`;
}

const EXTENT_WORDS: Readonly<Record<Bounded, string>> = {
  lost: 'lost',
  gained: 'gained',
  administrators: 'of administrators added',
};

/** `120 assignments lost (15 % of 800); pipeline.limits.lost allows 100`. */
export function extentText({ of, assignments, before, bound }: Extent): string {
  const share = before === 0 ? '' : ` (${percent(assignments, before)} of ${formatNumber(before)})`;
  return `${count(assignments, 'assignment')} ${EXTENT_WORDS[of]}${share}; pipeline.limits.${of} allows ${formatNumber(bound)}`;
}

/** With one decimal place below ten percent. */
function percent(part: number, whole: number): string {
  const share = (part * 100) / whole;
  return `${share < 10 ? String(Math.round(share * 10) / 10) : formatNumber(Math.round(share))} %`;
}

/** `4 assignments, 1 of them pending`. */
export function assignmentsText(assignments: number, pending: number): string {
  const waiting =
    pending === 0 ? '' : pending === assignments ? ', pending' : `, ${formatNumber(pending)} of them pending`;
  return `${count(assignments, 'assignment')}${waiting}`;
}

/** Marks a change of access of a group that is not synchronized, or of a user whom the snapshot does not have. */
export const PENDING_WORDS: Readonly<Record<'group' | 'user', Readonly<Record<'gain' | 'lose', string>>>> = {
  group: { gain: 'as soon as the group is synchronized', lose: 'withdrawn before taking effect' },
  user: { gain: 'as soon as organization.json has the user', lose: 'withdrawn before taking effect' },
};

/** Introduces the lines that acknowledge a finding. */
export function acknowledgementText({ on, into }: Pick<AcknowledgementLines, 'on' | 'into'>): string {
  return `To keep it as it is, add ${PASTE_WORDS[into](ACKNOWLEDGED_ON[on])}, with the reason in place of TODO:`;
}

const PASTE_WORDS: Readonly<Record<AcknowledgementPlace, (item: string) => string>> = {
  'block-item': (item) => `to the ${item}`,
  'block-list': (item) => `to the list 'acknowledge' of the ${item}`,
  'flow-item': (item) => `right after the '{' that opens the ${item}`,
  'flow-list': (item) => `right after the '[' that opens 'acknowledge' of the ${item}`,
};

export const RISK_LABELS: Readonly<Record<Risk, string>> = {
  'management-account': 'management account',
  administrator: 'administrator',
  exception: 'exception',
};

export const REPLACEMENT_WORDS: Readonly<Record<Replacement['kind'], string>> = {
  'permission-set-renamed': 'permission set renamed',
  'permission-set-moved': 'permission set moves to another stack',
  'assignment-moved': 'assignments move to another stack',
  'group-recreated': 'group was recreated',
  'instance-changed': 'another IAM Identity Center instance',
  'stack-abandoned': 'stack is abandoned, and stays deployed',
  'stack-moved': 'stack moves to another account',
  'resource-replaced': 'resource replaced',
  'service-replaced': 'service replaced, with another address',
  'service-removed': 'service removed, with its address',
  'data-replaced': 'data replaced',
  'data-removed': 'data removed',
  'topic-replaced': 'alarms go to another topic',
  'hosting-abandoned': 'stack is abandoned, and stays deployed',
  'emergency-abandoned': 'stack is abandoned, and stays deployed',
};
