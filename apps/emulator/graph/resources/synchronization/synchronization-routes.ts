import { publicPart } from '../../directory/entity-view';
import type { Route } from '../../http/context';
import { param } from '../../http/context';
import { createdReply, entityReply, objectReply, valuesReply } from '../../http/reply';
import { createJob, jobsOf, pauseJob, readJob, restartJob, startJob } from './job-service';
import { JOB } from './job-type';
import { provisionOnDemand } from './on-demand-service';
import { jobOf, ONE_JOB, SYNCHRONIZATION, SYNCHRONIZATION_MAKERS, templateOf, templatesOf } from './route-parts';
import { maskedSecrets, putSecrets, validateCredentials } from './secret-service';

const { get, answer, change } = SYNCHRONIZATION_MAKERS;

export const synchronizationRoutes: readonly Route[] = [
  get(`${SYNCHRONIZATION}/secrets`, (c) =>
    valuesReply(c, 'synchronization/secrets', maskedSecrets(c.directory, param(c, 'id'))),
  ),
  change('PUT', `${SYNCHRONIZATION}/secrets`, (c) => {
    putSecrets(c.directory, param(c, 'id'), c.body);
  }),
  get(`${SYNCHRONIZATION}/templates`, (c) =>
    valuesReply(c, 'synchronization/templates', templatesOf(c.directory, param(c, 'id'))),
  ),
  get(`${SYNCHRONIZATION}/templates/{template}`, (c) =>
    objectReply(c, 'synchronization/templates/$entity', templateOf(c)),
  ),
  get(`${SYNCHRONIZATION}/jobs`, (c) => {
    const { id } = c.directory.read('servicePrincipals', param(c, 'id'));
    return valuesReply(c, 'jobs', jobsOf(c.directory, id).map(publicPart));
  }),
  answer('POST', `${SYNCHRONIZATION}/jobs`, (c) =>
    createdReply(c, JOB, createJob(c.directory, param(c, 'id'), c.body)),
  ),
  get(ONE_JOB, (c) => entityReply(c, JOB, readJob(c.directory, param(c, 'id'), param(c, 'job'))), 'entity'),
  change('DELETE', ONE_JOB, (c) => {
    c.directory.remove('synchronizationJobs', jobOf(c).id);
  }),
  change('POST', `${ONE_JOB}/start`, (c) => startJob(c.directory, jobOf(c))),
  change('POST', `${ONE_JOB}/pause`, (c) => pauseJob(c.directory, jobOf(c))),
  change('POST', `${ONE_JOB}/restart`, (c) => restartJob(c.directory, jobOf(c), c.body)),
  change('POST', `${ONE_JOB}/validateCredentials`, (c) => {
    jobOf(c);
    validateCredentials(c.directory, param(c, 'id'), c.body);
  }),
  answer('POST', `${ONE_JOB}/provisionOnDemand`, (c) =>
    objectReply(c, 'microsoft.graph.stringKeyStringValuePair', provisionOnDemand(c.directory, jobOf(c), c.body)),
  ),
];
