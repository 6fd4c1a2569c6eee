import type { App } from 'aws-cdk-lib';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { AlarmTopic } from '../../constructs/aws/watch/alarm-topic';
import { AppSecrets } from '../../constructs/aws/hosting/app-secrets';
import { HostingKey } from '../../constructs/aws/hosting/hosting-key';
import { referStrongly } from '../../constructs/aws/hosting/strong-references';
import { Tables } from '../../constructs/aws/hosting/tables';
import type { Hosting } from '../../src/estate/sections/hosting/hosting';
import { PROTECTION } from '../../src/estate/sections/hosting/hosting';

export interface HostingDataStackProps {
  readonly estateName: string;
  readonly hosting: Hosting;
}

/**
 * Data that outlives the services: tables, secrets, their key, and the topic whose subscriptions people confirmed. It
 * is deployed before the handoff, which writes a value into the client secret, and that before the services.
 */
export class HostingDataStack extends Stack {
  /** Absent with keys that AWS owns. */
  readonly key: IKey | undefined;
  readonly tables: Tables;
  readonly secrets: AppSecrets;
  readonly topic: ITopic;

  constructor(scope: App, id: string, { estateName, hosting }: HostingDataStackProps) {
    const protection = PROTECTION[hosting.environment];
    super(scope, id, {
      env: { account: hosting.account, region: hosting.region },
      description: `Customer application: data (${hosting.environment})`,
      terminationProtection: protection.terminationProtection,
    });
    const key = hosting.kmsKeys === 'customer' ? new HostingKey(this, 'Key', { protection }).key : undefined;
    this.key = key;
    this.tables = new Tables(this, 'Tables', { key, protection });
    this.secrets = new AppSecrets(this, 'Secrets', { estateName, key, protection });
    this.topic = new AlarmTopic(this, 'Alarms', { emails: hosting.alarmEmails, key }).topic;
    // While the services use them, neither can a table go nor a secret.
    referStrongly(this);
    new CfnOutput(this, 'ClientSecretArn', {
      value: this.secrets.clientSecret.arn,
      description: 'Where entra-aws deploy handoff writes the client secret',
    });
  }
}
