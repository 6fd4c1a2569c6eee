import { posix } from 'node:path';
import type { EstatePlan } from '../../estate/plan/planner';
import { deployedAccounts, PLAIN_KINDS, type StackPlan, STACKS, stacksOfKind } from '../../estate/plan/stacks/stacks';
import { type EmergencyPlan, emergencyStacks } from '../../estate/sections/emergency/emergency-plan';
import type { PipelineAccount } from '../../estate/sections/pipeline/pipeline';
import { DEFAULT_ESTATES_FOLDER } from '../../estate/source/estate-folder';
import { accessSteps } from './access-steps';
import { azureSteps } from './azure-steps';
import { bootstrapStep, cdkStep } from './cdk-steps';
import { cdk, command, entraAws, type EstateLocation, shellLine } from './command';
import { forgeSteps } from './forges/registry';
import { type DeploymentOptions, stepsWithProfile } from './options';
import { pulumiSteps } from './pulumi-steps';
import { differsIf } from './readings';
import type { Step } from './step';

/**
 * The steps of a deployment of what the estate has, in their order. Each comes after those that it needs. From nothing, a
 * step before the last one may be done twice: `workforce` again with SCIM, `customers` and `hosting` again with the deployed
 * address.
 */
export function deploymentSteps(plan: EstatePlan, options: DeploymentOptions): readonly Step[] {
  return [
    ...azureSteps(plan.estate, options),
    ...pulumiSteps(plan, options),
    ...accessSteps(plan, options),
    ...plainSteps(plan, options),
    ...emergencySteps(plan, options),
    ...hostingSteps(plan, options),
    ...pipelineSteps(plan, options),
  ];
}

/** Stacks that one command deploys, where the access stacks live. */
function plainSteps(plan: StackPlan, options: DeploymentOptions): readonly Step[] {
  const { estate, access } = plan;
  const [home] = PLAIN_KINDS.flatMap((kind) => stacksOfKind(plan, kind));
  if (home === undefined) return [];
  return stepsWithProfile(options.accessProfile, [
    ...(access === undefined ? [bootstrapStep('access-bootstrap', home)] : []),
    ...PLAIN_KINDS.flatMap((kind) =>
      cdkStep(
        { id: kind, title: STACKS[kind].title, needs: ['access-bootstrap'] },
        {
          location: { estate: estate.name, estates: options.estates },
          stacks: stacksOfKind(plan, kind),
          yes: options.yes,
        },
      ),
    ),
  ]);
}

/** Steps at the forge, and the roles that its pipeline takes on, where the estate has one: by the credentials of each account. */
function pipelineSteps(plan: EstatePlan, options: DeploymentOptions): readonly Step[] {
  const { estate } = plan;
  const deployed = stacksOfKind(plan, 'pipeline');
  const accounts = deployedAccounts(plan);
  const main = accounts.find(({ readsOrganization }) => readsOrganization);
  // With a delegated administrator, the stack of the management account is deployed from there as well.
  const others = accounts.filter(({ hosting, readsOrganization }) => hosting === undefined && !readsOrganization);
  const hosted = accounts.find((account) => account.hosting !== undefined && account !== main);
  const stepOf = (step: typeof ACCESS_PIPELINE | typeof HOSTING_PIPELINE, some: readonly PipelineAccount[]) => {
    const stacks = some.flatMap(({ account }) => deployed.filter((stack) => stack.account === account));
    return cdkStep(step, { location: { estate: estate.name, estates: options.estates }, stacks, yes: options.yes });
  };
  return [
    ...forgeSteps(estate),
    ...stepsWithProfile(options.accessProfile, main === undefined ? [] : stepOf(ACCESS_PIPELINE, [main, ...others])),
    ...stepsWithProfile(options.hostingProfile, hosted === undefined ? [] : stepOf(HOSTING_PIPELINE, [hosted])),
    ...stepsWithProfile(options.accessProfile, accountEventsStep(plan, options)),
  ];
}

/** In another Region than the other stacks, which its own command prepares for the CDK. */
function accountEventsStep(plan: EstatePlan, { estates, yes }: DeploymentOptions): readonly Step[] {
  const stacks = stacksOfKind(plan, 'account-events');
  const [home] = stacks;
  if (home === undefined) return [];
  const before = [command(`npx --no cdk bootstrap aws://${home.account}/${home.region}`)];
  return cdkStep(ACCOUNT_EVENTS, { location: { estate: plan.estate.name, estates }, stacks, yes, before });
}

const ACCOUNT_EVENTS = {
  id: 'account-events',
  title: 'changes of the organization start the job that proposes them',
  needs: [],
} as const;

const ACCESS_PIPELINE = {
  id: 'access-pipeline',
  title: "the pipeline's roles in the account of IAM Identity Center",
  needs: ['access-bootstrap'],
} as const;

const HOSTING_PIPELINE = {
  id: 'hosting-pipeline',
  title: "the pipeline's roles in the account of the hosting",
  needs: ['hosting-bootstrap'],
} as const;

/** The customer application: its secrets exist before values are handed over, and those before the services start. */
function hostingSteps(plan: StackPlan, options: DeploymentOptions): readonly Step[] {
  const { name, hosting } = plan.estate;
  if (hosting === undefined) return [];
  const location = { estate: name, estates: options.estates };
  const step = { location, yes: options.yes };
  return stepsWithProfile(options.hostingProfile, [
    bootstrapStep('hosting-bootstrap', hosting),
    ...cdkStep(
      { id: 'hosting-data', title: 'tables, secrets and alarms', needs: ['hosting-bootstrap'] },
      { ...step, stacks: stacksOfKind(plan, 'hosting-data') },
    ),
    handoff(location),
    ...cdkStep(
      { id: 'hosting', title: 'the web and the API', needs: ['handoff'] },
      { ...step, stacks: stacksOfKind(plan, 'hosting') },
    ),
    redirectUris(location, options),
  ]);
}

function handoff(location: EstateLocation): Step {
  return {
    id: 'handoff',
    title: 'ids and the client secret pass from Pulumi to AWS',
    needs: ['customers', 'hosting-data'],
    verification: [
      {
        command: entraAws('deploy handoff', location, '--check'),
        read: differsIf(/: \d+ to write; /, 'what AWS has differs from what the customers program made'),
      },
    ],
    isDoneWhen: 'parameters and secret are what the customers program made',
    action: { kind: 'commands', commands: [entraAws('deploy handoff', location)] },
  };
}

/** A reviewed change: afterwards `customers` has redirect URIs to add, and `hosting` an address to give the web. */
function redirectUris(location: EstateLocation, { hostingProfile }: DeploymentOptions): Step {
  const asking = entraAws('deploy handoff', location, '--url');
  return {
    id: 'redirect-uris',
    title: 'people can sign in at the deployed address',
    needs: ['hosting'],
    verification: [
      {
        command: asking,
        read: differsIf(/^--- a\//, 'the estate lacks the deployed address'),
      },
    ],
    isDoneWhen:
      'the estate has the deployed address or a domain of its own, and customers and hosting are deployed with it',
    action: {
      kind: 'by-hand',
      todo: [
        `$ ${shellLine({ ...asking, profile: hostingProfile })} | git apply`,
        'Review and commit the change, then run this again: customers adds the redirect URIs, hosting gives the web its address.',
      ],
    },
  };
}

/** The way that is there when the others fail: a person deploys it, with credentials of each account. */
export function emergencySteps({ estate, emergency: plan }: EstatePlan, options: DeploymentOptions): readonly Step[] {
  const { emergency } = estate;
  if (emergency === undefined || plan === undefined) return [];
  const isEntra = emergency.application !== undefined;
  const { estates = DEFAULT_ESTATES_FOLDER } = options;
  const file = posix.join(estates, estate.name, emergency.metadataFile);
  const steps = stacks(plan, { location: { estate: estate.name, estates }, isEntra });
  return [metadata(plan, { file, isEntra }), ...stepsWithProfile(options.accessProfile, [steps])];
}

function metadata(
  { estateName, metadata: text }: EmergencyPlan,
  { file, isEntra }: { readonly file: string; readonly isEntra: boolean },
): Step {
  return {
    id: 'emergency-metadata',
    title: 'what AWS knows the identity provider of the emergency access by',
    needs: isEntra ? ['workforce'] : [],
    verification: text === undefined ? { state: 'pending', why: `there is no ${file}` } : { state: 'done' },
    isDoneWhen: `${file} is there`,
    action: {
      kind: 'by-hand',
      todo: [
        isEntra
          ? `$ curl -fsS "$(pulumi stack output emergencyMetadataUrl --stack ${estateName}-workforce)" -o ${file}`
          : `Save the SAML metadata of the identity provider as ${file}.`,
        'Commit it, then run this again.',
      ],
    },
  };
}

function stacks(
  emergency: EmergencyPlan,
  { location, isEntra }: { readonly location: EstateLocation; readonly isEntra: boolean },
): Step {
  return {
    id: 'emergency',
    title: 'the emergency access, in each of its accounts',
    needs: ['emergency-metadata'],
    verification: [
      {
        command: entraAws('doctor drill', location, '--strict'),
        read: differsIf(/^The path is broken/m, 'the drill finds links that do not hold'),
      },
    ],
    isDoneWhen: 'the drill proves the path up to its last step',
    action: {
      kind: 'by-hand',
      todo: [
        ...deployments(emergency, location),
        "Confirm the alarms by the link in AWS's mail.",
        ...(isEntra ? ['Put people into the group, as the estate says of its members.'] : []),
        `$ ${shellLine(entraAws('doctor drill', location))}`,
        'Do its last step: docs/emergency-access.md.',
      ],
    },
  };
}

/** Account by account, in the order of the stacks. */
function deployments(emergency: EmergencyPlan, location: EstateLocation): readonly string[] {
  const byAccount = Map.groupBy(emergencyStacks(emergency), ({ account }) => account);
  return [...byAccount].flatMap(([account, places]) => [
    `With credentials of the account ${account}:`,
    ...new Set(places.map(({ region }) => `$ npx --no cdk bootstrap aws://${account}/${region}`)),
    `$ ${shellLine(cdk('deploy', location, ['--exclusively', ...places.map(({ name }) => name)]))}`,
  ]);
}
