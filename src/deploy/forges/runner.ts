import type { z } from 'zod';
import { findingMessage, type Told } from '../../estate/source/finding';
import { ForgeError, type Timing } from './forge';
import type { CloudState } from '../../estate/sections/pipeline/pulumi-state';

export type Variables = Readonly<Record<string, string | undefined>>;

/** The reason for which a forge runs a pipeline, as far as the steps depend on it. */
export interface RunKind {
  /** Revision that a pull request or a place in a merge queue is compared with; absent on a branch. */
  readonly base?: string;
  /** Branch that it is merged into, by its name; absent where the forge does not give it. */
  readonly into?: string;
  /** Branch of the pull request, by its name; absent where the forge does not give it. */
  readonly from?: string;
  /** Commit that the pull request proposes, which is not that of the merge that is checked out. */
  readonly head?: string;
  /** False where the forge gives no identity: to a fork, and to a merge queue, which no cloud trusts. */
  readonly asksClouds: boolean;
  /** True where there is a pull request that this run may write to. */
  readonly comments: boolean;
  /** Repository of the run as an estate names it; absent where the forge does not give it. */
  readonly repository?: string;
}

/** Errors as a forge shows them at their place in a change. */
export interface Annotations {
  /** Lines for the log of the job. */
  readonly lines: readonly string[];
  /** A report that the job keeps: its name, and its text. */
  readonly report?: { readonly file: string; readonly text: string };
}

/** A part of a log that people open and close. */
export interface LogGroups {
  readonly open: (title: string) => string;
  readonly close: () => string;
}

/** A token of the job that a cloud takes for an identity. */
export interface WantedToken {
  readonly audience: string;
  /** Service connection whose token it is, where jobs sign in by those. */
  readonly connection: string | undefined;
  /** Pulumi Cloud, which gives its own token for it. @default none: the cloud takes this one itself */
  readonly exchangedAt?: CloudState;
}

/** Names that a forge has for things of a pipeline. */
export interface ForgeWords {
  readonly pullRequest: 'pull request' | 'merge request';
  readonly pipeline: 'workflow' | 'pipeline';
  /** Button that starts a run of all jobs. */
  readonly newRun: string;
  /** Button that runs the jobs of a run again. */
  readonly runAgain: string;
  /** Action by which the gate sees a label that was just given. */
  readonly afterLabel: string;
  /** Setting of the checkout by which it has the whole history. */
  readonly wholeHistory: string;
  /** Place that keeps a report of an estate, and its name. */
  readonly keeps: (report: KeptReport, estate: string) => { readonly where: string; readonly name: string };
}

/** Reports that are kept for people: of a pull request, and of what is to be approved. */
export type KeptReport = 'preview' | 'shown';

/** The jobs of an estate that have something to do. */
export interface Chosen {
  readonly name: string;
  readonly jobs: readonly string[];
}

/** A forge as a job sees it: its variables, the form of its log, its tokens. It asks the forge nothing, and loads no client. */
export interface Runner {
  /** True where a job lacks the variable CI, by which a program knows that no person is there. */
  readonly lacksCi?: true;
  readonly tokens: {
    /** Variables by which a process writes to the forge. A step gets them only where it needs them. */
    readonly asks: readonly string[];
    /** Variables with a token that opens pull requests. */
    readonly proposes: readonly string[];
    /** Variables that no step gets: with them it could be whatever the job may be. */
    readonly signsIn: readonly string[];
  };
  readonly words: ForgeWords;
  /** Page of the run, where its artifacts are; undefined where a variable is missing. */
  readonly runUrl: (variables: Variables) => string | undefined;
  /** Beginning of the name of a session, and the variable with its end, by which the log of a cloud leads to the run. */
  readonly session: readonly [beginning: string, variable: string];
  /** Reads why a run is there. */
  readonly runKind: (variables: Variables, readEvent: (file: string) => unknown) => RunKind;
  /** The default branch as a run's variables have it; undefined where they don't. */
  readonly defaultBranch: (variables: Variables, readEvent: (file: string) => unknown) => string | undefined;
  readonly annotations: (errors: readonly Told[]) => Annotations;
  readonly logGroups: (seconds: () => number) => LogGroups;
  /** Form in which the forge takes the jobs of estates. No name in them means anything to it. */
  readonly renderJobs: (all: readonly Chosen[]) => string;
  /** Variable with the file that the jobs are added to; without it they are printed. */
  readonly jobsFile?: string;
  /** @throws ForgeError where the pipeline could not run to its end */
  readonly checkServer?: (variables: Variables) => void;
  /** Gets a token of this job. @throws ForgeError that says what the job lacks */
  readonly jobToken: (wanted: WantedToken, variables: Variables, timing?: Timing) => Promise<string>;
}

export function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** Names of a run that the forge gives, without those that it leaves empty. */
export function namesOf(names: Readonly<Record<'into' | 'from' | 'head', string | undefined>>) {
  const { into, from, head } = names;
  const nameOf = (ref: string): string => ref.replace(/^refs\/heads\//, '');
  return {
    ...(isGiven(into) && { into: nameOf(into) }),
    ...(isGiven(from) && { from: nameOf(from) }),
    ...(isGiven(head) && { head }),
  };
}

export function repositoryOf(repository: string | undefined): Pick<RunKind, 'repository'> {
  return isGiven(repository) ? { repository } : {};
}

export const ON_A_BRANCH = { asksClouds: true, comments: false } as const;

/** The forge checks out the merge, whose first parent is the branch that is merged into. */
export const FIRST_PARENT = 'HEAD^1';

/** Text of an error beside its place in a change. */
export function messageOf(error: Told): string {
  return error.path === '' ? findingMessage(error) : `${error.path}: ${findingMessage(error)}`;
}

/** Reads the variables that a pipeline sets. @throws ForgeError that names those that are missing or not valid */
export function parseVariables<Schema extends z.ZodType>(
  schema: Schema,
  variables: Variables,
  pipelines: string,
): z.output<Schema> {
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const names = new Set(parsed.error.issues.map(({ path }) => path.join('.')));
  throw new ForgeError(
    `run this in ${pipelines}, which sets these variables; missing or not valid: ${[...names].join(', ')}`,
  );
}
