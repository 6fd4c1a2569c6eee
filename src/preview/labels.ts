import type { AcknowledgementLines, AcknowledgementPlace } from '../estate/source/finding';
import { ACKNOWLEDGED_ON } from '../estate/sections/access/policy-rules';
import type { ReportCause, ReportPlace } from './compared-side';
import { count, formatNumber } from '../text/amounts';

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

/** Assignments in `gained` and `lost`. */
export interface AccessCounts {
  /** All of `gained`, with those of groups that are not synchronized yet. */
  readonly gained: number;
  /** Those of `gained` that take effect as soon as their group is synchronized. */
  readonly gainedPending: number;
  /** Those of `lost` that people have. */
  readonly lost: number;
  /** Those of `lost` that were pending: the group was never synchronized, so no person had them. */
  readonly withdrawn: number;
}

/** `3 assignments gained (1 as soon as its group is synchronized), 2 lost`: the headline of every format. */
export function accessCountsText({ gained, gainedPending, lost, withdrawn }: AccessCounts): string {
  const all = gained === 1 ? '' : gained === gainedPending ? 'all ' : `${formatNumber(gainedPending)} `;
  const whose = gainedPending === 1 ? 'its group is' : 'their groups are';
  const pending = gainedPending === 0 ? '' : ` (${all}as soon as ${whose} synchronized)`;
  const back = withdrawn === 0 ? '' : `, ${formatNumber(withdrawn)} withdrawn before taking effect`;
  return `${count(gained, 'assignment')} gained${pending}, ${formatNumber(lost)} lost${back}`;
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

/** Reasons for which a change of access asks for attention. */
export const RISK_LABELS = {
  'management-account': 'management account',
  administrator: 'administrator',
  exception: 'exception',
} as const;

export type Risk = keyof typeof RISK_LABELS;
