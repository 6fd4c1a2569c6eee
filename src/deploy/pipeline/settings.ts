import type { CdkStack, StackPlan } from '../../estate/plan/stacks';
import { partitionOf } from '../../estate/source/aws-regions';
import { previewEnvironment } from '../../estate/sections/azure/azure';
import type { Estate } from '../../estate/sections/estate';
import { type AwsRole, pipelineRoleName } from '../../estate/sections/pipeline/pipeline';
import { deployedParts, type Homes } from './deployed-parts';
import type { RunKind } from './forge-run';

export interface SettingsOptions {
  /** Undefined where the run is of no forge: everything is said as for a branch. */
  readonly run: RunKind | undefined;
  /** Revision that is compared with; empty where there is none. */
  readonly base: string;
  readonly isTouched: boolean;
}

type Home = Pick<CdkStack, 'account' | 'region'>;

/** Everything that settings are read from. */
interface Facts {
  readonly estate: Estate;
  readonly base: string;
  readonly isTouched: boolean;
  readonly comments: boolean;
  readonly asksClouds: boolean;
  readonly asksCdk: boolean;
  readonly asksPulumi: boolean;
  readonly homes: Homes;
}

type Value = (facts: Facts) => string | boolean | undefined;

/** Variables that the steps of a pipeline read, each with its value. */
const VALUES = {
  BASE: ({ base }) => base,
  TOUCHED: ({ isTouched }) => isTouched,
  ASKS_CDK: ({ asksCdk }) => asksCdk,
  ASKS_PULUMI: ({ asksPulumi }) => asksPulumi,
  ASKED_FIRST: ({ asksCdk }) => (asksCdk ? 'cdk' : 'none'),
  COMMENTS: ({ comments }) => comments,
  DEPLOYS: ({ asksCdk, asksPulumi }) => asksCdk || asksPulumi,
  HAS_ACCESS: ({ asksCdk, estate }) => asksCdk && estate.access !== undefined,
  HAS_HANDOFF: ({ asksCdk, asksPulumi, estate }) =>
    asksCdk && asksPulumi && estate.hosting !== undefined && estate.customers !== undefined,
  HAS_IMAGES: ({ asksCdk, estate }) => asksCdk && estate.hosting !== undefined,
  HAS_PIPELINE: ({ asksClouds, estate, isTouched }) => asksClouds && isTouched && estate.pipeline !== undefined,
  DEPLOY_ENVIRONMENT: ({ estate: { azure, pipeline } }) => (azure ?? pipeline)?.environments?.[0],
  PREVIEW_ENVIRONMENT: ({ estate: { azure } }) => azure && previewEnvironment(azure),
  PULUMI_BACKEND_URL: ({ estate: { azure } }) =>
    azure && `azblob://pulumi-state?storage_account=${azure.pulumiState.storageAccount}`,
  WORKFORCE_TENANT_ID: ({ estate }) => estate.workforce?.tenantId,
  WORKFORCE_PREVIEW_CLIENT_ID: ({ estate }) => estate.pipeline?.identities.workforce?.preview,
  WORKFORCE_DEPLOY_CLIENT_ID: ({ estate }) => estate.pipeline?.identities.workforce?.deploy,
  CUSTOMERS_TENANT_ID: ({ estate }) => estate.customers?.tenantId,
  CUSTOMERS_PREVIEW_CLIENT_ID: ({ estate }) => estate.pipeline?.identities.customers?.preview,
  CUSTOMERS_DEPLOY_CLIENT_ID: ({ estate }) => estate.pipeline?.identities.customers?.deploy,
  // Azure DevOps alone has them.
  WORKFORCE_PREVIEW_CONNECTION_ID: ({ estate }) => estate.pipeline?.serviceConnections.workforce?.preview.id,
  WORKFORCE_DEPLOY_CONNECTION_ID: ({ estate }) => estate.pipeline?.serviceConnections.workforce?.deploy.id,
  CUSTOMERS_PREVIEW_CONNECTION_ID: ({ estate }) => estate.pipeline?.serviceConnections.customers?.preview.id,
  CUSTOMERS_DEPLOY_CONNECTION_ID: ({ estate }) => estate.pipeline?.serviceConnections.customers?.deploy.id,
  AWS_PREVIEW_CONNECTION_ID: ({ estate }) => estate.pipeline?.serviceConnections.aws?.preview.id,
  AWS_PUBLISH_CONNECTION_ID: ({ estate }) => estate.pipeline?.serviceConnections.aws?.publish?.id,
  AWS_DEPLOY_CONNECTION_ID: ({ estate }) => estate.pipeline?.serviceConnections.aws?.deploy.id,
  AWS_ACCESS_ACCOUNT: ({ homes }) => homes.access?.account,
  AWS_ACCESS_REGION: ({ homes }) => homes.access?.region,
  AWS_ACCESS_PREVIEW_ROLE: ({ homes, estate }) => roleOf(estate, homes.access, 'preview'),
  AWS_ACCESS_DEPLOY_ROLE: ({ homes, estate }) => roleOf(estate, homes.access, 'deploy'),
  AWS_MANAGEMENT_ACCOUNT: ({ homes }) => homes.management?.account,
  AWS_MANAGEMENT_REGION: ({ homes }) => homes.management?.region,
  AWS_MANAGEMENT_PREVIEW_ROLE: ({ homes, estate }) => roleOf(estate, homes.management, 'preview'),
  AWS_MANAGEMENT_DEPLOY_ROLE: ({ homes, estate }) => roleOf(estate, homes.management, 'deploy'),
  AWS_HOSTING_ACCOUNT: ({ homes }) => homes.hosting?.account,
  AWS_HOSTING_REGION: ({ homes }) => homes.hosting?.region,
  AWS_HOSTING_PREVIEW_ROLE: ({ homes, estate }) => roleOf(estate, homes.hosting, 'preview'),
  AWS_HOSTING_PUBLISH_ROLE: ({ homes, estate }) => roleOf(estate, homes.hosting, 'publish'),
  AWS_HOSTING_DEPLOY_ROLE: ({ homes, estate }) => roleOf(estate, homes.hosting, 'deploy'),
} as const satisfies Readonly<Record<string, Value>>;
export type Setting = keyof typeof VALUES;
export const SETTINGS = Object.keys(VALUES) as readonly Setting[];

/** Facts of an estate that the steps of a pipeline know. A setting that the estate lacks is empty. */
export type Settings = Readonly<Record<Setting, string>>;

/**
 * Everything that a setting, and the name of its estate, may consist of. None of it means anything to a shell within quotes, or
 * to a forge's log: Azure Pipelines reads %0A there as a new line.
 */
const PLAIN = /^[\w.:/?=&@+~^-]*$/;

/** Settings of an estate. @throws Error naming the one that has a character which no such value has */
export function settingsOf(plan: StackPlan, options: SettingsOptions): Settings {
  const facts = factsOf(plan, options);
  const settings = SETTINGS.map((name): [Setting, string] => [name, String(VALUES[name](facts) ?? '')]);
  const { name: estate } = plan.estate;
  const named = settings.map(([name, value]) => [`the setting ${name} of ${estate}`, value] as const);
  for (const [what, value] of [['the name of an estate', estate] as const, ...named]) {
    if (!PLAIN.test(value))
      throw new Error(`${what} must have letters, digits and .:/?=&@+~^_- only, got ${JSON.stringify(value)}`);
  }
  return Object.fromEntries(settings) as Settings;
}

function factsOf(plan: StackPlan, { run, base, isTouched }: SettingsOptions): Facts {
  const { estate } = plan;
  const { asksClouds, comments } = run ?? { asksClouds: true, comments: false };
  const { homes, engines } = deployedParts(plan, run);
  const isAsked = asksClouds && isTouched;
  return {
    ...{ estate, base, isTouched, comments, asksClouds, homes },
    asksCdk: isAsked && engines.includes('cdk'),
    asksPulumi: isAsked && engines.includes('pulumi'),
  };
}

function roleOf({ name }: Estate, home: Home | undefined, role: AwsRole): string | undefined {
  return home && `arn:${partitionOf(home.region)}:iam::${home.account}:role/${pipelineRoleName(name, role)}`;
}
