import { DescribeServiceCommand, ListOperationsCommand } from '@aws-sdk/client-apprunner';
import type { ExpressGatewayServiceConfiguration } from '@aws-sdk/client-ecs';
import { DescribeExpressGatewayServiceCommand } from '@aws-sdk/client-ecs';
import { callAws } from './aws-call';
import type { ServiceName } from '../../estate/sections/hosting/hosting';
import type { DeployedService } from '../facts/hosting-facts';
import type { HostingClients } from './hosting-clients';
import { type DeployedStack, resourcesOf } from './read-stack';

const APP_RUNNER = 'AWS::AppRunner::Service';
const ECS_EXPRESS = 'AWS::ECS::ExpressGatewayService';
/** Operations of App Runner after which a service has read its secrets again. */
const DEPLOYS: ReadonlySet<string> = new Set([
  'START_DEPLOYMENT',
  'CREATE_SERVICE',
  'UPDATE_SERVICE',
  'RESUME_SERVICE',
]);

/** The services of the customer application, on either platform. @throws AwsCallError */
export async function readServices(
  clients: HostingClients,
  stacks: DeployedStack,
  estateName: string,
): Promise<readonly DeployedService[]> {
  const appRunner = resourcesOf(stacks, APP_RUNNER).map(({ physicalId }) =>
    readAppRunner(clients, physicalId, estateName),
  );
  const ecs = resourcesOf(stacks, ECS_EXPRESS).map(({ physicalId }) => readExpress(clients, physicalId, estateName));
  return Promise.all([...appRunner, ...ecs]);
}

async function readAppRunner(
  { appRunner: client }: HostingClients,
  ServiceArn: string,
  estateName: string,
): Promise<DeployedService> {
  const call = { action: 'apprunner:DescribeService', subject: `the service ${ServiceArn}` };
  const { Service } = await callAws(call, () => client.send(new DescribeServiceCommand({ ServiceArn })));
  const listing = { action: 'apprunner:ListOperations', subject: `the deployments of ${ServiceArn}` };
  const command = new ListOperationsCommand({ ServiceArn, MaxResults: 20 });
  const { OperationSummaryList = [] } = await callAws(listing, () => client.send(command));
  const deployed = OperationSummaryList.filter(({ Type = '', Status }) => DEPLOYS.has(Type) && Status === 'SUCCEEDED')
    .flatMap(({ StartedAt }) => StartedAt ?? [])
    .toSorted((a, b) => b.getTime() - a.getTime());
  const status = Service?.Status ?? 'missing';
  return {
    name: appOf(Service?.ServiceName ?? '', estateName),
    status,
    isRunning: status === 'RUNNING',
    image: Service?.SourceConfiguration?.ImageRepository?.ImageIdentifier ?? '',
    deployedAt: deployed[0],
  };
}

async function readExpress({ ecs }: HostingClients, serviceArn: string, estateName: string): Promise<DeployedService> {
  const call = { action: 'ecs:DescribeExpressGatewayService', subject: `the service ${serviceArn}` };
  const command = new DescribeExpressGatewayServiceCommand({ serviceArn });
  const { service = {} } = await callAws(call, () => ecs.send(command));
  const { serviceName = '', status, activeConfigurations = [] } = service;
  return {
    ...runningOf(status?.statusCode),
    ...revisionOf(activeConfigurations[0]),
    name: appOf(serviceName, estateName),
  };
}

function runningOf(status = 'missing'): Pick<DeployedService, 'status' | 'isRunning'> {
  return { status, isRunning: status === 'ACTIVE' };
}

function revisionOf(active: ExpressGatewayServiceConfiguration = {}): Pick<DeployedService, 'image' | 'deployedAt'> {
  return { image: active.primaryContainer?.image ?? '', deployedAt: active.createdAt };
}

/** `sandbox-web` is the web of the estate sandbox. */
function appOf(serviceName: string, estateName: string): ServiceName {
  return serviceName === `${estateName}-api` ? 'api' : 'web';
}
