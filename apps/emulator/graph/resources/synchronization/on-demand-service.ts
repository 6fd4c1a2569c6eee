import type { Directory } from '../../directory/directory';
import { badRequest } from '../../graph-error';
import type { JsonObject } from '../../json';
import { objectsOf, textOf } from '../../json';
import type { Entity } from '../../store/store';
import { schemaOf } from './schema-service';
import { savedProblem, syncsAssignedOnly } from './secret-service';

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
  const steps = subjects.map((subject) => stepOf(directory, job, subject));
  const isDone = steps.every((step) => step['status'] === 'Success');
  const key = { result: isDone ? 'Success' : 'Failure', details: {} };
  return { key: JSON.stringify(key), value: JSON.stringify({ provisioningSteps: steps }) };
}

function stepOf(directory: Directory, job: Entity, subject: JsonObject): JsonObject {
  const id = textOf(subject, 'objectId');
  const entity = directory.get(textOf(subject, 'objectTypeName') === 'Group' ? 'groups' : 'users', id);
  const problem = problemOf(directory, textOf(job, '_servicePrincipalId'), entity);
  return {
    name: problem === '' ? 'EntryExportAdd' : 'EntrySynchronizationSkip',
    type: 'Export',
    status: problem === '' ? 'Success' : 'Failure',
    description: problem === '' ? `'${textOf(entity, 'displayName')}' was created.` : problem,
    timestamp: directory.now(),
    details: { objectId: id },
  };
}

function problemOf(directory: Directory, principalId: string, entity: Entity): string {
  const isAssigned = directory
    .all('appRoleAssignments')
    .some((item) => item['resourceId'] === principalId && item['principalId'] === entity.id);
  if (syncsAssignedOnly(directory, principalId) && !isAssigned) {
    return `'${textOf(entity, 'displayName')}' is not assigned to the application.`;
  }
  return savedProblem(directory, principalId);
}
