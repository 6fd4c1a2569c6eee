import { z } from 'zod';
import { located } from '../../source/located';
import { GUID } from '../limits';
import { AlarmEmails, holding, matching, Name, once, parsed, some, within } from '../shared/rules';
import { PulumiEntry } from './pulumi-state';
import { ChangeLimitsEntry } from './change-limits';
import { Environments } from './limits';
import { DEFAULT_FORGE, FORGE_EVENT_KEYS, FORGE_KEYS, FORGES, ofEach } from './forges/registry';
import {
  ANY_REPOSITORY,
  BRANCH,
  Branch,
  DEFAULT_BRANCH,
  NPM_TOKEN,
  ORGANIZATION_EVENTS_REGION,
  parseClientId,
  RegistryAddress,
  SECRET_NAME,
  SecretName,
  SERVER,
  Server,
  TOKEN_SECRET,
} from './limits';

/** Ways in which a pull request gets its placement file. */
const PLACEMENT_WRITERS = ['commit', 'comment'] as const;

const ClientIdEntry = (whose: string) =>
  Name.meta({ description: `Client id of what ${whose} signs in as.`, pattern: GUID.source }).transform(
    parsed(parseClientId, { code: 'pipeline-client-id', problem: 'is not a valid client id', allowed: 'a GUID' }),
  );

const IdentitiesEntry = z.strictObject({
  preview: ClientIdEntry('a preview'),
  deploy: ClientIdEntry('a deployment'),
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
    ...FORGE_EVENT_KEYS,
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
      'Secret or masked variable of the forge that has its token. On a laptop the token is in the variable `NPM_TOKEN`.',
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

/** Days that S3 may keep objects (Amazon S3 API, 'DefaultRetention': 100 years at most); less than a month outlasts no artifact by much. */
const KEPT_DAYS = { min: 30, max: 36_500 } as const;

/** Records of deployments, in a bucket that deletes none before its time. */
const EvidenceEntry = located(
  z.strictObject({
    keepDays: z.number().meta({
      description: `Days for which each record is kept, ${KEPT_DAYS.min} to ${KEPT_DAYS.max}. A change counts for records that come later.`,
      ...within('evidence', KEPT_DAYS, {
        problem: 'is not a number of days that the bucket can keep records for',
        allowed: `a whole number from ${KEPT_DAYS.min} to ${KEPT_DAYS.max}`,
      }),
    }),
    mode: z
      .enum(['governance', 'compliance'])
      .meta({
        description:
          'Mode of S3 Object Lock: with `governance`, whoever administers the account can delete a record early; with `compliance` nobody can, neither the root user nor AWS, and nothing shortens the time.',
        ...holding('evidence-compliance', (mode) => mode !== 'compliance', {
          problem: 'can never be undone: nobody can delete a record, or shorten its time, before it ends',
          allowed: "'governance', unless a law or an auditor asks for more",
          severity: 'warning',
        }),
      })
      .default('governance'),
  }),
);

export const PipelineEntry = located(
  z.strictObject({
    forge: z
      .enum(FORGES)
      .meta({ description: 'Service that holds the repository and runs the pipeline.' })
      .default(DEFAULT_FORGE),
    server: Name.meta({
      description: `Address of the server, such as \`https://git.example.com\`: ${ofEach(({ ownServers }) => ownServers)}. Without it, the forge's public one.`,
      pattern: SERVER.source,
    })
      .transform(
        parsed((text) => Server.safeParse(text).data, {
          code: 'pipeline-server',
          problem: 'is not a valid address of a server',
          allowed: 'https:// and its name in small letters, with no slash at the end: https://git.example.com',
        }),
      )
      .exactOptional(),
    repository: Name.meta({
      description: `Repository that deploys: ${ofEach(({ name, repository: { form } }) => `\`${form}\` at ${name}`)}; only without an \`azure\` section, which sets it.`,
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
        `Runners of the team: ${ofEach(({ name, runners }) => `${runners} at ${name}`)}. Without it, hosted ones with Ubuntu.`,
      )
      .exactOptional(),
    registry: RegistryEntry.describe(
      'Private registry of npm that has every package: `init` and `upgrade` write `.npmrc` for it. Without it, the public one.',
    ).exactOptional(),
    pulumi: PulumiEntry.describe(
      "Place of Pulumi's state; only without an `azure` section, which lays it.",
    ).exactOptional(),
    protectedEnvironments: z
      .boolean()
      .meta({
        description:
          'Whether a deployment waits for an approval, of its environment or of its service connections. `npx --no entra-aws deploy` checks it. If not, whoever may push to the branch deploys.',
      })
      .default(true),
    ...FORGE_KEYS,
    identities: z
      .strictObject({
        workforce: IdentitiesEntry.describe(
          'In the Entra tenant, as `sign-in bootstrap --pipeline` prints them.',
        ).exactOptional(),
        customers: IdentitiesEntry.describe('In the directory of the customers, as it prints them.').exactOptional(),
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
    evidence: EvidenceEntry.describe(
      'Keeps a record of each deployment: who approved what, and how it ended, in a bucket beside the stacks of access that deletes none before its time. Without it, the artifacts of the forge are all there is, for 14 days.',
    ).exactOptional(),
    accountEvents: AccountEventsEntry.describe(
      'Starts the job that proposes new accounts as soon as the organization changes, besides every six hours: a stack in us-east-1 of the management account. Without it, there is no such stack.',
    ).exactOptional(),
    placement: z
      .enum(PLACEMENT_WRITERS)
      .meta({
        description:
          'What a pull request gets whose placement file is stale: `commit`, the file in its branch, or `comment`, the lines that differ. The estate of the deployed branch decides.',
      })
      .default('commit'),
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
