import { Stack } from 'aws-cdk-lib';
import { CfnVpcConnector, CfnVpcIngressConnection } from 'aws-cdk-lib/aws-apprunner';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnSecurityGroup, CfnSecurityGroupEgress, CfnSecurityGroupIngress, CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import {
  type AppEnvironment,
  appImage,
  type AppService,
  type ImageSource,
  parameterArn,
  type SecretReference,
} from './app-service';
import { AppRunnerService } from './app-runner-service';
import { EcsExpressService, type ExpressNetwork } from './ecs-express-service';
import type { Hosting, PrivateNetwork as PrivateNetworkSettings } from '../../../src/estate/sections/hosting/hosting';
import {
  type HostedService,
  inOrder,
  needsAddress,
  pascalCase,
  type Value,
} from '../../../src/estate/sections/hosting/services';

export interface CustomerServicesProps {
  readonly estateName: string;
  readonly hosting: Hosting;
  /** Services that run here. */
  readonly services: readonly HostedService[];
  /** Ways to make their images, by the names of those whose images the deployment makes. */
  readonly images: ReadonlyMap<string, ImageSource>;
  /** By the names that the services have for them. */
  readonly tables: ReadonlyMap<string, Table>;
  /** By their names in Secrets Manager. */
  readonly secrets: ReadonlyMap<string, SecretReference>;
  readonly key: IKey | undefined;
}

/** A service as the estate has it, and as it runs. */
export interface RunningService {
  readonly service: HostedService;
  readonly running: AppService;
}

/** The services of an estate on its platform, each with its own tables and nothing else. */
export class CustomerServices extends Construct {
  /** In the order of the estate. */
  readonly all: readonly RunningService[];
  private readonly network: PrivateNetwork | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CustomerServicesProps,
  ) {
    super(scope, id);
    const { services, hosting } = props;
    const { platform, privateApi } = hosting;
    this.network =
      platform === 'app-runner' && services.some(({ isPublic }) => !isPublic)
        ? privateApi && new PrivateNetwork(this, 'Network', { network: privateApi })
        : undefined;
    const running = new Map<HostedService, AppService>();
    const addresses = new Map<string, string>();
    for (const service of inOrder(services)) {
      const created = this.createService(service, this.environmentOf(service, addresses));
      running.set(service, created);
      addresses.set(service.name, this.addressOf(service, created));
    }
    this.all = services.map((service) => ({ service, running: required(running.get(service), service.name) }));
    for (const [service, created] of running)
      for (const { name } of service.tables) this.grantTable(required(props.tables.get(name), name), created);
  }

  /** Address at which other services reach one. */
  private addressOf({ name, isPublic }: HostedService, { protectedArn, url }: AppService): string {
    return isPublic ? url : (this.network?.admit(pascalCase(name), protectedArn) ?? url);
  }

  private environmentOf({ environment }: HostedService, addresses: ReadonlyMap<string, string>): AppEnvironment {
    const { tables, secrets } = this.props;
    const variables: Record<string, string> = {};
    const references: Record<string, AppEnvironment['references'][string]> = {};
    for (const [name, value] of Object.entries(environment)) {
      if (value.kind === 'parameter') references[name] = { kind: 'parameter', arn: parameterArn(this, value.name) };
      else if (value.kind === 'secret')
        references[name] = { kind: 'secret', ...required(secrets.get(value.name), value.name) };
      else variables[name] = this.textOf(value, { tables, addresses });
    }
    return { variables, references };
  }

  private textOf(
    value: Exclude<Value, { readonly kind: 'parameter' | 'secret' }>,
    { tables, addresses }: Pick<CustomerServicesProps, 'tables'> & { readonly addresses: ReadonlyMap<string, string> },
  ): string {
    switch (value.kind) {
      case 'text':
        return value.text;
      case 'region':
        return Stack.of(this).region;
      case 'url':
        return required(addresses.get(value.service), value.service);
      case 'table':
        return required(tables.get(value.table), value.table).tableName;
    }
  }

  /** DynamoDB uses the key of a table for whoever asks it (DynamoDB Developer Guide, 'Using customer managed keys'). */
  private grantTable(table: Table, { grantPrincipal }: AppService): void {
    const { key } = this.props;
    table.grant({ grantPrincipal }, ...ITEM_ACTIONS);
    if (key === undefined) return;
    const viaService = { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(this).region}.amazonaws.com` } };
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: KEY_ACTIONS, resources: [key.keyArn], conditions: viaService }),
    );
  }

  private createService(service: HostedService, environment: AppEnvironment): AppService {
    const { estateName, hosting, services, images, key } = this.props;
    const { name, port, healthPath, size, isPublic } = service;
    const props = {
      serviceName: `${estateName}-${name}`,
      image: appImage(this, service, images.get(name)),
      ...{ port, healthPath, size, environment, key },
      logRetentionDays: hosting.logRetentionDays,
    };
    // Another id, and so another logical id: CloudFormation refuses to change the type of a resource.
    if (hosting.platform === 'ecs-express') {
      return new EcsExpressService(this, `${name}-express`, { ...props, network: expressNetwork(service, hosting) });
    }
    const isCaller = services.some((other) => !other.isPublic && needsAddress(service, other));
    return new AppRunnerService(this, name, {
      ...props,
      ...(isCaller && this.network !== undefined && { vpcConnectorArn: this.network.vpcConnectorArn }),
      isPublic,
    });
  }
}

/** @throws Error for what the plan names and does not have */
function required<Part>(part: Part | undefined, name: string): Part {
  if (part === undefined) throw new Error(`the plan of the hosting lacks ${name}`);
  return part;
}

/** A private service is in subnets of its own, where Express Mode makes an internal load balancer for it. */
function expressNetwork({ isPublic }: HostedService, { network, privateApi }: Hosting): ExpressNetwork | undefined {
  if (network === undefined || isPublic || privateApi === undefined) return network;
  return { ...network, subnets: privateApi.subnetIds };
}

const KEY_ACTIONS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** Actions of the applications on single items. */
const ITEM_ACTIONS = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];

const HTTPS = 443;

/**
 * The way from one App Runner service to another inside a VPC: a connector for the caller, and an endpoint that only the
 * connector reaches. What the caller says to the internet goes through the subnets' NAT.
 */
class PrivateNetwork extends Construct {
  readonly vpcConnectorArn: string;
  private readonly endpointId: string;
  private readonly vpcId: string;

  constructor(scope: Construct, id: string, { network }: { readonly network: PrivateNetworkSettings }) {
    super(scope, id);
    this.vpcId = network.vpcId;
    const { caller, endpoint } = this.createGroups();
    const subnets = [...network.subnetIds];
    this.vpcConnectorArn = new CfnVpcConnector(this, 'Connector', {
      subnets,
      securityGroups: [caller.attrGroupId],
    }).attrVpcConnectorArn;
    this.endpointId = new CfnVPCEndpoint(this, 'Endpoint', {
      serviceName: `com.amazonaws.${Stack.of(this).region}.apprunner.requests`,
      vpcEndpointType: 'Interface',
      vpcId: network.vpcId,
      subnetIds: subnets,
      securityGroupIds: [endpoint.attrGroupId],
    }).ref;
  }

  /** Takes a service that is not public in; the address is its own inside the VPC: `https://…`. */
  admit(id: string, serviceArn: string): string {
    const connection = new CfnVpcIngressConnection(this, id, {
      serviceArn,
      ingressVpcConfiguration: { vpcId: this.vpcId, vpcEndpointId: this.endpointId },
    });
    return `https://${connection.attrDomainName}`;
  }

  private createGroups(): { readonly caller: CfnSecurityGroup; readonly endpoint: CfnSecurityGroup } {
    const group = (id: string, groupDescription: string): CfnSecurityGroup =>
      // A list of its own takes away the rule that lets everything out.
      new CfnSecurityGroup(this, id, { vpcId: this.vpcId, groupDescription, securityGroupEgress: [NOTHING] });
    const caller = group('CallerGroup', 'Customer application: services that call the private API');
    const endpoint = group('EndpointGroup', 'Customer application: endpoint of the private API');
    new CfnSecurityGroupEgress(this, 'CallerToAnywhere', {
      groupId: caller.attrGroupId,
      ...TCP_HTTPS,
      cidrIp: '0.0.0.0/0',
      description: 'HTTPS to the private API, to the customers directory and to AWS',
    });
    new CfnSecurityGroupIngress(this, 'CallerToEndpoint', {
      groupId: endpoint.attrGroupId,
      ...TCP_HTTPS,
      sourceSecurityGroupId: caller.attrGroupId,
      description: 'HTTPS from the services that call the API',
    });
    return { caller, endpoint };
  }
}

const TCP_HTTPS = { ipProtocol: 'tcp', fromPort: HTTPS, toPort: HTTPS } as const;

/** A rule that matches no traffic, as the CDK writes it for a group that lets nothing out. */
const NOTHING = {
  cidrIp: '255.255.255.255/32',
  description: 'Nothing else',
  ipProtocol: 'icmp',
  fromPort: 252,
  toPort: 86,
} as const;
