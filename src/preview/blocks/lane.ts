/** A box of the picture. Lanes beside each other that hold the same one share it. */
export interface LaneBox {
  readonly title: string;
  readonly notes: readonly string[];
}

/** A change on the way from one box to the next. */
export interface LaneChange {
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'plain';
  /** True if it must not be overlooked: what is deleted or replaced, and what is dangerous. */
  readonly isDanger?: boolean;
}

/** The way from one box to the next. */
export interface LaneStep {
  /** Amount: `45 assignments`. */
  readonly amount?: string | undefined;
  readonly changes: readonly LaneChange[];
}

/** Boxes in the order of the columns, and the steps between them: one fewer. A lane may end early. */
export interface Lane {
  readonly boxes: readonly LaneBox[];
  readonly steps: readonly LaneStep[];
}
