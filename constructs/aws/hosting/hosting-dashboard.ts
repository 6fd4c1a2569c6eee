import type { Alarm, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { AlarmStatusWidget, Dashboard, GraphWidget, Row, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AppService } from './app-service';

export interface HostingDashboardProps {
  readonly name: string;
  readonly services: Readonly<Record<string, AppService>>;
  readonly alarms: readonly Alarm[];
}

const WHOLE_WIDTH = 24;
const THIRD = 8;

/** One page for the people on duty: what is wrong, and how each service does. */
export class HostingDashboard extends Construct {
  constructor(scope: Construct, id: string, { name, services, alarms }: HostingDashboardProps) {
    super(scope, id);
    new Dashboard(this, 'Resource', {
      dashboardName: name,
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WHOLE_WIDTH })],
        ...Object.entries(services).map(([title, service]) => serviceRow(title, service)),
      ],
    });
  }
}

function serviceRow(title: string, { metrics }: AppService): IWidget[] {
  return [
    new TextWidget({ markdown: `## ${title}`, width: WHOLE_WIDTH, height: 1 }),
    new Row(
      new GraphWidget({
        title: 'Requests and errors',
        width: THIRD,
        left: [metrics.requests],
        right: [metrics.clientErrors, metrics.serverErrors],
      }),
      new GraphWidget({ title: 'Latency (p99, ms)', width: THIRD, left: [metrics.latency] }),
      new GraphWidget({ title: 'CPU and memory (%)', width: THIRD, left: [metrics.cpu, metrics.memory] }),
    ),
  ];
}
