import type { Forge } from '../../../estate/sections/pipeline/forge';

export interface PipelineOptions {
  readonly forge: Forge;
  /** Estates of the repository, sorted. */
  readonly estates: readonly PipelineEstate[];
  /** Whoever reviews what judges a change: `@org/identity`. @default none: no CODEOWNERS is written */
  readonly owners?: readonly string[] | undefined;
  /** Repository and tag of the reusable workflows of GitHub. @default none: they are written out */
  readonly workflows?: { readonly repository: string; readonly tag: string } | undefined;
  /** Branch that is deployed. @default main */
  readonly branch?: string | undefined;
  /** Image with all tools, by its digest. @default none: the jobs install them */
  readonly toolImage?: string | undefined;
  /** Labels of runners at GitHub, tags at GitLab, the pool at Azure DevOps. @default those of the forge, with Ubuntu */
  readonly runners?: readonly string[] | undefined;
  /** Private registry of npm. @default the public one */
  readonly registry?: Registry | undefined;
}

export interface Registry {
  /** `https://npm.example.com`, without a slash at the end. */
  readonly address: string;
  /** Secret of GitHub, or variable of GitLab or Azure DevOps, that has its token. */
  readonly tokenSecret: string;
}

/** An estate, as far as its pipeline must know it before it runs. */
export interface PipelineEstate {
  readonly name: string;
  /** Environment whose reviewers approve a deployment. @default the name of the estate */
  readonly deployEnvironment?: string | undefined;
  /** Environment whose reviewers let a pull request ask Pulumi. @default preview */
  readonly previewEnvironment?: string | undefined;
  /** Service connections of Azure DevOps, by their names. @default none: no step uses one */
  readonly connections?: Connections | undefined;
}

/** Names of service connections: to every AWS account, to the Entra tenant, and to the directory of the customers. */
export type Connections = Readonly<Partial<Record<Truster, RoleConnections | undefined>>>;
/** The one that publishes images is to AWS alone. */
type RoleConnections = Readonly<Record<'preview' | 'deploy', string> & { readonly publish?: string | undefined }>;
export type Truster = 'aws' | 'workforce' | 'customers';
