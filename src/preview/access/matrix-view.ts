import { holderText } from '../../estate/sections/access/holder';
import { compareText } from '../../estate/source/finding';
import type { Chip, ChipKind, Matrix, MatrixRow } from '../blocks/matrix';
import type { AccessChange, Report, ReportAccount, ReportAssignment } from '../report-types';
import { shortPlace } from '../labels';

/** Cells up to which accounts by groups are laid out as a table. */
const MAX_CELLS = 250_000;

/** Lays the assignments out as a matrix; what the base had and the head lacks is in it as `lost`. */
export function buildMatrix(report: Report): Matrix {
  const chips = new ChipTable(report);
  for (const assignment of report.assignments) chips.addAssignment(assignment);
  for (const change of report.changes?.lost ?? []) chips.addLost(change);
  const groups = chips.groups();
  const pending = pendingGroups(report);
  const units = Map.groupBy(report.accounts, ({ ou }) => ou);
  const rowOf = (account: ReportAccount): MatrixRow => ({
    account,
    ...noteOf(account),
    cells: groups.map((group) => chips.cell(account.id, group)),
  });
  return {
    groups: groups.map((name) => ({ name, isPending: pending.has(name) })),
    units: [...units].map(([ou, accounts]) => ({ ou, rows: accounts.map(rowOf) })),
    reasons: chips.reasons,
    causes: report.causes.map(({ grant, selectors }) => ({
      place: shortPlace(grant),
      selectors: selectors.map(({ place, text }) => `${text} (line ${place.line})`),
    })),
    isList: report.accounts.length * groups.length > MAX_CELLS,
    choices: choicesOf(report),
    kinds: kindsOf(report),
  };
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

class ChipTable {
  readonly reasons: (readonly number[])[] = [];
  private readonly positions = new Map<string, number>();
  private readonly cells = new Map<string, Chip[]>();
  private readonly names = new Set<string>();
  private readonly administrators: ReadonlySet<string>;
  private readonly gained: ReadonlySet<string>;

  constructor(report: Report) {
    const { permissionSets, changes } = report;
    this.administrators = new Set(
      permissionSets.filter(({ isAdministrator }) => isAdministrator).map(({ name }) => name),
    );
    this.gained = new Set((changes?.gained ?? []).flatMap(keysOf));
  }

  addAssignment({ group, permissionSet: set, account, state, causes }: ReportAssignment): void {
    this.add(group, account, {
      set,
      isAdministrator: this.administrators.has(set),
      isPending: state === 'pending',
      reason: this.positionOf(causes),
      ...(this.gained.has(keyOf(group, set, account)) && { change: 'gained' }),
    });
  }

  addLost(change: AccessChange): void {
    const { group, permissionSet: set, accounts, risks, state } = change;
    const isAdministrator = risks.includes('administrator');
    for (const { id } of accounts) {
      this.add(group, id, { set, isAdministrator, isPending: state === 'pending', change: 'lost' });
    }
  }

  groups(): readonly string[] {
    return [...this.names].toSorted(compareText);
  }

  cell(account: string, group: string): readonly Chip[] {
    return this.cells.get(JSON.stringify([account, group])) ?? [];
  }

  private add(group: string, account: string, chip: Chip): void {
    this.names.add(group);
    const key = JSON.stringify([account, group]);
    const chips = this.cells.get(key);
    if (chips === undefined) this.cells.set(key, [chip]);
    else chips.push(chip);
  }

  private positionOf(causes: readonly number[]): number {
    const key = causes.join();
    const known = this.positions.get(key);
    if (known !== undefined) return known;
    const position = this.reasons.push(causes) - 1;
    this.positions.set(key, position);
    return position;
  }
}

function keyOf(group: string, set: string, account: string): string {
  return JSON.stringify([group, set, account]);
}

function keysOf({ group, permissionSet, accounts }: AccessChange): readonly string[] {
  return accounts.map(({ id }) => keyOf(group, permissionSet, id));
}
