import { PERMISSIONS } from '../../auth/roles';
import type { Directory } from '../../directory/directory';
import { notFound } from '../../graph-error';
import type { Context, Reply, Route } from '../../http/context';
import { param } from '../../http/context';
import { createdReply, entityReply, noContent, objectReply, valuesReply } from '../../http/reply';
import type { JsonObject } from '../../json';
import { textOf } from '../../json';
import type { Entity } from '../../store/store';
import {
  createJob,
  getJob,
  jobsOf,
  pauseJob,
  readJob,
  restartJob,
  startJob,
  targetDirectoryOf,
  templateIdsOf,
} from './job-service';
import { JOB } from './job-type';
import { provisionOnDemand } from './on-demand-service';
import { putSchema, resetSchema, schemaOf } from './schema-service';
import { templateSchema } from './schema-templates';
import { maskedSecrets, putSecrets, validateCredentials } from './secret-service';

const { readSynchronization, writeSynchronization } = PERMISSIONS;
const BASE = '/servicePrincipals/{id}/synchronization';
const ONE = `${BASE}/jobs/{job}`;

const principalRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${BASE}/secrets`,
    permission: readSynchronization,
    handle: (c) => valuesReply(c, 'synchronization/secrets', maskedSecrets(c.directory, param(c, 'id'))),
  },
  {
    method: 'PUT',
    path: `${BASE}/secrets`,
    permission: writeSynchronization,
    handle: (c) => {
      putSecrets(c.directory, param(c, 'id'), c.body);
      return noContent;
    },
  },
  {
    method: 'GET',
    path: `${BASE}/templates`,
    permission: readSynchronization,
    handle: (c) => valuesReply(c, 'synchronization/templates', templatesOf(c.directory, param(c, 'id'))),
  },
  {
    method: 'GET',
    path: `${BASE}/templates/{template}`,
    permission: readSynchronization,
    handle: (c) => objectReply(c, 'synchronization/templates/$entity', templateOf(c)),
  },
  {
    method: 'GET',
    path: `${BASE}/templates/{template}/schema`,
    permission: readSynchronization,
    handle: (c) => {
      const id = textOf(templateOf(c), 'id');
      return objectReply(c, 'synchronization/templates/schema', templateSchema(id, targetDirectoryOf(id)));
    },
  },
];

const jobRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${BASE}/jobs`,
    permission: readSynchronization,
    handle: (c) => {
      const { id } = c.directory.read('servicePrincipals', param(c, 'id'));
      return valuesReply(
        c,
        'jobs',
        jobsOf(c.directory, id).map((job) => JOB.view?.(c.directory, job) ?? job),
      );
    },
  },
  {
    method: 'POST',
    path: `${BASE}/jobs`,
    permission: writeSynchronization,
    handle: (c) => createdReply(c, JOB, createJob(c.directory, param(c, 'id'), c.body)),
  },
  {
    method: 'GET',
    path: ONE,
    permission: readSynchronization,
    query: 'entity',
    handle: (c) => entityReply(c, JOB, readJob(c.directory, param(c, 'id'), param(c, 'job'))),
  },
  {
    method: 'DELETE',
    path: ONE,
    permission: writeSynchronization,
    handle: (c) => {
      c.directory.remove('synchronizationJobs', jobOf(c).id);
      return noContent;
    },
  },
];

const schemaRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${ONE}/schema`,
    permission: readSynchronization,
    handle: (c) =>
      objectReply(c, 'synchronization/jobs/schema', schemaOf(readJob(c.directory, param(c, 'id'), param(c, 'job')))),
  },
  change('PUT', 'schema', (c, job) => {
    putSchema(c.directory, job, c.body);
  }),
  change('DELETE', 'schema', (c, job) => {
    resetSchema(c.directory, job);
  }),
];

const actionRoutes: readonly Route[] = [
  change('POST', 'start', (c, job) => startJob(c.directory, job)),
  change('POST', 'pause', (c, job) => pauseJob(c.directory, job)),
  change('POST', 'restart', (c, job) => restartJob(c.directory, job, c.body)),
  change('POST', 'validateCredentials', (c) => {
    validateCredentials(c.directory, param(c, 'id'), c.body);
  }),
  action('provisionOnDemand', (c) =>
    objectReply(c, 'microsoft.graph.stringKeyStringValuePair', provisionOnDemand(c.directory, jobOf(c), c.body)),
  ),
];

export const synchronizationRoutes: readonly Route[] = [
  ...principalRoutes,
  ...jobRoutes,
  ...schemaRoutes,
  ...actionRoutes,
];

function jobOf(c: Context): Entity {
  return getJob(c.directory, param(c, 'id'), param(c, 'job'));
}

/** A request that changes the job and answers nothing. */
function change(method: Route['method'], name: string, work: (c: Context, job: Entity) => unknown): Route {
  return {
    method,
    path: `${ONE}/${name}`,
    permission: writeSynchronization,
    handle: (c) => {
      work(c, jobOf(c));
      return noContent;
    },
  };
}

function action(name: string, handle: (c: Context) => Reply): Route {
  return { method: 'POST', path: `${ONE}/${name}`, permission: writeSynchronization, handle };
}

function templatesOf(directory: Directory, principalId: string): readonly JsonObject[] {
  return templateIdsOf(directory, principalId).map((id) => ({
    id,
    applicationId: textOf(directory.read('servicePrincipals', principalId), 'appId'),
    default: true,
    description: null,
    discoverable: true,
    factoryTag: id,
    metadata: [],
  }));
}

function templateOf(c: Context): JsonObject {
  const template = templatesOf(c.directory, param(c, 'id')).find((item) => item['id'] === param(c, 'template'));
  if (template === undefined) throw notFound(param(c, 'template'));
  return template;
}
