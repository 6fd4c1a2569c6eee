import type { Directory } from '../../directory/directory';
import { createEntity } from '../../directory/apply-body';
import { badRequest, notFound } from '../../graph-error';
import type { JsonObject } from '../../json';
import { findText, objectOf, textOf } from '../../json';
import type { Entity } from '../../store/store';
import { CATALOGUE } from '../templates/template-catalogue';
import { heldBack, JOB, quarantine, TOO_MANY_DELETES } from './job-type';
import { recordStaged } from './provisioning-log';
import { savedProblem } from './secret-service';
import { TARGET_DIRECTORIES } from './schema-templates';

const RESET_SCOPES = ['None', 'ConnectorDataStore', 'Escrows', 'Watermark', 'QuarantineState', 'Full', 'ForceDeletes'];

/** Templates of jobs that a service principal can have. @throws GraphError 404 */
export function templateIdsOf(directory: Directory, principalId: string): readonly string[] {
  const principal = directory.read('servicePrincipals', principalId);
  const entry = CATALOGUE.find(({ template }) => template.id === principal['applicationTemplateId']);
  return entry?.synchronization ?? [];
}

/** @throws GraphError 400 for a template that the application does not have */
export function createJob(directory: Directory, principalId: string, body: JsonObject): Entity {
  const principal = directory.get('servicePrincipals', principalId);
  const templateId = textOf(body, 'templateId');
  if (!templateIdsOf(directory, principalId).includes(templateId)) {
    throw badRequest(`Template '${templateId}' was not found for the service principal.`, 'TemplateNotFound');
  }
  const id = `${templateId}.${directory.tenant.id.replaceAll('-', '')}.${directory.newId()}`;
  return directory.put('synchronizationJobs', createEntity(JOB, body, { id, _servicePrincipalId: principal.id }));
}

/** As a reader sees them. */
export function jobsOf(directory: Directory, principalId: string): readonly Entity[] {
  return directory.list('synchronizationJobs').filter((job) => job['_servicePrincipalId'] === principalId);
}

/** As a reader sees it; counts towards the end of the first cycle. */
export function readJob(directory: Directory, principalId: string, jobId: string): Entity {
  const job = directory.read('synchronizationJobs', jobId);
  if (job['_servicePrincipalId'] !== principalId) throw notFound(jobId);
  // What a reader sees may be old; the next state follows from the current one.
  return directory.quirks.readsUntilProvisioned === 0
    ? job
    : progress(directory, directory.get('synchronizationJobs', jobId));
}

export function getJob(directory: Directory, principalId: string, jobId: string): Entity {
  const job = directory.get('synchronizationJobs', jobId);
  if (job['_servicePrincipalId'] !== principalId) throw notFound(jobId);
  return job;
}

function progress(directory: Directory, job: Entity): Entity {
  const { readsUntilProvisioned } = directory.quirks;
  if (objectOf(job, 'status')['code'] !== 'NotRun') return job;
  const reads = Number(job['_reads'] ?? 0) + 1;
  if (reads < readsUntilProvisioned) return directory.put('synchronizationJobs', { ...job, _reads: reads });
  const now = directory.now();
  const execution = {
    activityIdentifier: directory.newId(),
    countEscrowed: 0,
    error: null,
    state: 'Succeeded',
    timeBegan: now,
    timeEnded: now,
  };
  const times = { steadyStateFirstAchievedTime: now, steadyStateLastAchievedTime: now };
  return putStatus(directory, job, {
    code: 'Active',
    lastExecution: execution,
    lastSuccessfulExecution: execution,
    ...times,
  });
}

/**
 * Starts it; with credentials that the other side refuses it is in quarantine at once, and so it is with too many deletions.
 * Out of a quarantine for these, they take place.
 */
export function startJob(directory: Directory, job: Entity): Entity {
  const { quirks } = directory;
  if (objectOf(objectOf(job, 'status'), 'quarantine')['reason'] === TOO_MANY_DELETES) quirks.stagedDeletions = 0;
  const scheduled = { ...job, _reads: 0, schedule: { ...objectOf(job, 'schedule'), state: 'Active' } };
  const problem = savedProblem(directory, textOf(job, '_servicePrincipalId'));
  const now = directory.now();
  if (problem !== '') {
    return putStatus(directory, scheduled, { code: 'Quarantine', quarantine: quarantine(now, problem) });
  }
  if (quirks.stagedDeletions === 0) return putStatus(directory, scheduled, { code: 'NotRun', quarantine: null });
  recordStaged(directory, job.id, quirks.stagedDeletions);
  return putStatus(directory, scheduled, { code: 'Quarantine', quarantine: heldBack(now) });
}

export function pauseJob(directory: Directory, job: Entity): Entity {
  const paused = { ...job, schedule: { ...objectOf(job, 'schedule'), state: 'Disabled' } };
  return putStatus(directory, paused, { code: 'Paused' });
}

/** Starts it over; what of its state goes, the criteria say. @throws GraphError 400 */
export function restartJob(directory: Directory, job: Entity, body: JsonObject): Entity {
  const scope = findText(objectOf(body, 'criteria'), 'resetScope') ?? 'None';
  const unknown = scope.split(',').find((part) => !RESET_SCOPES.includes(part.trim()));
  if (unknown !== undefined) throw badRequest(`Invalid resetScope '${unknown.trim()}'.`);
  return startJob(directory, job);
}

function putStatus(directory: Directory, job: Entity, status: JsonObject): Entity {
  return directory.put('synchronizationJobs', { ...job, status: { ...objectOf(job, 'status'), ...status } });
}

export function targetDirectoryOf(templateId: string): string {
  return TARGET_DIRECTORIES[templateId] ?? 'customappsso';
}
