import type { StackStep } from '../../estate/plan/stacks/stacks';
import type { Command, CommandResult } from './command';

/** Names of steps: people see them, and steps need one another by them. */
export type StepId = StackStep;

/** Result of a check. `unknown`: it could not tell, for a reason such as a missing login. */
export type Reading =
  | { readonly state: 'done' }
  | {
      readonly state: 'pending' | 'unknown';
      readonly why: string;
      /** True if what is there must be recovered before the step's commands can do anything. */
      readonly isBroken?: true;
    };

/** A command that only reads, and what its result says about a step. */
export interface Check {
  readonly command: Command;
  readonly read: (result: CommandResult) => Reading;
}

/** Action of a step: by commands, or by a person, who is told what to do. */
export type Action =
  | { readonly kind: 'commands'; readonly commands: readonly Command[] }
  | { readonly kind: 'by-hand'; readonly todo: readonly string[] };

/** A step of a deployment. Whether it is done is read from what is really there; nothing is noted down. */
export interface Step {
  readonly id: StepId;
  readonly title: string;
  /** Steps that must be done before; one that the estate does not have counts as done. */
  readonly needs: readonly StepId[];
  /** In order: the first one that is not done decides. `Reading`: the estate itself says it. */
  readonly verification: readonly Check[] | Reading;
  /** Condition that the verification looks at, as the end of a sentence: `the Identity Store has every assigned group`. */
  readonly isDoneWhen: string;
  readonly action: Action;
  /** Command that proves what the commands have done. Where it fails, so does the step. @default none */
  readonly proof?: Command;
  /** Commands that recover what a failed deployment left, and say what it failed for. @default none */
  readonly recovery?: readonly Command[];
  /** Commands at the beginning of the action that change no stack: where one of them fails, nothing is recovered. @default 0 */
  readonly preparing?: number;
  /** Reason why a run that failed may get further when it is repeated, as a sentence. @default it does not */
  readonly whyRepeated?: string;
}

/** Commands of a step, and the one that proves what they have done; none where a person does it. */
export function runnable({ action, proof }: Step): readonly Command[] {
  if (action.kind === 'by-hand') return [];
  return proof === undefined ? action.commands : [...action.commands, proof];
}
