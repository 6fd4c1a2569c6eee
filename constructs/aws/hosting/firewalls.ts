import { Construct } from 'constructs';
import type { Hosting, ServiceName } from '../../../src/estate/sections/hosting/hosting';
import type { AppService } from './app-service';
import { Firewall } from './firewall';

export interface FirewallsProps {
  readonly estateName: string;
  readonly hosting: Hosting;
  readonly services: Readonly<Record<ServiceName, AppService>>;
}

/** A firewall for each public service. What is private is reached by the web alone. */
export class Firewalls extends Construct {
  constructor(scope: Construct, id: string, { estateName, hosting, services }: FirewallsProps) {
    super(scope, id);
    const { rateLimit, logRetentionDays, privateApi } = hosting;
    const shared = { rateLimit, logRetentionDays };
    new Firewall(this, 'web', {
      ...shared,
      serviceName: `${estateName}-web`,
      service: services.web,
      caller: 'customers',
    });
    if (privateApi !== undefined) return;
    new Firewall(this, 'api', { ...shared, serviceName: `${estateName}-api`, service: services.api, caller: 'web' });
  }
}
