import type { Path } from '../../source/finding';
import type { DIRECTORY_LOCATIONS, DIRECTORY_TYPES } from '../limits';
import type { DoneByHandRecord } from './manual-steps';

/** The customers' directory, the applications that sign them in, and its user flows. */
export interface Customers {
  readonly at: Path;
  /** Which product the directory is of. */
  readonly directoryType: DirectoryType;
  /** First label of the directory's initial domain: `contosoclaims` of `contosoclaims.onmicrosoft.com`. */
  readonly directory: string;
  readonly tenantId: string;
  /** Where the directory keeps its data; needed to create it. */
  readonly location?: DirectoryLocation;
  /** ISO 3166, two capital letters; needed to create the directory. */
  readonly countryCode?: string;
  readonly apiApplication: ApiApplication;
  readonly webApplication: WebApplication;
  /** At most one flow for each use. */
  readonly userFlows: readonly UserFlow[];
  /** External ID alone: the scopes for which people give a second factor. B2C has a user flow for that. */
  readonly stepUp?: StepUp;
  /**
   * What happens where a person's step is left: the deployment fails, or goes on and lists the step.
   * @default 'fail'
   */
  readonly manualSteps?: ManualSteps;
}

/** Azure AD B2C, or Microsoft Entra External ID in an external tenant, its successor. */
export type DirectoryType = (typeof DIRECTORY_TYPES)[number];

export type DirectoryLocation = (typeof DIRECTORY_LOCATIONS)[number];

export type ManualSteps = 'fail' | 'warn';

/** The application that stands for the API: it owns the scopes. */
export interface ApiApplication {
  readonly at: Path;
  readonly displayName: string;
  /** Application ID URI, the prefix of every scope. */
  readonly identifierUri: string;
  readonly scopes: readonly Scope[];
}

/**
 * Scopes that an application of their own owns, for which a Conditional Access policy asks for a second factor: a token for
 * that application is the proof that one was given.
 *
 * Source: Microsoft Entra External ID, 'Prepare external tenant for profile editing with MFA in a Node.js web application'.
 */
export interface StepUp {
  readonly at: Path;
  /** Name of the registration that owns the scopes. */
  readonly displayName: string;
  /** Application ID URI, the prefix of these scopes. */
  readonly identifierUri: string;
  /** Values of scopes of the API. */
  readonly scopes: readonly string[];
  /** Name of the Conditional Access policy. */
  readonly policy: string;
}

/** A delegated permission that the API defines. Its `value` is its identity. */
export interface Scope {
  readonly at: Path;
  /** Such as `Accounts.Read`; 40 characters at most. */
  readonly value: string;
  /** What the person who consents reads. */
  readonly displayName: string;
  readonly description: string;
}

/** The web application: it signs people in and calls the API for them. */
export interface WebApplication {
  readonly at: Path;
  readonly displayName: string;
  /** Where it runs, as origins: `https://claims.example.com`, `http://localhost:5000`. */
  readonly hosts: readonly Host[];
  /** Paths of the redirect URIs on every host. */
  readonly callbacks: Callbacks;
  readonly clientSecret: SecretRotation;
}

export interface Host {
  readonly at: Path;
  readonly origin: string;
}

export interface Callbacks {
  /** Where a sign-in comes back to. */
  readonly signIn: string;
  /** Where the second factor comes back to. */
  readonly stepUp: string;
}

/**
 * Client secrets that overlap: a secret is made for every period, and lives for two. The first period starts at `start`.
 */
export interface SecretRotation {
  readonly at: Path;
  /** A day in UTC: `2026-01-01`. */
  readonly start: string;
  readonly periodDays: number;
}

/** What the applications use a flow for. */
export type FlowUse = 'signIn' | 'stepUp' | 'profileEdit' | 'passwordReset';

export type UserFlowType = 'signUpOrSignIn' | 'signIn' | 'signUp' | 'profileUpdate' | 'passwordReset';

export interface UserFlow {
  readonly at: Path;
  /** In B2C with its prefix, `B2C_1_signupsignin1`; in External ID a display name. */
  readonly id: string;
  readonly type: UserFlowType;
  readonly use: FlowUse;
  /** Undefined: what the service has. */
  readonly multifactor?: Multifactor;
  /** What the flow asks for, in this order. */
  readonly attributes: readonly FlowAttribute[];
  /** Claims of the tokens, as ids of user attributes: `displayName`, `emails`. */
  readonly claims: readonly string[];
  /** Ids of identity providers: `EmailPassword-OAUTH`. */
  readonly identityProviders: readonly string[];
  /** B2C alone: what a person has set, where Graph has no property for it. */
  readonly doneByHand: readonly DoneByHandRecord[];
}

export interface Multifactor {
  readonly state: 'off' | 'on' | 'conditional';
  readonly method?: 'email' | 'phoneCallOrSms' | 'phoneSms' | 'phoneCall' | 'authenticator';
}

export interface FlowAttribute {
  readonly at: Path;
  /** Id of a user attribute: `givenName`. */
  readonly id: string;
  readonly optional: boolean;
  readonly requiresVerification: boolean;
}

/**
 * Where a user flow's endpoints are: `https://<directory>.b2clogin.com/<directory>.onmicrosoft.com/<flow>`. External ID has
 * one place for all, `https://<directory>.ciamlogin.com/<tenant id>`; the application decides on the flow.
 *
 * Source: Microsoft Entra, 'Supported features in workforce and external tenants', Authority URL in OpenID Connect and
 * OAuth2 flows.
 */
export function authorityOf(
  { directory, directoryType, tenantId }: Pick<Customers, 'directory' | 'directoryType' | 'tenantId'>,
  flow: string,
): string {
  return directoryType === 'b2c'
    ? `https://${directory}.b2clogin.com/${directory}.onmicrosoft.com/${flow}`
    : `https://${directory}.ciamlogin.com/${tenantId}`;
}

/** Full names of the API's scopes, by their values: the prefix is that of the application that owns the scope. */
export function scopeNames({
  apiApplication,
  stepUp,
}: Pick<Customers, 'apiApplication' | 'stepUp'>): ReadonlyMap<string, string> {
  const owned = new Set(stepUp?.scopes);
  return new Map(
    apiApplication.scopes.map(({ value }) => {
      const prefix = stepUp !== undefined && owned.has(value) ? stepUp.identifierUri : apiApplication.identifierUri;
      return [value, `${prefix}/${value}`];
    }),
  );
}

/** Every callback on every host, in the order of the estate. */
export function redirectUrisOf({ hosts, callbacks }: Pick<WebApplication, 'hosts' | 'callbacks'>): readonly string[] {
  return hosts.flatMap(({ origin }) => [`${origin}${callbacks.signIn}`, `${origin}${callbacks.stepUp}`]);
}
