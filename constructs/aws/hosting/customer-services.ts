import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { DirectoryType } from '../../../src/estate/sections/customers/customers';
import type { Hosting, ServiceName } from '../../../src/estate/sections/hosting/hosting';
import type { AppEnvironment, SecretReference } from './app-environment';
import { apiEnvironment, webEnvironment } from './app-environments';
import type { ImageSource } from './app-image';
import { AppImage, APP_PORTS } from './app-image';
import { AppRunnerService } from './app-runner-service';
import type { AppService } from './app-service';
import { EcsExpressService, type ExpressNetwork } from './ecs-express-service';
import { PrivateNetwork } from './private-network';

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
