import type { Directory } from '../../directory/directory';
import { badRequest } from '../../graph-error';
import type { JsonObject } from '../../json';
import { objectsOf, textOf, textsOf } from '../../json';
import type { Entity } from '../../store/store';
import { schemaOf } from './schema';
import { savedProblem, syncsAssignedOnly } from './secrets';

const MAX_SUBJECTS = 5;

/** Provisions single objects, as the portal's button does. @returns the service's pair of JSON texts */
export function provisionOnDemand(directory: Directory, job: Entity, body: JsonObject): JsonObject {
  const parameters = objectsOf(body, 'parameters');
  const subjects = parameters.flatMap((parameter) => objectsOf(parameter, 'subjects'));
  if (subjects.length === 0 || subjects.length > MAX_SUBJECTS) {
    throw badRequest(`'parameters' must name 1 to ${MAX_SUBJECTS} subjects.`);
  }
  const rules = objectsOf(schemaOf(job), 'synchronizationRules').map((rule) => textOf(rule, 'id'));
  const unknown = parameters.find((parameter) => !rules.includes(textOf(parameter, 'ruleId')));
  if (unknown !== undefined) throw badRequest(`The job has no rule '${textOf(unknown, 'ruleId')}'.`);
  const outcomes = subjects.map((subject) => provisionOne(directory, job, subject));
  const [first] = outcomes.filter(({ result }) => result !== 'Success');
  const details =
    first === undefined ? {} : { errorCode: first.reason, errorMessage: first.steps.at(-1)?.description ?? '' };
  return {
    key: JSON.stringify({ result: first?.result ?? 'Success', details }),
    value: JSON.stringify({ provisioningSteps: outcomes.flatMap(({ steps }) => steps) }),
  };
}

interface Step extends JsonObject {
  readonly type: string;
  readonly name: string;
  readonly status: string;
  readonly description: string;
}

const IMPORT = { type: 'Import', name: 'EntryImport', status: 'Success' } as const;
const SCOPING = { type: 'Scoping', name: 'EntrySynchronizationScoping', status: 'Success' } as const;

interface Outcome {
  readonly result: 'Success' | 'Skipped' | 'Failure';
  /** Reason for which nothing was written; empty after a success. */
  readonly reason: string;
  readonly steps: readonly Step[];
}

/** Steps as the page of the action shows them: import, scoping, export. What the job has exported before is alike at the target. */
function provisionOne(directory: Directory, job: Entity, subject: JsonObject): Outcome {
  const id = textOf(subject, 'objectId');
  const entity = directory.get(textOf(subject, 'objectTypeName') === 'Group' ? 'groups' : 'users', id);
  const principal = textOf(job, '_servicePrincipalId');
  const name = textOf(entity, 'userPrincipalName') || textOf(entity, 'displayName');
  const step = (part: Pick<Step, 'type' | 'name' | 'status' | 'description'>, details: JsonObject = {}): Step => ({
    ...part,
    timestamp: directory.now(),
    details: { objectId: id, ...details },
  });
  const isInScope = !syncsAssignedOnly(directory, principal) || isAssigned(directory, principal, id);
  const assigned = { Assigned: isInScope ? 'True' : 'False' };
  const begin = [
    step({ ...IMPORT, description: `Retrieved '${name}' from Azure Active Directory` }),
    step({ ...SCOPING, description: `Determine if '${name}' is in scope` }, assigned),
  ];
  const ended = (status: Outcome['result'], reason: string, description: string): Outcome => {
    const stepName = status === 'Skipped' ? 'EntrySynchronizationSkip' : 'EntryExportAdd';
    const details = status === 'Skipped' ? { SkipReason: reason } : {};
    const last = step({ type: 'Export', name: stepName, status, description }, details);
    return { result: status, reason, steps: [...begin, last] };
  };
  if (!isInScope) return ended('Skipped', 'NotEffectivelyEntitled', `'${name}' is not assigned to the application.`);
  const problem = savedProblem(directory, principal);
  if (problem !== '')
    return ended('Failure', 'SystemForCrossDomainIdentityManagementCredentialValidationUnsuccessful', problem);
  const exported = textsOf(job, '_exported');
  if (exported.includes(id)) return ended('Skipped', 'RedundantExport', `'${name}' is the same in both systems.`);
  directory.put('synchronizationJobs', { ...job, _exported: [...exported, id] });
  return ended('Success', '', `'${name}' was created`);
}

function isAssigned(directory: Directory, principalId: string, id: string): boolean {
  const assigned = directory
    .all('appRoleAssignments')
    .filter(({ resourceId }) => resourceId === principalId)
    .map((item) => textOf(item, 'principalId'));
  return assigned.some((one) => one === id || directory.links(one, 'members').includes(id));
}
