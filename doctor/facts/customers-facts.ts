import type { Reading } from '../reading';

/** An application of the B2C directory. */
export interface RegisteredApplication {
  /** Client id. */
  readonly appId: string;
  /** Object id of its service principal; undefined where it has none. */
  readonly principalId: string | undefined;
  readonly audience: string;
  /** Version of its access tokens; B2C gives version 2 alone. */
  readonly tokenVersion: number | undefined;
  readonly identifierUris: readonly string[];
  /** Values of the scopes that are enabled. */
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  /** When each of its secrets ends. */
  readonly secretsEnd: readonly Date[];
}

/** A user flow in the words of the estate. */
export interface DeployedFlow {
  readonly type: string;
  /** What Graph says of the second factor; undefined where it says nothing. */
  readonly multifactor: { readonly state: string; readonly method?: string } | undefined;
  readonly attributes: readonly {
    readonly id: string;
    readonly optional: boolean;
    readonly requiresVerification: boolean;
  }[];
  /** Undefined where Graph says nothing of them. */
  readonly claims: readonly string[] | undefined;
  readonly identityProviders: readonly string[];
}

/** What an application learns of a user flow. */
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

/** What a B2C directory has of an estate's customers. `undefined` stands for what is not there. */
export interface CustomersFacts {
  readonly api: Reading<RegisteredApplication | undefined>;
  readonly web: Reading<RegisteredApplication | undefined>;
  readonly consents: Reading<readonly Consent[]>;
  /** By the ids of the estate's flows. */
  readonly flows: ReadonlyMap<string, Reading<DeployedFlow | undefined>>;
  readonly discoveries: ReadonlyMap<string, Reading<Discovery>>;
}
