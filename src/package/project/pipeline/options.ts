import { TOUCHED } from '../../../estate/sections/pipeline/limits';
import type { Forge } from '../../../estate/sections/pipeline/forges/registry';

/** Occasions on which a forge starts a pipeline by itself. */
export type Occasion = 'preview' | 'deploy' | 'drift' | 'watch' | 'accounts';

export const ABOUT: Readonly<Record<Occasion, { readonly name: string; readonly about: string }>> = {
  preview: { name: 'Preview', about: 'What a pull request changes, before anybody merges it.' },
  deploy: { name: 'Deploy', about: 'Deploys what was merged, after somebody approved what it changes.' },
  drift: { name: 'Drift', about: 'Looks every day for what somebody changed by hand, and keeps one report of it.' },
  watch: { name: 'Watch', about: 'Looks every hour for access that somebody gave or took away by hand.' },
  accounts: { name: 'Accounts', about: 'Proposes several times a day what changed in the organization.' },
};

/** Times, in UTC, at which drift and access by hand are looked for and the organization is read. */
export const CRON: Readonly<Partial<Record<Occasion, string>>> = {
  drift: '17 5 * * *',
  watch: '32 * * * *',
  accounts: '47 */6 * * *',
};

/** Input that says what a deployment is of. It is empty where a push starts it. */
export const ASKED_ESTATE = `An estate by its name, touched or not; or ${TOUCHED}, each that differs from what was deployed last of it.`;

export interface PipelineOptions {
  readonly forge: Forge;
  /** Estates of the repository, sorted. */
  readonly estates: readonly PipelineEstate[];
  /** Whoever reviews what judges a change: `@org/identity`. @default none: no CODEOWNERS is written */
  readonly owners?: readonly string[] | undefined;
  /** Repository and tag of the reusable workflows, where the forge has such. @default none: they are written out */
  readonly workflows?: { readonly repository: string; readonly tag: string } | undefined;
  /** Branch that is deployed. @default main */
  readonly branch?: string | undefined;
  /** Image with all tools, by its digest. @default none: the jobs install them */
  readonly toolImage?: string | undefined;
  /** Labels or tags of runners, or their pool. @default those of the forge, with Ubuntu */
  readonly runners?: readonly string[] | undefined;
  /** Private registry of npm. @default the public one */
  readonly registry?:
    | {
        /** `https://npm.example.com`, without a slash at the end. */
        readonly address: string;
        /** Secret or variable of the forge that has its token. */
        readonly tokenSecret: string;
      }
    | undefined;
}

/** An estate, as far as its pipeline must know it before it runs. */
export interface PipelineEstate {
  readonly name: string;
  /** Environment whose reviewers approve a deployment. @default the name of the estate */
  readonly deployEnvironment?: string | undefined;
  /** Environment whose reviewers let a pull request ask Pulumi. @default preview */
  readonly previewEnvironment?: string | undefined;
  /** Organization of Pulumi Cloud that has its stacks. @default none: their state is elsewhere */
  readonly pulumiOrganization?: string | undefined;
  /** Service connections, by their names, where the forge has such. @default none: no step uses one */
  readonly connections?: Connections | undefined;
}

/** Names of service connections: to every AWS account, to the Entra tenant, and to the directory of the customers. */
export type Connections = Readonly<Partial<Record<Truster, RoleConnections | undefined>>>;
/** The one that publishes images is to AWS alone. */
type RoleConnections = Readonly<Record<'preview' | 'deploy', string> & { readonly publish?: string | undefined }>;
export type Truster = 'aws' | 'workforce' | 'customers';
