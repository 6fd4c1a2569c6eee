import { type App, type IPolicyValidationPlugin, Stack, Validations } from 'aws-cdk-lib';
import type { AdoptedSets } from '../../constructs/aws/access/assignments';
import { constructIdOf } from '../../constructs/aws/access/permission-sets';
import { keepPolicies, type StackPart, type Template } from '../../constructs/aws/access/kept';
import { ManagementPolicy, PolicyStackSet, StackAnchor, type StackSetHome } from '../../constructs/aws/access/policies';
import { TemplateValidation } from '../../constructs/aws/checks/template-validation';
import type * as AppRunner from '../../constructs/aws/checks/app-runner-checks';
import { IdentityCenterChecks } from '../../constructs/aws/checks/identity-center-checks';
import type { KnownAnswers } from '../../constructs/aws/checks/known-answers';
import { hasSolutionsRules, SolutionsChecks } from '../../constructs/aws/checks/solutions-checks';
import { TemplateLimits } from '../../constructs/aws/checks/template-limits';
import type { Validator } from '../../constructs/aws/checks/validator';
import type { ImageSource } from '../../constructs/aws/hosting/app-service';
import { planBesidesAccess } from '../../src/estate/plan/stacks/besides-access';
import {
  type CdkKind,
  type CdkStack,
  cdkStacks,
  deployedAccounts,
  emergencyReaderPrincipal,
  evidenceHome,
  stackName,
  type StackPlan,
} from '../../src/estate/plan/stacks/stacks';
import type { EstatePlan } from '../../src/estate/plan/planner';
import type { StackRole } from '../../src/estate/sections/access/placement/placement';
import { type PolicyStack as PolicyStackPlan, policyStacks } from '../../src/estate/sections/access/plan/rollouts';
import { pathAndName } from '../../src/estate/sections/access/sets/policy-changes';
import { type BuiltImage, hostedServicesOf, isBuilt, servicesOf } from '../../src/estate/sections/hosting/services';
import { accountEventsOf } from '../../src/estate/sections/pipeline/account-events';
import { awsStateOf } from '../../src/estate/sections/pipeline/pulumi-state';
import { pipelineTrust } from '../../src/estate/sections/pipeline/trust';
import { AccessStack } from './access-stack';
import type * as AccountEventsStacks from './account-events-stack';
import type * as PipelineStacks from './pipeline-stack';
import type * as EmergencyStacks from './emergency-stacks';
import type * as EvidenceStacks from './evidence-stack';
import type * as HostingStacks from './hosting-stack';
import type * as WatchStacks from './watch-stack';

interface PoliciesStackProps {
  readonly home: StackSetHome;
  readonly plan: PolicyStackPlan;
  /** Template that is deployed, of which everything stays that is not declared any more. @default nothing stays */
  readonly kept?: Template | undefined;
}

/** Customer-managed policies that permission sets refer to: in the organization's accounts, and in the management account. */
class PoliciesStack extends Stack {
  constructor(scope: App, id: string, { home, plan, kept }: PoliciesStackProps) {
    super(scope, id, {
      env: { account: plan.account, region: home.region },
      description: `Customer-managed policies of ${home.estateName} (${plan.role})`,
      terminationProtection: true,
    });
    const { inMembers, inManagement } = plan;
    for (const rollout of inMembers)
      new PolicyStackSet(this, `StackSet${constructIdOf(rollout.policy.name)}`, { home, rollout });
    for (const { policy } of inManagement)
      new ManagementPolicy(this, `Policy${constructIdOf(policy.name)}`, { policy });
    if (inMembers.length + inManagement.length === 0) new StackAnchor(this, 'Anchor');
    if (kept !== undefined) keepPolicies(this, kept);
  }
}

/** Way to make the images that a deployment makes. */
export type ImageSources = (image: BuiltImage) => ImageSource;

/** Inputs of the stacks besides the estate. */
export interface EstateSources {
  /** Images of the services. */
  readonly imageOf: ImageSources;
  /** Permission sets whose assignments are to be adopted. @default none */
  readonly adopted?: AdoptedSets | undefined;
  /** Deployed templates of stacks of policies, by name, of which nothing is taken away. @default none */
  readonly keptPolicies?: ReadonlyMap<string, Template> | undefined;
  /** Parts of access stacks, by name, that one operation of CloudFormation changes. @default all of each */
  readonly parts?: ReadonlyMap<string, StackPart> | undefined;
  /** Some of the estate's stacks. @default all */
  readonly stacks?: readonly CdkStack[];
  /** Answers that checks need not find out again. @default nothing, as in every deployment */
  readonly known?: KnownAnswers;
  /** @default the one of aws-cdk-lib in this thread */
  readonly validator?: Validator | undefined;
}

/** A check of CDK's validation, and whether it judges resources of a type. */
export interface Check {
  readonly plugin: IPolicyValidationPlugin;
  readonly judges: (type: string) => boolean;
}

/** Adds the stacks of every section, and the checks that every template must pass. @returns all checks */
export function addEstateStacks(app: App, plan: EstatePlan, sources: EstateSources): readonly Check[] {
  const { known, validator, stacks = cdkStacks(plan) } = sources;
  const judges = (): boolean => true;
  const validation = new TemplateValidation(known, validator);
  Validations.of(app).addPlugins(validation.beginning);
  return [
    ...addStacks(app, stacks, { plan, sources }),
    ...added(app, [
      { plugin: new TemplateLimits(), judges },
      { plugin: new SolutionsChecks(app, { verbose: true }, known), judges: hasSolutionsRules },
      // The last: a validator in a process of its own has been asked by the first, and answers meanwhile.
      { plugin: validation, judges },
    ]),
  ];
}

function added(app: App, checks: readonly Check[]): readonly Check[] {
  Validations.of(app).addPlugins(...checks.map(({ plugin }) => plugin));
  return checks;
}

interface Parts {
  readonly plan: EstatePlan;
  readonly sources: EstateSources;
}

/** Adds some stacks of an estate, in their order, and the checks that only they need. @returns these checks */
export function addStacks(app: App, stacks: readonly CdkStack[], parts: Parts): readonly Check[] {
  const besides = planBesidesAccess(parts.plan);
  for (const stack of stacks) BUILDERS[stack.kind](app, stack, { ...parts, besides });
  const has = (kind: CdkKind): boolean => stacks.some((stack) => stack.kind === kind);
  const ofType = (pattern: RegExp) => (type: string) => pattern.test(type);
  return added(app, [
    ...(has('access')
      ? [{ plugin: identityCenterChecks(parts.plan), judges: ofType(/^AWS::SSO::(PermissionSet|Assignment)$/) }]
      : []),
    ...(has('hosting')
      ? [{ plugin: new (LAZY.appRunner().AppRunnerChecks)(), judges: ofType(/^AWS::AppRunner::Service$/) }]
      : []),
  ]);
}

/** Only stacks of access see the whole plan: what another grant leaves as it is need not be built again. */
type Builder = (app: App, stack: CdkStack, parts: Parts & { readonly besides: StackPlan }) => void;

const BUILDERS: Readonly<Record<CdkKind, Builder>> = {
  policies: policiesBuilder('access'),
  'policies-management': policiesBuilder('management'),
  access: accessBuilder('access'),
  'access-management': accessBuilder('management'),
  'workforce-watch': (app, { name }, { besides: { estate, watch } }) => {
    new (LAZY.watch().WatchStack)(app, name, { estateName: estate.name, watch: known(watch, name) });
  },
  evidence: (app, { name }, { besides: plan }) => {
    const home = known(evidenceHome(plan), name);
    new (LAZY.evidence().EvidenceStack)(app, name, { estateName: plan.estate.name, home });
  },
  // The others send to its event bus.
  emergency: (app, { name }, { besides: whole }) => {
    const plan = known(whole.emergency, name);
    const reader = emergencyReaderPrincipal(whole);
    new (LAZY.emergency().EmergencyStack)(app, name, { plan, metadata: known(plan.metadata, name), reader });
  },
  'emergency-alarms': (app, { name, region }, { besides: { emergency } }) => {
    const plan = known(emergency, name);
    const { EmergencyAlarmsStack } = LAZY.emergency();
    new EmergencyAlarmsStack(app, name, { plan, region }).addStackDependency(addedStack(app, plan.name, Stack));
  },
  'emergency-roles': (app, { name, account }, { besides: whole }) => {
    const plan = known(whole.emergency, name);
    const target = plan.targets.find((one) => one.account.id === account);
    const { EmergencyRolesStack } = LAZY.emergency();
    const stack = new EmergencyRolesStack(app, name, {
      plan,
      target: known(target, name),
      reader: emergencyReaderPrincipal(whole),
    });
    stack.addStackDependency(addedStack(app, plan.name, Stack));
  },
  'hosting-data': (app, { name }, { besides: { estate } }) => {
    const { HostingDataStack } = LAZY.hosting();
    const hosting = known(estate.hosting, name);
    new HostingDataStack(app, name, { estateName: estate.name, hosting, services: servicesOf(estate) });
  },
  hosting: (app, { name }, { besides: { estate }, sources: { imageOf } }) => {
    const services = hostedServicesOf(estate);
    new (LAZY.hosting().HostingStack)(app, name, {
      estateName: estate.name,
      hosting: known(estate.hosting, name),
      services,
      images: new Map(services.flatMap((one) => (isBuilt(one.image) ? [[one.name, imageOf(one.image)] as const] : []))),
      data: addedStack(app, stackName(estate.name, 'hosting-data'), LAZY.hosting().HostingDataStack),
    });
  },
  'account-events': (app, { name }, { besides: plan }) => {
    const events = known(accountEventsOf(plan), name);
    new (LAZY.accountEvents().AccountEventsStack)(app, name, { estateName: plan.estate.name, events });
  },
  'pulumi-state': (app, { name }, { besides: { estate } }) => {
    const state = known(awsStateOf(estate), name);
    new (LAZY.pipeline().PulumiStateStack)(app, name, { estateName: estate.name, state });
  },
  pipeline: (app, { name, account: id }, { besides: plan }) => {
    const { estate } = plan;
    const account = known(
      deployedAccounts(plan).find((one) => one.account === id),
      name,
    );
    const { forge, aws, state } = known(pipelineTrust(estate), name);
    new (LAZY.pipeline().PipelineStack)(app, name, {
      estateName: estate.name,
      ...{ account, forge },
      trust: { ...(!account.hasStateOnly && { aws: known(aws, name) }), ...(account.state && state && { state }) },
      providerExists: known(estate.pipeline, name).existingProviders.includes(id),
    });
  },
};

function policiesBuilder(role: StackRole): Builder {
  return (app, { name }, { plan: { estate, access }, sources: { keptPolicies } }) => {
    const { organization, rollouts, stacks } = known(access, name);
    const plan = policyStacks(rollouts, stacks).find((one) => one.role === role);
    const { account } = known(plan, name);
    const home: StackSetHome = {
      estateName: estate.name,
      rootId: known(organization.ous[0], name).id,
      region: organization.region,
      callAs: account === organization.managementAccountId ? 'SELF' : 'DELEGATED_ADMIN',
    };
    new PoliciesStack(app, name, { home, plan: known(plan, name), kept: keptPolicies?.get(name) });
  };
}

/** Kind of the stack of the policies that the sets of an access stack refer to. */
const POLICY_KINDS = { access: 'policies', management: 'policies-management' } as const;

function accessBuilder(role: StackRole): Builder {
  return (app, { name }, { plan: { estate, access }, sources: { adopted, parts } }) => {
    const { organization, stacks } = known(access, name);
    const instance = { arn: organization.instanceArn, partition: organization.partition };
    const stack = stacks.find((one) => one.role === role);
    const part = parts?.get(name);
    const accessStack = new AccessStack(app, name, { instance, plan: known(stack, name), adopted, part });
    const policies = app.node.tryFindChild(stackName(estate.name, POLICY_KINDS[role]));
    if (policies instanceof Stack) accessStack.addStackDependency(policies);
  };
}

function identityCenterChecks({ access }: EstatePlan): IdentityCenterChecks {
  const { organization, expansion, rollouts } = known(access, 'access');
  const policies = new Map(rollouts.map(({ policy }) => [pathAndName(policy), policy.document.document]));
  const grantedPermissionSets = new Set(expansion.assignments.map(({ permissionSet }) => permissionSet));
  return new IdentityCenterChecks({
    managementAccountId: organization.managementAccountId,
    grantedPermissionSets,
    policies,
  });
}

/** @throws Error if the stack was not added before */
function addedStack<Kind extends Stack>(app: App, name: string, kind: abstract new (...args: never[]) => Kind): Kind {
  const stack = app.node.findChild(name);
  if (stack instanceof kind) return stack;
  throw new Error(`${name} must be a ${kind.name}, got ${stack.constructor.name}`);
}

/** @throws Error if the plan lacks what it has a stack for */
function known<Part>(part: Part | undefined, stack: string): Part {
  if (part === undefined) throw new Error(`the plan lacks what the stack ${stack} is made of`);
  return part;
}

/**
 * Modules that are loaded when they are needed: the hosting's service libraries take longer to load than the access
 * stacks to synthesise, and IAM's constructs take a quarter of a second.
 */
const LAZY = {
  /* eslint-disable @typescript-eslint/no-require-imports -- import() gives a promise; synthesis is synchronous */
  accountEvents: () => require('./account-events-stack') as typeof AccountEventsStacks,
  appRunner: () => require('../../constructs/aws/checks/app-runner-checks') as typeof AppRunner,
  emergency: () => require('./emergency-stacks') as typeof EmergencyStacks,
  evidence: () => require('./evidence-stack') as typeof EvidenceStacks,
  hosting: () => require('./hosting-stack') as typeof HostingStacks,
  pipeline: () => require('./pipeline-stack') as typeof PipelineStacks,
  watch: () => require('./watch-stack') as typeof WatchStacks,
  /* eslint-enable @typescript-eslint/no-require-imports */
};
