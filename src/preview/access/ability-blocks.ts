import type { Fold, FoldedLevel, FoldedPart, FoldedService } from '../../permissions/fold';
import type { Notable } from '../../permissions/notable';
import { wayTexts } from '../../estate/sections/access/sets/told-ways';
import type { Blocks, Marked, Spans, Tone } from '../blocks/block';
import { aside, badge, line, marked, name, names, titled } from '../blocks/make';
import { count, formatNumber, listSome, shorten } from '../../text/amounts';
import type { Ability, AbilityChange, AbilityChanges } from './abilities';

/** Lines that a terminal shows: the worst. */
const SHOWN = 3;
const SHOWN_PARTS = 4;
const SHOWN_NAMES = 4;
const SHOWN_DETAILS = 12;
const CHARACTERS = 240;

/** What people may do that they could not before, or no longer may: a line for each group and class of accounts. */
export function abilityBlocks(changes: AbilityChanges): Blocks {
  const { abilities } = changes;
  const told = new Set<Ability>();
  const items = changes.changes.flatMap((change) => {
    const ability = abilities[change.ability];
    if (ability === undefined) return [];
    const isTold = told.has(ability);
    told.add(ability);
    return [abilityItem(change, ability, isTold)];
  });
  return titled('What people may do', [...notReadBlocks(changes), marked(items, SHOWN)]);
}

function notReadBlocks({ abilities, changes }: AbilityChanges): Blocks {
  const unread = new Set(
    abilities.flatMap(({ gained, lost }) =>
      [gained, lost].flatMap(({ unread, unreadDenials }) => [...unread, ...unreadDenials]),
    ),
  );
  const open = changes.filter(
    ({ ability }) => abilities[ability] !== undefined && isUnknown(abilities[ability]),
  ).length;
  if (open === 0) return [];
  return [
    aside(
      line`${count(open, 'difference')} of ${formatNumber(changes.length)} can't be told in full: ${unread.size === 0 ? 'too complex' : line`not read are ${names([...unread].toSorted().map((one) => name(one)))}`}.`,
    ),
  ];
}

function isUnknown({ gained, lost, beyond }: Ability): boolean {
  return (
    [gained, lost].some(({ unread, unreadDenials }) => unread.length + unreadDenials.length > 0) || beyond !== undefined
  );
}

function abilityItem(change: AbilityChange, ability: Ability, isTold: boolean): Marked {
  const { group, accounts, sets, isPending } = change;
  const { waysUp, gained, lost } = ability;
  const badges = [
    ...(ability.isEverything ? [badge('administrator', 'bad')] : []),
    ...(waysUp.length > 0
      ? [badge(waysUp.some(({ target }) => target === undefined) ? 'way to administrator' : 'new way up', 'bad')]
      : []),
    ...(isPending ? [badge('as soon as the group is synchronized', 'pending')] : []),
  ];
  return {
    mark: markOf(ability),
    what: [...line`${name(group)} may do ${verbOf(ability)}`, ...badges.flatMap((one) => line` ${one}`)],
    within: {
      text: accounts.length === 1 ? 'in' : `in ${count(accounts.length, 'account')}`,
      items: accounts.map(({ id, name: account }) => name(account, id)),
    },
    dangers: [
      ...dangersOf(ability),
      ...change.boundariesLost.map((boundary) => `permissions boundary ${boundary} is gone`),
    ],
    notes: notesOf(ability),
    details: isTold ? [] : [...detailsOf('gains', gained, 'bad'), ...detailsOf('loses', lost, 'good')],
    why: line`by ${names(sets.map((set) => name(set)))}`,
  };
}

function hasParts({ parts, unread, unreadDenials }: Fold): boolean {
  return parts.length + unread.length + unreadDenials.length > 0;
}

function verbOf({ gained, lost, beyond }: Ability): string {
  if (beyond !== undefined || (hasParts(gained) && hasParts(lost))) return 'more and less';
  return hasParts(gained) ? 'more' : 'less';
}

function markOf({ gained, lost, waysUp }: Ability): Marked['mark'] {
  if (!hasParts(gained)) return { text: '-', tone: 'good' };
  return { text: hasParts(lost) ? '~' : '+', tone: waysUp.length > 0 ? 'bad' : 'warn' };
}

/** Where everything is allowed, no way is needed. */
function dangersOf({ waysUp, isEverything }: Ability): readonly string[] {
  if (isEverything) return ['everything is allowed that the organization does not deny'];
  return wayTexts(waysUp).map((text) => `new ${text}`);
}

const NOTABLE_WORDS: Readonly<Record<Notable, string>> = {
  permissions: 'management of permissions',
  secrets: 'secrets and credentials',
  data: 'stored data',
  deletion: 'deletion',
  money: 'spending',
};

function notesOf(ability: Ability): readonly Spans[] {
  const { isEverything, gained, lost, notable, before, after, beyond } = ability;
  const [from, to] = [before[0]?.level ?? 'none', after[0]?.level ?? 'none'];
  return [
    ...(beyond === undefined ? [] : [line`not compared: ${beyond}`]),
    ...foldNotes('gains', gained),
    ...(isEverything ? [] : notable).map(
      ({ kind, actions, names: shown }) => line`gains ${NOTABLE_WORDS[kind]}: ${someNames(shown, actions)}`,
    ),
    ...foldNotes('loses', lost),
    ...(from === to ? [] : [line`highest access level: ${to} instead of ${from}`]),
  ];
}

function someNames(shown: readonly string[], all: number): string {
  const first = shown.slice(0, SHOWN_NAMES);
  return `${first.join(', ')}${all > first.length ? ` and ${formatNumber(all - first.length)} more` : ''}`;
}

function foldNotes(verb: string, { parts, unread, unreadDenials, unless }: Fold): readonly Spans[] {
  const rest = parts.slice(SHOWN_PARTS);
  const others = unless.filter((policy) => !unread.includes(policy));
  const policies = (all: readonly string[]) => names(all.map((one) => name(one)));
  return [
    ...parts.slice(0, SHOWN_PARTS).map((part) => line`${verb} ${partText(part)}`),
    ...(rest.length === 0 ? [] : [line`${verb} ${count(rest.length, 'more part')} of ${count(sum(rest), 'action')}`]),
    ...(unread.length === 0 ? [] : [line`${verb} whatever ${policies(unread)} allows: not read`]),
    ...(unreadDenials.length === 0 ? [] : [line`${verb} whatever ${policies(unreadDenials)} denies: not read`]),
    ...(others.length === 0 || parts.length === 0
      ? []
      : [line`not read, and may decide otherwise: ${policies(others)}`]),
  ];
}

function sum(parts: readonly FoldedPart[]): number {
  return parts.reduce((total, { actions }) => total + actions, 0);
}

/** `s3:DeleteObject (Write) on arn:aws:s3:::claims/*, if …` */
function partText(part: FoldedPart): string {
  const { resources, condition } = part;
  const where = resources === undefined ? '' : ` on ${shorten(resources, CHARACTERS)}`;
  const when = condition === undefined ? '' : `, if ${shorten(condition, CHARACTERS)}`;
  return `${actionsText(part)}${where}${when}`;
}

function actionsText({ actions, services, levels, but, unlisted }: FoldedPart): string {
  if (unlisted !== undefined) return `${unlisted}, which AWS does not list`;
  if (but !== undefined)
    return but.length === 0 ? 'everything' : `everything but ${count(total(but), 'action')} of ${serviceNames(but)}`;
  if (isShort({ actions, services })) return services.flatMap(actionNames).join(', ');
  return `${count(actions, 'action')} of ${serviceNames(services)}: ${levelsText(levels)}`;
}

function isShort({ actions, services }: Pick<FoldedPart, 'actions' | 'services'>): boolean {
  return (
    actions <= SHOWN_NAMES && services.every(({ levels }) => levels.every(({ names: listed }) => listed !== undefined))
  );
}

function actionNames({ service, levels }: FoldedService): readonly string[] {
  return levels.flatMap(({ level, names: listed = [] }) => listed.map((one) => `${service}:${one} (${level})`));
}

function serviceNames(services: readonly FoldedService[]): string {
  return listSome(
    services.map(({ service }) => service),
    SHOWN_NAMES,
  );
}

function total(services: readonly FoldedService[]): number {
  return services.flatMap(({ levels }) => levels).reduce((all, { actions }) => all + actions, 0);
}

function levelsText(levels: readonly FoldedLevel[]): string {
  return levels.map(({ level, actions }) => `${level} ${formatNumber(actions)}`).join(', ');
}

/** The actions, service by service and level by level. */
function detailsOf(verb: string, { parts }: Fold, tone: Tone): NonNullable<Marked['details']> {
  return parts
    .filter((part) => !isShort(part) || part.but !== undefined)
    .flatMap(({ services, but = [] }) => [
      ...services.flatMap((service) => levelDetails(verb, service)),
      ...but.flatMap((service) => levelDetails('but not', service)),
    ])
    .map((text) => ({ text, tone }));
}

function levelDetails(verb: string, { service, levels }: FoldedService): readonly string[] {
  return levels.map(({ level, actions, names: listed }) =>
    listed === undefined
      ? `${verb} ${service}, all of ${level} (${formatNumber(actions)})`
      : `${verb} ${service}, ${level}: ${listSome(listed, SHOWN_DETAILS)}`,
  );
}
