import { isProperties, mappingsIn, type Properties, textOf } from '../values';

/**
 * Quarantine of a provisioning job:
 * https://learn.microsoft.com/graph/api/resources/synchronization-synchronizationquarantine
 */
export interface Quarantine {
  /**
   * `credentials`: the target refuses them. `deletions`: a cycle would remove more people than the threshold allows, and
   * Entra ID holds that back. `other`: failures, or a reason that is unknown here.
   */
  readonly kind: 'credentials' | 'deletions' | 'other';
  /** Moment of the last evaluation that imposed it, as Graph writes it; undefined if Graph does not say. */
  readonly since: string | undefined;
  /** `EncounteredQuarantineException since 2026-01-01T00:00:00Z: SystemForCrossDomainIdentityManagement…: 401 Unauthorized`. */
  readonly text: string;
  /** Number of objects that the job has provisioned: `120 User, 4 Group`; empty if Graph does not say. */
  readonly provisioned: string;
}

/** The quarantine in a status; undefined if there is none. */
export function quarantineOf(status: Properties): Quarantine | undefined {
  const { code, quarantine } = status;
  // A pause shows another code. Where the details are still there, a start would lift the quarantine all the same. That Graph
  // keeps them is not documented: `withHeldBack` remembers what was seen before.
  if (code !== 'Quarantine' && !(code === 'Paused' && isProperties(quarantine))) return undefined;
  const details = isProperties(quarantine) ? quarantine : {};
  const error = isProperties(details['error']) ? details['error'] : {};
  const reason = textOf(details['reason']) || 'no reason given';
  const since = textOf(details['currentBegan']);
  const parts = [`${reason}${since && ` since ${since}`}`, textOf(error['code']), textOf(error['message'])];
  return {
    kind: kindOf(reason, textOf(error['code'])),
    since: since || undefined,
    text: parts.filter((part) => part !== '').join(': '),
    provisioned: mappingsIn(status['synchronizedEntryCountByType'])
      .map(({ key, value }) => `${textOf(value)} ${textOf(key)}`)
      .join(', '),
  };
}

/**
 * Reasons that credentials give, and no others: `EncounteredQuarantineException` 'indicates that invalid credentials were
 * provided' (Microsoft Entra, 'Application provisioning in quarantine status'), and the codes of an error that say so.
 */
function kindOf(reason: string, errorCode: string): Quarantine['kind'] {
  if (`${reason} ${errorCode}`.includes('TooManyDeletes')) return 'deletions';
  const isRefusal = reason === 'EncounteredQuarantineException' || /Credential|Unauthorized/.test(errorCode);
  return isRefusal ? 'credentials' : 'other';
}

/**
 * Tells whether deletions that a quarantine holds back were accepted: the moment named must be the very one of the
 * quarantine.
 */
export function areDeletionsAccepted({ since }: Quarantine, accepted: string | undefined): boolean {
  if (since === undefined || accepted === undefined) return false;
  return Date.parse(since) === Date.parse(accepted);
}
