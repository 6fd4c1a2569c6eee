import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { CustomDomain } from '../../constructs/aws/hosting/custom-domain';
import type { ImageSource } from '../../constructs/aws/hosting/app-service';
import { CustomerServices } from '../../constructs/aws/hosting/customer-services';
import { AppSecrets, HostingKey, referStrongly, Tables } from '../../constructs/aws/hosting/data';
import { Firewalls } from '../../constructs/aws/hosting/firewalls';
import { Monitoring } from '../../constructs/aws/hosting/monitoring';
import { AlarmTopic } from '../../constructs/aws/watch/alarm-topic';
import type { Callbacks, DirectoryType } from '../../src/estate/sections/customers/customers';
import { type Hosting, PROTECTION, type ServiceName } from '../../src/estate/sections/hosting/hosting';
import { originOf } from '../../src/estate/sections/hosting/schema';

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

export interface HostingStackProps {
  readonly estateName: string;
  readonly hosting: Hosting;
  readonly directoryType: DirectoryType;
  readonly callbacks: Callbacks;
  readonly images: Readonly<Record<ServiceName, ImageSource>>;
  readonly data: HostingDataStack;
}

/** The two services of the customer application, and what guards and watches them. It can be created again at any time. */
export class HostingStack extends Stack {
  constructor(scope: App, id: string, { data, ...props }: HostingStackProps) {
    const { hosting, estateName } = props;
    super(scope, id, {
      env: { account: hosting.account, region: hosting.region },
      description: `Customer application: services (${hosting.environment})`,
      terminationProtection: PROTECTION[hosting.environment].terminationProtection,
    });
    const { tables, secrets, topic, key } = data;
    const services = new CustomerServices(this, 'Services', { ...props, tables, secrets, key });
    new Firewalls(this, 'Firewalls', { estateName, hosting, services, callbacks: props.callbacks });
    new Monitoring(this, 'Monitoring', { estateName, hosting, services, tables, topic });
    const { domain, region, logRetentionDays } = hosting;
    if (domain !== undefined) {
      new CustomDomain(this, 'Domain', { domain, region, logRetentionDays, serviceArn: services.web.protectedArn });
    }
    new CfnOutput(this, 'WebUrl', {
      value: domain === undefined ? services.web.url : originOf(domain),
      description: domain === undefined ? 'Address that the platform gave the web' : 'Address of the web',
    });
    new CfnOutput(this, 'ApiUrl', { value: services.api.url, description: 'Address that the platform gave the API' });
  }
}
