import type { MarkdownSection } from '../markdown-sections';
import { code, prose } from '../markdown-text';
import type { AccessChange, Changes, Reason } from '../report-types';
import type { Effect, SetChange } from './set-types';
import { count, listSome } from '../text';
import {
  assignmentsText,
  causePlaces,
  joinPlaces,
  pendingText,
  REPLACEMENT_WORDS,
  RISK_WORDS,
  shortPlace,
} from '../words';

/** Accounts and places that one line names. */
const SHOWN_ACCOUNTS = 6;
const SHOWN_PLACES = 6;
const SHOWN_DETAILS = 6;

/** Who gains and who loses, then what is replaced, then what sets allow more or less. */
export function changeSections(changes: Changes | undefined): readonly MarkdownSection[] {
  if (changes === undefined) return [];
  return [
    { title: 'About this comparison', lines: changes.notes.map((note) => `- ${prose(note)}`) },
    { title: 'Who gains access', lines: changes.gained.map((change) => accessLine(change, 'gain')) },
    { title: 'Who loses access', lines: changes.lost.map((change) => accessLine(change, 'lose')) },
    {
      title: 'Dangerous replacements',
      lines: changes.replacements.map(
        ({ kind, subject, detail, place }) =>
          `- **${REPLACEMENT_WORDS[kind]}**: ${code(subject)}. ${prose(detail)}${place ? ` (${code(shortPlace(place))})` : ''}`,
      ),
    },
    { title: 'Changed permission sets', lines: changes.permissionSets.map(setLine) },
    { title: 'Attributes for access control', lines: changes.attributes.map((text) => `- ${prose(text)}`) },
  ];
}

function accessLine(change: AccessChange, verb: 'gain' | 'lose'): string {
  const risks = change.risks.map((risk) => ` **[${RISK_WORDS[risk]}]**`).join('');
  const accounts = change.accounts.map(({ id, name }) => `${code(name)} (${id})`);
  const size = change.accounts.length > 1 ? `${count(change.accounts.length, 'account')}: ` : '';
  const places = joinPlaces(causePlaces(change.causes).slice(0, SHOWN_PLACES));
  return [
    `- ${code(change.group)} ${verb} ${code(change.permissionSet)}${risks}${pendingText(change, verb)} in ${size}${listSome(accounts, SHOWN_ACCOUNTS)}.`,
    `${change.reasons.map(reasonText).join(', ')}; ${code(places)}`,
  ].join('<br>');
}

function reasonText({ text, place }: Reason): string {
  return `${prose(text)}${place ? ` (${code(shortPlace(place))})` : ''}`;
}

const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  widened: '**widened**',
  either: '**changed, wider or not**',
  narrowed: 'narrowed',
  neutral: 'changed',
};

function setLine({ name, kind, effect, details, assignments, pending, place }: SetChange): string {
  const what = kind === 'changed' ? EFFECT_WORDS[effect] : kind;
  const listed = details.map(({ text }) => prose(text));
  const rest = listed.length === 0 ? '' : `: ${listSome(listed, SHOWN_DETAILS)}`;
  const reach = kind === 'changed' ? ` (${assignmentsText(assignments, pending)})` : '';
  return `- ${code(name)} ${what}${reach}${rest} (${code(shortPlace(place))})`;
}
