import { GraphError } from '../graph/error';
import { readAgreed, readOrGone } from '../graph/steps';
import type { Context } from '../resource';
import { inside, isProperties, mappingsIn, type Properties, textOf } from '../values';

/** A provisioning job of a service principal. */
export interface JobKey {
  readonly servicePrincipalId: string;
  readonly jobId: string;
}

/** Id of what belongs to a job: `<service principal>/<job>`. */
export function idOfJob({ servicePrincipalId, jobId }: JobKey): string {
  return `${servicePrincipalId}/${jobId}`;
}

/** @throws Error if the id is none of a job. */
export function keyOfJob(id: string): JobKey {
  const [servicePrincipalId, ...rest] = id.split('/');
  const jobId = plainJobId(rest.join('/'));
  if (servicePrincipalId && jobId && !jobId.includes('/')) return { servicePrincipalId, jobId };
  throw new Error(`the id of a job must be <object id of the service principal>/<job id>, got '${id}'`);
}

/**
 * Graph's id of a job is the last part of azuread's: `/servicePrincipals/<service principal>/synchronization/jobs/<job>`, in
 * versions before 6 `<service principal>/job/<job>`.
 */
export function plainJobId(id: string): string {
  return /(?:^|\/)jobs?\/([^/]+)$/.exec(id)?.[1] ?? id;
}

export function jobPath({ servicePrincipalId, jobId }: JobKey): string {
  const sp = encodeURIComponent(servicePrincipalId);
  return `/v1.0/servicePrincipals/${sp}/synchronization/jobs/${encodeURIComponent(jobId)}`;
}

/** Synchronization answers 403 and 409 while what it was told before has not arrived everywhere. */
export const notSettled = ({ status }: GraphError): boolean => status === 403 || status === 409;

/** State of a job. */
export interface JobStatus {
  /** True if it runs on its schedule. */
  readonly isRunning: boolean;
  /** NotConfigured, NotRun, Active, Paused or Quarantine. */
  readonly code: string;
  /** Reason for its quarantine; undefined if it is in none. */
  readonly quarantine: Quarantine | undefined;
}

/** Reads a job that exists, to start, pause or restart it. */
export function getJob(context: Context, key: JobKey): Promise<JobStatus> {
  const call = { method: 'GET', path: jobPath(key), missing: 'lags', retryIf: notSettled } as const;
  return agreed(context, key, async () => statusOf(await context.graph.send(call)));
}

/** The same of a job that may be gone. */
export function getJobIfThere(context: Context, key: JobKey): Promise<JobStatus | undefined> {
  return agreed(context, key, () => findJob(context, key));
}

/** A cycle under way changes the rest of a status. */
function agreed<T extends JobStatus | undefined>(
  context: Context,
  { jobId }: JobKey,
  read: () => Promise<T>,
): Promise<T> {
  return readAgreed(context, {
    what: `the state of the job ${jobId}`,
    read,
    compared: (job) => job && [job.isRunning, job.quarantine?.kind, job.quarantine?.since],
  });
}

/** Reads a job that may be gone. */
export async function findJob(context: Context, key: JobKey): Promise<JobStatus | undefined> {
  const body = await readOrGone(context, () => context.graph.find(jobPath(key)));
  return body && statusOf(body);
}

/** Reads the status of Graph's synchronizationJob. */
export function statusOf(body: Properties): JobStatus {
  const status = inside(body, 'status');
  return {
    isRunning: inside(body, 'schedule')['state'] === 'Active',
    code: textOf(status['code']) || 'NotRun',
    quarantine: quarantineOf(status),
  };
}

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
  const details = inside(quarantine);
  const error = inside(details, 'error');
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

/** Tells a job what to do: `start`, `pause`, `validateCredentials`. What a restart resets, `restartJob` knows. */
export async function commandJob(
  { graph }: Context,
  key: JobKey,
  { command, body }: { readonly command: string; readonly body?: unknown },
): Promise<void> {
  const path = `${jobPath(key)}/${command}`;
  // The answer to a lost command is the same command again: none of them adds anything.
  await graph.send({ method: 'POST', path, missing: 'lags', retryIf: notSettled, ...(body !== undefined && { body }) });
}

/**
 * Scope of a restart. `QuarantineState` ends a quarantine and nothing else. The other one is what leaving it out stands
 * for: the portal's 'Restart provisioning', which 'meets most customer needs', evaluates everybody again, counts
 * failures from the start and ends a quarantine. `Full`, `ForceDeletes` and `ConnectorDataStore` are left to a person:
 * they delete what a threshold holds back, or clear a cache of which Microsoft says 'do not use'.
 *
 * https://learn.microsoft.com/graph/api/resources/synchronization-synchronizationjobrestartcriteria
 */
export type ResetScope = 'QuarantineState' | 'Watermark, Escrows, QuarantineState';

/** Starts a job over. Deletions that a quarantine holds back may go through: see `ensureNothingHeldBack`. */
export function restartJob(context: Context, key: JobKey, resetScope: ResetScope): Promise<void> {
  return commandJob(context, key, { command: 'restart', body: { criteria: { resetScope } } });
}

/** A credential as the provisioning template names it, or a setting that Graph saves beside them. */
export interface Credential {
  readonly key: string;
  readonly value: string;
}

/** Settings among the credentials, about which the target is not asked. */
const SETTINGS: readonly string[] = ['SyncAll', 'SyncNotificationSettings'];

/** The target refuses credentials, and will do so again. */
export class CredentialsRefused extends Error {}

/** Asks the target to take credentials, or those that are saved. @throws CredentialsRefused */
export async function validateCredentials(
  context: Context,
  key: JobKey,
  credentials: readonly Credential[] | undefined,
): Promise<void> {
  const sent = credentials?.filter((one) => !SETTINGS.includes(one.key));
  const body = sent === undefined ? { useSavedCredentials: true } : { credentials: sent };
  try {
    await commandJob(context, key, { command: 'validateCredentials', body });
  } catch (error) {
    if (!(error instanceof GraphError) || error.isTransient || notSettled(error) || error.isNotFound) throw error;
    throw new CredentialsRefused(error.message);
  }
}

const pathOf = ({ servicePrincipalId }: JobKey): string =>
  `/v1.0/servicePrincipals/${encodeURIComponent(servicePrincipalId)}/synchronization/secrets`;

/**
 * Saves credentials for all jobs of the application; the same once more changes nothing. Keys that are not given stay as they
 * are: https://github.com/microsoftgraph/msgraph-metadata/issues/347
 */
export async function saveCredentials({ graph }: Context, key: JobKey, value: readonly Credential[]): Promise<void> {
  const path = pathOf(key);
  await graph.send({ method: 'PUT', path, body: { value }, missing: 'lags', retryIf: notSettled });
}

/** Tells whether something is saved under a key. Graph never answers what. */
export async function isSaved({ graph }: Context, key: JobKey, name: string): Promise<boolean> {
  const saved = await graph.list(pathOf(key));
  return saved.some((one) => one['key'] === name);
}
