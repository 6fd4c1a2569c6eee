import { type Context, makersOf, param, type Reply, type Route, type Transact } from '../../context';
import type { Directory, EntityType } from '../../directory/directory';
import { badRequest, notFound } from '../../graph-error';
import { objectReply } from '../../http/reply';
import { type JsonObject, objectOf, objectsOf, textOf, textsOf } from '../../json';
import type { Entity } from '../../store/store';
import { create, entityRoutes } from '../entity-routes';
import { assignedIds } from '../grants/grants';
import { CATALOGUE } from '../templates/templates';
import type { Outcome } from './cycle/export';
import { runJob, runSubjects, subjectIds } from './cycle/run';
import { connectionProblem } from './cycle/scim';
import { recordStaged } from './provisioning-log';
import { schemaOf } from './schema';
import {
  connectionOf,
  localCredentials,
  refusedCredentials,
  savedProblem,
  syncsAssignedOnly,
  validateCredentials,
} from './secrets';
import { FIRST } from './cycle/state';
import { cycled, heldBack, isHeldBack, NEVER, putStatus, quarantined } from './status';

const { answer, change } = makersOf();
const WITHIN = {
  collection: 'servicePrincipals',
  path: 'synchronization/jobs',
  property: '_servicePrincipalId',
} as const;

export const SYNCHRONIZATION = '/servicePrincipals/{id}/synchronization';
export const ONE_JOB = `${SYNCHRONIZATION}/jobs/{job}`;

const JOB: EntityType = {
  collection: 'synchronizationJobs',
  name: 'synchronizationJob',
  set: 'jobs',
  initial: {
    // azuread crashes on a job without one.
    schedule: { interval: 'PT40M', state: 'Disabled' },
    status: {
      code: 'NotConfigured',
      steadyStateFirstAchievedTime: NEVER,
      steadyStateLastAchievedTime: NEVER,
      troubleshootingUrl: '',
    },
  },
  readOnly: ['schedule', 'status'],
};

export const jobRoutes: readonly Route[] = [
  ...entityRoutes({
    type: JOB,
    within: WITHIN,
    key: 'job',
    actions: ['list', 'read', 'create', 'delete'],
    create: createJob,
    read: ({ directory }, id) => readJob(directory, id),
  }),
  {
    ...change('POST', `${ONE_JOB}/start`, (c) => startJob(c.directory, jobOf(c))),
    finish: finishStart,
  },
  {
    ...change('POST', `${ONE_JOB}/restart`, (c) => startJob(c.directory, reset(jobOf(c), c.body))),
    finish: finishStart,
  },
  change('POST', `${ONE_JOB}/pause`, (c) => {
    const job = jobOf(c);
    const schedule = { ...objectOf(job, 'schedule'), state: 'Disabled' };
    putStatus(c.directory, { ...job, schedule }, { code: 'Paused' });
  }),
  {
    ...change('POST', `${ONE_JOB}/validateCredentials`, (c) => {
      jobOf(c);
      validateCredentials(c.directory, param(c, 'id'), c.body);
    }),
    finish: testConnection,
  },
  {
    ...answer('POST', `${ONE_JOB}/provisionOnDemand`, (c) =>
      objectReply(c, 'microsoft.graph.stringKeyStringValuePair', provisionOnDemand(c.directory, jobOf(c), c.body)),
    ),
    finish: async (c, reply, transact) => {
      const outcomes = await runSubjects({ directory: c.directory, transact }, jobOf(c).id, subjectIds(c.body));
      if (outcomes === undefined) return reply;
      return objectReply(c, 'microsoft.graph.stringKeyStringValuePair', onDemandReply(c.directory, outcomes));
    },
  },
];

/** Asks a target on this machine for somebody who is not there, as "Test Connection" does. @throws GraphError 400 */
async function testConnection({ directory, body, params }: Context, reply: Reply): Promise<Reply> {
  const credentials = localCredentials(directory, params['id'] ?? '', body);
  if (credentials === undefined) return reply;
  const problem = await connectionProblem(credentials, directory.newId());
  if (problem !== undefined) throw refusedCredentials(directory, body, problem);
  return reply;
}

/** The first cycle of a job whose target is on this machine takes place before the answer. */
async function finishStart(c: Context, reply: Reply, transact: Transact): Promise<Reply> {
  await runJob({ directory: c.directory, transact }, param(c, 'job'));
  return reply;
}

/** 'synchronizationJobRestartCriteria resource type': the watermark goes, the ties stay unless the scope says otherwise. */
function reset(job: Entity, body: JsonObject): Entity {
  const scopes = textOf(objectOf(body, 'criteria'), 'resetScope').split(/, */);
  const forgets = scopes.includes('Full') || scopes.includes('ConnectorDataStore');
  return {
    ...job,
    _restarts: Number(job['_restarts'] ?? 0) + 1,
    _cycle: { links: forgets ? {} : objectOf(objectOf(job, '_cycle'), 'links'), watermark: {} },
    _acceptsDeletions: scopes.includes('ForceDeletes'),
  };
}

/** The job that a request is about. @throws GraphError 404 */
export function jobOf({ directory, params }: Context): Entity {
  const job = directory.get('synchronizationJobs', params['job'] ?? '');
  if (job[WITHIN.property] !== params['id']) throw notFound(job.id);
  return job;
}

/** The same as a reader sees it. @throws GraphError 404 */
export function readJobOf({ directory, params }: Context): Entity {
  const job = readJob(directory, params['job'] ?? '');
  if (job[WITHIN.property] !== params['id']) throw notFound(job.id);
  return job;
}

/** As a reader sees it; counts towards the end of the first cycle. @throws GraphError 404 */
function readJob(directory: Directory, id: string): Entity {
  const job = directory.read('synchronizationJobs', id);
  // What a reader sees may be old; the next state follows from the current one.
  return directory.quirks.readsUntilProvisioned === 0
    ? job
    : progress(directory, directory.get('synchronizationJobs', id));
}

/** Templates of jobs that a service principal can have. @throws GraphError 404 */
export function templateIdsOf(directory: Directory, principalId: string): readonly string[] {
  const principal = directory.read('servicePrincipals', principalId);
  const entry = CATALOGUE.find(({ template }) => template.id === principal['applicationTemplateId']);
  return entry?.synchronization ?? [];
}

/** @throws GraphError 400 for a template that the application does not have */
function createJob(c: Context): Entity {
  const { directory, body } = c;
  const principal = directory.get('servicePrincipals', param(c, 'id'));
  const templateId = textOf(body, 'templateId');
  if (!templateIdsOf(directory, principal.id).includes(templateId)) {
    throw badRequest(`Template '${templateId}' was not found for the service principal.`, 'TemplateNotFound');
  }
  const id = `${templateId}.${directory.tenant.id.replaceAll('-', '')}.${directory.newId()}`;
  return create(directory, JOB, { body, given: { id, [WITHIN.property]: principal.id } });
}

function progress(directory: Directory, job: Entity): Entity {
  const { readsUntilProvisioned } = directory.quirks;
  if (readsUntilProvisioned === 0 || objectOf(job, 'status')['code'] !== 'NotRun') return job;
  const reads = Number(job['_reads'] ?? 0) + 1;
  if (reads < readsUntilProvisioned) return directory.put('synchronizationJobs', { ...job, _reads: reads });
  const now = directory.now();
  const nothing = { state: FIRST, outcomes: [], heldBack: [] };
  return putStatus(directory, job, cycled(job, nothing, { id: directory.newId(), began: now, ended: now }));
}

/**
 * Starts it; with credentials that the other side refuses it is in quarantine at once, and so it is with too many deletions.
 * Out of a quarantine for these, they take place.
 */
function startJob(directory: Directory, job: Entity): Entity {
  const { quirks } = directory;
  const accepts = isHeldBack(job) ? { _acceptsDeletions: true } : {};
  if (isHeldBack(job)) quirks.stagedDeletions = 0;
  const scheduled = { ...job, ...accepts, _reads: 0, schedule: { ...objectOf(job, 'schedule'), state: 'Active' } };
  const problem = savedProblem(directory, textOf(job, '_servicePrincipalId'));
  const now = directory.now();
  if (problem !== '') {
    return putStatus(directory, scheduled, { code: 'Quarantine', quarantine: quarantined(job, now, problem) });
  }
  if (quirks.stagedDeletions === 0) return putStatus(directory, scheduled, { code: 'NotRun', quarantine: null });
  const people = Array.from({ length: quirks.stagedDeletions }, () => ({
    id: directory.newId(),
    name: '',
    kind: 'User',
  }));
  recordStaged(directory, job.id, people);
  return putStatus(directory, scheduled, { code: 'Quarantine', quarantine: heldBack(job, now) });
}

const MAX_SUBJECTS = 5;

/** Provisions single objects, as the portal's button does. @returns the service's pair of JSON texts */
function provisionOnDemand(directory: Directory, job: Entity, body: JsonObject): JsonObject {
  const parameters = objectsOf(body, 'parameters');
  const subjects = parameters.flatMap((parameter) => objectsOf(parameter, 'subjects'));
  if (subjects.length === 0 || subjects.length > MAX_SUBJECTS) {
    throw badRequest(`'parameters' must name 1 to ${MAX_SUBJECTS} subjects.`);
  }
  const rules = objectsOf(schemaOf(job), 'synchronizationRules').map((rule) => textOf(rule, 'id'));
  const unknown = parameters.find((parameter) => !rules.includes(textOf(parameter, 'ruleId')));
  if (unknown !== undefined) throw badRequest(`The job has no rule '${textOf(unknown, 'ruleId')}'.`);
  // A target on this machine is told after this; what is checked here is the same.
  if (connectionOf(directory, textOf(job, '_servicePrincipalId')) !== undefined) return onDemandReply(directory, []);
  const outcomes = subjects.map((subject) => provisionOne(directory, job, subject));
  return onDemandReply(directory, outcomes);
}

type Provisioned = Pick<Outcome, 'id' | 'name' | 'action' | 'status' | 'reason' | 'description'>;

const RESULTS = { success: 'Success', skipped: 'Skipped', failure: 'Failure' } as const;

function onDemandReply(directory: Directory, outcomes: readonly Provisioned[]): JsonObject {
  const first = outcomes.find(({ status }) => status !== 'success');
  const details = first === undefined ? {} : { errorCode: first.reason, errorMessage: first.description };
  return {
    key: JSON.stringify({ result: RESULTS[first?.status ?? 'success'], details }),
    value: JSON.stringify({ provisioningSteps: outcomes.flatMap((outcome) => stepsOf(directory, outcome)) }),
  };
}

/** Steps as the page of the action shows them: import, scoping, export. */
function stepsOf(directory: Directory, outcome: Provisioned): readonly JsonObject[] {
  const { id, name, action, status, reason, description } = outcome;
  const done = { status: 'Success', timestamp: directory.now() };
  const details = { objectId: id };
  const scoped = { ...details, Assigned: reason === 'NotEffectivelyEntitled' ? 'False' : 'True' };
  const read = { ...done, description: `Retrieved '${name}' from Azure Active Directory`, details };
  const scoping = { ...done, description: `Determine if '${name}' is in scope`, details: scoped };
  const last = { ...done, status: RESULTS[status], description, details };
  return [
    { type: 'Import', name: 'EntryImport', ...read },
    { type: 'Scoping', name: 'EntrySynchronizationScoping', ...scoping },
    status === 'skipped'
      ? { type: 'Export', name: 'EntrySynchronizationSkip', ...last, details: { ...details, SkipReason: reason } }
      : { type: 'Export', name: action === 'create' ? 'EntryExportAdd' : 'EntryExport', ...last },
  ];
}

/** An object whose target is elsewhere. What the job has exported before is alike there. */
function provisionOne(directory: Directory, job: Entity, subject: JsonObject): Provisioned {
  const id = textOf(subject, 'objectId');
  const entity = directory.get(textOf(subject, 'objectTypeName') === 'Group' ? 'groups' : 'users', id);
  const principal = textOf(job, '_servicePrincipalId');
  const name = textOf(entity, 'userPrincipalName') || textOf(entity, 'displayName');
  const skipped = (reason: string, description: string): Provisioned => {
    return { id, name, action: 'other', status: 'skipped', reason, description };
  };
  if (syncsAssignedOnly(directory, principal) && !assignedIds(directory, principal).has(id))
    return skipped('NotEffectivelyEntitled', `'${name}' is not assigned to the application.`);
  const problem = savedProblem(directory, principal);
  const reason = 'SystemForCrossDomainIdentityManagementCredentialValidationUnsuccessful';
  if (problem !== '') return { ...skipped(reason, problem), status: 'failure' };
  const exported = textsOf(job, '_exported');
  if (exported.includes(id)) return skipped('RedundantExport', `'${name}' is the same in both systems.`);
  directory.put('synchronizationJobs', { ...job, _exported: [...exported, id] });
  return { id, name, action: 'create', status: 'success', reason: '', description: `'${name}' was created` };
}
