import { holderText } from '../../estate/sections/access/holder';
import { shownProperties, type ShownProperty } from '../../estate/sections/access/sets/set-properties';
import { durationWords } from '../../estate/sections/durations';
import { compareText } from '../../estate/source/finding';
import type { Blocks, Chip, ChipKind, Fact, Matrix, MatrixRow, Section, Spans, Tree } from '../blocks/block';
import {
  aside,
  badge,
  code,
  codes,
  facts,
  line,
  list,
  name,
  names,
  only,
  place,
  quiet,
  table,
  titled,
} from '../blocks/make';
import { kept } from '../../permissions/glob';
import { count, formatNumber } from '../../text/amounts';
import { known } from '../../text/values';
import { assignmentsText, joinPlaces, shortPlace } from '../labels';
import type { Report } from '../report';
import type { AllowedLevel } from './set-levels';
import type { ReportAccount, ReportExclusion, ReportGroup, ReportLeftOut, ReportSet } from './describe-access';

/** The access itself: a matrix on the page, a table of the groups in a comment. */
export function matrixSection(report: Report): Section {
  const pending = report.counts.pending > 0;
  const wait = pending ? ' What is pending takes effect as soon as its group is synchronized.' : '';
  return {
    id: 'matrix',
    title: 'Access matrix',
    short: 'Matrix',
    blocks: [
      only(['page'], () => {
        const matrix = buildMatrix(report);
        if (matrix.units.length === 0) return [aside(line`No access could be expanded.`)];
        const about = line`Who has which permission set where. Rows are accounts, columns are groups. A cell has the highest access level that its sets allow there; each set leads to what it allows.${wait}`;
        return [aside(about), { kind: 'matrix', matrix }];
      }),
      only(['markdown'], [...pendingBlocks(report), ...groupBlocks(report.groups)]),
    ],
  };
}

function pendingBlocks(report: Report): Blocks {
  const pending = pendingGroups(report);
  const waiting = Map.groupBy(report.assignments, ({ group }) => group);
  const items = report.groups
    .filter((group) => pending.has(group.name))
    .map((group) => line`${name(group.name)}: ${count(waiting.get(group.name)?.length ?? 0, 'assignment')}`);
  return introduced('Pending groups', 'These groups are not in the Identity Store yet; their assignments wait.', items);
}

/** A list under a heading, after a sentence; nothing without items. */
function introduced(title: string, sentence: string, items: readonly Spans[]): Blocks {
  return items.length === 0 ? [] : titled(title, [aside(line`${sentence}`), list(items)]);
}

function groupBlocks(groups: readonly ReportGroup[]): Blocks {
  const rows = groups.map((group): readonly Spans[] => [
    line`${name(group.name)}${group.id === undefined ? ' (pending)' : ''}`,
    [names(group.permissionSets.map((set) => name(set.name, formatNumber(set.accounts))))],
    line`${formatNumber(group.accounts)}${group.reachesManagement ? ', with the management account' : ''}`,
  ]);
  return titled('Groups and their permission sets', [
    table('Groups and their permission sets', ['Group', 'Permission sets (accounts)', 'Accounts'], rows),
  ]);
}

/** Each permission set with what it allows and where it is granted. */
export function setsSection(report: Report): Section {
  return { id: 'sets', title: 'Permission sets', blocks: [only(['page'], () => foldsOf(report))] };
}

function foldsOf(report: Report): Blocks {
  if (report.permissionSets.length === 0) return [aside(line`The estate has none.`)];
  const pending = pendingGroups(report);
  const bySet = Map.groupBy(report.assignments, ({ permissionSet }) => permissionSet);
  return report.permissionSets.map((set, anchor): Blocks[number] => {
    const own = bySet.get(set.name) ?? [];
    const reach = assignmentsText(own.length, own.filter(({ state }) => state === 'pending').length);
    const granted = set.grants.length === 0 ? 'granted nowhere' : `${count(set.grants.length, 'grant')}, ${reach}`;
    const power = set.isAdministrator ? line` ${badge('administrator', 'warn')}` : '';
    return {
      kind: 'fold',
      title: line`${name(set.name)}${power} ${quiet(`${durationWords(set.sessionDuration)} · ${granted}`)}`,
      isOpen: false,
      anchor,
      blocks: [...setBlocks(set), ...grantBlocks(set, pending)],
    };
  });
}

/** What a set allows, level by level, with the services; for each part of its accounts where that differs. */
function allowsBlocks({ allows }: ReportSet): Blocks {
  return allows.flatMap((one): Blocks => {
    const { level, isUnknown, unread = [], beyond, levels, accounts } = one;
    const others = allows.length > 1 ? ' in the other accounts' : '';
    const where = accounts === undefined ? others : ` in ${count(accounts.length, 'account')}`;
    const more = isUnknown ? ', may be more' : '';
    return [
      { kind: 'heading', text: `Allows${where}`, note: `highest level: ${level}${more}`, level: 3 },
      facts(levels.map((one) => [one.level, line`${levelText(one)}`])),
      ...(unread.length === 0 ? [] : [aside(line`Not read: ${names(unread.map((policy) => name(policy)))}.`)]),
      ...(beyond === undefined ? [] : [aside(line`Too complex to tell: ${beyond}.`)]),
    ];
  });
}

/** `12 actions of 3 services: iam, s3 and 1 more` */
function levelText({ actions, services, names: named }: AllowedLevel): string {
  const rest = services > named.length ? ` and ${formatNumber(services - named.length)} more` : '';
  const of = services === 1 ? named.join() : `${count(services, 'service')}: ${named.join(', ')}${rest}`;
  return `${count(actions, 'action')} of ${of}`;
}

function setBlocks(set: ReportSet): Blocks {
  const shown = shownProperties(set);
  return [
    ...shown.flatMap((one) => (one.as === 'lead' ? [aside(line`${one.text}`)] : [])),
    facts([...shown.map(factOf), copyFact(set), ['Defined', [place(shortPlace(set.place))]]]),
    ...allowsBlocks(set),
    ...shown.flatMap((one) => (one.as === 'document' ? documentBlocks(one, set.name) : [])),
  ];
}

function copyFact({ copyOf }: ReportSet): Fact | undefined {
  return copyOf === undefined ? undefined : ['Copy', line`of ${name(copyOf)}, for the management account`];
}

function factOf(shown: ShownProperty): Fact | undefined {
  if (shown.as === 'text') return [shown.title, line`${shown.text}`];
  return shown.as === 'names' && shown.names.length > 0 ? [shown.title, [codes(shown.names)]] : undefined;
}

function documentBlocks({ title, file, document }: ShownProperty & { readonly as: 'document' }, set: string): Blocks {
  return titled(file === undefined ? title : `${title} ${file}`, [
    { kind: 'text', label: `${title} of ${set}`, text: JSON.stringify(document, undefined, 2) },
  ]);
}

function grantBlocks({ grants }: ReportSet, pending: ReadonlySet<string>): Blocks {
  const items = grants.map(({ group, accounts, place: at }) => {
    const waits = pending.has(group) ? line` ${badge('pending', 'pending')}` : '';
    return line`${name(group)}${waits} ${quiet(`in ${count(accounts, 'account')}`)} ${place(shortPlace(at))}`;
  });
  return titled('Granted to', [list(items)]);
}

/** The accounts in their OUs, and those that grants name in vain. */
export function accountsSection(report: Report): Section {
  return {
    id: 'accounts',
    title: 'Accounts',
    blocks: [
      only(['page'], () => {
        const tree = buildOuView(report);
        return [
          tree === undefined ? aside(line`The organization is not known.`) : { kind: 'tree', noun: 'account', tree },
        ];
      }),
      ...exclusionBlocks(report.excluded ?? []),
      only(['markdown', 'page'], leftOutBlocks(report.leftOut)),
    ],
  };
}

/** Each exclusion, as long as it stands. */
function exclusionBlocks(exclusions: readonly ReportExclusion[]): Blocks {
  const items = exclusions.map(({ id, name: account, reason, groups, place: at }) => {
    const whom =
      groups.length === 0 ? line`no grant names it` : line`named for ${names(groups.map((group) => name(group)))}`;
    return line`${name(account, id)} ${badge('excluded', 'bad')} ${reason.replace(/\.$/, '')}; ${whom} ${place(shortPlace(at))}`;
  });
  return introduced('Accounts excluded', 'No grant reaches these accounts.', items);
}

function leftOutBlocks(leftOut: readonly ReportLeftOut[]): Blocks {
  const items = [...Map.groupBy(leftOut, ({ id }) => id).values()].flatMap((entries) => {
    const groups = names([...new Set(entries.map(({ group }) => group))].map((group) => name(group)));
    const places = place(joinPlaces(entries.map((entry) => entry.place)));
    return entries
      .slice(0, 1)
      .map((one) => line`${name(one.name, one.id)} is ${wordsOf(one.state)}; named for ${groups} ${places}`);
  });
  return introduced('Accounts left out', 'Grants name these accounts, but they are not active.', items);
}

/** The OUs as a tree. A path's parent is the longest other path that it begins with, for a name may hold a slash. */
function buildOuView({ organizationalUnits, accounts, excluded = [] }: Report): Tree | undefined {
  const left = new Set(excluded.map(({ id }) => id));
  const paths = new Set(organizationalUnits.toSorted(compareText));
  const children = Map.groupBy(
    [...paths].filter((path) => path !== '/'),
    (path) => parentOf(path, paths),
  );
  const byOu = Map.groupBy(accounts, ({ ou }) => ou);
  const node = (path: string, parent: string): Tree => {
    const nested = (children.get(path) ?? []).map((child) => node(child, path));
    const own = byOu.get(path) ?? [];
    const total = nested.reduce((sum, child) => sum + child.total, own.length);
    return {
      label: labelOf(path, parent),
      leaves: own.map((one) => accountSpans(one, left.has(one.id))),
      children: nested,
      total,
    };
  };
  return paths.has('/') ? node('/', '') : undefined;
}

function accountSpans({ id, name: account, isManagement, state, tags }: ReportAccount, isExcluded: boolean): Spans {
  const management = isManagement ? line` ${badge('management', 'warn')}` : '';
  const inactive = state === 'ACTIVE' ? '' : line` ${badge(wordsOf(state), 'plain')}`;
  const excluded = isExcluded ? line` ${badge('excluded', 'bad')}` : '';
  return line`${name(account, id)}${management}${inactive}${excluded}${tags.flatMap((tag) => line` ${code(tag)}`)}`;
}

/** `PENDING_CLOSURE` in words. */
function wordsOf(state: string): string {
  return state.toLowerCase().replaceAll('_', ' ');
}

function parentOf(path: string, paths: ReadonlySet<string>): string {
  const above = path.slice(0, path.lastIndexOf('/'));
  return above === '' ? '/' : paths.has(above) ? above : parentOf(above, paths);
}

function labelOf(path: string, parent: string): string {
  if (path === '/') return 'Root';
  return parent === '/' ? path.slice(1) : path.slice(parent.length + 1);
}

/** Lays the assignments out as a matrix; what the base had and the head lacks is in it as `lost`. */
function buildMatrix(report: Report): Matrix {
  const { byAccount, groups, reasons } = cellsOf(report);
  const pending = pendingGroups(report);
  const rowOf = (account: ReportAccount): MatrixRow => {
    const byGroup = byAccount.get(account.id);
    return { account, ...noteOf(account), cells: groups.map((group) => byGroup?.get(group) ?? NO_CHIPS) };
  };
  return {
    groups: groups.map((name) => ({ name, isPending: pending.has(name) })),
    units: [...Map.groupBy(report.accounts, ({ ou }) => ou)].map(([ou, accounts]) => ({
      ou,
      rows: accounts.map(rowOf),
    })),
    reasons,
    causes: report.causes.map(({ grant, selectors }) => ({
      place: shortPlace(grant),
      selectors: selectors.map(({ place, text }) => `${text} (line ${place.line})`),
    })),
    choices: choicesOf(report),
    kinds: kindsOf(report),
  };
}

const NO_CHIPS: readonly Chip[] = [];

/** Cells of the matrix. There may be a million, and few of them differ: what is the same is one object. */
function cellsOf(report: Report) {
  const byAccount = new Map<string, Map<string, readonly Chip[]>>();
  const groups = new Set<string>();
  const longer = new Map<readonly Chip[], Map<Chip, readonly Chip[]>>();
  const { chipOf, reasons } = chipsOf(report);
  const anchors = new Map(report.permissionSets.map(({ name }, anchor) => [name, anchor]));
  const add = (account: string, group: string, chip: Chip): void => {
    const cells = kept(byAccount, account, () => new Map<string, readonly Chip[]>());
    const before = cells.get(group) ?? NO_CHIPS;
    const byLast = kept(longer, before, () => new Map<Chip, readonly Chip[]>());
    cells.set(
      group,
      kept(byLast, chip, () => [...before, chip]),
    );
    groups.add(group);
  };
  for (const one of report.assignments) add(one.account, one.group, chipOf(one));
  for (const { group, permissionSet: set, accounts, risks, state } of report.changes?.lost ?? []) {
    const isAdministrator = risks.includes('administrator');
    const anchor = known({ anchor: anchors.get(set) });
    const chip: Chip = { set, isAdministrator, isPending: state === 'pending', ...anchor, change: 'lost' };
    for (const { id } of accounts) add(id, group, chip);
  }
  return { byAccount, groups: [...groups].toSorted(compareText), reasons };
}

/** Makes the chips of assignments, and collects each different list of their causes. */
function chipsOf(report: Report) {
  const reasons: (readonly number[])[] = [];
  const [byList, byText] = [new Map<readonly number[], number>(), new Map<string, number>()];
  const reasonOf = (causes: readonly number[]): number =>
    kept(byList, causes, () => kept(byText, causes.join(), () => reasons.push(causes) - 1));
  const isGained = gainedIn(report);
  const sets = new Map(
    report.permissionSets.map((set, anchor) => [set.name, { ...set, anchor, allowsAt: allowsIn(set) }]),
  );
  const chips = new Map<unknown, Map<string, Map<number, Chip>>>();
  const chipOf = (assignment: Report['assignments'][number]): Chip => {
    const { permissionSet: set, account, state, causes } = assignment;
    const { anchor, isAdministrator = false, allowsAt } = sets.get(set) ?? {};
    const [heat, reason] = [allowsAt?.(account), reasonOf(causes)];
    const [isPending, change] = [state === 'pending', isGained(assignment) ? ('gained' as const) : undefined];
    const ofHeat = kept(chips, heat, () => new Map<string, Map<number, Chip>>());
    const ofSet = kept(ofHeat, set, () => new Map<number, Chip>());
    // A million texts would take as long as all else here.
    return kept(ofSet, reason * 4 + (isPending ? 2 : 0) + (change === undefined ? 0 : 1), () => ({
      ...{ set, isAdministrator, isPending, reason, heat },
      ...known({ anchor, change }),
    }));
  };
  return { chipOf, reasons };
}

/** Tells what the base has not. */
function gainedIn({ changes }: Report): (assignment: Report['assignments'][number]) => boolean {
  const keyOf = (group: string, set: string, account: string): string => JSON.stringify([group, set, account]);
  const gained = new Set(
    (changes?.gained ?? []).flatMap(({ group, permissionSet, accounts }) =>
      accounts.map(({ id }) => keyOf(group, permissionSet, id)),
    ),
  );
  // There may be a million assignments.
  return ({ group, permissionSet, account }) => gained.size > 0 && gained.has(keyOf(group, permissionSet, account));
}

/** What a set allows, by account. */
function allowsIn({ allows }: ReportSet): (account: string) => ReportSet['allows'][number] | undefined {
  const [rest, ...others] = allows;
  const byAccount = new Map(others.flatMap((one) => (one.accounts ?? []).map((account) => [account, one] as const)));
  return (account) => byAccount.get(account) ?? rest;
}

function noteOf({ isManagement, state }: ReportAccount): Pick<MatrixRow, 'note'> {
  if (isManagement) return { note: 'management' };
  return state === 'ACTIVE' ? {} : { note: state.toLowerCase() };
}

/** Groups that are not in the Identity Store yet, and users whom the snapshot does not have. */
function pendingGroups({ groups, exceptions = [] }: Report): ReadonlySet<string> {
  const users = exceptions.filter(({ isPending }) => isPending);
  return new Set([
    ...groups.filter(({ id }) => id === undefined).map(({ name }) => name),
    ...users.map(({ user }) => holderText({ kind: 'user', name: user })),
  ]);
}

/** Tags that the filter offers; with more, the search does it. */
const MAX_TAG_CHOICES = 300;

function choicesOf({ accounts, permissionSets, organizationalUnits }: Report): Matrix['choices'] {
  const tags = [...new Set(accounts.flatMap((account) => account.tags))].toSorted();
  return {
    sets: permissionSets.map(({ name }) => name),
    ous: organizationalUnits.filter((path) => path !== '/'),
    tags: tags.length <= MAX_TAG_CHOICES ? tags : [],
  };
}

function kindsOf({ counts, changes }: Report): readonly ChipKind[] {
  const compared = changes?.counts;
  return [
    ...(counts.pending > 0 ? (['pending'] as const) : []),
    ...(compared === undefined ? [] : (['gained', 'lost'] as const)),
    ...(compared?.gainedPending ? (['gained-pending'] as const) : []),
    ...(compared?.withdrawn ? (['withdrawn'] as const) : []),
  ];
}
