import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { createEntity } from '../../directory/objects';
import type { Route } from '../../context';
import { entityRoutes } from '../entity-routes';

/** The effect of provisioning on one object ('provisioningObjectSummary resource type'). Only staged deletions are recorded here. */
const PROVISIONING_EVENT: EntityType = {
  collection: 'provisioningEvents',
  name: 'provisioningObjectSummary',
  set: 'auditLogs/provisioning',
  initial: { provisioningAction: 'stagedDelete', provisioningStatusInfo: { status: 'skipped' } },
};

export const provisioningLogRoutes: readonly Route[] = entityRoutes({ type: PROVISIONING_EVENT, actions: ['list'] });

/** Records people whom a job would delete. */
export function recordStaged(directory: Directory, jobId: string, people: number): void {
  for (let count = 0; count < people; count += 1) {
    const id = directory.newId();
    const sourceIdentity = { id: directory.newId(), displayName: '', identityType: 'User', details: {} };
    const given = { id, activityDateTime: directory.now(), jobId, sourceIdentity };
    directory.put('provisioningEvents', createEntity(PROVISIONING_EVENT, {}, given));
  }
}
