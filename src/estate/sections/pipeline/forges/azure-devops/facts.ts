import { z } from 'zod';
import { GUID } from '../../../limits';
import { matching, Name, parsed } from '../../../shared/rules';
import type { ForgeFacts, Remote } from '../facts';

/**
 * Azure DevOps, 'Naming restrictions': organization, project and repository. Of the characters that names of projects may
 * have, those that a subject or an address would have encoded are left out; spaces stay.
 */
const REPOSITORY =
  /^(?<organization>[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?)\/(?<project>[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9_-])?)\/(?<name>[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9_-])?)$/;

export const azureDevOps: ForgeFacts = {
  name: 'Azure DevOps',
  pipelines: 'Azure Pipelines',
  variable: 'TF_BUILD',
  repository: {
    pattern: REPOSITORY,
    allowed: 'organization/project/repository',
    form: 'organization/project/repository',
    example: 'insurance/identity/identity',
  },
  publicServers: ['https://dev.azure.com', 'https://visualstudio.com'],
  runners: 'the name of the pool',
  approvals: 'approvals of the service connections that deploy',
  keys: ['organizationId', 'serviceConnections', 'pipelineId'],
  connects: true,
  tellsProtection: false,
  isHost: (host) => /(?:^|\.)(?:dev\.azure|visualstudio)\.com$/.test(host),
  repositoryOf: (remote) => {
    const repository = azureDevOps.isHost(remote.host) ? repositoryIn(remote) : undefined;
    return repository === undefined ? undefined : { repository };
  },
};

/** Addresses of Azure Repos, by https and by ssh, and those of before 2018. The first repository has the project's name. */
function repositoryIn({ host, path }: Remote): string | undefined {
  const [, older] = /^([^.]+)\.visualstudio\.com$/.exec(host) ?? [];
  const parts = decoded(path)
    .split('/')
    .filter((part) => !['v3', '_git', 'DefaultCollection', ''].includes(part));
  const [organization, project, name = project] =
    older === undefined || older.endsWith('-ssh') ? parts : [older, ...parts];
  return organization === undefined || project === undefined || name === undefined
    ? undefined
    : `${organization}/${project}/${name}`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Id of an organization, in small letters. */
const OrganizationId = z.string().regex(GUID).toLowerCase().brand<'OrganizationId'>();
export type OrganizationId = z.output<typeof OrganizationId>;

/** Id of a service connection, in small letters. */
const ConnectionId = z.string().regex(GUID).toLowerCase().brand<'ConnectionId'>();

/** A service connection, without the characters that the subject of a token could have encoded. */
const CONNECTION_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,254}[A-Za-z0-9])?$/;

const ConnectionEntry = z.strictObject({
  name: Name.meta({
    description: 'Its name, as Azure DevOps shows it.',
    ...matching('service-connection', CONNECTION_NAME, {
      problem: 'is not a name that clouds can trust',
      allowed: 'letters, digits, spaces, ., - and _',
    }),
  }),
  id: Name.meta({
    description: 'Its id: `resourceId` in the address of its page.',
    pattern: GUID.source,
  }).transform(
    parsed((text) => ConnectionId.safeParse(text).data, {
      code: 'service-connection',
      problem: 'is not a valid id of a service connection',
      allowed: 'a GUID, which the address of its page has as resourceId',
    }),
  ),
});

const ConnectionsEntry = z.strictObject({
  preview: ConnectionEntry.describe('The one of previews.'),
  deploy: ConnectionEntry.describe('The one of deployments: with an approval and a branch control check.'),
});

const AwsConnectionsEntry = ConnectionsEntry.extend({
  publish: ConnectionEntry.describe(
    'The one that publishes images before a deployment is approved, where the estate has `hosting`: with a branch control check.',
  ).exactOptional(),
});

export const azureDevOpsKeys = {
  organizationId: Name.meta({
    description: 'Azure DevOps only: id of the organization, which its tokens name.',
    pattern: GUID.source,
  })
    .transform(
      parsed((text) => OrganizationId.safeParse(text).data, {
        code: 'azure-devops-organization',
        problem: 'is not a valid id of an organization',
        allowed: 'a GUID',
      }),
    )
    .exactOptional(),
  serviceConnections: z
    .strictObject({
      aws: AwsConnectionsEntry.describe('To every AWS account.').exactOptional(),
      state: ConnectionsEntry.describe("To Pulumi's state in AWS.").exactOptional(),
      workforce: ConnectionsEntry.describe("To the Entra tenant, and Pulumi's state in Azure.").exactOptional(),
      customers: ConnectionsEntry.describe('To the directory of the customers.').exactOptional(),
    })
    .describe('Azure DevOps only: service connections, whose tokens the clouds trust.')
    .prefault({}),
} satisfies z.ZodRawShape;

export const azureDevOpsEventKeys = {
  pipelineId: z
    .int()
    .min(1)
    .describe('Azure DevOps only: id of the pipeline of `identity-accounts.yml`, the `definitionId` in its address.')
    .exactOptional(),
} satisfies z.ZodRawShape;
