import type { Directory } from '../../directory/directory';
import { notFound } from '../../graph-error';
import type { Context } from '../../http/context';
import { param } from '../../http/context';
import { makersOf } from '../../http/routes';
import type { JsonObject } from '../../json';
import { textOf } from '../../json';
import type { Entity } from '../../store/store';
import { getJob, templateIdsOf } from './job-service';

export const SYNCHRONIZATION = '/servicePrincipals/{id}/synchronization';
export const ONE_JOB = `${SYNCHRONIZATION}/jobs/{job}`;

export const SYNCHRONIZATION_MAKERS = makersOf();

/** The job that a request is about. @throws GraphError 404 */
export function jobOf(c: Context): Entity {
  return getJob(c.directory, param(c, 'id'), param(c, 'job'));
}

export function templatesOf(directory: Directory, principalId: string): readonly JsonObject[] {
  const applicationId = textOf(directory.read('servicePrincipals', principalId), 'appId');
  return templateIdsOf(directory, principalId).map((id) => ({
    id,
    applicationId,
    default: true,
    description: null,
    discoverable: true,
    factoryTag: id,
    metadata: [],
  }));
}

/** @throws GraphError 404 */
export function templateOf(c: Context): JsonObject {
  const template = templatesOf(c.directory, param(c, 'id')).find((item) => item['id'] === param(c, 'template'));
  if (template === undefined) throw notFound(param(c, 'template'));
  return template;
}
