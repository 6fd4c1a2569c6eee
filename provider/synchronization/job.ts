import type { GraphError } from '../graph/error';
import { readOrGone } from '../graph/steps';
import type { Context } from '../resource';
import { isProperties, type Properties } from '../values';

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
  throw new Error(`'${id}' is no id of a job; expected <object id of the service principal>/<job id>`);
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

/** What a job is doing. */
export interface JobStatus {
  /** Whether it runs on its schedule. */
  readonly isRunning: boolean;
  /** NotConfigured, NotRun, Active, Paused or Quarantine. */
  readonly code: string;
  /** Why it is in quarantine; undefined if it is not. */
  readonly quarantine: string | undefined;
}

/** Reads a job that exists. */
export async function getJob({ graph }: Context, key: JobKey): Promise<JobStatus> {
  return statusOf(await graph.send({ method: 'GET', path: jobPath(key), missing: 'lags', retryIf: notSettled }));
}

/** Reads a job that may be gone. */
export async function findJob(context: Context, key: JobKey): Promise<JobStatus | undefined> {
  const body = await readOrGone(context, () => context.graph.find(jobPath(key)));
  return body && statusOf(body);
}

/** What Graph's synchronizationJob says. */
export function statusOf(body: Properties): JobStatus {
  const schedule = isProperties(body['schedule']) ? body['schedule'] : {};
  const status = isProperties(body['status']) ? body['status'] : {};
  const code = typeof status['code'] === 'string' ? status['code'] : 'NotRun';
  const isQuarantined = code === 'Quarantine';
  return {
    isRunning: schedule['state'] === 'Active',
    code,
    quarantine: isQuarantined ? quarantineReason(status['quarantine']) : undefined,
  };
}

/** `EncounteredQuarantineException since 2026-01-01T00:00:00Z: SystemForCrossDomainIdentityManagement…: 401 Unauthorized`. */
function quarantineReason(quarantine: unknown): string {
  if (!isProperties(quarantine)) return 'no reason given';
  const error = isProperties(quarantine['error']) ? quarantine['error'] : {};
  const since = quarantine['currentBegan'];
  const parts = [
    `${text(quarantine['reason']) || 'no reason given'}${since ? ` since ${text(since)}` : ''}`,
    text(error['code']),
    text(error['message']),
  ];
  return parts.filter((part) => part !== '').join(': ');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Tells a job what to do: `start`, `pause`, `restart`, `validateCredentials`. */
export async function commandJob(
  { graph }: Context,
  key: JobKey,
  { command, body }: { readonly command: string; readonly body?: unknown },
): Promise<void> {
  const path = `${jobPath(key)}/${command}`;
  // The answer to a lost command is the same command again: none of them adds anything.
  await graph.send({ method: 'POST', path, missing: 'lags', retryIf: notSettled, ...(body !== undefined && { body }) });
}
