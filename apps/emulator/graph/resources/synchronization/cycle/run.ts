import type { Transact } from '../../../context';
import type { Directory } from '../../../directory/directory';
import { type JsonObject, objectOf, objectsOf, textOf } from '../../../json';
import type { Entity } from '../../../store/store';
import { recordOutcomes, recordStaged } from '../provisioning-log';
import { schemaOf } from '../schema';
import { type Connection, connectionOf } from '../secrets';
import { cycled, isHeldBack, putStatus } from '../status';
import { type CycleInput, type CycleResult, runCycle } from './cycle';
import type { Outcome } from './export';
import { mappingsOf } from './mapping';
import { httpSender, ScimTarget } from './scim';
import { readSource } from './source';
import { CycleState, FIRST } from './state';

/** A directory, and the way to change it all at once. */
export interface Provisioned {
  readonly directory: Directory;
  readonly transact: Transact;
}

/** One cycle after another: two at a time would create somebody twice. */
const queues = new WeakMap<Directory, Promise<unknown>>();

async function queued<Result>(directory: Directory, work: () => Promise<Result>): Promise<Result> {
  const before = queues.get(directory) ?? Promise.resolve();
  const next = before.then(work, work);
  queues.set(directory, next);
  return next;
}

/** Runs a cycle of every job that is started and whose target is on this machine. */
export async function runJobs(provisioned: Provisioned): Promise<void> {
  for (const { id } of provisioned.directory.all('synchronizationJobs')) await runJob(provisioned, id);
}

/** Runs a cycle of a job. Without effect where it is paused, held back or gone, or its target is elsewhere. */
export async function runJob({ directory, transact }: Provisioned, jobId: string): Promise<void> {
  await queued(directory, async () => {
    const job = directory.find('synchronizationJobs', jobId);
    const connection = job === undefined ? undefined : connectionOf(directory, textOf(job, '_servicePrincipalId'));
    if (job === undefined || connection === undefined || !isStarted(job) || isHeldBack(job)) return;
    const cycle = { id: directory.newId(), began: directory.now() };
    const result = await runCycle(targetOf(connection), inputOf(directory, job, connection), stateOf(job));
    transact(() => {
      finish(directory, job, { result, ...cycle });
    });
  });
}

/** Provisions single objects of a job at once. @returns undefined where its target is elsewhere */
export async function runSubjects(
  { directory, transact }: Provisioned,
  jobId: string,
  ids: readonly string[],
): Promise<readonly Outcome[] | undefined> {
  return queued(directory, async () => {
    const job = directory.find('synchronizationJobs', jobId);
    const connection = job === undefined ? undefined : connectionOf(directory, textOf(job, '_servicePrincipalId'));
    if (job === undefined || connection === undefined) return undefined;
    const { links, watermark } = stateOf(job);
    const input = inputOf(directory, job, { ...connection, mostDeletions: undefined });
    const only = { ...input, only: ids };
    const result = await runCycle(targetOf(connection), only, { links, watermark: without(watermark, ids) });
    transact(() => {
      const principalId = textOf(job, '_servicePrincipalId');
      recordOutcomes(directory, { jobId, cycleId: directory.newId(), principalId }, result.outcomes);
      const current = directory.find('synchronizationJobs', jobId);
      if (current !== undefined) directory.put('synchronizationJobs', { ...current, _cycle: { ...result.state } });
    });
    return result.outcomes;
  });
}

function without(watermark: CycleState['watermark'], ids: readonly string[]): CycleState['watermark'] {
  return Object.fromEntries(Object.entries(watermark).filter(([id]) => !ids.includes(id)));
}

interface Finished {
  readonly id: string;
  readonly began: string;
  readonly result: CycleResult;
}

/** Writes what a cycle did. Whoever restarted, paused or deleted the job meanwhile has not been overwritten. */
function finish(directory: Directory, { id: jobId, ...before }: Entity, { id, began, result }: Finished): void {
  const principalId = textOf(before, '_servicePrincipalId');
  recordStaged(directory, jobId, result.heldBack);
  recordOutcomes(directory, { jobId, cycleId: id, principalId }, result.outcomes);
  const job = directory.find('synchronizationJobs', jobId);
  if (job === undefined) return;
  const isRestarted = job['_restarts'] !== before['_restarts'];
  const state = isRestarted ? { ...result.state, watermark: {} } : result.state;
  const status = cycled(job, result, { id, began, ended: directory.now() });
  const kept = isStarted(job) ? status : { ...status, code: 'Paused' };
  putStatus(directory, { ...job, _cycle: { ...state }, _acceptsDeletions: false }, kept);
}

function isStarted(job: Entity): boolean {
  return textOf(objectOf(job, 'schedule'), 'state') === 'Active';
}

function targetOf({ address, token }: Connection): ScimTarget {
  return new ScimTarget(httpSender(address, token));
}

function stateOf(job: Entity): CycleState {
  return job['_cycle'] === undefined ? FIRST : CycleState.parse(job['_cycle']);
}

function inputOf(directory: Directory, job: Entity, connection: Connection): CycleInput {
  const schema = schemaOf(job);
  const mappings = mappingsOf(schema);
  const { syncsAll, skipsOutOfScope, mostDeletions } = connection;
  const principalId = textOf(job, '_servicePrincipalId');
  const objects = readSource(directory, { principalId, syncsAll, mappings });
  const most = job['_acceptsDeletions'] === true ? undefined : mostDeletions;
  return { objects, mappings, schemaVersion: textOf(schema, 'version'), skipsOutOfScope, mostDeletions: most };
}

/** Object ids that `provisionOnDemand` names, the members of groups too. */
export function subjectIds(body: JsonObject): readonly string[] {
  const subjects = objectsOf(body, 'parameters').flatMap((parameter) => objectsOf(parameter, 'subjects'));
  return subjects.flatMap((subject) => [
    textOf(subject, 'objectId'),
    ...objectsOf(objectOf(subject, 'links'), 'members').map((member) => textOf(member, 'objectId')),
  ]);
}
