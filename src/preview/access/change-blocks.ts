import type { Effect } from '../../estate/sections/access/sets/policy-changes';
import type { Blocks, Marked, Section, Spans, Tone } from '../blocks/block';
import { ASSIGNMENTS_AT_ONCE } from '../../estate/sections/limits';
import { aside, badge, line, list, marked, name, names, note, place, strong, titled } from '../blocks/make';
import { count } from '../../text/amounts';
import { applicationChangeBlocks } from './applications';
import type * as AbilityBlocks from './ability-blocks';
import { type AccessChange, type Extent, extentText, type Revocations } from './access-changes';
import { azureChangeBlocks, azureGainBlocks } from '../azure/azure';
import { emergencyChangeBlocks } from '../emergency/emergency';
import { entraChangeBlocks } from '../entra/entra-blocks';
import { hostingChangeBlocks } from '../hosting/hosting';
import { type Replacement, REPLACEMENT_WORDS } from './replacements';
import type { Changes } from '../report';
import type { Reason } from './change-reasons';
import {
  accessCountsText,
  assignmentsText,
  causePlaces,
  commitText,
  joinPlaces,
  PENDING_WORDS,
  RISK_LABELS,
  shortPlace,
} from '../labels';
import type { PolicyChange, SetChange } from './set-changes';

/**
 * Everything that differs from the base: access first, then what is dangerous, then the rest.
 *
 * @param isWhole false while the engines have not run: they may find a change where the plans have none
 */
export function changeSection(changes: Changes, isWhole = true): Section {
  const { notCompared, revision } = changes;
  const access = accessBlocks(changes);
  const others =
    notCompared === undefined
      ? [
          ...emergencyChangeBlocks(changes.emergency ?? []),
          ...entraChangeBlocks(changes.entra),
          ...hostingChangeBlocks(changes.hosting),
          ...azureChangeBlocks(changes.azure ?? []),
        ]
      : [];
  return {
    id: 'changes',
    title: `Changes against ${revision}${commitText(changes)}`,
    short: 'Changes',
    lead: changeLead(changes),
    blocks: [
      ...[notCompared ?? [], changes.notes].flat().map((text) => note(line`${text}`)),
      ...access,
      ...others,
      ...(isWhole && notCompared === undefined && access.length + others.length === 0
        ? [aside(line`Nothing changes.`)]
        : []),
    ],
  };
}

/** The headline of every format. */
export function changeLead({ counts }: Changes): Spans {
  return [strong(counts === undefined ? 'NOT COMPARED' : accessCountsText(counts))];
}

function accessBlocks(changes: Changes): Blocks {
  const { extent, gained, lost, revocations, replacements, permissionSets, policies, attributes } = changes;
  return [
    ...(changes.abilities === undefined ? [] : loadAbilityBlocks().abilityBlocks(changes.abilities)),
    ...titled('Who gains access', [marked(gained.map((change) => accessItem(change, 'gain')))]),
    ...azureGainBlocks(changes.azure ?? []),
    ...titled('Who loses access', [marked(lost.map((change) => accessItem(change, 'lose')))]),
    ...applicationChangeBlocks(changes.applications ?? []),
    ...titled('How access is taken away', [list(revocations === undefined ? [] : revocationItems(revocations))]),
    ...titled('How much', [list(extent.filter(({ assignments }) => assignments > 0).map(extentItem))]),
    ...titled('Dangerous replacements', [marked(replacements.map(replacementItem))]),
    ...titled('Changed permission sets', [marked(permissionSets.map(setItem))]),
    ...titled('IAM Identity Center', [list((changes.identityCenter ?? []).map((text) => line`${text}`))]),
    ...titled('Exceptions', [list((changes.exceptions ?? []).map((text) => line`${text}`))]),
    ...titled('Managed elsewhere', [list((changes.managedElsewhere ?? []).map((text) => line`${text}`))]),
    ...titled('Customer-managed policies', [marked((policies ?? []).map(policyItem))]),
    ...titled('Attributes for access control', [list(attributes.map((text) => line`${text}`))]),
  ];
}

/** Loaded where people may do more or less. */
function loadAbilityBlocks(): typeof AbilityBlocks {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() gives a promise; a report is synchronous
  return require('./ability-blocks') as typeof AbilityBlocks;
}

function revocationItems({ assignments, accounts, rounds, exchanged, sets }: Revocations): readonly Spans[] {
  const how = `before the stacks change, at most ${ASSIGNMENTS_AT_ONCE} at once and one at a time in each account`;
  return [
    ...(assignments === 0
      ? []
      : [
          line`${count(assignments, 'assignment')} in ${count(accounts, 'account')}, ${how}: ${count(rounds, 'round')}.`,
        ]),
    ...(exchanged === 0
      ? []
      : [
          line`${count(exchanged, 'assignment')} exchanged for others in the same accounts: removed by CloudFormation once the others are there.`,
        ]),
    ...sets.map(
      (set) => line`Permission set ${name(set.name)} goes after its ${count(set.assignments, 'assignment')}.`,
    ),
  ];
}

function extentItem(extent: Extent): Spans {
  const text = extentText(extent);
  return extent.isExceeded ? [strong(text)] : line`${text}`;
}

const MARKS = { gain: { text: '+', tone: 'good' }, lose: { text: '-', tone: 'bad' } } as const;

function accessItem(change: AccessChange, verb: 'gain' | 'lose'): Marked {
  const { group, permissionSet, risks, state, accounts, reasons, causes } = change;
  const badges = [
    ...risks.map((risk) => badge(RISK_LABELS[risk], 'bad')),
    ...(state === 'pending'
      ? [badge(PENDING_WORDS[risks.includes('exception') ? 'user' : 'group'][verb], 'pending')]
      : []),
  ];
  return {
    mark: MARKS[verb],
    what: [...line`${name(group)} ${verb} ${name(permissionSet)}`, ...spaced(badges)],
    within: {
      text: accounts.length === 1 ? 'in' : `in ${count(accounts.length, 'account')}`,
      items: accounts.map(({ id, name: account }) => name(account, id)),
    },
    why: line`${reasons.flatMap(reasonSpans)} · ${place(joinPlaces(causePlaces(causes)))}`,
  };
}

/** Each after a space. */
function spaced(spans: Spans): Spans {
  return spans.flatMap((span) => line` ${span}`);
}

function reasonSpans({ text, place: at }: Reason, index: number): Spans {
  return line`${index === 0 ? '' : ', '}${text}${at && line` (${place(shortPlace(at))})`}`;
}

function replacementItem({ kind, subject, detail, assignments, place: at }: Replacement): Marked {
  return {
    mark: { text: '!', tone: 'bad' },
    what: line`${strong(REPLACEMENT_WORDS[kind])}: ${name(subject)}${assignments === 0 ? '' : `, ${count(assignments, 'assignment')}`}`,
    notes: [line`${detail}`],
    ...(at && { why: [place(shortPlace(at))] }),
  };
}

const EFFECT_TONES: Readonly<Record<Effect, Tone>> = {
  widened: 'bad',
  either: 'warn',
  narrowed: 'good',
  neutral: 'plain',
};

const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  widened: 'widened',
  either: 'wider or narrower',
  narrowed: 'narrowed',
  neutral: 'changed',
};

const KIND_SIGNS: Readonly<Record<SetChange['kind'], string>> = { added: '+', removed: '-', changed: '~' };

function setItem({ name: set, kind, effect, details, assignments, pending, place: at }: SetChange): Marked {
  const isChanged = kind === 'changed';
  const reach = isChanged ? ` (${assignmentsText(assignments, pending)})` : '';
  return {
    mark: { text: KIND_SIGNS[kind], tone: EFFECT_TONES[effect] },
    what: line`${name(set)} ${badge(isChanged ? EFFECT_WORDS[effect] : kind, EFFECT_TONES[effect])}${reach}`,
    details: details.map((detail) => ({ text: detail.text, tone: EFFECT_TONES[detail.effect] })),
    why: [place(shortPlace(at))],
  };
}

const POLICY_TONES: Readonly<Record<PolicyChange['kind'], Tone>> = {
  added: 'plain',
  removed: 'plain',
  changed: 'warn',
};

function policyItem({ name: policy, kind, gains, loses, details, place: at }: PolicyChange): Marked {
  const reach = (verb: string, accounts: PolicyChange['gains']) =>
    accounts.length === 0
      ? []
      : [
          line`${verb} ${count(accounts.length, 'account')}: ${names(accounts.map(({ id, name: one }) => name(one, id)))}`,
        ];
  return {
    mark: { text: KIND_SIGNS[kind], tone: POLICY_TONES[kind] },
    what: line`${name(policy)} ${badge(kind, POLICY_TONES[kind])}`,
    notes: [...reach('comes to', gains), ...reach('leaves', loses)],
    details: details.map((detail) => ({ text: detail.text, tone: EFFECT_TONES[detail.effect] })),
    why: [place(shortPlace(at))],
  };
}
