import type { Estate } from '../estate';
import type { Forge } from './forges/registry';
import type { Pipeline, PipelineRole } from './pipeline';
import type { Server } from './limits';
import { awsStateOf, cloudAudience, cloudStateOf } from './pulumi-state';
import type { Issues } from '../shared/issue';

/** Parties that trust the forge's tokens: the AWS accounts, the account or organization with Pulumi's state, the Entra tenant, and the directory of the customers. */
export type Truster = 'aws' | 'state' | 'workforce' | 'customers';

/** Audiences that tokens are asked for. */
export const AWS_AUDIENCE = 'sts.amazonaws.com';
/** Audience of tokens that Entra ID exchanges, and of every token of a service connection. */
export const ENTRA_AUDIENCE = 'api://AzureADTokenExchange';

/** Audience of tokens that read Pulumi's state and nothing else; undefined where an identity of Entra ID reads it. */
export function stateAudience(estate: TrustingEstate): string | undefined {
  const cloud = cloudStateOf(estate);
  if (cloud !== undefined) return cloudAudience(cloud.organization);
  return awsStateOf(estate) === undefined ? undefined : AWS_AUDIENCE;
}

/** Tokens that one role trusts. Everything is compared letter by letter, without wildcards. */
export interface RoleTrust {
  /** `https://token.actions.githubusercontent.com` */
  readonly issuer: string;
  readonly audience: string;
  /** The claim `sub` is one of these. */
  readonly subjects: readonly string[];
  /** Further claims that AWS compares, each with one of its values. Entra ID compares none. */
  readonly claims: Readonly<Record<string, readonly [string, ...string[]]>>;
}

export type RoleTrusts = Readonly<Record<PipelineRole, RoleTrust>>;

/** The same in AWS. */
export interface AwsTrusts extends RoleTrusts {
  /** Jobs that publish images before anybody approved; absent where the estate hosts nothing. */
  readonly publish?: RoleTrust;
}

/** Tokens that each cloud trusts. A truster is absent where the estate does not say enough, or has no use for it. */
export interface PipelineTrust extends Partial<Readonly<Record<Exclude<Truster, 'aws'>, RoleTrusts>>> {
  readonly forge: Forge;
  readonly aws?: AwsTrusts;
}

/** An estate as far as its trust depends on it. */
export type TrustingEstate = Pick<Estate, 'azure' | 'customers' | 'hosting' | 'pipeline' | 'workforce'>;

/** Facts that a forge's trust follows from. */
export interface TrustFacts {
  readonly repository: string;
  /** Environments whose jobs may deploy. */
  readonly environments: readonly string[];
  /** Environment in which a pull request asks Pulumi, after an approval; undefined where it needs none. */
  readonly previewEnvironment: string | undefined;
  readonly server: Server | undefined;
  readonly pipeline: Pipeline | undefined;
  readonly estate: TrustingEstate;
}

/** Place of the token in a call: in the header `Authorization`, or in the body. */
export type TokenPlace =
  | { readonly kind: 'bearer' }
  | { readonly kind: 'basic'; readonly user: string }
  | { readonly kind: 'body'; readonly name: string };

/** Call that starts the job which proposes the organization as AWS has it. */
export interface ForgeCall {
  readonly url: string;
  readonly token: TokenPlace;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Consequences of an estate at its forge. */
export interface ForgeRules {
  /** Tokens of its jobs that the clouds trust. */
  readonly trust: (facts: TrustFacts) => Omit<PipelineTrust, 'forge'>;
  /**
   * Name of a federated credential, by what stays when a tag, a repository or a connection changes: a credential of the same
   * name is replaced, and one of another name stays beside it.
   */
  readonly credentialName: (subject: string, role: PipelineRole) => string;
  /** Call that starts the job of the accounts, with the narrowest token there is for it; undefined where the estate lacks a key. */
  readonly accountsCall: (pipeline: Pipeline, repository: string) => ForgeCall | undefined;
  /** Checks the keys that it needs. `isOnAws` is undefined where some accounts are unknown. */
  readonly check: (pipeline: Pipeline, estate: Estate, isOnAws: boolean | undefined) => Issues;
}
