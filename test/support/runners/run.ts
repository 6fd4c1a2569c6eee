import type { FakeForge } from '../forges/fake-forge';
import type { TokenIssuer } from './issuer';
import type { Team } from './team';

/** Reason for which a forge runs a pipeline. */
export type Occasion =
  | {
      readonly kind: 'pull-request';
      /** What merging would make, which is checked out. */
      readonly commit: string;
      readonly head: string;
      readonly base: string;
      readonly isFork?: boolean;
      /** @default synchronize */
      readonly action?: string;
    }
  /** A merge queue, or a train. */
  | { readonly kind: 'queue'; readonly commit: string; readonly base: string }
  | {
      readonly kind: 'push';
      readonly commit: string;
      /** Earlier run of the commit: its failed jobs run again, and those that need them. */
      readonly again?: Ran;
    }
  | { readonly kind: 'drift' | 'accounts'; readonly commit: string };

/** An occasion with the number of its run. */
export type Started = Occasion & { readonly run: number };

/** How a run ended. */
export interface Ran {
  readonly run: number;
  readonly commit: string;
  readonly isGreen: boolean;
  readonly log: string;
  /** By the name that the forge shows. */
  readonly jobs: Readonly<Record<string, string>>;
  /** Folder with what was kept, a folder each. */
  readonly artifacts: string;
}

/** Names of jobs that ran: Azure DevOps lists those that it skipped, too. */
export function jobsAbout(what: RegExp, { jobs }: Pick<Ran, 'jobs'>): readonly string[] {
  return Object.entries(jobs).flatMap(([name, result]) => (what.test(name) && result !== 'skipped' ? [name] : []));
}

/** All that a runner talks to. */
export interface RunnerWorld {
  readonly team: Team;
  readonly forge: FakeForge;
  readonly issuer: TokenIssuer;
  /** Variables that lead to AWS: an address, and no keys. */
  readonly aws: Readonly<Record<string, string>>;
  /** Further variables of every job. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Lets the failed jobs of a run run again. */
export function runAgain(again: Ran): Occasion {
  return { kind: 'push', commit: again.commit, again };
}

/** Last lines of a run's log, for whoever asks why it is red. */
export const endOf = (log: string): readonly string[] =>
  log
    .split('\n')
    .filter((line) => !line.includes('LocalRepositoryCache'))
    .slice(-80);
