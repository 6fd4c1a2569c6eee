import type { Forge } from '../../estate/sections/pipeline/forges/registry';
import type { PipelineEstate, PipelineOptions } from './pipeline';

/** The estate that comes with the package, and that another starts from. */
export const EXAMPLE = 'sandbox';
/** Folder of the package with `estates/sandbox`, and with sections that the sandbox lacks. */
export const EXAMPLE_FOLDER = 'src/package/project/example';

/** Directories of customers, as the estate file calls them. */
export const CUSTOMERS = ['external-id', 'b2c', 'none'] as const;
export type Customers = (typeof CUSTOMERS)[number];

/** Platforms of the customer application, as the estate file calls them. */
export const PLATFORMS = ['ecs-express', 'app-runner', 'none'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Contents of the first estate. */
export const STARTS = ['example', 'empty', 'import'] as const;
export type Start = (typeof STARTS)[number];

/** Choices for a repository's first files. */
export interface Choices {
  readonly name: string;
  readonly customers: Customers;
  readonly platform: Platform;
  readonly start: Start;
  readonly forge: Project['forge'];
  /** Place of the repository. @default unknown: the example's stays, which a preview counts */
  readonly origin?: Origin | undefined;
}

/** A repository as its git remote, or whoever was asked, names it. */
export interface Origin {
  readonly repository?: string | undefined;
  /** Server of one's own. */
  readonly server?: string | undefined;
  /** The default branch. */
  readonly branch?: string | undefined;
}

/** A team's repository, for whatever the package writes into it. */
export interface Project extends Pick<PipelineOptions, 'workflows' | 'branch' | 'runners' | 'registry'> {
  /** Sorted by name. */
  readonly estates: readonly PipelineEstate[];
  readonly forge: Forge | 'none';
  /** Whoever reviews changes, as the forge writes them: `@acme/identity`. */
  readonly owners: readonly string[];
}
