import type { Certificate } from '../../../provider/saml/credentials';
import type { ApplicationValues } from '../../estate/records/application-values';
import type { ClientId, ObjectId } from '../../estate/source/ids';

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
