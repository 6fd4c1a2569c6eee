import type { App } from 'aws-cdk-lib';
import type { EstatePlan } from '../../src/estate/plan/estate-plan';
import { gitHubTrust, pipelineStackName } from '../../src/estate/sections/pipeline/pipeline';
import { deployedAccounts } from '../../src/estate/plan/section-stacks';
import { PipelineStack } from './pipeline-stack';

/** Adds a stack with the pipeline's roles for each account that the estate deploys to. */
export function addPipelineStacks(app: App, plan: EstatePlan): void {
  const { estate } = plan;
  const trust = gitHubTrust(estate);
  if (estate.pipeline === undefined || trust === undefined) return;
  const { existingProviders } = estate.pipeline;
  for (const account of deployedAccounts(plan)) {
    new PipelineStack(app, pipelineStackName(estate.name, account.account), {
      estateName: estate.name,
      account,
      trust,
      providerExists: existingProviders.includes(account.account),
    });
  }
}
