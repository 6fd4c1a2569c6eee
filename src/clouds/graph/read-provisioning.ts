import { statusOf } from '../../../provider/synchronization/job';
import { isProperties, mappingsIn, type Properties, textOf } from '../../../provider/values';
import type { ProvisioningJob, UserMapping } from '../facts/workforce-facts';
import type { Directory } from './directory';

type Graph = Directory['context']['graph'];

const base = (servicePrincipalId: string): string => `/v1.0/servicePrincipals/${servicePrincipalId}/synchronization`;

/** Provisioning jobs of an application. @throws GraphError */
export async function readJobs(graph: Graph, servicePrincipalId: string): Promise<readonly ProvisioningJob[]> {
  const jobs = await graph.list(`${base(servicePrincipalId)}/jobs`);
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

/** Path of a job below the provisioning of its application. */
export const jobPath = (id: string): string => `jobs/${encodeURIComponent(id)}`;

/**
 * Mappings of users, the rules of a schema together. @throws GraphError
 *
 * @param of the job or template whose schema it is: `jobs/<id>`
 */
export async function readUserMappings(
  graph: Graph,
  servicePrincipalId: string,
  of: string,
): Promise<readonly UserMapping[]> {
  const path = `${base(servicePrincipalId)}/${of}/schema`;
  const schema = await graph.send({ method: 'GET', path });
  return mappingsIn(schema['synchronizationRules'])
    .flatMap((rule) => mappingsIn(rule['objectMappings']))
    .filter(({ sourceObjectName, enabled }) => sourceObjectName === 'User' && enabled !== false)
    .flatMap((mapping) => mappingsIn(mapping['attributeMappings']))
    .map(({ targetAttributeName, source }) => {
      const { type, name, expression }: Properties = isProperties(source) ? source : {};
      return {
        target: textOf(targetAttributeName),
        source: textOf(expression),
        attribute: type === 'Attribute' ? textOf(name) : undefined,
      };
    });
}
