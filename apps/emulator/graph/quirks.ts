/**
 * Choices of the emulator where the real service is not documented, or known to differ from time to time. A test sets
 * them while the emulator runs.
 */
export interface Quirks {
  /**
   * Reads, lists and changes may not see for a while what was just written, or do. `out-of-order`: an older answer may also come
   * after a newer one.
   */
  lag: 'random' | 'out-of-order' | 'none';
  /** A request now and then is answered 429 with Retry-After, or none is. */
  throttling: 'random' | 'none';
  /** A request without a permission that it needs is refused, or let through. */
  permissions: 'enforced' | 'ignored';
  /**
   * User principal names of the people who are Global Administrator: they may consent and change the directory; others read.
   * @default everybody
   */
  administrators: readonly string[] | undefined;
  /** Reads that the documentation allows only to whoever may write (permissions/own-rows.ts). */
  undocumentedReads: 'refused' | 'allowed';
  /**
   * Properties that Microsoft's types don't have are refused, or user flows of B2C keep and answer them, as the service was
   * seen to in 2022.
   */
  undocumentedProperties: 'refused' | 'kept';
  /**
   * Owner of an application that is made from a template, and of its service principal: none, as reported of applications that
   * instantiate one (msgraph-sdk-powershell#829), or whoever does.
   */
  instantiateOwner: 'none' | 'caller';
  /** Secrets of provisioning that a PUT does not name stay, or go. */
  synchronizationSecrets: 'merged' | 'replaced';
  /** Deleting a service principal or application in SAML mode: seen refused with DeletingSamlSpNotAllowed. */
  samlDeletion: 'refused' | 'allowed';
  /** The directories of a schema are in its answer, or a relation of their own at `schema/directories`. */
  schemaDirectories: 'inline' | 'relation';
  /** PATCH of a user flow answers 204 without a body or 200 with the object. */
  userFlowPatch: 204 | 200;
  /** Reads of a started provisioning job after which its first cycle is done (status Active). 0: never. */
  readsUntilProvisioned: number;
  /** The one SCIM token that is accepted. @default any that does not contain `invalid` or `expired` */
  acceptedScimToken: string | undefined;
  /**
   * People whom a cycle would delete beyond the threshold. A job that starts goes into quarantine for them; one that starts or
   * restarts out of that quarantine deletes them, and then there are none.
   */
  stagedDeletions: number;
  /** Repeats credentials in their refusal, as the answer of a SCIM endpoint may that is passed on. */
  echoesCredentials: boolean;
}

export const DEFAULT_QUIRKS: Quirks = {
  lag: 'random',
  throttling: 'random',
  permissions: 'enforced',
  administrators: undefined,
  undocumentedReads: 'refused',
  undocumentedProperties: 'refused',
  instantiateOwner: 'none',
  synchronizationSecrets: 'merged',
  samlDeletion: 'refused',
  userFlowPatch: 204,
  schemaDirectories: 'inline',
  readsUntilProvisioned: 0,
  acceptedScimToken: undefined,
  stagedDeletions: 0,
  echoesCredentials: false,
};
