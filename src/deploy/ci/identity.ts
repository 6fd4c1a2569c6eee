import { partitionOf } from '../../estate/source/aws-regions';
import { type AwsRole, pipelineRoleName } from '../../estate/sections/pipeline/pipeline';
import { FORGE_FACTS } from '../../estate/sections/pipeline/forges/registry';
import { AWS_AUDIENCE, ENTRA_AUDIENCE, type Truster } from '../../estate/sections/pipeline/role-trust';
import {
  awsStateOf,
  backendUrlOf,
  cloudAudience,
  type CloudState,
  cloudStateOf,
  STATE_PREFIX,
} from '../../estate/sections/pipeline/pulumi-state';
import type { AwsHome } from '../../estate/plan/stacks/stacks';
import type { WantedToken } from '../forges/runner';
import type { Facts } from './facts';
import type { Job, Program, Step } from './model';
import type { JobToken } from './token-files';

/** A variable with a token: the path of its file, or its text. */
export interface TokenVariable {
  readonly variable: string;
  readonly holds: keyof JobToken;
  readonly wanted: WantedToken;
}

/** Identity that a step signs in as. */
export interface Identity {
  /** In words, for people: `sandbox-pipeline-deploy in 210000000001`. */
  readonly as: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly tokens: readonly TokenVariable[];
}

const NONE: Identity = { as: [], variables: {}, tokens: [] };

/**
 * Finds what a step of a job signs in as. What the estate lacks, such as the account of the hosting, is left out.
 *
 * @throws Error naming the key of the estate that is missing
 */
export function identityOf(step: Step, { role }: Pick<Job, 'role'>, facts: Facts): Identity {
  if (role === undefined) return NONE;
  const { aws, readsState } = placesOf(step, facts);
  const parts = [
    ...(aws === undefined ? [] : [awsIdentity(aws, role, facts)]),
    ...(role !== 'publish' && readsState ? [stateIdentity(role, facts, aws !== undefined)] : []),
    ...(role !== 'publish' && step.program !== undefined ? [programIdentity(step.program, role, facts)] : []),
  ];
  return {
    as: parts.flatMap(({ as }) => as),
    variables: Object.assign({}, ...parts.map(({ variables }) => variables)) as Identity['variables'],
    tokens: parts.flatMap(({ tokens }) => tokens),
  };
}

/** Places that a step signs in to; the record of what was deployed is in AWS, or else beside Pulumi's state. */
function placesOf(
  { aws, program, readsState, keepsRecord }: Step,
  { homes, holds }: Facts,
): { readonly aws: keyof Facts['homes'] | undefined; readonly readsState: boolean } {
  const isInAws = homes.record !== undefined && holds['asks-cdk'];
  if (keepsRecord) return { aws: isInAws ? 'record' : undefined, readsState: !isInAws };
  return { aws, readsState: readsState === true || program !== undefined };
}

function awsIdentity(
  account: keyof Facts['homes'],
  role: AwsRole,
  { homes, plan: { estate }, holds }: Facts,
): Identity {
  const home = homes[account];
  if (home === undefined || !holds['asks-cdk']) return NONE;
  const connection = connectionOf(estate.pipeline, 'aws', role);
  return roleIn(home, { name: pipelineRoleName(estate.name, role), connection });
}

interface RoleOfJob {
  readonly name: string;
  readonly connection: string | undefined;
  /** In front of the names of the variables. @default nothing */
  readonly prefix?: string;
}

function roleIn(
  { account, region }: Pick<AwsHome, 'account' | 'region'>,
  { name, connection, prefix = '' }: RoleOfJob,
): Identity {
  return {
    as: [`${name} in ${account}`],
    // Every SDK reads these, and renews what it got.
    variables: {
      [`${prefix}AWS_ROLE_ARN`]: `arn:${partitionOf(region)}:iam::${account}:role/${name}`,
      [`${prefix}AWS_REGION`]: region,
    },
    tokens: [
      {
        variable: `${prefix}AWS_WEB_IDENTITY_TOKEN_FILE`,
        holds: 'file',
        // All connections have one audience.
        wanted: { audience: connection === undefined ? AWS_AUDIENCE : ENTRA_AUDIENCE, connection },
      },
    ],
  };
}

type PulumiRole = Exclude<AwsRole, 'publish'>;

/** Pulumi's state and the key of its secrets: beside a role of the step, the variables of that in AWS have a prefix. */
function stateIdentity(role: PulumiRole, facts: Facts, isBesideRole: boolean): Identity {
  const { estate } = facts.plan;
  const url = backendUrlOf(estate);
  if (url === undefined || !facts.holds['asks-pulumi']) return NONE;
  const { as, variables, tokens } = readerOfState(role, facts, isBesideRole);
  return {
    as: as.map((one) => `${one} (Pulumi's state)`),
    variables: {
      ...variables,
      PULUMI_BACKEND_URL: url,
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      // Plans of updates; an update that would do more than its plan fails.
      PULUMI_EXPERIMENTAL: 'true',
    },
    tokens,
  };
}

/** In AWS a role for the state alone; in Azure the identity of the Entra tenant, whatever the programs are about; or an organization. */
function readerOfState(role: PulumiRole, facts: Facts, isBesideRole: boolean): Identity {
  const { estate } = facts.plan;
  const state = awsStateOf(estate);
  if (state !== undefined) {
    const connection = connectionOf(estate.pipeline, 'state', role);
    const name = pipelineRoleName(estate.name, `state-${role}`);
    return roleIn(state, { name, connection, ...(isBesideRole && { prefix: STATE_PREFIX }) });
  }
  const cloud = cloudStateOf(estate);
  if (cloud !== undefined) return memberOf(cloud);
  const { clientId, tenantId, wanted } = directory('workforce', role, facts);
  return {
    as: [`${clientId} in ${tenantId}`],
    variables: { AZURE_CLIENT_ID: clientId, AZURE_TENANT_ID: tenantId },
    tokens: [{ variable: 'AZURE_FEDERATED_TOKEN_FILE', holds: 'file', wanted }],
  };
}

/** The token of an organization, which Pulumi's CLI also writes down: into the folder of the job, and not that of the machine. */
function memberOf(cloud: CloudState): Identity {
  const wanted = { audience: cloudAudience(cloud.organization), connection: undefined, exchangedAt: cloud };
  return {
    as: [`the organization ${cloud.organization} of Pulumi Cloud`],
    variables: {},
    tokens: [
      { variable: 'PULUMI_ACCESS_TOKEN', holds: 'text', wanted },
      { variable: 'PULUMI_CREDENTIALS_PATH', holds: 'folder', wanted },
    ],
  };
}

function programIdentity(program: Program, role: PulumiRole, facts: Facts): Identity {
  if (!facts.holds['asks-pulumi']) return NONE;
  const { clientId, tenantId, wanted } = directory(program, role, facts);
  return {
    as: [`${clientId} in ${tenantId}`],
    variables: { ARM_CLIENT_ID: clientId, ARM_TENANT_ID: tenantId, ARM_USE_OIDC: 'true' },
    tokens: [
      // What azuread checks before it starts knows no file: without the text it asks for the Azure CLI.
      { variable: 'ARM_OIDC_TOKEN', holds: 'text', wanted },
      // Azuread refuses a file that was renewed since; entragraph and the doctor read it again.
      { variable: 'ENTRAGRAPH_OIDC_TOKEN_FILE_PATH', holds: 'file', wanted },
    ],
  };
}

/** @throws Error naming the key of the estate that is missing */
function directory(program: Program, role: PulumiRole, { plan: { estate } }: Facts) {
  const clientId = estate.pipeline?.identities[program]?.[role];
  const tenantId = estate[program]?.tenantId;
  if (clientId === undefined) throw new Error(`${estate.name}: pipeline.identities.${program} is missing`);
  if (tenantId === undefined) throw new Error(`${estate.name}: ${program}.tenantId is missing`);
  return {
    clientId,
    tenantId,
    wanted: { audience: ENTRA_AUDIENCE, connection: connectionOf(estate.pipeline, program, role) },
  };
}

/** @throws Error naming the key of the estate that is missing */
function connectionOf(
  pipeline: Facts['plan']['estate']['pipeline'],
  truster: Truster,
  role: AwsRole,
): string | undefined {
  if (pipeline === undefined || !FORGE_FACTS[pipeline.forge].connects) return undefined;
  const connections: Readonly<Partial<Record<AwsRole, { readonly id: string } | undefined>>> =
    pipeline.serviceConnections[truster] ?? {};
  const id = connections[role]?.id;
  if (id === undefined) throw new Error(`pipeline.serviceConnections.${truster}.${role} is missing in the estate`);
  return id;
}
