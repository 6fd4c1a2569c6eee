import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { CustomDomain } from '../../constructs/aws/hosting/custom-domain';
import {
  CustomerServices,
  type CustomerServicesProps,
  type RunningService,
} from '../../constructs/aws/hosting/customer-services';
import { AppSecrets, HostingKey, referStrongly, Tables } from '../../constructs/aws/hosting/data';
import { Firewalls } from '../../constructs/aws/hosting/firewalls';
import { Monitoring } from '../../constructs/aws/hosting/monitoring';
import { AlarmTopic } from '../../constructs/aws/alarm';
import { type Hosting, PROTECTION } from '../../src/estate/sections/hosting/hosting';
import { type HostedService, inOrder, pascalCase, secretNamesOf } from '../../src/estate/sections/hosting/services';
import { clientSecretName } from '../../src/estate/sections/hosting/handoff';
import { originOf } from '../../src/estate/sections/hosting/schema';

export interface HostingDataStackProps {
  readonly estateName: string;
  readonly hosting: Hosting;
  /** Those elsewhere too: the handoff writes their secrets. */
  readonly services: readonly HostedService[];
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

  constructor(scope: App, id: string, { estateName, hosting, services }: HostingDataStackProps) {
    const protection = PROTECTION[hosting.environment];
    super(scope, id, {
      env: { account: hosting.account, region: hosting.region },
      description: `Customer application: data (${hosting.environment})`,
      terminationProtection: protection.terminationProtection,
    });
    const key = hosting.kmsKeys === 'customer' ? new HostingKey(this, 'Key', { protection }).key : undefined;
    this.key = key;
    this.tables = new Tables(this, 'Tables', {
      tables: inOrder(services).flatMap(({ tables }) => tables),
      ...{ key, protection },
    });
    this.secrets = new AppSecrets(this, 'Secrets', { estateName, names: secretNamesOf(services), key, protection });
    this.topic = new AlarmTopic(this, 'Alarms', { emails: hosting.alarmEmails, key }).topic;
    // While the services use them, neither can a table go nor a secret.
    referStrongly(this);
    const clientSecret = this.secrets.all.get(clientSecretName(estateName));
    if (clientSecret !== undefined)
      new CfnOutput(this, 'ClientSecretArn', {
        value: clientSecret.arn,
        description: 'Where entra-aws deploy handoff writes the client secret',
      });
  }
}

export interface HostingStackProps extends Pick<
  CustomerServicesProps,
  'estateName' | 'hosting' | 'services' | 'images'
> {
  readonly data: HostingDataStack;
}

/** The services, and what guards and watches them. It can be created again at any time. */
export class HostingStack extends Stack {
  constructor(scope: App, id: string, { data, ...props }: HostingStackProps) {
    const { hosting, estateName } = props;
    super(scope, id, {
      env: { account: hosting.account, region: hosting.region },
      description: `Customer application: services (${hosting.environment})`,
      terminationProtection: PROTECTION[hosting.environment].terminationProtection,
    });
    const { tables, secrets, topic, key } = data;
    const services = new CustomerServices(this, 'Services', {
      ...props,
      ...{ tables: tables.all, secrets: secrets.all, key },
    }).all;
    new Firewalls(this, 'Firewalls', { estateName, hosting, services });
    new Monitoring(this, 'Monitoring', { estateName, hosting, services, tables: tables.all, topic });
    for (const one of services) this.tellAddress(one, hosting);
  }

  /** A domain leads to the example's web alone. */
  private tellAddress(
    { service: { name, word }, running }: RunningService,
    { domain, region, logRetentionDays }: Hosting,
  ): void {
    const led = name === 'web' ? domain : undefined;
    if (led !== undefined)
      new CustomDomain(this, 'Domain', { domain: led, region, logRetentionDays, serviceArn: running.protectedArn });
    new CfnOutput(this, `${pascalCase(name)}Url`, {
      value: led === undefined ? running.url : originOf(led),
      description: led === undefined ? `Address that the platform gave the ${word}` : `Address of the ${word}`,
    });
  }
}
