import type { ClientId, ObjectId } from '../../estate/source/ids';
import type { Reading } from '../reading';

/** Whoever an issuer names acts as the application. */
export interface FederatedCredential {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

/** A permission that an application has at another one. */
export interface Permission {
  /** The service principal whose permissions they are. */
  readonly resourceId: ObjectId;
  /** Undefined where the service principal is gone. */
  readonly resourceAppId: ClientId | undefined;
  /** Its display name. */
  readonly resource: string;
  /** `User.Read.All`. */
  readonly value: string;
}

/** An application that may call another one for the people who use it. */
export interface Client {
  readonly servicePrincipalId: ObjectId;
  readonly name: string;
  readonly scopes: readonly string[];
}

/** Credentials of an application, and its permissions without a user. */
export interface ApplicationPowers {
  readonly federated: readonly FederatedCredential[];
  /** Names of its client secrets. */
  readonly secrets: readonly string[];
  /** Names of the certificates that it may sign in with. */
  readonly keys: readonly string[];
  /** Ids of secrets and certificates that its service principal may sign in with; those that sign SAML answers are left out. */
  readonly principalKeys: readonly string[];
  readonly permissions: readonly Permission[];
  /** Applications that may call it without a consent. */
  readonly preAuthorized: readonly ClientId[];
}

/** Consents of administrators and of people. */
export interface Grants {
  /** Permissions of the application on behalf of the people who use it. */
  readonly own: readonly Permission[];
  /** Clients that may call it. */
  readonly clients: readonly Client[];
}

/** The application as which the leavers function reads who exists. */
export interface LeaversReaderFacts {
  readonly exists: Reading<boolean>;
  /** Client ids of all applications of its name. */
  readonly named: Reading<readonly ClientId[]>;
  readonly trust: ApplicationTrust;
}

/** Owner of an application and of its service principal. */
export interface Owner {
  readonly id: ObjectId;
  /** Of a service principal; undefined for a person. */
  readonly clientId: ClientId | undefined;
}

/** Permissions of an application, and who may do it through it. */
export interface ApplicationTrust {
  /** Whoever owns both: one of the two alone allows no change of the other. */
  readonly owners: Reading<readonly Owner[]>;
  readonly powers: Reading<ApplicationPowers>;
  readonly grants: Reading<Grants>;
}
