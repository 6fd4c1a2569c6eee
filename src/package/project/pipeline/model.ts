/** Parts of a pipeline that all forges have in common. The renderers write them as each forge wants it. */

/** Accounts that steps sign in to. */
export type Account = 'access' | 'management' | 'hosting';
/** Roles and identities: what reads, what publishes images, what deploys. */
export type Role = 'preview' | 'publish' | 'deploy';
/** Pulumi's programs, each with its directory. */
export type Program = 'customers' | 'workforce';
/** A setting of `entra-aws ci-settings` that is `true` or `false`; with `!`, the opposite. */
export type Condition = Flag | `!${Flag}`;
type Flag =
  | 'ASKS_CDK'
  | 'ASKS_PULUMI'
  | 'COMMENTS'
  | 'DEPLOYS'
  | 'HAS_ACCESS'
  | 'HAS_HANDOFF'
  | 'HAS_IMAGES'
  | 'HAS_PIPELINE'
  | 'TOUCHED';

/** Files that one job hands to another, or to people. Kept for 14 days. */
export interface Artifact {
  /** Of each estate there is one: the renderers add its name. */
  readonly name:
    | 'preview'
    | 'clouds-aws'
    | 'clouds-entra'
    | 'clouds-doctor'
    | 'images'
    | 'deployment-plans'
    | 'deployment-templates'
    | 'organization'
    | 'shown';
  readonly path: string;
  /** Files in it that are left out. */
  readonly except?: string;
}

interface When {
  /** Also after a step failed. */
  readonly always?: true;
  readonly when?: Condition;
}

export interface RunStep extends When {
  readonly kind: 'run';
  /** Command line. Variables stand in quotes. */
  readonly run: string;
  readonly name?: string;
  /** Identity that Pulumi's providers sign in with, where it runs them. */
  readonly identity?: { readonly program: Program; readonly role: Role };
  /** True if it reads what Pulumi made. */
  readonly readsState?: true;
  /** True if it asks the forge, and so takes the token of the job. */
  readonly asksForge?: true;
  /** True if it opens a pull request, for which the team may give another token than that of the job. */
  readonly proposes?: true;
}

export type Step =
  | RunStep
  | (When & { readonly kind: 'aws'; readonly account: Account; readonly role: Role })
  /** Signs in to Azure, for Pulumi's state, and installs Pulumi. */
  | (When & { readonly kind: 'pulumi'; readonly role: Role; readonly trustsCache: boolean })
  | (When & { readonly kind: 'take'; readonly artifacts: readonly Artifact[]; readonly into: string })
  | (When & { readonly kind: 'leave'; readonly artifact: Artifact });

/** Things that a job may do beside reading the repository. */
export type Right = 'sign-in' | 'comment' | 'propose' | 'report' | 'runs';

export interface Job {
  readonly id: string;
  readonly name: string;
  /** True if the name ends with the estate's: the command that finds the last deployment knows the job by it. */
  readonly namesEstate?: true;
  readonly needs: readonly string[];
  /** True if it runs after jobs that failed as well. */
  readonly afterFailure?: true;
  readonly when?: Condition;
  readonly minutes: number;
  readonly rights: readonly Right[];
  /** Environment whose reviewers let it run. */
  readonly environment?: 'preview' | 'deploy';
  /** True if it builds images: it runs on the machine itself, in no image of its own. */
  readonly usesDocker?: true;
  /** True if it needs the whole history. @default the commit alone */
  readonly history?: true;
  readonly steps: readonly Step[];
}

/** Jobs of an estate, for one occasion. */
export interface Pipeline {
  readonly occasion: 'preview' | 'entra' | 'deploy' | 'drift' | 'accounts';
  readonly jobs: readonly Job[];
}

/** Tells whether a job takes on the role that publishes images. */
export function publishes({ steps }: Job): boolean {
  return steps.some((step) => step.kind === 'aws' && step.role === 'publish');
}

/** Secret of GitHub with a token of the team's that opens pull requests, so that their checks start by themselves. */
export const PROPOSAL_SECRET = 'PROPOSAL_TOKEN';

/** Rights of all jobs. */
export function rightsOf(jobs: readonly Job[]): readonly Right[] {
  return [...new Set(jobs.flatMap(({ rights }) => rights))];
}
