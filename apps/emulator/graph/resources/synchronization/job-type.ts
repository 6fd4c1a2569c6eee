import type { EntityType } from '../../directory/entity-type';
import type { JsonObject } from '../../json';

const NEVER = '0001-01-01T00:00:00Z';

export const JOB: EntityType = {
  collection: 'synchronizationJobs',
  name: 'synchronizationJob',
  set: 'jobs',
  defaults: {
    id: '',
    templateId: '',
    // azuread crashes on a job without one.
    schedule: { expiration: null, interval: 'PT40M', state: 'Disabled' },
    status: {
      countSuccessiveCompleteFailures: 0,
      escrowsPruned: false,
      code: 'NotConfigured',
      lastExecution: null,
      lastSuccessfulExecution: null,
      lastSuccessfulExecutionWithExports: null,
      quarantine: null,
      steadyStateFirstAchievedTime: NEVER,
      steadyStateLastAchievedTime: NEVER,
      troubleshootingUrl: '',
      progress: [],
      synchronizedEntryCountByType: [],
    },
    synchronizationJobSettings: [],
  },
  readOnly: ['id', 'schedule', 'status'],
};

/** The state of a job that the service stopped because the other side refuses its credentials. */
export function quarantine(now: string, problem: string): JsonObject {
  return {
    currentBegan: now,
    error: { code: 'InvalidCredentials', message: problem, tenantActionable: true },
    nextAttempt: now,
    reason: 'EncounteredQuarantineException',
    seriesBegan: now,
    seriesCount: 1,
  };
}

/** The state of a job that would delete more people than the threshold allows. It does not say how many. */
export function heldBack(now: string): JsonObject {
  const message = 'The number of deletions exceeds the threshold for accidental deletions.';
  return {
    ...quarantine(now, message),
    error: { code: TOO_MANY_DELETES, message, tenantActionable: true },
    reason: TOO_MANY_DELETES,
  };
}

export const TOO_MANY_DELETES = 'TooManyDeletes';
