import type { GraphError } from '../graph/error';
import { readAgreed } from '../graph/agreed-read';
import { readOrGone } from '../graph/steps';
import type { Context } from '../resource';
import { isProperties, type Properties } from '../values';
import { type Quarantine, quarantineOf } from './quarantine';

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
  const schedule = isProperties(body['schedule']) ? body['schedule'] : {};
  const status = isProperties(body['status']) ? body['status'] : {};
  return {
    isRunning: schedule['state'] === 'Active',
    code: typeof status['code'] === 'string' ? status['code'] : 'NotRun',
    quarantine: quarantineOf(status),
  };
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
