import { type App, Stack } from 'aws-cdk-lib';
import { AccountEventsRule } from '../../constructs/aws/pipeline/account-events-rule';
import { DeployRole } from '../../constructs/aws/pipeline/deploy-role';
import { ForgeProvider } from '../../constructs/aws/pipeline/forge-provider';
import { PreviewRole } from '../../constructs/aws/pipeline/preview-role';
import { PublishRole } from '../../constructs/aws/pipeline/publish-role';
import { AlarmTopic } from '../../constructs/aws/watch/alarm-topic';
import type { AccountEvents } from '../../src/estate/sections/pipeline/account-events';
import { type Forge, FORGE_FACTS } from '../../src/estate/sections/pipeline/forges/registry';
import type { PipelineAccount } from '../../src/estate/sections/pipeline/pipeline';
import type { AwsTrusts } from '../../src/estate/sections/pipeline/role-trust';

export interface PipelineStackProps {
  readonly estateName: string;
  readonly account: PipelineAccount;
  readonly forge: Forge;
  readonly trust: AwsTrusts;
  /** True if the account has the forge's OIDC provider already. */
  readonly providerExists: boolean;
}

/**
 * Roles that the forge's pipeline takes on in one AWS account. A person deploys it: the pipeline must not give itself
 * permissions.
 */
export class PipelineStack extends Stack {
  constructor(scope: App, id: string, { providerExists, trust, forge, ...props }: PipelineStackProps) {
    const { account, regions, hosting } = props.account;
    const runner = FORGE_FACTS[forge].pipelines;
    super(scope, id, {
      env: { account, region: regions[0] },
      description: `Roles of ${runner}`,
      terminationProtection: true,
    });
    const { issuer, audience } = trust.deploy;
    const provider = new ForgeProvider(this, providerId(forge), { issuer, audience, exists: providerExists });
    new PreviewRole(this, 'Preview', { ...props, runner, assumedBy: provider.principalOf(trust.preview) });
    new DeployRole(this, 'Deploy', { ...props, runner, assumedBy: provider.principalOf(trust.deploy) });
    if (hosting === undefined || trust.publish === undefined) return;
    const { estateName } = props;
    new PublishRole(this, 'Publish', { estateName, hosting, runner, assumedBy: provider.principalOf(trust.publish) });
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
