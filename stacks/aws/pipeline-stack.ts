import type { App } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { DeployRole } from '../../constructs/aws/pipeline/deploy-role';
import { GitHubProvider } from '../../constructs/aws/pipeline/github-provider';
import { PreviewRole } from '../../constructs/aws/pipeline/preview-role';
import type { GitHubTrust, PipelineAccount } from '../../src/estate/sections/pipeline/pipeline';

export interface PipelineStackProps {
  readonly estateName: string;
  readonly account: PipelineAccount;
  readonly trust: GitHubTrust;
  /** True if the account has GitHub's OIDC provider already. */
  readonly providerExists: boolean;
}

/**
 * Roles that GitHub Actions takes on in one AWS account. A person deploys it: the pipeline must not give itself
 * permissions.
 */
export class PipelineStack extends Stack {
  constructor(scope: App, id: string, { providerExists, ...props }: PipelineStackProps) {
    const { account, regions } = props.account;
    super(scope, id, {
      env: { account, region: regions[0] },
      description: 'Roles of GitHub Actions',
      terminationProtection: true,
    });
    const provider = new GitHubProvider(this, 'GitHub', { exists: providerExists });
    new PreviewRole(this, 'Preview', { ...props, provider });
    new DeployRole(this, 'Deploy', { ...props, provider });
  }
}
