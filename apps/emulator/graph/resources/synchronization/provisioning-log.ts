import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import type { Route } from '../../http/context';
import { listReply } from '../../http/reply';

/** The effect of provisioning on one object ('provisioningObjectSummary resource type'). Only staged deletions are recorded here. */
const PROVISIONING_EVENT: EntityType = {
  collection: 'provisioningEvents',
  name: 'provisioningObjectSummary',
  set: 'auditLogs/provisioning',
  defaults: {
    id: '',
    activityDateTime: '',
    jobId: '',
    provisioningAction: 'stagedDelete',
    provisioningStatusInfo: { status: 'skipped', errorInformation: null },
    sourceIdentity: {},
  },
  readOnly: [],
};

export const provisioningLogRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/auditLogs/provisioning',
    query: 'list',
    handle: (c) => listReply(c, PROVISIONING_EVENT, c.directory.list('provisioningEvents')),
  },
];

/** Records people whom a job would delete. */
export function recordStaged(directory: Directory, jobId: string, people: number): void {
  for (let count = 0; count < people; count += 1) {
    directory.put('provisioningEvents', {
      ...PROVISIONING_EVENT.defaults,
      id: directory.newId(),
      activityDateTime: directory.now(),
      jobId,
      sourceIdentity: { id: directory.newId(), displayName: '', identityType: 'User', details: {} },
    });
  }
}
