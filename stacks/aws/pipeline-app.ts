import type { App } from 'aws-cdk-lib';
import type { EstatePlan } from '../../model/estate-plan';
import { gitHubTrust, pipelineAccounts, pipelineStackName } from '../../model/pipeline';
import { PipelineStack } from './pipeline-stack';

/** Adds a stack with the pipeline's roles for each account that the estate deploys to. */
export function addPipelineStacks(app: App, { estate, access }: EstatePlan): void {
  const trust = gitHubTrust(estate);
  if (estate.pipeline === undefined || trust === undefined) return;
  const { existingProviders } = estate.pipeline;
  for (const account of pipelineAccounts(estate, access?.stacks ?? [])) {
    new PipelineStack(app, pipelineStackName(estate.name, account.account), {
      estateName: estate.name,
      account,
      trust,
      providerExists: existingProviders.includes(account.account),
    });
  }
}
