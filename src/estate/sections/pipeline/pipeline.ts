import { createHash } from 'node:crypto';
import { grantedUsers } from '../access/plan/expand';
import type { Estate } from '../estate';
import { compareText } from '../../source/finding';
import type { Output } from '../../source/located';
import type { InstanceKey } from '../access/instance-key';
import { type EmergencyPlan, emergencyReaderArns } from '../emergency/emergency-plan';
import type { Hosting } from '../hosting/hosting';
import { Branch, DEFAULT_BRANCH } from './limits';
import type { PipelineEntry } from './schema';
import { FORGE_FACTS } from './forges/registry';
import { type AwsState, awsStateOf, backendUrlOf } from './pulumi-state';

export type Pipeline = Output<typeof PipelineEntry>;

/** Bucket of the records, and how long it keeps each. */
export interface EvidenceHome extends Pick<NonNullable<Pipeline['evidence']>, 'keepDays' | 'mode'> {
  readonly bucket: string;
  readonly account: string;
  readonly region: string;
}

/** Names of estates that the name of a bucket has as they are: with the longest Region it has 63 characters. */
const BUCKET_PART = /^[a-z0-9-]{1,25}$/;
const [CUT_LENGTH, HASH_LENGTH] = [16, 8];

/**
 * Name of the bucket: `sandbox-evidence-210000000001-eu-west-1`. An estate whose name is longer, or has capitals, keeps its first
 * 16 characters, with a hash of all.
 */
export function evidenceBucket(estate: string, { account, region }: Pick<EvidenceHome, 'account' | 'region'>): string {
  const hash = createHash('sha256').update(estate).digest('hex').slice(0, HASH_LENGTH);
  const part = BUCKET_PART.test(estate) ? estate : `${estate.toLowerCase().slice(0, CUT_LENGTH)}-${hash}`;
  return `${part}-evidence-${account}-${region}`;
}

/** Role of the pipeline: one reads, the other deploys. */
export type PipelineRole = 'preview' | 'deploy';

/** The same in AWS, where a third one publishes the images of the hosting. */
export type AwsRole = PipelineRole | 'publish';

/** Role that reads Pulumi's state in AWS and decrypts its secrets; that of deployments also writes it. */
export type StateRole = `state-${PipelineRole}`;

/** The branch that is deployed. */
export function deployedBranch({ pipeline }: { readonly pipeline?: Pipeline | undefined }): Branch {
  return pipeline?.branch ?? Branch.parse(DEFAULT_BRANCH);
}

/**
 * Hours that a job of a deployment may take, and a session of its role. CloudFormation changes 2,500 resources in an operation:
 * 250 assignments one after the other, of up to half a minute each, and the images of the hosting.
 */
export const DEPLOYMENT_HOURS = 4;

/** An AWS account that the pipeline reads and deploys to. */
export interface PipelineAccount {
  readonly account: string;
  /** Regions of its stacks, sorted. The first is where the pipeline's own stack lives. */
  readonly regions: readonly [string, ...string[]];
  /** True if the organization and IAM Identity Center are read here. */
  readonly readsOrganization: boolean;
  /** True if permission sets and assignments are deployed here; of a delegated administrator's estate, in the management account too. */
  readonly hasAccess: boolean;
  /** True if users are looked up there, to whom the estate makes grants. */
  readonly readsUsers: boolean;
  /** True if assignments of applications are read there. */
  readonly readsApplications: boolean;
  /** Place of the assignments that leave, where stacks of access are here. */
  readonly revokes?: Revocations;
  /** The customer-managed key of IAM Identity Center, where there is one and its instance is read or changed from here. */
  readonly instanceKey?: InstanceKey;
  /** Name of the role by which the roles of other accounts are read from here. @default they are not read */
  readonly inventoryRole?: string;
  /** ARNs of the roles by which the emergency access is read from here. */
  readonly emergencyReaders?: readonly string[];
  /** The customer application, where it is hosted here. */
  readonly hosting?: Hosting;
  /** Region of the record of what was deployed, where it is here: an estate has one. */
  readonly recordRegion?: string;
  /** Region of the bucket that keeps records of deployments, where there is one: beside that record. */
  readonly evidenceRegion?: string;
  /** Pulumi's state, where it is here. */
  readonly state?: AwsState;
  /** True if nothing but Pulumi's state is here: the pipeline deploys no stack. */
  readonly hasStateOnly?: true;
}

/** Stacks beside the first of which that record is. */
const RECORDED_BESIDE = ['access', 'workforce-watch', 'hosting', 'access-management'];

/** Place of the assignments that a deployment removes. */
export interface Revocations {
  readonly instanceArn: string;
  /** Region of the stacks that own them. */
  readonly region: string;
}

/** A stack as far as a pipeline needs to know it. */
export interface DeployedStack {
  readonly account: string;
  readonly region: string;
  readonly role: string;
}

/** Stacks of the pipeline, and the instance of IAM Identity Center that they are about. */
interface DeployedStacks {
  readonly stacks: readonly DeployedStack[];
  readonly instanceArn: string | undefined;
  readonly instanceKey: InstanceKey | undefined;
  readonly emergency?: EmergencyPlan | undefined;
}

/** The accounts that stacks are deployed to, sorted; last the one of Pulumi's state, where it has none of them. */
export function pipelineAccounts(
  estate: Pick<Estate, 'hosting' | 'access' | 'pipeline'>,
  deployed: DeployedStacks,
): readonly PipelineAccount[] {
  const accounts = accountsOfStacks(estate, deployed);
  const state = awsStateOf(estate);
  if (state === undefined) return accounts;
  const { account, region } = state;
  const isDeployed = accounts.some((one) => one.account === account);
  const nothing = { readsOrganization: false, hasAccess: false, readsUsers: false, readsApplications: false } as const;
  return isDeployed
    ? accounts.map((one) => (one.account === account ? { ...one, state } : one))
    : [...accounts, { account, regions: [region], ...nothing, state, hasStateOnly: true }];
}

function accountsOfStacks(
  { hosting, access: section, pipeline }: Pick<Estate, 'hosting' | 'access' | 'pipeline'>,
  { stacks, instanceArn, instanceKey, emergency }: DeployedStacks,
): readonly PipelineAccount[] {
  const readers = emergencyReadersOf(stacks, emergency);
  const records = recordIn(stacks, pipeline);
  return [...Map.groupBy(stacks, ({ account }) => account)]
    .toSorted(([a], [b]) => compareText(a, b))
    .flatMap(([account, all]) => {
      const [first, ...others] = [...new Set(all.map(({ region }) => region))].toSorted(compareText);
      if (first === undefined) return [];
      const readsOrganization = all.some(({ role }) => role === 'access');
      const access = all.find(({ role }) => role === 'access' || role === 'access-management');
      return [
        {
          account,
          regions: [first, ...others],
          readsOrganization,
          hasAccess: access !== undefined,
          ...readsOf(readsOrganization ? section : undefined),
          ...(access && instanceArn !== undefined && { revokes: { instanceArn, region: access.region } }),
          ...(access && instanceKey && { instanceKey }),
          ...readers(account),
          ...(hosting?.account === account && { hosting }),
          ...records(account),
        },
      ];
    });
}

/** The record of what was deployed, in the account that has it. */
function recordIn(
  stacks: readonly DeployedStack[],
  pipeline: Pipeline | undefined,
): (account: string) => Pick<PipelineAccount, 'recordRegion' | 'evidenceRegion'> {
  const [home] = RECORDED_BESIDE.flatMap((role) => stacks.find((stack) => stack.role === role) ?? []);
  return (account) => {
    if (home?.account !== account) return {};
    return { recordRegion: home.region, ...(pipeline?.evidence && { evidenceRegion: home.region }) };
  };
}

/** Roles that read the emergency access, in the account from which they are taken on: where access is read, or the watch is. */
function emergencyReadersOf(
  stacks: readonly DeployedStack[],
  emergency: EmergencyPlan | undefined,
): (account: string) => Pick<PipelineAccount, 'emergencyReaders'> {
  const find = (wanted: string) => stacks.find(({ role }) => role === wanted);
  const home = find('access') ?? find('workforce-watch');
  return (account) =>
    emergency && home?.account === account ? { emergencyReaders: emergencyReaderArns(emergency) } : {};
}

/** Facts that are read besides for a section of access. */
function readsOf(
  access: Estate['access'],
): Pick<PipelineAccount, 'inventoryRole' | 'readsApplications' | 'readsUsers'> {
  if (access === undefined) return { readsApplications: false, readsUsers: false };
  return {
    readsApplications: access.applications.length > 0,
    readsUsers: grantedUsers(access).length > 0,
    ...(access.roleInventory && { inventoryRole: access.roleInventory.readerRole }),
  };
}

/** The CloudFormation name of the pipeline's stack in an account: `sandbox-pipeline-210000000011`. */
export function pipelineStackName(estateName: string, account: string): string {
  return `${estateName}-pipeline-${account}`;
}

/** Name of a role of the pipeline, the same in every account: `sandbox-pipeline-preview`. */
export function pipelineRoleName(estateName: string, role: AwsRole | StateRole): string {
  return `${estateName}-pipeline-${role}`;
}

/** Keys that the pipeline lacks to deploy with an engine. What needs no key in this estate counts as there. */
export function missingKeys(estate: Estate): Readonly<Record<'pulumi' | 'cdk', readonly string[]>> {
  const { customers, pipeline } = estate;
  if (pipeline === undefined) return { pulumi: ['pipeline'], cdk: ['pipeline'] };
  const { forge, identities, serviceConnections } = pipeline;
  const { connects } = FORGE_FACTS[forge];
  // An identity of the Entra tenant reads Pulumi's state in Azure, whatever the programs are about.
  const tenants = customers === undefined ? (['workforce'] as const) : (['workforce', 'customers'] as const);
  return {
    pulumi: [
      ...(backendUrlOf(estate) === undefined ? ['pipeline.pulumi'] : []),
      ...tenants.filter((one) => identities[one] === undefined).map((one) => `pipeline.identities.${one}`),
      ...tenants
        .filter((one) => connects && serviceConnections[one] === undefined)
        .map((one) => `pipeline.serviceConnections.${one}`),
      ...(connects && awsStateOf(estate) !== undefined && serviceConnections.state === undefined
        ? ['pipeline.serviceConnections.state']
        : []),
    ],
    cdk: connects && serviceConnections.aws === undefined ? ['pipeline.serviceConnections.aws'] : [],
  };
}

/** Tells whether the Pulumi programs of an estate make anything: a section without an object in it is none. */
export function makesEntraObjects({ customers, emergency, workforce }: Estate): boolean {
  if (customers !== undefined) return true;
  if (workforce === undefined) return false;
  const { awsApplication, groups, leavers } = workforce;
  return (
    groups.length > 0 ||
    awsApplication !== undefined ||
    leavers?.signIn.kind === 'federated' ||
    emergency?.application !== undefined
  );
}
