import type { AwsRole } from '../../estate/sections/pipeline/pipeline';
import { PLAN_FOLDER } from '../pipeline/steps';

/** Accounts that steps sign in to. */
export type Account = 'access' | 'management' | 'hosting';

/** Pulumi's programs, each with its directory. */
export type Program = 'customers' | 'workforce';

/** Facts of an estate and of a run that decide whether a job or a step has something to do. */
export const CONDITIONS = [
  'touched',
  'asks-cdk',
  'asks-pulumi',
  'comments',
  'no-comments',
  'deploys',
  'has-access',
  'has-handoff',
  'has-images',
  'has-pipeline',
  'watches',
  'places',
  'keeps-evidence',
] as const;
export type Condition = (typeof CONDITIONS)[number];

/** Everything that one job hands to another. What git has there would be taken for an answer that a job did not give. */
export const HANDED_ON = [PLAN_FOLDER, 'identity-jobs.yml', 'identity-deploy.yml'] as const;

/** Files of a job in `PLAN_FOLDER` that others take, or that people read. Kept for 14 days. */
export interface Artifact {
  /** Of each estate there is one: the forges add its name. */
  readonly name: ArtifactName;
  /** True if a deployment takes it: it has the plans of Pulumi and the templates too, which go with the job otherwise. */
  readonly isDeployed: boolean;
}

export type ArtifactName =
  'preview' | 'clouds-aws' | 'clouds-entra' | 'clouds-doctor' | 'images' | 'organization' | 'shown';

/** One command line, and what it runs as: without an identity it gets none. */
export interface Step {
  /** Words separated by spaces. `$ESTATE`, `$BASE` and `$ASKED` are words of the run. */
  readonly run: string;
  /** Stack, or place where drift is looked for: an estate without it leaves the step out. */
  readonly about?: string;
  /** Also after a step failed. */
  readonly always?: true;
  /** True if its failure ends the job: the others would only repeat it. */
  readonly isNeeded?: true;
  readonly when?: Condition;
  /** Account whose role of the job it takes on. */
  readonly aws?: Account;
  /** Program whose directory it signs in to; it also gets Pulumi and its state. */
  readonly program?: Program;
  /** True if it reads what Pulumi made. */
  readonly readsState?: true;
  /** True if it reads or writes the record of what was deployed, where that is: in AWS, or beside Pulumi's state. */
  readonly keepsRecord?: true;
  /** True if it gets the results of the steps before it. */
  readonly getsResults?: true;
  /** True if it asks the forge, and so takes the token of the job. */
  readonly asksForge?: true;
  /** True if it opens a pull request or pushes to one, for which the team may give another token than that of the job. */
  readonly proposes?: true;
}

/** Things that a job may do beside reading the repository. */
export type Right = 'sign-in' | 'comment' | 'propose' | 'push' | 'report' | 'read-approvals';

export interface Job {
  /** Word of `entra-aws ci`. */
  readonly id: string;
  readonly name: string;
  readonly needs: readonly string[];
  /** True if it runs after jobs that failed as well. */
  readonly afterFailure?: true;
  readonly when: Condition;
  readonly minutes: number;
  readonly rights: readonly Right[];
  /** Role of its steps in AWS, and identity in the directories. */
  readonly role?: AwsRole;
  /** Environment whose reviewers let it run. */
  readonly environment?: 'preview' | 'deploy';
  /** True if it runs the code of the default branch, and reads the pull request as data: its token may write. */
  readonly isOfDefaultBranch?: true;
  /** True if it builds images: it runs on the machine itself, in no image of its own. */
  readonly usesDocker?: true;
  /** Artifacts of jobs before it, in `PLAN_FOLDER`. */
  readonly takes: readonly ArtifactName[];
  readonly leaves?: Artifact;
  readonly steps: readonly Step[];
}

/** Jobs of an estate, for one occasion. */
export interface Pipeline {
  readonly occasion: 'preview' | 'entra' | 'deploy' | 'drift' | 'watch' | 'accounts';
  readonly jobs: readonly Job[];
}

/** Secret of a forge with a token of the team's that opens pull requests, so that their checks start by themselves. */
export const PROPOSAL_SECRET = 'PROPOSAL_TOKEN';

/** Rights of all jobs. */
export function rightsOf(jobs: readonly Job[]): readonly Right[] {
  return [...new Set(jobs.flatMap(({ rights }) => rights))];
}
