import type { App } from 'aws-cdk-lib';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { ImageSource } from '../../constructs/aws/hosting/app-image';
import { CustomDomain } from '../../constructs/aws/hosting/custom-domain';
import { CustomerServices } from '../../constructs/aws/hosting/customer-services';
import { Firewalls } from '../../constructs/aws/hosting/firewalls';
import { Monitoring } from '../../constructs/aws/hosting/monitoring';
import type { Callbacks, DirectoryType } from '../../src/estate/sections/customers/customers';
import type { Hosting, ServiceName } from '../../src/estate/sections/hosting/hosting';
import { PROTECTION } from '../../src/estate/sections/hosting/hosting';
import { originOf } from '../../src/estate/sections/hosting/schema';
import type { HostingDataStack } from './hosting-data-stack';

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
