import { previewEnvironment } from '../../estate/sections/pipeline/environments';
import type { Pipeline } from '../../estate/sections/pipeline/pipeline';
import { connectionChecks, gitHubApi, gitLabApi } from './forge-api';
import { hasApproval, isProtected } from './forge-readings';
import type { AzureEstate } from './identity-trust-steps';
import { isGuarded } from './readings';
import type { Step } from './step';

/** A step that lets no pull request ask Pulumi without an approval. */
type Guard = Pick<Step, 'title' | 'verification' | 'isDoneWhen' | 'action'>;

/**
 * Approval with which pull requests ask Pulumi; none where the estate lets every one of them. It comes before the identity that
 * trusts it: GitHub makes an environment that a job names and that is not there, without reviewers.
 */
export function previewEnvironmentStep(estate: AzureEstate): readonly Step[] {
  const environment = previewEnvironment(estate.azure);
  const guard = environment === undefined ? undefined : guardOf(estate, environment);
  return guard === undefined ? [] : [{ id: 'preview-environment', needs: [], ...guard }];
}

function guardOf(estate: AzureEstate, environment: string): Guard | undefined {
  const { pipeline } = estate;
  switch (pipeline?.forge) {
    case undefined:
    case 'github':
      return gitHubEnvironment(estate, environment);
    case 'gitlab':
      return pipeline.protectedEnvironments ? gitLabEnvironment(estate, environment) : undefined;
    case 'azure-devops':
      return azureDevOpsConnection(estate, pipeline);
  }
}

function gitHubEnvironment(estate: AzureEstate, environment: string): Guard {
  return {
    title: `the GitHub environment ${environment}, whose reviewers let a pull request ask Pulumi`,
    verification: [{ command: gitHubApi(estate, `/environments/${environment}`), read: isGuarded(environment) }],
    isDoneWhen: 'it has required reviewers, or takes protected branches alone',
    action: {
      kind: 'by-hand',
      todo: [
        `GitHub, Settings > Environments > New environment: ${environment}. Required reviewers, Prevent self-review, and no bypass by`,
        "administrators. Who approves lets the branch's code decrypt the secrets of Pulumi's state: docs/pipeline.md, 'A pull request'.",
      ],
    },
  };
}

function gitLabEnvironment(estate: AzureEstate, environment: string): Guard {
  return {
    title: `the GitLab environment ${environment}, whose approvers let a merge request ask Pulumi`,
    verification: [
      { command: gitLabApi(estate, `/protected_environments/${environment}`), read: isProtected(environment) },
    ],
    isDoneWhen: 'it is protected, and takes an approval',
    action: {
      kind: 'by-hand',
      todo: [
        `GitLab, Settings > CI/CD > Protected environments: ${environment}, with an approval rule of at least one approval, and no approval`,
        "by whoever started the pipeline. Who approves lets the branch's code decrypt the secrets of Pulumi's state.",
      ],
    },
  };
}

function azureDevOpsConnection(estate: AzureEstate, { serviceConnections }: Pipeline): Guard | undefined {
  const connection = serviceConnections.workforce?.preview;
  if (connection === undefined) return undefined;
  const { name } = connection;
  return {
    title: `the approvals of the service connection ${name}, which let a pull request ask Pulumi`,
    verification: [{ command: connectionChecks(estate, connection.id), read: hasApproval(name) }],
    isDoneWhen: 'it has an approval',
    action: {
      kind: 'by-hand',
      todo: [
        `Azure DevOps, Project settings > Service connections > ${name} > Approvals and checks: an approval, without 'Allow approvers to`,
        "approve their own runs'. Who approves lets the branch's code decrypt the secrets of Pulumi's state.",
      ],
    },
  };
}
