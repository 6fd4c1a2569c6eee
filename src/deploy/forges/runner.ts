import type { Told } from '../../estate/source/finding';
import type { Timing } from './forge-http';
import type { RunKind } from './run-kind';

export type Variables = Readonly<Record<string, string | undefined>>;

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

/** Work of the pipeline at its forge that takes a permission. */
export type Work = 'comment' | 'labels' | 'report' | 'proposal';

/** A forge as a job sees it: its variables, the form of its log, its tokens. It asks the forge nothing, and loads no client. */
export interface Runner {
  /** Variable that is true in a job. */
  readonly variable: string;
  /** True where a job lacks the variable CI, by which a program knows that no person is there. */
  readonly lacksCi?: true;
  /** Permissions of the token, by what is done with it; absent where every job may do that. */
  readonly needs: Readonly<Partial<Record<Work, string>>>;
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
