import { posix } from 'node:path';
import type { EstatePlan } from '../../estate/plan/planner';
import {
  deployedAccounts,
  nameAtEngine,
  PLAIN_KINDS,
  type StackPlan,
  STACKS,
  stacksOfKind,
} from '../../estate/plan/stacks/stacks';
import { accessSteps } from './access-steps';
import { azureSteps } from './azure-steps';
import { bootstrapStep, cdkStep } from './cdk-steps';
import { pulumiSteps } from './pulumi-steps';
import { check, type DeploymentOptions, DONE, pending, type Step, stepsWithProfile } from './step';
import { cdk, type Command, command, entraAws, type EstateLocation, shellLine } from './command';
import { differsIf } from './readings';
import type { Estate } from '../../estate/sections/estate';
import { awsStateOf } from '../../estate/sections/pipeline/pulumi-state';
import type { PipelineAccount } from '../../estate/sections/pipeline/pipeline';
import { forgeSteps } from './forges/registry';
import { DEFAULT_ESTATES_FOLDER } from '../../estate/source/estate-folder';
import { type EmergencyPlan, emergencyStacks } from '../../estate/sections/emergency/emergency-plan';

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
  const [home] = PLAIN_KINDS.flatMap((kind) => stacksOfKind(plan, kind));
  if (home === undefined) return [];
  return stepsWithProfile(options.accessProfile, [
    ...(plan.access === undefined ? [bootstrapStep('access-bootstrap', home)] : []),
    ...PLAIN_KINDS.flatMap((kind) =>
      cdkStep(plan, options, {
        ...{ id: kind, title: STACKS[kind].title, needs: ['access-bootstrap'] },
        stacks: stacksOfKind(plan, kind),
      }),
    ),
  ]);
}

/** The customer application: its secrets exist before values are handed over, and those before the services start. */
function hostingSteps(plan: StackPlan, options: DeploymentOptions): readonly Step[] {
  const { name, hosting } = plan.estate;
  if (hosting === undefined) return [];
  const location = { estate: name, estates: options.estates };
  return stepsWithProfile(options.hostingProfile, [
    bootstrapStep('hosting-bootstrap', hosting),
    ...cdkStep(plan, options, {
      ...{ id: 'hosting-data', title: 'tables, secrets and alarms', needs: ['hosting-bootstrap'] },
      stacks: stacksOfKind(plan, 'hosting-data'),
    }),
    handoff(plan.estate, options),
    ...cdkStep(plan, options, {
      ...{
        id: 'hosting',
        title: hosting.services.length === 0 ? 'the web and the API' : 'the services',
        needs: ['handoff'],
      },
      stacks: stacksOfKind(plan, 'hosting'),
    }),
    ...(hosting.services.length === 0 ? [redirectUris(location, options)] : []),
  ]);
}

/** Pulumi's state may be in another account than the hosting. */
function handoff(estate: Estate, { estates, hostingProfile, stateProfile }: DeploymentOptions): Step {
  const location = { estate: estate.name, estates };
  const isElsewhere = awsStateOf(estate) !== undefined && stateProfile !== hostingProfile;
  const ofState = (one: Command): Command => ({ ...one, ...(isElsewhere && { stateProfile }) });
  return {
    id: 'handoff',
    title: 'ids and the client secret pass from Pulumi to AWS',
    needs: ['customers', 'hosting-data'],
    verification: [
      check(
        ofState(entraAws('deploy handoff', location, '--check')),
        differsIf(/: \d+ to write; /, 'what AWS has differs from what the customers program made'),
      ),
    ],
    isDoneWhen: 'parameters and secret are what the customers program made',
    commands: [ofState(entraAws('deploy handoff', location))],
  };
}

/** A reviewed change: afterwards `customers` has redirect URIs to add, and `hosting` an address to give the web. */
function redirectUris(location: EstateLocation, { hostingProfile }: DeploymentOptions): Step {
  const asking = entraAws('deploy handoff', location, '--url');
  return {
    id: 'redirect-uris',
    title: 'people can sign in at the deployed address',
    needs: ['hosting'],
    verification: [check(asking, differsIf(/^--- a\//, 'the estate lacks the deployed address'))],
    isDoneWhen:
      'the estate has the deployed address or a domain of its own, and customers and hosting are deployed with it',
    todo: [
      `$ ${shellLine({ ...asking, profile: hostingProfile })} | git apply`,
      'Review and commit the change, then run this again: customers adds the redirect URIs, hosting gives the web its address.',
    ],
  };
}

/** Steps at the forge, and the roles that its pipeline takes on, where the estate has one: by the credentials of each account. */
function pipelineSteps(plan: EstatePlan, options: DeploymentOptions): readonly Step[] {
  const deployed = stacksOfKind(plan, 'pipeline');
  const accounts = deployedAccounts(plan);
  const main = accounts.find(({ readsOrganization }) => readsOrganization);
  // With a delegated administrator, the stack of the management account is deployed from there as well.
  const others = accounts.filter(
    ({ hosting, readsOrganization, hasStateOnly }) => hosting === undefined && !readsOrganization && !hasStateOnly,
  );
  const hosted = accounts.filter((account) => account.hosting !== undefined && account !== main).slice(0, 1);
  const stacksIn = (some: readonly PipelineAccount[]) =>
    some.flatMap(({ account }) => deployed.filter((stack) => stack.account === account));
  return [
    ...forgeSteps(plan.estate),
    ...stepsWithProfile(
      options.accessProfile,
      cdkStep(plan, options, {
        id: 'access-pipeline',
        title: "the pipeline's roles in the account of IAM Identity Center",
        needs: ['access-bootstrap'],
        stacks: main === undefined ? [] : stacksIn([main, ...others]),
      }),
    ),
    ...stepsWithProfile(
      options.hostingProfile,
      cdkStep(plan, options, {
        id: 'hosting-pipeline',
        title: "the pipeline's roles in the account of the hosting",
        needs: ['hosting-bootstrap'],
        stacks: stacksIn(hosted),
      }),
    ),
    ...stateRoles(plan, options),
    ...stepsWithProfile(options.accessProfile, accountEventsStep(plan, options)),
  ];
}

/** Roles that read and write Pulumi's state, where it is in an account of its own. */
function stateRoles(plan: EstatePlan, options: DeploymentOptions): readonly Step[] {
  const only = deployedAccounts(plan).find(({ hasStateOnly }) => hasStateOnly);
  const steps = cdkStep(plan, options, {
    id: 'state-pipeline',
    title: "the pipeline's roles in the account of Pulumi's state",
    needs: ['state-bootstrap'],
    stacks: stacksOfKind(plan, 'pipeline').filter(({ account }) => account === only?.account),
  });
  return stepsWithProfile(options.stateProfile, steps);
}

/** In another Region than the other stacks, which its own command prepares for the CDK. */
function accountEventsStep(plan: EstatePlan, options: DeploymentOptions): readonly Step[] {
  const stacks = stacksOfKind(plan, 'account-events');
  return cdkStep(plan, options, {
    ...{
      id: 'account-events',
      title: 'changes of the organization start the job that proposes them',
      needs: [],
      stacks,
    },
    before: stacks
      .slice(0, 1)
      .map(({ account, region }) => command(`npx --no cdk bootstrap aws://${account}/${region}`)),
  });
}

/** The way that is there when the others fail: a person deploys it, with credentials of each account. */
export function emergencySteps({ estate, emergency: plan }: EstatePlan, options: DeploymentOptions): readonly Step[] {
  const { emergency } = estate;
  if (emergency === undefined || plan === undefined) return [];
  const isEntra = emergency.application !== undefined;
  const { estates = DEFAULT_ESTATES_FOLDER } = options;
  const file = posix.join(estates, estate.name, emergency.metadataFile);
  const steps = stacks(plan, { location: { estate: estate.name, estates }, isEntra });
  return [
    metadata(plan, { file, isEntra, stack: nameAtEngine(estate, 'workforce') }),
    ...stepsWithProfile(options.accessProfile, [steps]),
  ];
}

function metadata(
  { metadata: text }: EmergencyPlan,
  { file, isEntra, stack }: { readonly file: string; readonly isEntra: boolean; readonly stack: string },
): Step {
  return {
    id: 'emergency-metadata',
    title: 'what AWS knows the identity provider of the emergency access by',
    needs: isEntra ? ['workforce'] : [],
    verification: text === undefined ? pending(`there is no ${file}`) : DONE,
    isDoneWhen: `${file} is there`,
    todo: [
      isEntra
        ? `$ curl -fsS "$(pulumi stack output emergencyMetadataUrl --stack ${stack})" -o ${file}`
        : `Save the SAML metadata of the identity provider as ${file}.`,
      'Commit it, then run this again.',
    ],
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
      check(
        entraAws('doctor drill', location, '--strict'),
        differsIf(/^The path is broken/m, 'the drill finds links that do not hold'),
      ),
    ],
    isDoneWhen: 'the drill proves the path up to its last step',
    todo: [
      ...deployments(emergency, location),
      "Confirm the alarms by the link in AWS's mail.",
      ...(isEntra ? ['Put people into the group, as the estate says of its members.'] : []),
      `$ ${shellLine(entraAws('doctor drill', location))}`,
      'Do its last step: npx --no entra-aws docs emergency-access',
    ],
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
