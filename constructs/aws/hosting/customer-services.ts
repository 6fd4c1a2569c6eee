import { Stack } from 'aws-cdk-lib';
import { CfnVpcConnector, CfnVpcIngressConnection } from 'aws-cdk-lib/aws-apprunner';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnSecurityGroup, CfnSecurityGroupEgress, CfnSecurityGroupIngress, CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import {
  APP_PORTS,
  type AppEnvironment,
  AppImage,
  type AppService,
  type ImageSource,
  parameterReferences,
  type SecretReference,
} from './app-service';
import { AppRunnerService } from './app-runner-service';
import { EcsExpressService, type ExpressNetwork } from './ecs-express-service';
import type { DirectoryType } from '../../../src/estate/sections/customers/customers';
import { HANDOFF_VARIABLES } from '../../../src/estate/sections/hosting/handoff';
import type {
  Hosting,
  PrivateNetwork as PrivateNetworkSettings,
  ServiceName,
} from '../../../src/estate/sections/hosting/hosting';

export interface CustomerServicesProps {
  readonly estateName: string;
  readonly hosting: Hosting;
  readonly directoryType: DirectoryType;
  /** Paths of the web where a sign-in and a second factor come back to. */
  readonly callbacks: { readonly signIn: string; readonly stepUp: string };
  readonly images: Readonly<Record<ServiceName, ImageSource>>;
  readonly tables: Readonly<Record<'policies' | 'sessions', Table>>;
  readonly secrets: Readonly<Record<'clientSecret' | 'sessionKeys', SecretReference>>;
  readonly key: IKey | undefined;
}

/** The web and the API on the platform of the estate, each with its own table and nothing else. */
export class CustomerServices extends Construct {
  readonly web: AppService;
  readonly api: AppService;
  private readonly network: PrivateNetwork | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CustomerServicesProps,
  ) {
    super(scope, id);
    const { tables, hosting } = props;
    const { platform, privateApi } = hosting;
    this.network =
      platform === 'app-runner'
        ? privateApi && new PrivateNetwork(this, 'Network', { network: privateApi })
        : undefined;
    this.api = this.createService('api', apiEnvironment(this, props, tables.policies));
    const apiUrl = this.network?.admit('Api', this.api.protectedArn) ?? this.api.url;
    this.web = this.createService('web', webEnvironment(this, { ...props, apiUrl, sessions: tables.sessions }));
    this.grantTable(tables.policies, this.api);
    this.grantTable(tables.sessions, this.web);
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

  private createService(app: ServiceName, environment: AppEnvironment): AppService {
    const { estateName, hosting, images, key } = this.props;
    const props = {
      serviceName: `${estateName}-${app}`,
      image: new AppImage(this, `${app}-image`, { app, source: images[app] }),
      port: APP_PORTS[app],
      size: hosting[app],
      environment,
      key,
      logRetentionDays: hosting.logRetentionDays,
    };
    // Another id, and so another logical id: CloudFormation refuses to change the type of a resource.
    if (hosting.platform === 'ecs-express') {
      return new EcsExpressService(this, `${app}-express`, { ...props, network: expressNetwork(app, hosting) });
    }
    const isCaller = app === 'web' && this.network !== undefined;
    return new AppRunnerService(this, app, {
      ...props,
      ...(isCaller && { vpcConnectorArn: this.network.vpcConnectorArn }),
      isPublic: app === 'web' || this.network === undefined,
    });
  }
}

/** A private API is in subnets of its own, where Express Mode makes an internal load balancer for it. */
function expressNetwork(app: ServiceName, { network, privateApi }: Hosting): ExpressNetwork | undefined {
  if (network === undefined || app === 'web' || privateApi === undefined) return network;
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

/** Addresses of load balancers in front of an application, whose `X-Forwarded-For` it believes. */
const PROXIES = '1';

/**
 * Origin of the web while the estate has none: a name that no resolver knows (RFC 6761). The web starts, and no one can sign
 * in.
 */
const NO_ORIGIN = 'https://pending.invalid';

/** B2C is what the applications take where nothing is said: its templates name no type. */
function typeVariable(directoryType: DirectoryType): Readonly<Record<string, string>> {
  return directoryType === 'b2c' ? {} : { DIRECTORY_TYPE: directoryType };
}

interface ApiSources {
  readonly estateName: string;
  readonly directoryType: DirectoryType;
}

/** Environment of the API, as apps/api reads it. */
function apiEnvironment(scope: Construct, sources: ApiSources, policies: Table): AppEnvironment {
  const { estateName, directoryType } = sources;
  return {
    variables: {
      ...typeVariable(directoryType),
      POLICIES_TABLE: policies.tableName,
      AWS_REGION: Stack.of(scope).region,
      TRUST_PROXY: PROXIES,
    },
    references: parameterReferences(scope, estateName, HANDOFF_VARIABLES[directoryType].api),
  };
}

interface WebSources extends ApiSources {
  readonly hosting: Pick<Hosting, 'url'>;
  readonly callbacks: { readonly signIn: string; readonly stepUp: string };
  readonly secrets: Readonly<Record<'clientSecret' | 'sessionKeys', SecretReference>>;
  readonly sessions: Table;
  readonly apiUrl: string;
}

/** Environment of the web, as apps/web reads it. */
function webEnvironment(scope: Construct, sources: WebSources): AppEnvironment {
  const { estateName, directoryType, hosting, callbacks, secrets, sessions, apiUrl } = sources;
  return {
    variables: {
      ...typeVariable(directoryType),
      BASE_URL: hosting.url ?? NO_ORIGIN,
      API_URL: apiUrl,
      SIGN_IN_CALLBACK: callbacks.signIn,
      STEP_UP_CALLBACK: callbacks.stepUp,
      SESSIONS_TABLE: sessions.tableName,
      AWS_REGION: Stack.of(scope).region,
      TRUST_PROXY: PROXIES,
    },
    references: {
      ...parameterReferences(scope, estateName, HANDOFF_VARIABLES[directoryType].web),
      WEB_CLIENT_SECRET: { kind: 'secret', ...secrets.clientSecret },
      SESSION_KEYS: { kind: 'secret', ...secrets.sessionKeys },
    },
  };
}

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
