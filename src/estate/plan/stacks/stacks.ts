import { type InstanceHome, instanceKeyOf } from '../../sections/access/instance-key';
import type { StackRole } from '../../sections/access/placement/placement';
import { rollsOut } from '../../sections/access/plan/rollouts';
import { type EmergencyPlan, type EmergencyStack, emergencyStacks } from '../../sections/emergency/emergency-plan';
import { runsServices } from '../../sections/hosting/hosting';
import type { Estate } from '../../sections/estate';
import { accountEventsOf } from '../../sections/pipeline/account-events';
import {
  evidenceBucket,
  type EvidenceHome,
  type PipelineAccount,
  pipelineAccounts,
  pipelineRoleName,
  pipelineStackName,
} from '../../sections/pipeline/pipeline';
import { awsStateOf, cloudStateOf } from '../../sections/pipeline/pulumi-state';
import { pipelineTrust } from '../../sections/pipeline/trust';
import type { Watch } from '../../sections/workforce/watch';

/** An estate as far as its stacks need to know it. */
export interface StackPlan {
  readonly estate: Estate;
  readonly access?: {
    readonly organization: InstanceHome;
    readonly stacks: readonly (AwsHome & { readonly role: StackRole })[];
  };
  readonly watch?: Watch;
  readonly emergency?: EmergencyPlan;
}

/** The place of a stack on AWS. */
export interface AwsHome {
  /** @default the name of the estate and the kind of the stack */
  readonly name?: string;
  readonly account: string;
  readonly region: string;
}

/** The tenant of a Pulumi stack; undefined where the estate leaves it to the stack's config. */
interface EntraHome {
  readonly tenantId: string | undefined;
}

/**
 * Way to find a change behind the engine's back is found: `engine`, the engine compares what is there with its state or template;
 * `snapshot` and `doctor-…`, the looks of the pipeline beside it; `drill`, `npx --no entra-aws doctor drill`; `deployment`, the check of its
 * step in `npx --no entra-aws deploy`.
 */
export type DriftLook =
  | 'engine'
  | 'snapshot'
  | 'doctor-access'
  | 'doctor-customers'
  | 'doctor-workforce'
  | 'doctor-emergency'
  | 'doctor-hosting'
  | 'drill'
  | 'deployment';

/** Facts of a row, whatever its engine. */
export interface Facts {
  /** Section of the estate file that it comes from. */
  readonly section: Exclude<keyof Estate, 'name' | 'setAside'>;
  /** A person deploys what the pipeline must not change: its own permissions, and the way in when all else fails. */
  readonly deployedBy: 'pipeline' | 'person';
  /** Steps of a deployment from nothing that lead to it, in their order. */
  readonly steps: readonly string[];
  /** Title of its step, where one `cdk deploy` in the account of the access stacks is all that it takes. */
  readonly title?: string;
  readonly drift: readonly DriftLook[];
  readonly isIn: (estate: Estate) => boolean;
}

/** A row of `STACKS`. */
export type Row = Facts &
  (
    | { readonly engine: 'bicep' }
    | { readonly engine: 'pulumi'; readonly home: (estate: Estate) => EntraHome }
    | { readonly engine: 'cdk'; readonly homes: (plan: StackPlan) => readonly AwsHome[] }
  );

const BICEP = { section: 'azure', engine: 'bicep', deployedBy: 'person', drift: ['deployment'] } as const;
const PROGRAM = { engine: 'pulumi', deployedBy: 'pipeline' } as const;
const CDK = { engine: 'cdk', deployedBy: 'pipeline', drift: ['engine'] } as const;
const EMERGENCY = {
  ...CDK,
  section: 'emergency',
  deployedBy: 'person',
  drift: ['drill', 'doctor-emergency'],
  isIn: ({ emergency }: Estate) => emergency !== undefined,
} as const;
const HOSTING = {
  ...CDK,
  section: 'hosting',
  drift: ['engine', 'doctor-hosting'],
  isIn: ({ hosting }: Estate) => hosting !== undefined,
  homes: ({ estate }: StackPlan) => homesOf(estate.hosting),
} as const;

/** Everything that an estate deploys, by its kind and in the order of a deployment. */
export const STACKS = {
  azure: {
    ...BICEP,
    steps: [
      'directory',
      'preview-environment',
      'azure',
      'preview-trust',
      'deploy-trust',
      'azure-customers',
      'azure-workforce',
    ],
    isIn: ({ azure }) => azure !== undefined,
  },
  'azure-logs': {
    ...BICEP,
    steps: ['azure-logs'],
    isIn: ({ azure }) => azure?.logs.entra === true,
  },
  customers: {
    section: 'customers',
    ...PROGRAM,
    drift: ['engine', 'doctor-customers'],
    steps: ['pulumi-stacks', 'customers', 'user-flows', 'owners'],
    isIn: ({ customers }) => customers !== undefined,
    home: ({ customers }) => ({ tenantId: customers?.tenantId }),
  },
  workforce: {
    section: 'workforce',
    ...PROGRAM,
    drift: ['engine', 'doctor-workforce'],
    steps: ['pulumi-stacks', 'identity-center', 'workforce', 'identity-source', 'owners'],
    isIn: ({ workforce }) => workforce !== undefined,
    home: ({ workforce }) => ({ tenantId: workforce?.tenantId }),
  },
  policies: {
    section: 'access',
    ...CDK,
    steps: ['scim', 'snapshot', 'review', 'preflight', 'access-bootstrap', 'stack-sets', 'policies'],
    isIn: ({ access }) => rollsOut(access),
    homes: (plan) => policyHomes(plan, 'access'),
  },
  'policies-management': {
    section: 'access',
    ...CDK,
    steps: ['policies'],
    isIn: ({ access }) => rollsOut(access) && access?.deployFrom === 'delegated-admin',
    homes: (plan) => policyHomes(plan, 'management'),
  },
  access: {
    section: 'access',
    ...CDK,
    drift: ['engine', 'snapshot', 'doctor-access'],
    steps: [
      'scim',
      'snapshot',
      'review',
      'preflight',
      'access-bootstrap',
      'access',
      'revoked',
      'policies-removed',
      'assignments',
    ],
    isIn: ({ access }) => access !== undefined,
    homes: (plan) => accessHomes(plan, 'access'),
  },
  'access-management': {
    section: 'access',
    ...CDK,
    drift: ['engine', 'doctor-access'],
    steps: ['access', 'revoked', 'assignments'],
    isIn: ({ access }) => access?.deployFrom === 'delegated-admin',
    homes: (plan) => accessHomes(plan, 'management'),
  },
  'workforce-watch': {
    section: 'workforce',
    ...CDK,
    title: 'who is told of what needs a person',
    steps: ['access-bootstrap', 'workforce-watch'],
    isIn: ({ workforce }) => workforce?.alarms !== undefined,
    homes: ({ watch }) => homesOf(watch),
  },
  evidence: {
    ...CDK,
    section: 'pipeline',
    deployedBy: 'person',
    drift: ['deployment'],
    title: 'the bucket that keeps records of deployments',
    steps: ['access-bootstrap', 'evidence'],
    isIn: ({ pipeline }) => pipeline?.evidence !== undefined,
    homes: (plan) => homesOf(evidenceHome(plan)),
  },
  emergency: {
    ...EMERGENCY,
    steps: ['emergency-metadata', 'emergency'],
    homes: (plan) => emergencyHomes(plan, 'emergency'),
  },
  'emergency-alarms': {
    ...EMERGENCY,
    steps: ['emergency'],
    homes: (plan) => emergencyHomes(plan, 'emergency-alarms'),
  },
  'emergency-roles': {
    ...EMERGENCY,
    steps: ['emergency'],
    homes: (plan) => emergencyHomes(plan, 'emergency-roles'),
  },
  'hosting-data': { ...HOSTING, steps: ['hosting-bootstrap', 'hosting-data'] },
  hosting: {
    ...HOSTING,
    steps: ['handoff', 'hosting', 'redirect-uris'],
    isIn: ({ hosting }) => hosting !== undefined && runsServices(hosting),
    homes: ({ estate: { hosting } }) => homesOf(hosting && runsServices(hosting) ? hosting : undefined),
  },
  'pulumi-state': {
    ...CDK,
    section: 'pipeline',
    deployedBy: 'person',
    drift: ['deployment'],
    steps: ['state-bootstrap', 'pulumi-state'],
    isIn: (estate) => awsStateOf(estate) !== undefined,
    homes: ({ estate }) => homesOf(awsStateOf(estate)),
  },
  pipeline: {
    ...CDK,
    section: 'pipeline',
    deployedBy: 'person',
    drift: ['deployment'],
    steps: [
      'token-subject',
      'deploy-approval',
      'service-connections',
      'access-pipeline',
      'hosting-pipeline',
      'state-pipeline',
    ],
    isIn: ({ pipeline }) => pipeline !== undefined,
    homes: pipelineHomes,
  },
  'account-events': {
    ...CDK,
    section: 'pipeline',
    deployedBy: 'person',
    drift: ['deployment'],
    steps: ['account-events'],
    isIn: ({ pipeline }) => pipeline?.accountEvents !== undefined,
    homes: (plan) => homesOf(accountEventsOf(plan)),
  },
} as const satisfies Readonly<Record<string, Row>>;

type Stacks = typeof STACKS;
export type StackKind = keyof Stacks;
/** Kinds whose row has these facts. */
type KindsWith<Wanted> = { [Kind in StackKind]: Stacks[Kind] extends Wanted ? Kind : never }[StackKind];

export type PulumiKind = KindsWith<{ engine: 'pulumi' }>;
export type CdkKind = KindsWith<{ engine: 'cdk' }>;
export type PipelineKind = KindsWith<{ deployedBy: 'pipeline' }>;
/** Kinds whose deployment takes one command. */
export type PlainKind = KindsWith<{ engine: 'cdk'; title: string }>;
/** Kinds that an estate has one stack of, whose name follows from the kind. */
export type SingleKind = Exclude<StackKind, EmergencyStack['role'] | 'pipeline'>;
/** A step of a deployment. */
export type StackStep = Stacks[StackKind]['steps'][number];

const isOfPipeline = (kind: StackKind): boolean => STACKS[kind].deployedBy === 'pipeline';
export const STACK_KINDS = Object.keys(STACKS) as readonly StackKind[];
export const PULUMI_KINDS = STACK_KINDS.filter((kind): kind is PulumiKind => STACKS[kind].engine === 'pulumi');
export const PIPELINE_KINDS = STACK_KINDS.filter((kind): kind is PipelineKind => isOfPipeline(kind));
/** The stacks of the hosting: what is kept, and what can be made again, unless every service runs elsewhere. */
export const HOSTING_KINDS = ['hosting-data', 'hosting'] as const satisfies readonly KindsWith<{
  section: 'hosting';
}>[];
/** Stacks of policies, which are deployed in two parts: before access what comes, after it what goes. */
export const POLICY_KINDS = ['policies', 'policies-management'] as const satisfies readonly KindsWith<{
  section: 'access';
}>[];
export type PolicyKind = (typeof POLICY_KINDS)[number];
export function isPolicyKind(kind: StackKind): kind is PolicyKind {
  return POLICY_KINDS.some((one) => one === kind);
}
export const PLAIN_KINDS = STACK_KINDS.filter((kind): kind is PlainKind => 'title' in STACKS[kind]);
const CDK_KINDS = STACK_KINDS.filter((kind): kind is CdkKind => STACKS[kind].engine === 'cdk');

/** A CloudFormation stack. */
export interface CdkStack extends Required<AwsHome> {
  readonly kind: CdkKind;
  readonly section: Facts['section'];
}

/** The name that its engine knows a stack by: `sandbox-hosting-data`; of a deployment of Bicep, `identity-sandbox-logs`. */
export function stackName(estate: string, kind: SingleKind): string {
  return STACKS[kind].engine === 'bicep' ? `identity-${estate}${kind.slice('azure'.length)}` : `${estate}-${kind}`;
}

/** The name by which every machine finds a stack at its engine: in Pulumi Cloud with its organization, since people have others. */
export function nameAtEngine(estate: Pick<Estate, 'name' | 'pipeline'>, kind: SingleKind): string {
  const name = stackName(estate.name, kind);
  const cloud = STACKS[kind].engine === 'pulumi' ? cloudStateOf(estate) : undefined;
  return cloud === undefined ? name : `${cloud.organization}/${name}`;
}

const KIND_OF = { access: 'access', management: 'access-management' } as const satisfies Record<StackRole, string>;

/** The CloudFormation name of a stack of an estate: `sandbox-access`. */
export function stackNameOf(estateName: string, role: StackRole): string {
  return stackName(estateName, KIND_OF[role]);
}

/** The CloudFormation stacks of an estate, in the order of a deployment. */
export function cdkStacks(plan: StackPlan): readonly CdkStack[] {
  return CDK_KINDS.flatMap((kind) => stacksOfKind(plan, kind));
}

/** The accounts that the pipeline deploys stacks to. */
export function deployedAccounts(plan: StackPlan): readonly PipelineAccount[] {
  const stacks = CDK_KINDS.filter(isOfPipeline).flatMap((kind) => stacksOfKind(plan, kind));
  const home = plan.access?.organization;
  return pipelineAccounts(plan.estate, {
    stacks: stacks.map((stack) => ({ ...stack, role: stack.kind })),
    emergency: plan.emergency,
    instanceArn: home?.instanceArn,
    instanceKey: home && instanceKeyOf(plan.estate, home),
  });
}

/** Place in AWS of the record of what was deployed; undefined where the pipeline deploys nothing to AWS. */
export function recordHome(plan: StackPlan): AwsHome | undefined {
  const [home] = deployedAccounts(plan).flatMap(({ account, recordRegion: region }) =>
    region === undefined ? [] : [{ account, region }],
  );
  return home;
}

/** Bucket of the records of deployments, beside that record; undefined where the estate keeps none. */
export function evidenceHome(plan: StackPlan): EvidenceHome | undefined {
  const { name, pipeline } = plan.estate;
  const home = recordHome(plan);
  if (home === undefined || pipeline?.evidence === undefined) return undefined;
  const { keepDays, mode } = pipeline.evidence;
  return { ...home, keepDays, mode, bucket: evidenceBucket(name, home) };
}

/** Pulumi programs whose section the estate has. */
export function programsOf(estate: Estate): readonly PulumiKind[] {
  return PULUMI_KINDS.filter((kind) => STACKS[kind].isIn(estate));
}

export function stacksOfKind(plan: StackPlan, kind: CdkKind): readonly CdkStack[] {
  const { section, homes } = STACKS[kind];
  return homes(plan).map((home) => ({ name: `${plan.estate.name}-${kind}`, ...home, kind, section }));
}

function homesOf(place: AwsHome | undefined): readonly AwsHome[] {
  return place === undefined ? [] : [{ account: place.account, region: place.region }];
}

function accessHomes({ access }: StackPlan, role: StackRole): readonly AwsHome[] {
  return (access?.stacks ?? []).filter((stack) => stack.role === role).flatMap(homesOf);
}

/** Next to the stacks of the sets that refer to the policies. */
function policyHomes(plan: StackPlan, role: StackRole): readonly AwsHome[] {
  return rollsOut(plan.estate.access) ? accessHomes(plan, role) : [];
}

function emergencyHomes({ emergency }: StackPlan, role: EmergencyStack['role']): readonly AwsHome[] {
  const stacks = emergency === undefined ? [] : emergencyStacks(emergency);
  return stacks.filter((stack) => stack.role === role).map(({ name, account, region }) => ({ name, account, region }));
}

function pipelineHomes(plan: StackPlan): readonly AwsHome[] {
  const { estate } = plan;
  const trust = estate.pipeline && pipelineTrust(estate);
  const nameOf = (account: AwsHome['account']): string => pipelineStackName(estate.name, account);
  return deployedAccounts(plan)
    .filter(({ hasStateOnly }) => (hasStateOnly ? trust?.state : trust?.aws) !== undefined)
    .map(({ account, regions: [region] }) => ({ name: nameOf(account), account, region }));
}

/** ARN of the role by which the pipeline reads the emergency access; undefined where no pipeline does. */
export function emergencyReaderPrincipal(plan: StackPlan): string | undefined {
  const { estate, emergency } = plan;
  if (emergency === undefined || pipelineTrust(estate)?.aws === undefined) return undefined;
  const home = deployedAccounts(plan).find(({ emergencyReaders }) => emergencyReaders !== undefined);
  return home && `arn:${emergency.partition}:iam::${home.account}:role/${pipelineRoleName(estate.name, 'preview')}`;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables as they count for one program: one with the program's name before it (`CUSTOMERS_ARM_CLIENT_ID`) counts for its
 * directory alone, in place of that without.
 */
export function programEnvironment(program: PulumiKind, environment: Environment): Environment {
  const prefix = `${program.toUpperCase()}_`;
  const own = Object.entries(environment).filter(([key]) => key.startsWith(`${prefix}ARM_`));
  return { ...environment, ...Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])) };
}
