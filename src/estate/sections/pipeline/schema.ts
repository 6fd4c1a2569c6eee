import { z } from 'zod';
import { located } from '../../source/located';
import { GUID } from '../limits';
import { AlarmEmails } from '../shared/alarm-emails';
import { matching, Name, once, parsed, some } from '../shared/rules';
import { ChangeLimitsEntry } from './change-limits';
import { Environments } from './environments';
import { FORGES } from './forge';
import {
  ANY_REPOSITORY,
  BRANCH,
  CONNECTION_NAME,
  DEFAULT_BRANCH,
  NPM_TOKEN,
  SECRET_NAME,
  ORGANIZATION_EVENTS_REGION,
  SERVER,
  TOKEN_SECRET,
  WORKFLOWS,
} from './limits';
import {
  Branch,
  ConnectionId,
  OrganizationId,
  parseClientId,
  parseWorkflows,
  RegistryAddress,
  SecretName,
  Server,
} from './values';

const ClientIdEntry = (whose: string) =>
  Name.meta({ description: `Client id of what ${whose} signs in as.`, pattern: GUID.source }).transform(
    parsed(parseClientId, { code: 'pipeline-client-id', problem: 'is not a valid client id', allowed: 'a GUID' }),
  );

const IdentitiesEntry = z.strictObject({
  preview: ClientIdEntry('a preview'),
  deploy: ClientIdEntry('a deployment'),
});

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

const AccountEventsEntry = located(
  z.strictObject({
    tokenSecret: Name.meta({
      description:
        "ARN of the secret, in the management account and us-east-1, whose whole text is the token that starts the forge's job. The estate never has the token itself.",
      ...matching('account-events', TOKEN_SECRET, {
        problem: 'is not the ARN of a secret',
        allowed: `arn:aws:secretsmanager:${ORGANIZATION_EVENTS_REGION}:<account>:secret:<name>-<six characters>`,
      }),
    }),
    pipelineId: z
      .int()
      .min(1)
      .describe('Azure DevOps only: id of the pipeline of `identity-accounts.yml`, the `definitionId` in its address.')
      .exactOptional(),
    emails: AlarmEmails.meta({
      description: 'Addresses that are told of events that reached no job. Each confirms a subscription.',
      ...some('no-alarm-email', {
        problem: 'lists no one',
        allowed: 'at least one address: without it a lost event is not told',
      }),
    }),
  }),
);

const RegistryEntry = z.strictObject({
  address: Name.meta({
    description: 'Its address, with no slash at the end, such as `https://npm.example.com`.',
    pattern: SERVER.source,
  }).transform(
    parsed((text) => RegistryAddress.safeParse(text).data, {
      problem: 'is not a valid address of a registry',
      allowed: 'https:// and its name in small letters, with no slash at the end: https://npm.example.com',
    }),
  ),
  tokenSecret: Name.meta({
    description:
      'Secret of GitHub, or masked variable of GitLab or Azure DevOps, that has its token. On a laptop the token is in the variable `NPM_TOKEN`.',
    pattern: SECRET_NAME.source,
  })
    .default(NPM_TOKEN)
    .transform(
      parsed((text) => SecretName.safeParse(text).data, {
        problem: 'is not a valid name of a secret',
        allowed: 'capital letters, digits and _, with a letter first',
      }),
    ),
});

export const PipelineEntry = located(
  z.strictObject({
    forge: z
      .enum(FORGES)
      .meta({ description: 'Service that holds the repository and runs the pipeline.' })
      .default('github'),
    server: Name.meta({
      description:
        "Address of a self-managed GitLab, of GitHub Enterprise Server, or of a tenant of GitHub with data residency, such as `https://gitlab.example.com`; without it, the forge's public one.",
      pattern: SERVER.source,
    })
      .transform(
        parsed((text) => Server.safeParse(text).data, {
          code: 'pipeline-server',
          problem: 'is not a valid address of a server',
          allowed: 'https:// and its name in small letters, with no slash at the end: https://gitlab.example.com',
        }),
      )
      .exactOptional(),
    workflows: Name.meta({
      description:
        'GitHub only: repository and tag of the reusable workflows that the pipeline calls. The roles then trust these files at this tag alone.',
      pattern: WORKFLOWS.source,
      examples: ['owner/entra-aws-identity@v0.1.0'],
    })
      .transform(
        parsed(parseWorkflows, {
          code: 'pipeline-workflows',
          problem: 'does not name reusable workflows at a tag',
          allowed: 'owner/name@v1.2.3: a tag of a version, and no branch',
        }),
      )
      .exactOptional(),
    repository: Name.meta({
      description:
        'Repository that deploys: `owner/name` at GitHub, `group/project` at GitLab, `organization/project/repository` at Azure DevOps; only without an `azure` section, which sets it.',
      pattern: ANY_REPOSITORY.source,
    }).exactOptional(),
    branch: Name.meta({
      description: 'Branch that is deployed: the default branch of the repository. A pipeline is written for it.',
      pattern: BRANCH.source,
    })
      .default(DEFAULT_BRANCH)
      .transform(
        parsed((text) => Branch.safeParse(text).data, {
          code: 'pipeline-branch',
          problem: 'is not a valid name of a branch',
          allowed: 'at most 100 letters, digits and ._/-, with a letter or a digit first',
        }),
      ),
    environments: Environments.describe(
      'Environments of the forge that may deploy; only without an `azure` section, which sets them.',
    ).exactOptional(),
    runners: z
      .array(Name)
      .describe(
        'Runners of the team: labels at GitHub, tags at GitLab, the name of the pool at Azure DevOps. Without it, hosted ones with Ubuntu.',
      )
      .exactOptional(),
    registry: RegistryEntry.describe(
      'Private registry of npm that has every package: `init` and `upgrade` write `.npmrc` for it. Without it, the public one.',
    ).exactOptional(),
    protectedEnvironments: z
      .boolean()
      .meta({
        description:
          'Whether a deployment waits for an approval: of the environment at GitHub and GitLab, of the service connections at Azure DevOps. `npx --no entra-aws deploy` checks it. If not, whoever may push to the branch deploys.',
      })
      .default(true),
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
        workforce: ConnectionsEntry.describe("To the Entra tenant and Pulumi's state.").exactOptional(),
        customers: ConnectionsEntry.describe('To the directory of the customers.').exactOptional(),
      })
      .describe('Azure DevOps only: service connections, whose tokens the clouds trust.')
      .prefault({}),
    identities: z
      .strictObject({
        workforce: IdentitiesEntry.describe(
          'Outputs of `bicep/<estate>/azure.bicep`: in the Entra tenant.',
        ).exactOptional(),
        customers: IdentitiesEntry.describe(
          'Outputs of `bicep/<estate>/customers.bicep`: in the directory of the customers.',
        ).exactOptional(),
      })
      .describe(
        'Client ids of what the pipeline signs in as; none is secret. Without them it deploys the stacks of AWS alone.',
      )
      .prefault({}),
    existingProviders: z
      .array(Name)
      .meta({
        description:
          "AWS accounts that have the forge's OIDC provider already, in quotes: an account can have one of an issuer only.",
        ...once('duplicate-provider', { allowed: 'each account once' }),
      })
      .default([]),
    limits: ChangeLimitsEntry,
    accountEvents: AccountEventsEntry.describe(
      'Starts the job that proposes new accounts as soon as the organization changes, besides every six hours: a stack in us-east-1 of the management account. Without it, there is no such stack.',
    ).exactOptional(),
    mergeAdditions: z
      .boolean()
      .meta({
        description:
          'Whether a proposal of the pipeline merges by itself, once its checks and reviews are done, where it only lets existing grants reach new accounts, within the limits.',
      })
      .default(false),
  }),
).describe(
  'The pipeline: where it runs, and its roles in the AWS accounts: one for previews, one for deployments, and, where the estate has `hosting`, one that publishes images.',
);
