import type { Issue } from '../../../../source/finding';
import type { Estate } from '../../../estate';
import { error, repeated } from '../../../shared/issue';
import type { Pipeline } from '../../pipeline';

/** Checks the keys that tokens and jobs of Azure DevOps need. */
export function checkAzureDevOps(pipeline: Pipeline, estate: Estate, isOnAws: boolean | undefined): readonly Issue[] {
  const { at, organizationId, serviceConnections } = pipeline;
  const { azure, customers, workforce } = estate;
  const isNeeded = {
    aws: isOnAws === true,
    workforce: azure !== undefined,
    customers: azure !== undefined && customers !== undefined,
  };
  const missing = (['aws', 'workforce', 'customers'] as const).filter(
    (cloud) => isNeeded[cloud] && serviceConnections[cloud] === undefined,
  );
  return [
    ...(organizationId === undefined
      ? [
          error('azure-devops-organization', at, {
            problem: "does not say the organization's id, which its tokens name",
            allowed: "the key 'organizationId'; the page of a service connection shows it",
          }),
        ]
      : []),
    ...missing.map((cloud) => {
      const problem = `does not say which service connections the clouds trust: ${cloud}`;
      return error('missing-service-connection', at, { problem, allowed: `serviceConnections.${cloud}` });
    }),
    ...checkPublish(pipeline, estate),
    ...(serviceConnections.workforce !== undefined && workforce?.tenantId === undefined
      ? [
          error('missing-tenant-id', [...at, 'serviceConnections', 'workforce'], {
            aboutKey: true,
            problem: 'the issuer of its tokens is the Entra tenant, but the workforce has none',
            allowed: 'workforce.tenantId',
          }),
        ]
      : []),
    ...checkConnections(pipeline),
    ...checkEvents(pipeline),
  ];
}

/** Images are published before an approval, so not by the connection of deployments. */
function checkPublish({ at, serviceConnections: { aws } }: Pipeline, { hosting }: Estate): readonly Issue[] {
  if (hosting === undefined || aws === undefined || aws.publish !== undefined) return [];
  return [
    error('missing-service-connection', [...at, 'serviceConnections', 'aws'], {
      aboutKey: true,
      problem:
        'does not say which service connection publishes the images of the hosting before a deployment is approved',
      allowed: "the key 'publish'",
    }),
  ];
}

/** Each is trusted by one role of one cloud, by its name or by its id. */
function checkConnections({ at, serviceConnections }: Pipeline): readonly Issue[] {
  const all = (['aws', 'workforce', 'customers'] as const).flatMap((cloud) =>
    Object.entries(serviceConnections[cloud] ?? {}).map(([role, connection]) => {
      return { ...connection, at: [...at, 'serviceConnections', cloud, role] };
    }),
  );
  const twice = (key: 'name' | 'id') =>
    repeated(all, (one) => one[key].toLowerCase()).map(({ item, first }) =>
      error('duplicate-service-connection', [...item.at, key], {
        value: item[key],
        problem: 'is already the service connection of another role',
        allowed: 'one for each role of each cloud, so that a preview never deploys',
        related: [[...first.at, key]],
      }),
    );
  return [...twice('name'), ...twice('id')];
}

/** A pipeline is run by its number. */
function checkEvents({ accountEvents }: Pipeline): readonly Issue[] {
  if (accountEvents === undefined || accountEvents.pipelineId !== undefined) return [];
  const problem = 'does not say which pipeline of Azure DevOps to run';
  const allowed = 'pipelineId: the definitionId in the address of identity-accounts';
  return [error('account-events', accountEvents.at, { problem, allowed })];
}
