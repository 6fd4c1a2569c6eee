import {
  type CdkKind,
  type CdkStack,
  programsOf,
  type StackPlan,
  STACKS,
  stacksOfKind,
} from '../../estate/plan/stacks';
import { previewEnvironment } from '../../estate/sections/azure/azure';
import type { Estate } from '../../estate/sections/estate';
import { type PipelineRole, pipelineRoleName } from '../../estate/sections/pipeline/pipeline';
import type { RunKind } from './forge-run';

/** Names of the variables that the steps of a pipeline read. */
export const SETTINGS = [
  'BASE',
  'TOUCHED',
  'ASKS_CDK',
  'ASKS_PULUMI',
  'ASKED_FIRST',
  'COMMENTS',
  'DEPLOYS',
  'HAS_ACCESS',
  'HAS_HANDOFF',
  'DEPLOY_ENVIRONMENT',
  'PREVIEW_ENVIRONMENT',
  'PULUMI_BACKEND_URL',
  'WORKFORCE_TENANT_ID',
  'WORKFORCE_PREVIEW_CLIENT_ID',
  'WORKFORCE_DEPLOY_CLIENT_ID',
  'CUSTOMERS_TENANT_ID',
  'CUSTOMERS_PREVIEW_CLIENT_ID',
  'CUSTOMERS_DEPLOY_CLIENT_ID',
  'WORKFORCE_PREVIEW_CONNECTION_ID',
  'WORKFORCE_DEPLOY_CONNECTION_ID',
  'CUSTOMERS_PREVIEW_CONNECTION_ID',
  'CUSTOMERS_DEPLOY_CONNECTION_ID',
  'AWS_PREVIEW_CONNECTION_ID',
  'AWS_DEPLOY_CONNECTION_ID',
  'AWS_ACCESS_ACCOUNT',
  'AWS_ACCESS_REGION',
  'AWS_ACCESS_PREVIEW_ROLE',
  'AWS_ACCESS_DEPLOY_ROLE',
  'AWS_MANAGEMENT_ACCOUNT',
  'AWS_MANAGEMENT_REGION',
  'AWS_MANAGEMENT_PREVIEW_ROLE',
  'AWS_MANAGEMENT_DEPLOY_ROLE',
  'AWS_HOSTING_ACCOUNT',
  'AWS_HOSTING_REGION',
  'AWS_HOSTING_PREVIEW_ROLE',
  'AWS_HOSTING_DEPLOY_ROLE',
] as const;
export type Setting = (typeof SETTINGS)[number];

/** Facts of an estate that the steps of a pipeline know. A setting that the estate lacks is empty. */
export type Settings = Readonly<Record<Setting, string>>;

/** Everything that a setting may consist of. None of it means anything to a shell within quotes, or to a forge's log. */
const PLAIN = /^[\w.:/?=&@%+~^-]*$/;

export interface SettingsOptions {
  /** Undefined where the run is of no forge: everything is said as for a branch. */
  readonly run: RunKind | undefined;
  /** Revision that is compared with; empty where there is none. */
  readonly base: string;
  readonly isTouched: boolean;
}

/** Settings of an estate. @throws Error naming the one that has a character which no such value has */
// eslint-disable-next-line complexity -- one line a setting, which is empty where the estate lacks it
export function settingsOf(plan: StackPlan, { run, base, isTouched }: SettingsOptions): Settings {
  const { estate } = plan;
  const { asksClouds, comments } = run ?? { asksClouds: true, comments: false };
  const isAsked = asksClouds && isTouched && isSetUp(estate);
  const asksPulumi = isAsked && programsOf(estate).length > 0;
  const asksCdk = isAsked && Object.values(homesOf(plan)).some((home) => home !== undefined);
  const settings: Settings = {
    BASE: base,
    TOUCHED: String(isTouched),
    ASKS_CDK: String(asksCdk),
    ASKS_PULUMI: String(asksPulumi),
    ASKED_FIRST: asksCdk ? 'cdk' : 'none',
    COMMENTS: String(comments),
    DEPLOYS: String(asksCdk || asksPulumi),
    HAS_ACCESS: String(asksCdk && estate.access !== undefined),
    HAS_HANDOFF: String(asksCdk && estate.hosting !== undefined && estate.customers !== undefined),
    DEPLOY_ENVIRONMENT: (estate.azure ?? estate.pipeline)?.environments?.[0] ?? '',
    PREVIEW_ENVIRONMENT: (estate.azure && previewEnvironment(estate.azure)) ?? '',
    ...entraSettings(estate),
    ...awsSettings(plan),
  };
  for (const [name, value] of Object.entries(settings)) {
    if (!PLAIN.test(value))
      throw new Error(
        `the setting ${name} of ${estate.name} must have letters, digits and .:/?=&@%+~^_- only, got ${JSON.stringify(value)}`,
      );
  }
  return settings;
}

/** Tells whether the pipeline may ask the clouds: it has its roles, and each Pulumi program its identities. */
function isSetUp(estate: Estate): boolean {
  const { identities } = estate.pipeline ?? {};
  return identities !== undefined && programsOf(estate).every((program) => identities[program] !== undefined);
}

// eslint-disable-next-line complexity -- one line a setting, which is empty where the estate lacks it
function entraSettings({ azure, workforce, customers, pipeline }: Estate) {
  const { identities, serviceConnections: connections } = pipeline ?? {};
  const state = azure?.pulumiState.storageAccount;
  return {
    PULUMI_BACKEND_URL: state === undefined ? '' : `azblob://pulumi-state?storage_account=${state}`,
    WORKFORCE_TENANT_ID: workforce?.tenantId ?? '',
    WORKFORCE_PREVIEW_CLIENT_ID: identities?.workforce?.preview ?? '',
    WORKFORCE_DEPLOY_CLIENT_ID: identities?.workforce?.deploy ?? '',
    CUSTOMERS_TENANT_ID: customers?.tenantId ?? '',
    CUSTOMERS_PREVIEW_CLIENT_ID: identities?.customers?.preview ?? '',
    CUSTOMERS_DEPLOY_CLIENT_ID: identities?.customers?.deploy ?? '',
    // Azure DevOps alone has them.
    WORKFORCE_PREVIEW_CONNECTION_ID: connections?.workforce?.preview.id ?? '',
    WORKFORCE_DEPLOY_CONNECTION_ID: connections?.workforce?.deploy.id ?? '',
    CUSTOMERS_PREVIEW_CONNECTION_ID: connections?.customers?.preview.id ?? '',
    CUSTOMERS_DEPLOY_CONNECTION_ID: connections?.customers?.deploy.id ?? '',
    AWS_PREVIEW_CONNECTION_ID: connections?.aws?.preview.id ?? '',
    AWS_DEPLOY_CONNECTION_ID: connections?.aws?.deploy.id ?? '',
  };
}

type Home = Pick<CdkStack, 'account' | 'region'>;

/** Places that the steps sign in to, by what is there. */
function homesOf(plan: StackPlan): Readonly<Record<'access' | 'management' | 'hosting', Home | undefined>> {
  const homeOf = (kind: CdkKind): Home | undefined =>
    STACKS[kind].isIn(plan.estate) ? stacksOfKind(plan, kind)[0] : undefined;
  return {
    access: homeOf('access') ?? homeOf('workforce-watch'),
    management: homeOf('access-management'),
    hosting: homeOf('hosting'),
  };
}

// eslint-disable-next-line complexity -- one line a setting, which is empty where the estate lacks it
function awsSettings(plan: StackPlan) {
  const { access, management, hosting } = homesOf(plan);
  const roleOf = (home: Home | undefined, role: PipelineRole): string =>
    home === undefined
      ? ''
      : `arn:${partitionOf(home.region)}:iam::${home.account}:role/${pipelineRoleName(plan.estate.name, role)}`;
  return {
    AWS_ACCESS_ACCOUNT: access?.account ?? '',
    AWS_ACCESS_REGION: access?.region ?? '',
    AWS_ACCESS_PREVIEW_ROLE: roleOf(access, 'preview'),
    AWS_ACCESS_DEPLOY_ROLE: roleOf(access, 'deploy'),
    AWS_MANAGEMENT_ACCOUNT: management?.account ?? '',
    AWS_MANAGEMENT_REGION: management?.region ?? '',
    AWS_MANAGEMENT_PREVIEW_ROLE: roleOf(management, 'preview'),
    AWS_MANAGEMENT_DEPLOY_ROLE: roleOf(management, 'deploy'),
    AWS_HOSTING_ACCOUNT: hosting?.account ?? '',
    AWS_HOSTING_REGION: hosting?.region ?? '',
    AWS_HOSTING_PREVIEW_ROLE: roleOf(hosting, 'preview'),
    AWS_HOSTING_DEPLOY_ROLE: roleOf(hosting, 'deploy'),
  };
}

/** Partition of a Region (AWS General Reference, 'Amazon Resource Names'). */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
