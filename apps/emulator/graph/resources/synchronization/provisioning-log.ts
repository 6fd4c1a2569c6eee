import type { Directory, EntityType } from '../../directory/directory';
import { createEntity } from '../../directory/objects';
import type { Route } from '../../context';
import { type JsonObject, textOf } from '../../json';
import { entityRoutes } from '../entity-routes';
import type { Outcome } from './cycle/export';
import { shown } from './cycle/scim';

/** The effect of provisioning on one object ('provisioningObjectSummary resource type'). */
const PROVISIONING_EVENT: EntityType = {
  collection: 'provisioningEvents',
  name: 'provisioningObjectSummary',
  set: 'auditLogs/provisioning',
  initial: { provisioningAction: 'stagedDelete', provisioningStatusInfo: { status: 'skipped' } },
};

export const provisioningLogRoutes: readonly Route[] = entityRoutes({ type: PROVISIONING_EVENT, actions: ['list'] });

/** The log keeps 30 days; here it must not grow for as long as a laptop runs. */
const MOST_EVENTS = 2000;

interface Source {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
}

/** Records whom a job would disable or delete. */
export function recordStaged(directory: Directory, jobId: string, people: readonly Source[]): void {
  for (const person of people) record(directory, { jobId, sourceIdentity: identityOf(person) });
}

/** Records the outcomes of one cycle. */
export function recordOutcomes(
  directory: Directory,
  { jobId, cycleId, principalId }: { readonly jobId: string; readonly cycleId: string; readonly principalId: string },
  outcomes: readonly Outcome[],
): void {
  const principal = directory.find('servicePrincipals', principalId) ?? {};
  for (const outcome of outcomes) {
    record(directory, {
      jobId,
      cycleId,
      changeId: directory.newId(),
      tenantId: directory.tenant.id,
      provisioningAction: outcome.action,
      initiatedBy: { id: '', displayName: 'Microsoft Entra provisioning service', initiatorType: 'system' },
      servicePrincipal: { id: principalId, displayName: textOf(principal, 'displayName') },
      sourceSystem: { id: '', displayName: 'Microsoft Entra ID', details: {} },
      targetSystem: { id: '', displayName: textOf(principal, 'displayName'), details: {} },
      sourceIdentity: identityOf(outcome),
      targetIdentity: { ...identityOf(outcome), id: outcome.targetId ?? '' },
      provisioningStatusInfo: statusOf(outcome),
      modifiedProperties: outcome.changes.map(({ name, before, after }) => ({
        displayName: name,
        oldValue: shown(before),
        newValue: shown(after),
      })),
      provisioningSteps: [stepOf(outcome)],
    });
  }
}

function statusOf({ status, reason, description }: Outcome): JsonObject {
  if (status === 'success') return { status, errorInformation: null };
  const errorInformation = {
    additionalDetails: null,
    errorCategory: status === 'failure' ? 'failure' : 'nonServiceFailure',
    errorCode: reason,
    reason: description,
    recommendedAction: null,
  };
  return { status, errorInformation };
}

/** The last step, which tells what was done or why not. */
function stepOf({ status, description }: Outcome): JsonObject {
  const name = status === 'skipped' ? 'EntrySynchronizationSkip' : 'EntryExport';
  return { name, status, description, provisioningStepType: 'export', details: {} };
}

function identityOf({ id, name, kind }: Source): JsonObject {
  return { id, displayName: name, identityType: kind, details: {} };
}

function record(directory: Directory, values: JsonObject): void {
  const given = { id: directory.newId(), activityDateTime: directory.now(), ...values };
  directory.put('provisioningEvents', createEntity(PROVISIONING_EVENT, {}, given));
  const events = directory.all('provisioningEvents');
  for (const old of events.slice(0, Math.max(0, events.length - MOST_EVENTS)))
    directory.remove('provisioningEvents', old.id);
}
