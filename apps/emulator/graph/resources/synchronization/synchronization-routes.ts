import { PERMISSIONS } from '../../auth/roles';
import type { Context, Reply, Route } from '../../http/context';
import { param } from '../../http/context';
import { createdReply, entityReply, noContent, objectReply, valuesReply } from '../../http/reply';
import { createJob, jobsOf, pauseJob, readJob, restartJob, startJob } from './job-service';
import { JOB } from './job-type';
import { provisionOnDemand } from './on-demand-service';
import { changeRoute, jobOf, ONE_JOB, SYNCHRONIZATION, templateOf, templatesOf } from './route-parts';
import { maskedSecrets, putSecrets, validateCredentials } from './secret-service';

const { readSynchronization, writeSynchronization } = PERMISSIONS;

const principalRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${SYNCHRONIZATION}/secrets`,
    permission: readSynchronization,
    handle: (c) => valuesReply(c, 'synchronization/secrets', maskedSecrets(c.directory, param(c, 'id'))),
  },
  {
    method: 'PUT',
    path: `${SYNCHRONIZATION}/secrets`,
    permission: writeSynchronization,
    handle: (c) => {
      putSecrets(c.directory, param(c, 'id'), c.body);
      return noContent;
    },
  },
  {
    method: 'GET',
    path: `${SYNCHRONIZATION}/templates`,
    permission: readSynchronization,
    handle: (c) => valuesReply(c, 'synchronization/templates', templatesOf(c.directory, param(c, 'id'))),
  },
  {
    method: 'GET',
    path: `${SYNCHRONIZATION}/templates/{template}`,
    permission: readSynchronization,
    handle: (c) => objectReply(c, 'synchronization/templates/$entity', templateOf(c)),
  },
];

const jobRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${SYNCHRONIZATION}/jobs`,
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
    path: `${SYNCHRONIZATION}/jobs`,
    permission: writeSynchronization,
    handle: (c) => createdReply(c, JOB, createJob(c.directory, param(c, 'id'), c.body)),
  },
  {
    method: 'GET',
    path: ONE_JOB,
    permission: readSynchronization,
    query: 'entity',
    handle: (c) => entityReply(c, JOB, readJob(c.directory, param(c, 'id'), param(c, 'job'))),
  },
  {
    method: 'DELETE',
    path: ONE_JOB,
    permission: writeSynchronization,
    handle: (c) => {
      c.directory.remove('synchronizationJobs', jobOf(c).id);
      return noContent;
    },
  },
];

const actionRoutes: readonly Route[] = [
  changeRoute('POST', 'start', (c, job) => startJob(c.directory, job)),
  changeRoute('POST', 'pause', (c, job) => pauseJob(c.directory, job)),
  changeRoute('POST', 'restart', (c, job) => restartJob(c.directory, job, c.body)),
  changeRoute('POST', 'validateCredentials', (c) => {
    validateCredentials(c.directory, param(c, 'id'), c.body);
  }),
  action('provisionOnDemand', (c) =>
    objectReply(c, 'microsoft.graph.stringKeyStringValuePair', provisionOnDemand(c.directory, jobOf(c), c.body)),
  ),
];

export const synchronizationRoutes: readonly Route[] = [...principalRoutes, ...jobRoutes, ...actionRoutes];

function action(name: string, handle: (c: Context) => Reply): Route {
  return { method: 'POST', path: `${ONE_JOB}/${name}`, permission: writeSynchronization, handle };
}
