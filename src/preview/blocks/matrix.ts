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
  readonly account: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly ou: string;
    readonly tags: readonly string[];
  };
  /** `management`, or a state that is not the usual one. */
  readonly note?: string;
  /** One list of chips a column, in the order of `groups`. */
  readonly cells: readonly (readonly Chip[])[];
}

/** The access matrix: accounts by groups, rows under the OU of their accounts. */
export interface Matrix {
  readonly groups: readonly { readonly name: string; readonly isPending: boolean }[];
  readonly units: readonly { readonly ou: string; readonly rows: readonly MatrixRow[] }[];
  /** Each different list of positions in `causes`. */
  readonly reasons: readonly (readonly number[])[];
  readonly causes: readonly { readonly place: string; readonly selectors: readonly string[] }[];
  /** True if a row lists its groups in one cell: with more cells than this a browser becomes slow. */
  readonly isList: boolean;
  /** Names that the filters offer. */
  readonly choices: {
    readonly sets: readonly string[];
    readonly ous: readonly string[];
    readonly tags: readonly string[];
  };
  /** Kinds of chips besides the usual ones. */
  readonly kinds: readonly ChipKind[];
}

export type ChipKind = 'pending' | 'gained' | 'gained-pending' | 'lost' | 'withdrawn';
