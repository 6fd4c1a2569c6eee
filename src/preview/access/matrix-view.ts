import type { Chip, ChipKind, Matrix, MatrixRow } from '../blocks/block';
import { holderText } from '../../estate/sections/access/holder';
import { compareText } from '../../estate/source/finding';
import type { Report } from '../report-types';
import type { ReportAccount } from './describe-access';
import { shortPlace } from '../labels';

/** Cells up to which accounts by groups are laid out as a table. */
const MAX_CELLS = 250_000;

/** Lays the assignments out as a matrix; what the base had and the head lacks is in it as `lost`. */
export function buildMatrix(report: Report): Matrix {
  // Each different list of causes once.
  const reasons = new Map(report.assignments.map(({ causes }) => [causes.join(), causes]));
  const chips = chipsOf(report, [...reasons.keys()]);
  const groups = [...new Set(chips.map(({ group }) => group))].toSorted(compareText);
  const cells = Map.groupBy(chips, ({ group, account }) => JSON.stringify([account, group]));
  const pending = pendingGroups(report);
  const rowOf = (account: ReportAccount): MatrixRow => ({
    account,
    ...noteOf(account),
    cells: groups.map((group) => cells.get(JSON.stringify([account.id, group])) ?? []),
  });
  return {
    groups: groups.map((name) => ({ name, isPending: pending.has(name) })),
    units: [...Map.groupBy(report.accounts, ({ ou }) => ou)].map(([ou, accounts]) => ({
      ou,
      rows: accounts.map(rowOf),
    })),
    reasons: [...reasons.values()],
    causes: report.causes.map(({ grant, selectors }) => ({
      place: shortPlace(grant),
      selectors: selectors.map(({ place, text }) => `${text} (line ${place.line})`),
    })),
    isList: report.accounts.length * groups.length > MAX_CELLS,
    choices: choicesOf(report),
    kinds: kindsOf(report),
  };
}

interface PlacedChip extends Chip {
  readonly group: string;
  readonly account: string;
}

function chipsOf({ assignments, permissionSets, changes }: Report, reasons: readonly string[]): readonly PlacedChip[] {
  const administrators = new Set(
    permissionSets.filter(({ isAdministrator }) => isAdministrator).map(({ name }) => name),
  );
  const positions = new Map(reasons.map((reason, position) => [reason, position]));
  const gained = new Set(
    (changes?.gained ?? []).flatMap(({ group, permissionSet, accounts }) =>
      accounts.map(({ id }) => JSON.stringify([group, permissionSet, id])),
    ),
  );
  const lost = (changes?.lost ?? []).flatMap(({ group, permissionSet: set, accounts, risks, state }) => {
    const chip = { set, isAdministrator: risks.includes('administrator'), isPending: state === 'pending' };
    return accounts.map(({ id }) => ({ group, account: id, ...chip, change: 'lost' as const }));
  });
  return [
    ...assignments.map(({ group, permissionSet: set, account, state, causes }) => ({
      group,
      account,
      set,
      isAdministrator: administrators.has(set),
      isPending: state === 'pending',
      reason: positions.get(causes.join()),
      ...(gained.has(JSON.stringify([group, set, account])) && { change: 'gained' as const }),
    })),
    ...lost,
  ];
}

function noteOf({ isManagement, state }: ReportAccount): Pick<MatrixRow, 'note'> {
  if (isManagement) return { note: 'management' };
  return state === 'ACTIVE' ? {} : { note: state.toLowerCase() };
}

/** Groups that are not in the Identity Store yet, and users whom the snapshot does not have. */
export function pendingGroups({ groups, exceptions = [] }: Report): ReadonlySet<string> {
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
