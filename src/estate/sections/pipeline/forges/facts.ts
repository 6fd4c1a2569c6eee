/** Key of the section that one forge alone has a meaning for. */
export type ForgeKey = 'workflows' | 'organizationId' | 'serviceConnections' | 'pipelineId';

/** A git remote: the name of its host, with a port of https, and the path of the repository there. */
export interface Remote {
  readonly host: string;
  readonly path: string;
}

/** A repository as an estate names it. */
export interface NamedRepository {
  /** Server of one's own. */
  readonly server?: string;
  readonly repository: string;
}

/** A service that holds a team's repository and runs its pipeline, as far as an estate speaks of it. */
export interface ForgeFacts {
  /** Its name for people. */
  readonly name: string;
  /** Its service that runs pipelines. */
  readonly pipelines: string;
  /** Variable that is true in a job. */
  readonly variable: string;
  /** Form of a repository: as a pattern, as a hint after a fault, in the reference, and in the example. */
  readonly repository: {
    readonly pattern: RegExp;
    readonly allowed: string;
    readonly form: string;
    readonly example: string;
  };
  /** Servers of one's own that it can be; absent where a pipeline of its own server gets no identity. */
  readonly ownServers?: string;
  /** Addresses of its servers for everybody, which an estate does not name. */
  readonly publicServers: readonly string[];
  /** Meaning of `runners` of an estate. */
  readonly runners: string;
  /** Place that takes the approval of a deployment. */
  readonly approvals: string;
  /** The one file that a pipeline starts from; absent where a folder is looked into. */
  readonly entry?: string;
  /** The file by which owners are asked for a review; absent where a policy of the branch names reviewers. */
  readonly owners?: {
    readonly file: string;
    /** Its lines before the first owner. */
    readonly head: readonly string[];
    /** Files of the pipeline itself, and of its owners: wherever the forge looks for those before it looks here. */
    readonly pipeline: readonly string[];
  };
  /** Keys that have a meaning there alone. */
  readonly keys: readonly ForgeKey[];
  /** True if jobs sign in by service connections, each trusted by one role, and not by claims of their own. */
  readonly connects: boolean;
  /** True if a token tells protected branches and environments, and not their names. */
  readonly tellsProtection: boolean;
  /** Tells whether a host is one of this forge by its name. */
  readonly isHost: (host: string) => boolean;
  /** The repository of a remote, as an estate names it; undefined where this forge has none like it. */
  readonly repositoryOf: (remote: Remote) => NamedRepository | undefined;
}

/** A remote at a public host, or at a server of one's own. */
export function atServer({ host, path }: Remote, publicHosts: readonly string[]): NamedRepository {
  return { repository: path, ...(!publicHosts.includes(host) && { server: `https://${host}` }) };
}

/** Tells whether a name of a host has a label: `git` of `git.example.com:8443`. */
export function hasLabel(host: string, ...labels: readonly string[]): boolean {
  return host.split(/[.:]/).some((label) => labels.includes(label));
}
