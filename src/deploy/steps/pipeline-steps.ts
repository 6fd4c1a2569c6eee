import type { EstatePlan } from '../../estate/plan/estate-plan';
import type { PipelineAccount } from '../../estate/sections/pipeline/pipeline';
import { gitHubTrust, pipelineStackName } from '../../estate/sections/pipeline/pipeline';
import { deployedAccounts } from '../../estate/plan/section-stacks';
import { cdkStep } from './cdk-steps';
import type { DeploymentOptions } from './options';
import { stepsWithProfile } from './options';
import type { Step } from './step';

/** The roles that GitHub Actions takes on, where the estate has a pipeline: by the credentials of each account. */
export function pipelineSteps(plan: EstatePlan, options: DeploymentOptions): readonly Step[] {
  const { estate } = plan;
  if (estate.pipeline === undefined || gitHubTrust(estate) === undefined) return [];
  const accounts = deployedAccounts(plan);
  const main = accounts.find(({ readsOrganization }) => readsOrganization);
  // With a delegated administrator, the stack of the management account is deployed from there as well.
  const others = accounts.filter(({ hosting, readsOrganization }) => hosting === undefined && !readsOrganization);
  const hosted = accounts.find((account) => account.hosting !== undefined && account !== main);
  const stacks = (first: PipelineAccount, ...more: readonly PipelineAccount[]) => {
    const nameOf = ({ account }: PipelineAccount): string => pipelineStackName(estate.name, account);
    return {
      estate: estate.name,
      region: first.regions[0],
      stacks: [nameOf(first), ...more.map(nameOf)] as const,
      yes: options.yes,
    };
  };
  return [
    ...stepsWithProfile(
      options.accessProfile,
      main === undefined ? [] : [cdkStep(ACCESS_PIPELINE, stacks(main, ...others))],
    ),
    ...stepsWithProfile(
      options.hostingProfile,
      hosted === undefined ? [] : [cdkStep(HOSTING_PIPELINE, stacks(hosted))],
    ),
  ];
}

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
