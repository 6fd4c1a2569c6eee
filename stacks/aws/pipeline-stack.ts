import { type App, Stack } from 'aws-cdk-lib';
import { AccountEventsRule } from '../../constructs/aws/pipeline/account-events-rule';
import { DeployRole } from '../../constructs/aws/pipeline/deploy-role';
import { EvidenceBucket, type EvidenceBucketProps } from '../../constructs/aws/pipeline/evidence-bucket';
import { ForgeProvider } from '../../constructs/aws/pipeline/forge-provider';
import { type PipelineRoleProps, PreviewRole } from '../../constructs/aws/pipeline/preview-role';
import { PulumiState, StateRole } from '../../constructs/aws/pipeline/pulumi-state';
import { PublishRole } from '../../constructs/aws/pipeline/publish-role';
import { AlarmTopic } from '../../constructs/aws/watch/alarm-topic';
import type { AccountEvents } from '../../src/estate/sections/pipeline/account-events';
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

/** Records of deployments. A person deploys it: whoever deploys must not change what was kept. */
export class EvidenceStack extends Stack {
  constructor(scope: App, id: string, props: EvidenceBucketProps) {
    const { account, region } = props.home;
    super(scope, id, {
      env: { account, region },
      description: `Records of the deployments of ${props.estateName}`,
      terminationProtection: true,
    });
    new EvidenceBucket(this, 'Evidence', props);
  }
}

/** Id of the provider in the stack, `AzureDevOps`: it is part of deployed templates, so it stays. */
function providerId(forge: Forge): string {
  return FORGE_FACTS[forge].name.replaceAll(' ', '');
}

export interface AccountEventsStackProps {
  readonly estateName: string;
  readonly events: AccountEvents;
}

/** Starts the job that proposes new accounts as soon as the organization changes. A person deploys it: it holds a token. */
export class AccountEventsStack extends Stack {
  constructor(scope: App, id: string, { estateName, events }: AccountEventsStackProps) {
    super(scope, id, {
      env: { account: events.account, region: events.region },
      description: 'Changes of the organization start the job that proposes them',
    });
    const { topic } = new AlarmTopic(this, 'Alarms', { emails: events.emails, key: undefined });
    new AccountEventsRule(this, 'Events', { estateName, events, topic });
  }
}
