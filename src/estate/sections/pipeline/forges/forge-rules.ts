import type { Estate } from '../../estate';
import type { Issues } from '../../shared/issue';
import type { Pipeline, PipelineRole } from '../pipeline';
import type { PipelineTrust, TrustFacts } from '../role-trust';

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
