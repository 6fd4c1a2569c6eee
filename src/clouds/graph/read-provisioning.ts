import { statusOf } from '../../../provider/synchronization/job';
import { isProperties, mappingsIn, type Properties, textOf } from '../../../provider/values';
import type { ProvisioningJob, UserMapping } from '../facts/workforce-facts';
import type { Directory } from './directory';

const base = (servicePrincipalId: string): string =>
  `/v1.0/servicePrincipals/${servicePrincipalId}/synchronization/jobs`;

/** Provisioning jobs of an application. @throws GraphError */
export async function readJobs(
  { context }: Directory,
  servicePrincipalId: string,
): Promise<readonly ProvisioningJob[]> {
  const jobs = await context.graph.list(base(servicePrincipalId));
  return jobs.map((job) => ({
    id: textOf(job['id']),
    templateId: textOf(job['templateId']),
    ...statusOf(job),
    lastSuccess: lastSuccessOf(job),
  }));
}

function lastSuccessOf({ status }: Properties): Date | undefined {
  const execution = isProperties(status) ? status['lastSuccessfulExecution'] : undefined;
  const ended = isProperties(execution) ? Date.parse(textOf(execution['timeEnded'])) : Number.NaN;
  return Number.isNaN(ended) ? undefined : new Date(ended);
}

/** Mappings of users of a job, its rules together. @throws GraphError */
export async function readUserMappings(
  { context }: Directory,
  servicePrincipalId: string,
  jobId: string,
): Promise<readonly UserMapping[]> {
  const path = `${base(servicePrincipalId)}/${encodeURIComponent(jobId)}/schema`;
  const schema = await context.graph.send({ method: 'GET', path });
  return mappingsIn(schema['synchronizationRules'])
    .flatMap((rule) => mappingsIn(rule['objectMappings']))
    .filter(({ sourceObjectName, enabled }) => sourceObjectName === 'User' && enabled !== false)
    .flatMap((mapping) => mappingsIn(mapping['attributeMappings']))
    .map(({ targetAttributeName, source }) => ({
      target: textOf(targetAttributeName),
      source: isProperties(source) ? textOf(source['expression']) : '',
    }));
}
