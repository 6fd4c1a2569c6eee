import type { Estate } from '../../estate';
import type { Issue } from '../../../source/finding';
import { error, repeated, warning } from '../../shared/issue';
import { previewEnvironment } from '../environments';
import { FORGE_NAMES, type Forge } from '../forge';
import { PUBLIC_SERVERS } from '../limits';
import type { Pipeline } from '../pipeline';

/** Checks the keys that a forge needs, and those that have no meaning there. `isOnAws` is undefined where some accounts are unknown. */
export function checkForge(pipeline: Pipeline, estate: Estate, isOnAws: boolean | undefined): readonly Issue[] {
  return [
    ...checkServer(pipeline),
    ...checkKeysOfOthers(pipeline),
    ...checkApproval(pipeline, estate),
    ...checkIdentities(pipeline),
    ...(pipeline.forge === 'azure-devops' ? checkAzureDevOps(pipeline, estate, isOnAws) : []),
  ];
}

/** Azure DevOps Server gives no identity tokens, and what is public needs no address. */
function checkServer({ at, forge, server }: Pipeline): readonly Issue[] {
  if (server === undefined) return [];
  const place = [...at, 'server'];
  if (forge === 'azure-devops') {
    const problem = 'names a server of Azure DevOps, which gives pipelines no identity that clouds could trust';
    return [
      error('pipeline-server', place, { value: server, problem, allowed: 'Azure DevOps Services, without this key' }),
    ];
  }
  if (!PUBLIC_SERVERS.includes(server)) return [];
  const problem = 'is a public server, not one of your own';
  return [error('pipeline-server', place, { value: server, problem, allowed: 'remove the key: the forge says it' })];
}

/** Keys that only one forge has a meaning for. */
const KEYS = {
  workflows: 'github',
  organizationId: 'azure-devops',
  serviceConnections: 'azure-devops',
} as const satisfies Partial<Record<keyof Pipeline, Forge>>;

function checkKeysOfOthers(pipeline: Pipeline): readonly Issue[] {
  const { at, forge, workflows, organizationId, serviceConnections } = pipeline;
  const isSet: Readonly<Record<keyof typeof KEYS, boolean>> = {
    workflows: workflows !== undefined,
    organizationId: organizationId !== undefined,
    serviceConnections: Object.keys(serviceConnections).length > 0,
  };
  return (Object.keys(KEYS) as (keyof typeof KEYS)[])
    .filter((key) => isSet[key] && KEYS[key] !== forge)
    .map((key) => {
      const problem = `has no meaning at ${FORGE_NAMES[forge]}`;
      const allowed = `remove it, or 'forge: ${KEYS[key]}'`;
      return error('forge-key', [...at, key], { aboutKey: true, problem, allowed, related: [[...at, 'forge']] });
    });
}

const APPROVALS: Readonly<Record<Forge, string>> = {
  github: 'environments with required reviewers, which private repositories have with Enterprise alone',
  gitlab: 'protected environments with approvals, which take Premium or Ultimate',
  'azure-devops': 'approvals of the service connections that deploy',
};

/** No token says who approves: an estate whose forge takes no approval says so. A subject of GitLab tells the preview's too. */
function checkApproval({ at, forge, branch, protectedEnvironments }: Pipeline, { azure }: Estate): readonly Issue[] {
  if (protectedEnvironments) return [];
  const place = [...at, 'protectedEnvironments'];
  const allowed = APPROVALS[forge];
  const asks = forge === 'gitlab' && azure !== undefined && previewEnvironment(azure) !== undefined;
  const deploys = `lets whoever may push to ${forge === 'gitlab' ? 'a protected branch' : branch} deploy, without an approval`;
  const decrypts = "lets whoever can push a branch decrypt the secrets of Pulumi's state";
  return [
    warning('deploy-without-approval', place, { value: false, problem: deploys, allowed }),
    ...(asks ? [warning('preview-without-review', place, { value: false, problem: decrypts, allowed })] : []),
  ];
}

/** An identity that previews and deploys lets a preview deploy. */
function checkIdentities({ at, identities }: Pipeline): readonly Issue[] {
  return (['workforce', 'customers'] as const).flatMap((directory) => {
    const pair = identities[directory];
    if (pair === undefined || pair.preview !== pair.deploy) return [];
    const place = [...at, 'identities', directory];
    const problem = 'is also what a preview signs in as: a pull request would deploy';
    const allowed = 'the output deployClientId; the other one is previewClientId';
    const related = [[...place, 'preview']];
    return [error('same-identity', [...place, 'deploy'], { value: pair.deploy, problem, allowed, related })];
  });
}

function checkAzureDevOps(pipeline: Pipeline, estate: Estate, isOnAws: boolean | undefined): readonly Issue[] {
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
