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

export const DONE: Reading = { state: 'done' };
export const pending = (why: string): Reading => ({ state: 'pending', why });
export const unclear = (why: string): Reading => ({ state: 'unknown', why });

/** Says what the result of a command means for a step. */
export type Read = (result: CommandResult) => Reading;

/** A command that only reads, and what its result says about a step. */
export interface Check {
  readonly command: Command;
  readonly read: Read;
}

export const check = (command: Command, read: Read): Check => ({ command, read });

interface About {
  readonly id: StepId;
  readonly title: string;
  /** Steps that must be done before; one that the estate does not have counts as done. */
  readonly needs: readonly StepId[];
  /** In order: the first one that is not done decides. `Reading`: the estate itself says it. */
  readonly verification: readonly Check[] | Reading;
  /** Condition that the verification looks at, as the end of a sentence: `the Identity Store has every assigned group`. */
  readonly isDoneWhen: string;
  /** Files that its commands read, which are written before them. @default none */
  readonly files?: readonly StepFile[];
}

/** A file for a command. */
export interface StepFile {
  /** In the working directory. */
  readonly path: string;
  readonly text: string;
}

/** A step of a person, who is told what to do. */
export interface StepByHand extends About {
  readonly todo: readonly string[];
}

export interface StepByCommands extends About {
  readonly commands: readonly Command[];
  /** Command that proves what the commands have done. Where it fails, so does the step. @default none */
  readonly proof?: Command;
  /** Commands that recover what a failed deployment left, and say what it failed for. @default none */
  readonly recovery?: readonly Command[];
  /** Commands at the beginning of the action that change no stack: where one of them fails, nothing is recovered. @default 0 */
  readonly preparing?: number;
  /** Reason why a run that failed may get further when it is repeated, as a sentence. @default it does not */
  readonly whyRepeated?: string;
}

/** A step of a deployment. Whether it is done is read from what is really there; nothing is noted down. */
export type Step = StepByHand | StepByCommands;

/** Commands of a step, and the one that proves what they have done; none where a person does it. */
export function runnable(step: Step): readonly Command[] {
  if ('todo' in step) return [];
  return step.proof === undefined ? step.commands : [...step.commands, step.proof];
}

/** Options for the commands of a deployment. */
export interface DeploymentOptions {
  /** Folder of the estates. @default estates */
  readonly estates?: string | undefined;
  /** Profile of the AWS account that IAM Identity Center is deployed from. @default the environment's credentials */
  readonly accessProfile?: string | undefined;
  /** Profile of the AWS account of the hosting. @default the environment's credentials */
  readonly hostingProfile?: string | undefined;
  /** Profile of the AWS account of Pulumi's state. @default the environment's credentials */
  readonly stateProfile?: string | undefined;
  /** True if the engines go on without asking. */
  readonly yes: boolean;
  /** Bicep's files. @default bicep/ of the working directory, of which nothing is known */
  readonly bicep?: BicepFiles;
}

/** The files that Azure's deployments are made from. */
export interface BicepFiles {
  /** Folder, as a command in the working directory names it. */
  readonly folder: string;
  /** Digest of the files, by which a later look sees that they have changed. */
  readonly digest: string;
}

/** Every command of a step with one profile. */
export function stepsWithProfile(profile: string | undefined, steps: readonly Step[]): readonly Step[] {
  if (profile === undefined) return steps;
  const own = (command: Command): Command => ({ ...command, profile });
  return steps.map((step) => {
    const checks = step.verification;
    const verification = 'state' in checks ? checks : checks.map(({ command, read }) => check(own(command), read));
    if ('todo' in step) return { ...step, verification };
    const { commands, recovery } = step;
    return { ...step, verification, commands: commands.map(own), ...(recovery && { recovery: recovery.map(own) }) };
  });
}
