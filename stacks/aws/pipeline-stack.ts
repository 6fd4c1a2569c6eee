import { type App, Stack } from 'aws-cdk-lib';
import { DeployRole } from '../../constructs/aws/pipeline/deploy-role';
import { ForgeProvider, PublishRole } from '../../constructs/aws/pipeline/forge-provider';
import { type PipelineRoleProps, PreviewRole } from '../../constructs/aws/pipeline/preview-role';
import { PulumiState, StateRole } from '../../constructs/aws/pipeline/pulumi-state';
import { type Forge, FORGE_FACTS } from '../../src/estate/sections/pipeline/forges/registry';
import type { PipelineAccount } from '../../src/estate/sections/pipeline/pipeline';
import type { AwsState } from '../../src/estate/sections/pipeline/pulumi-state';
import type { AwsTrusts, PipelineTrust } from '../../src/estate/sections/pipeline/role-trust';

export interface PipelineStackProps {
  readonly estateName: string;
  readonly account: PipelineAccount;
  readonly forge: Forge;
  readonly trust: Pick<PipelineTrust, 'aws' | 'state'>;
  /** True if the account has the forge's OIDC provider already. */
  readonly providerExists: boolean;
}

/**
 * Roles that the forge's pipeline takes on in one AWS account. A person deploys it: the pipeline must not give itself
 * permissions.
 */
export class PipelineStack extends Stack {
  constructor(scope: App, id: string, { providerExists, trust, forge, ...props }: PipelineStackProps) {
    const { account, regions, state } = props.account;
    const runner = FORGE_FACTS[forge].pipelines;
    super(scope, id, {
      env: { account, region: regions[0] },
      description: `Roles of ${runner}`,
      terminationProtection: true,
    });
    const { aws, state: stateTrust } = trust;
    const known = aws ?? stateTrust;
    if (known === undefined) throw new Error(`the plan lacks whom the stack ${id} trusts`);
    const { issuer, audience } = known.deploy;
    const provider = new ForgeProvider(this, providerId(forge), { issuer, audience, exists: providerExists });
    if (aws !== undefined) this.addRoles(aws, provider, { ...props, runner });
    if (state === undefined || stateTrust === undefined) return;
    for (const role of ['preview', 'deploy'] as const)
      new StateRole(this, `State${role === 'preview' ? 'Preview' : 'Deploy'}`, {
        ...{ estateName: props.estateName, runner, role, state },
        assumedBy: provider.principalOf(stateTrust[role]),
      });
  }

  private addRoles(
    { preview, deploy, publish }: AwsTrusts,
    provider: ForgeProvider,
    props: Omit<PipelineRoleProps, 'assumedBy'>,
  ): void {
    new PreviewRole(this, 'Preview', { ...props, assumedBy: provider.principalOf(preview) });
    new DeployRole(this, 'Deploy', { ...props, assumedBy: provider.principalOf(deploy) });
    const { account, ...rest } = props;
    if (account.hosting === undefined || publish === undefined) return;
    new PublishRole(this, 'Publish', { ...rest, hosting: account.hosting, assumedBy: provider.principalOf(publish) });
  }
}

export interface PulumiStateStackProps {
  readonly estateName: string;
  readonly state: AwsState;
}

/** Pulumi's state and the key of its secrets. A person deploys it, before there is a state. */
export class PulumiStateStack extends Stack {
  constructor(scope: App, id: string, { estateName, state }: PulumiStateStackProps) {
    super(scope, id, {
      env: { account: state.account, region: state.region },
      description: `Pulumi's state of ${estateName}`,
      terminationProtection: true,
    });
    new PulumiState(this, 'State', state);
  }
}

/** Id of the provider in the stack, `AzureDevOps`: it is part of deployed templates, so it stays. */
function providerId(forge: Forge): string {
  return FORGE_FACTS[forge].name.replaceAll(' ', '');
}
