import type { FaultRule } from '../../../apps/emulator/graph/faults';
import type { Quirks } from '../../../apps/emulator/graph/quirks';
import type { PulumiKind } from '../../../src/estate/plan/stacks/stacks';
import type { Edition } from './editions';

export type Trouble = FaultRule['kind'] | 'engine' | 'plug-in' | 'emulator';

/** A request of an undisturbed run, as the one of its kind that comes after others. */
export interface Moment {
  readonly method: string;
  readonly path: string;
  readonly skip: number;
  /** Plug-in that sent it. */
  readonly plugin: string;
}

/** Undisturbed run of a program on an edition of the estate. */
export interface Undisturbed {
  readonly moments: readonly Moment[];
  /** The directory after it, a line for each property. */
  readonly directory: readonly string[];
}

/** What goes wrong in a run, drawn by its seed. */
export interface FaultPlan {
  readonly seed: number;
  readonly program: PulumiKind;
  /** What the disturbed run deploys; all but `first` come after an undisturbed one. */
  readonly edition: Edition;
  readonly trouble: Trouble;
  readonly moment: Moment;
  /** How the directory shows changes. */
  readonly lag: Quirks['lag'];
  /** Percent of all requests that are throttled, from the first to the last. */
  readonly throttle: number;
}

/** End of a run. */
export interface FaultOutcome {
  readonly line: string;
  /** False if the run never came to the request at which something was to go wrong. */
  readonly isHit: boolean;
  /** Runs of recovery and `up` that it took. */
  readonly rounds: number;
  readonly isDone: boolean;
  /** Properties that differ from an undisturbed run: `-` lacks, `+` has. */
  readonly bad: readonly string[];
  /** True if it counted as done while lag hid what was still to do. */
  readonly isEarly: boolean;
  readonly seconds: number;
  /** Last words of recoveries and runs, for whoever looks into a failure. */
  readonly said: readonly string[];
}
