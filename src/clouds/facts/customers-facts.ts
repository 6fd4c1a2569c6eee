import type { FlowAttribute } from '../../estate/sections/customers/customers';
import type { Reading } from '../reading';
import type { ApplicationTrust } from './trust-facts';
import type { SignInPolicy } from './workforce-facts';

/** An application of a directory of customers. */
export interface RegisteredApplication {
  /** Client id. */
  readonly appId: string;
  /** Of the registration. */
  readonly objectId: string;
  /** Client ids of other applications of the same name. */
  readonly namesakes: readonly string[];
  /** Object id of its service principal; undefined where it has none. */
  readonly principalId: string | undefined;
  /** Whether its service principal is enabled. */
  readonly isEnabled: boolean;
  readonly audience: string;
  /** Version of its access tokens; the applications take version 2 alone. */
  readonly tokenVersion: number | undefined;
  readonly identifierUris: readonly string[];
  /** Values of the scopes that are enabled. */
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  /** Of single-page and of public clients. */
  readonly otherRedirectUris: readonly string[];
  /** Tokens that it takes without a code: `id_token`, `token`. */
  readonly implicitTokens: readonly string[];
  /** When each of its secrets ends. */
  readonly secretsEnd: readonly Date[];
}

/** What Graph knows of a user flow of a B2C directory, in the words of the estate. */
export interface DeployedFlow {
  readonly type: string;
  readonly attributes: readonly Omit<FlowAttribute, 'at'>[];
  readonly identityProviders: readonly string[];
}

/** A user flow of an external tenant in the words of the estate. */
export interface DeployedEventsFlow {
  readonly isSignUpAllowed: boolean;
  readonly attributes: readonly { readonly id: string; readonly optional: boolean }[];
  readonly identityProviders: readonly string[];
  /** Client ids of the applications whose people see it. */
  readonly applications: readonly string[];
}

/** What an application learns of a user flow, or of an external tenant. */
export interface Discovery {
  readonly url: string;
  readonly issuer: string;
  readonly endpoints: readonly string[];
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

/** Consent of an administrator for the web application. */
export interface Consent {
  /** Object id of the service principal whose scopes they are. */
  readonly resourceId: string;
  readonly scopes: readonly string[];
}

/** What each application may do, and who may do it through it. */
export interface CustomersTrusts {
  readonly api: ApplicationTrust;
  readonly web: ApplicationTrust;
  /** Absent in a B2C directory, and where no scope asks for a second factor. */
  readonly stepUp?: ApplicationTrust;
}

export interface B2cFacts {
  readonly type: 'b2c';
  /** By the ids of the estate's flows. */
  readonly flows: ReadonlyMap<string, Reading<DeployedFlow | undefined>>;
}

export interface ExternalIdFacts {
  readonly type: 'external-id';
  /** By the ids of the estate's flows. */
  readonly flows: ReadonlyMap<string, Reading<DeployedEventsFlow | undefined>>;
  /** The application that owns the scopes with a second factor. */
  readonly stepUp: Reading<RegisteredApplication | undefined>;
  /** Conditional Access policies of the tenant. */
  readonly policies: Reading<readonly SignInPolicy[]>;
}

/** What a directory has of an estate's customers. `undefined` stands for what is not there. */
export interface CustomersFacts {
  readonly api: Reading<RegisteredApplication | undefined>;
  readonly web: Reading<RegisteredApplication | undefined>;
  /** Consents of an administrator for the web application. */
  readonly consents: Reading<readonly Consent[]>;
  readonly trusts: CustomersTrusts;
  /** By the ids of the estate's flows. */
  readonly discoveries: ReadonlyMap<string, Reading<Discovery>>;
  readonly directory: B2cFacts | ExternalIdFacts;
}
