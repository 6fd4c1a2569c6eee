import type { PipelineRole } from '../../estate/sections/pipeline/pipeline';
import type { Certificate } from '../../../provider/saml/credentials';
import type { ApplicationValues } from '../../estate/records/application-values';
import type { ClientId, ObjectId } from '../../estate/source/ids';
import type { Reading } from '../reading';

/** An application as a directory has it: its registration, and its service principal where it has one. */
export interface FoundApplication extends Omit<ApplicationValues, 'certificates'> {
  readonly appId: ClientId;
  /** Of the registration. */
  readonly objectId: ObjectId;
  readonly servicePrincipalId: ObjectId | undefined;
  /** Other applications of the same name. */
  readonly namesakes: readonly ClientId[];
}

/** An enterprise application that signs people in by SAML. */
export interface SamlApplication extends FoundApplication {
  readonly servicePrincipalId: ObjectId;
  readonly certificates: readonly Certificate[];
  /** SHA-1 of the certificate that signs, upper-case hex. */
  readonly activeThumbprint: string | undefined;
}

/** A claims mapping policy of an application. */
export interface ClaimsPolicy {
  readonly id: ObjectId;
  readonly displayName: string;
  readonly definitions: readonly string[];
}

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
  /** True if people consented to it, each alone; otherwise it is for everybody. @default false */
  readonly isPersonal?: boolean;
}

/** An application that may call another one for the people who use it. */
export interface Client {
  readonly servicePrincipalId: ObjectId;
  readonly name: string;
  readonly scopes: readonly string[];
  /** True if people consented to it, each alone; otherwise it is for everybody. @default false */
  readonly isPersonal?: boolean;
}

/** A client secret or a certificate. */
export type Credential = ApplicationValues['secrets'][number];

/** Credentials of an application, and its permissions without a user. */
export interface ApplicationPowers {
  readonly federated: readonly FederatedCredential[];
  readonly secrets: readonly Credential[];
  /** Certificates that it may sign in with. */
  readonly keys: readonly Credential[];
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

/** Owner of an application or of its service principal. */
export interface Owner {
  readonly id: ObjectId;
  readonly name: string;
  /** Of a service principal; undefined for a person. */
  readonly clientId: ClientId | undefined;
  /** False for who owns one of the two: that allows no change of the other. */
  readonly ownsBoth: boolean;
  /** True if an administrator let it change applications as an application: it deploys. */
  readonly mayDeploy: boolean;
}

/** Permissions of an application, and who may do it through it. */
export interface ApplicationTrust {
  readonly owners: Reading<readonly Owner[]>;
  readonly powers: Reading<ApplicationPowers>;
  readonly grants: Reading<Grants>;
}

/** An identity of the pipeline as a directory has it. */
export interface FoundIdentity {
  readonly role: PipelineRole;
  /** Undefined where the directory has no such identity. */
  readonly powers: IdentityPowers | undefined;
}

/** Permissions of Microsoft Graph by their names, and of other services with these; trust of an application. */
export interface IdentityPowers {
  readonly permissions: readonly string[];
  readonly federated: readonly FederatedCredential[];
}

/** Holder of a token of Graph, and what it may do. */
export interface TokenFacts {
  /** An application by itself, or a person who is signed in to it. */
  readonly kind: 'application' | 'delegated';
  /** Client id of the application. */
  readonly clientId: string;
  /** Roles of the application, or scopes that a person's token has. */
  readonly permissions: readonly string[];
}
