import type { Graph } from '../../../../clouds/graph/recovery/named-objects';
import type { Command, CommandResult } from '../../../../deploy/steps/command';
import type { ProgramRun } from '../../../../preview/entra/facts';

/** A program whose last run may have ended early, and what its recovery works with. */
export interface ProgramRecovery {
  /** The program as the estate declares it. */
  readonly run: ProgramRun;
  readonly graph: Graph;
  /** Object id of the identity that deploys; undefined if its token does not contain it. */
  readonly caller: string | undefined;
  /** Tells whether the runs that hold a lock have ended. */
  readonly hasEnded: (lock: string) => boolean;
  /** Runs a command of Pulumi, without showing it. */
  readonly read: (command: Command) => Promise<CommandResult>;
  /** Runs a command that the person sees. */
  readonly show: (command: Command) => Promise<number>;
  /** Asks the person; false where there is none. */
  readonly confirm: (question: string) => Promise<boolean>;
  readonly say: (text: string) => void;
  /** The command as it is typed, with these options more. */
  readonly again: (options: string) => string;
  readonly options: RecoveryOptions;
}

export interface RecoveryOptions {
  /** True to look, and change nothing. */
  readonly check: boolean;
  /** True to go on without asking, where it is certain what an object is. */
  readonly yes: boolean;
  /** True to delete spare objects. */
  readonly removeSpare: boolean;
  /** Ids of objects of the right name that are to be taken over, whoever made them. */
  readonly takeOver: readonly string[];
}
