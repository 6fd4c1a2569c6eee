import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Hosting, ServiceName } from '../../../src/estate/sections/hosting/hosting';
import type { AppService } from './app-service';
import { DeploymentFailures } from './deployment-failures';
import { HostingDashboard } from './hosting-dashboard';
import { Redeployment } from './redeployment';
import { ServiceAlarms } from './service-alarms';
import { TableAlarms } from './table-alarms';

export interface MonitoringProps {
  readonly estateName: string;
  readonly hosting: Hosting;
  readonly services: Readonly<Record<ServiceName, AppService>>;
  readonly tables: Readonly<Record<'policies' | 'sessions', Table>>;
  readonly topic: ITopic;
}

/** Alarms, the dashboard, and what restarts the services after a handoff. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, { estateName, hosting, services, tables, topic }: MonitoringProps) {
    super(scope, id);
    const action = new SnsAction(topic);
    const { web, api } = services;
    const alarms = [
      ...new ServiceAlarms(this, 'web', { name: 'web', service: web, action }).alarms,
      ...new ServiceAlarms(this, 'api', { name: 'API', service: api, action }).alarms,
      ...new TableAlarms(this, 'Tables', { tables: { policies: tables.policies, sessions: tables.sessions }, action })
        .alarms,
    ];
    new HostingDashboard(this, 'Dashboard', {
      name: `${estateName}-hosting`,
      services: { Web: web, API: api },
      alarms,
    });
    const { logRetentionDays } = hosting;
    new Redeployment(this, 'Redeployment', {
      estateName,
      services: { Web: web, API: api },
      action,
      logRetentionDays,
    });
    new DeploymentFailures(this, 'Failures', { services, topic });
  }
}
