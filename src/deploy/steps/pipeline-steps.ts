import type { EstatePlan } from '../../estate/plan/planner';
import { deployedAccounts, stacksOfKind } from '../../estate/plan/stacks/stacks';
import type { PipelineAccount } from '../../estate/sections/pipeline/pipeline';
import { cdkStep } from './cdk-steps';
import { command } from './command';
import { forgeSteps } from './forges/registry';
import type { DeploymentOptions } from './options';
import { stepsWithProfile } from './options';
import type { Step } from './step';

/** Steps at the forge, and the roles that its pipeline takes on, where the estate has one: by the credentials of each account. */
export function pipelineSteps(plan: EstatePlan, options: DeploymentOptions): readonly Step[] {
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
