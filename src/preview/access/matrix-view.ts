import { compareText } from '../../estate/source/finding';
import type { AccessChange, Report, ReportAccount, ReportAssignment } from '../report-types';

/** A permission set in a cell of the matrix. */
export interface Chip {
  readonly set: string;
  readonly isAdministrator: boolean;
  readonly isPending: boolean;
  /** Against the base; `lost` chips are no longer there. */
  readonly change?: 'gained' | 'lost';
  /** Position in the matrix's `reasons`; absent for what is lost. */
  readonly reason?: number;
}

export interface MatrixRow {
  readonly account: ReportAccount;
  /** One list of chips a column, in the order of `groups`. */
  readonly cells: readonly (readonly Chip[])[];
}

/** The access matrix: accounts by groups, rows under the OU of their accounts. */
export interface Matrix {
  readonly groups: readonly string[];
  readonly units: readonly { readonly ou: string; readonly rows: readonly MatrixRow[] }[];
  /** Each different list of positions in the report's `causes`. */
  readonly reasons: readonly (readonly number[])[];
  /** Whether a row lists its groups in one cell: with more cells than this a browser becomes slow. */
  readonly isList: boolean;
}

/** Cells up to which accounts by groups are laid out as a table. */
const MAX_CELLS = 250_000;

/** Lays the assignments out as a matrix; what the base had and the head lacks is in it as `lost`. */
export function buildMatrix(report: Report): Matrix {
  const chips = new ChipTable(report);
  for (const assignment of report.assignments) chips.addAssignment(assignment);
  for (const change of report.changes?.lost ?? []) chips.addLost(change);
  const groups = chips.groups();
  const units = Map.groupBy(report.accounts, ({ ou }) => ou);
  return {
    groups,
    units: [...units].map(([ou, accounts]) => ({
      ou,
      rows: accounts.map((account) => ({ account, cells: groups.map((group) => chips.cell(account.id, group)) })),
    })),
    reasons: chips.reasons,
    isList: report.accounts.length * groups.length > MAX_CELLS,
  };
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
