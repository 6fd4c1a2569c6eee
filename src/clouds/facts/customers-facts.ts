import type { ToldListener } from '../../../provider/custom-extension/event-listener';
import type { FlowConnector } from '../../../provider/user-flow/links';
import type { FoundFlow } from '../../estate/records/flow-properties';
import type { CustomExtension } from '../../estate/sections/customers/customers';
import { failed, type Reading } from '../reading';
import type { ApplicationTrust, FoundApplication } from './trust-facts';
import type { SignInPolicy } from './workforce-facts';

/** An identity provider of a directory, as Graph has it. */
export interface DeployedProvider {
  readonly id: string;
  readonly displayName: string;
  readonly clientId: string | undefined;
}

/** An API that user flows of a B2C directory call. */
export interface DeployedConnector {
  readonly id: string;
  readonly displayName: string;
  readonly targetUrl: string;
  /** `basic`, `certificate`, or another type of Graph. */
  readonly authentication: string;
  readonly username: string | undefined;
}

/** Connectors that a user flow calls at its steps. */
export type FlowCalls = readonly (FlowConnector & { readonly displayName: string })[];

/** Keys of an extension that Graph tells, besides those that name it. */
export type ExtensionProperty = Exclude<keyof CustomExtension, 'at' | 'name' | 'displayName'>;

/** An API that an external tenant calls, in the words of the estate. */
export interface DeployedExtension extends Readonly<Record<ExtensionProperty, unknown>> {
  readonly id: string;
  readonly displayName: string;
  readonly url: string;
}

/** Metadata that an application gets of a user flow, or of an external tenant. */
export interface Discovery {
  readonly url: string;
  readonly issuer: string;
  readonly endpoints: readonly [authorize: string, token: string];
  readonly algorithms: readonly string[];
  readonly claims: readonly string[];
  readonly keys: readonly SigningKey[];
}

export interface SigningKey {
  readonly kid: string;
  readonly type: string;
  /** Bits of the modulus of an RSA key. */
  readonly bits: number;
}

/** An API or application of the estate as the directory has it; `undefined` stands for what is not there. */
export interface RegisteredFacts {
  readonly found: Reading<FoundApplication | undefined>;
  /** Permissions of it, and who may do it through it. */
  readonly trust: ApplicationTrust;
}

interface DirectoryFacts {
  /** By the ids of the estate's flows. */
  readonly flows: ReadonlyMap<string, Reading<FoundFlow | undefined>>;
}

export interface B2cFacts extends DirectoryFacts {
  readonly type: 'b2c';
  /** Of the directory; none are read where the estate declares none. */
  readonly connectors: Reading<readonly DeployedConnector[]>;
  /** By the ids of the estate's flows that declare some. */
  readonly calls: ReadonlyMap<string, Reading<FlowCalls>>;
}

export interface ExternalIdFacts extends DirectoryFacts {
  readonly type: 'external-id';
  /** Of the tenant; none are read where the estate declares none. */
  readonly extensions: Reading<readonly DeployedExtension[]>;
  /** Of the tenant, which call extensions; none are read where the estate declares none. */
  readonly listeners: Reading<readonly ToldListener[]>;
  /** Conditional Access policies of the tenant. */
  readonly policies: Reading<readonly SignInPolicy[]>;
}

/** State in a directory of an estate's customers. `undefined` stands for what is not there. */
export interface CustomersFacts {
  /** By their names in the estate; the hosted ones are `api`, `step-up` and `web`. */
  readonly registered: ReadonlyMap<string, RegisteredFacts>;
  /** Of the directory; none are read where the estate declares none. */
  readonly identityProviders: Reading<readonly DeployedProvider[]>;
  /** By the ids of the estate's flows. */
  readonly discoveries: ReadonlyMap<string, Reading<Discovery>>;
  readonly directory: B2cFacts | ExternalIdFacts;
}

/** Facts of an application by its name in the estate. */
export function factsOf({ registered }: Pick<CustomersFacts, 'registered'>, name: string): RegisteredFacts {
  const unread = failed(`the application ${name} was not read`);
  return registered.get(name) ?? { found: unread, trust: { owners: unread, powers: unread, grants: unread } };
}
