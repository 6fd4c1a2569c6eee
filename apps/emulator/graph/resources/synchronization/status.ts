import type { Directory } from '../../directory/directory';
import { type JsonObject, objectOf, textOf } from '../../json';
import type { Entity } from '../../store/store';
import type { CycleResult } from './cycle/cycle';

/** A time that has not been. */
export const NEVER = '0001-01-01T00:00:00Z';

export const TOO_MANY_DELETES = 'TooManyDeletes';

export function putStatus(directory: Directory, job: Entity, status: JsonObject): Entity {
  return directory.put('synchronizationJobs', { ...job, status: { ...objectOf(job, 'status'), ...status } });
}

/** The state of a job that the service stopped because the other side refuses its credentials. */
export function quarantined(job: Entity, now: string, problem: string): JsonObject {
  const before = objectOf(objectOf(job, 'status'), 'quarantine');
  return {
    currentBegan: now,
    error: { code: 'InvalidCredentials', message: problem, tenantActionable: true },
    nextAttempt: now,
    reason: 'EncounteredQuarantineException',
    seriesBegan: before['seriesBegan'] ?? now,
    seriesCount: Number(before['seriesCount'] ?? 0) + 1,
  };
}

/** The state of a job that would delete more people than the threshold allows. It does not say how many. */
export function heldBack(job: Entity, now: string): JsonObject {
  const message = 'The number of deletions exceeds the threshold for accidental deletions.';
  return {
    ...quarantined(job, now, message),
    error: { code: TOO_MANY_DELETES, message, tenantActionable: true },
    reason: TOO_MANY_DELETES,
  };
}

export function isHeldBack(job: Entity): boolean {
  return objectOf(objectOf(job, 'status'), 'quarantine')['reason'] === TOO_MANY_DELETES;
}

/** The status after a cycle. */
export function cycled(job: Entity, result: CycleResult, { id, began, ended }: Cycle): JsonObject {
  const { outcomes, problem, heldBack: held } = result;
  const failures = outcomes.filter(({ status }) => status === 'failure').length;
  const exports = outcomes.filter(({ status }) => status === 'success').length;
  const execution = {
    activityIdentifier: id,
    countEscrowed: failures,
    countExported: exports,
    countExports: exports,
    countImported: outcomes.length,
    error: null,
    state: problem === undefined ? (failures > 0 ? 'EntryLevelErrors' : 'Succeeded') : 'Failed',
    timeBegan: began,
    timeEnded: ended,
  };
  if (held.length > 0) return { code: 'Quarantine', quarantine: heldBack(job, ended), lastExecution: execution };
  if (problem !== undefined) {
    const quarantine = quarantined(job, ended, problem);
    return { code: 'Quarantine', quarantine, lastExecution: execution };
  }
  const links = Object.values(result.state.links);
  const first = textOf(objectOf(job, 'status'), 'steadyStateFirstAchievedTime');
  return {
    code: 'Active',
    quarantine: null,
    lastExecution: execution,
    lastSuccessfulExecution: execution,
    ...(exports > 0 && { lastSuccessfulExecutionWithExports: execution }),
    ...(failures === 0 && {
      steadyStateFirstAchievedTime: first === NEVER ? ended : first,
      steadyStateLastAchievedTime: ended,
    }),
    synchronizedEntryCountByType: ['User', 'Group'].map((key) => ({
      key,
      value: links.filter(({ kind }) => kind === key).length,
    })),
  };
}

interface Cycle {
  readonly id: string;
  readonly began: string;
  readonly ended: string;
}
