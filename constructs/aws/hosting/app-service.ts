import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { type IRepository, Repository } from 'aws-cdk-lib/aws-ecr';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct, type IConstruct } from 'constructs';
import { wildcard } from '../acknowledge';
import type { ServiceSize } from '../../../src/estate/sections/hosting/hosting';
import type { HostedService } from '../../../src/estate/sections/hosting/services';

export interface AppServiceProps {
  /** Name of the service, unique in the account and region. Another one is another service with another address. */
  readonly serviceName: string;
  readonly image: AppImage;
  /** Port that the image listens on. */
  readonly port: number;
  /** Path that answers 200 while the process lives. */
  readonly healthPath: string;
  readonly size: ServiceSize;
  readonly environment: AppEnvironment;
  /** @default a key that AWS owns */
  readonly key: IKey | undefined;
  readonly logRetentionDays: number;
}

/** Metrics that the alarms and the dashboard show. */
export interface ServiceMetrics {
  readonly requests: IMetric;
  /** Responses with status 500 to 599, also those that the platform gives in place of a service that does not answer. */
  readonly serverErrors: IMetric;
  /** Responses with status 400 to 499. */
  readonly clientErrors: IMetric;
  /** Milliseconds of the slowest hundredth of requests. */
  readonly latency: IMetric;
  readonly cpu: IMetric;
  readonly memory: IMetric;
  /** Instances that fail their health check, where the platform counts them. */
  readonly unhealthy?: IMetric;
  /** Instances at work. Without any it has no value, or 0. */
  readonly running: IMetric;
}

/** An API call that restarts the service with what its references hold now, as Step Functions makes it. */
export interface RedeploymentCall {
  /** Service of the AWS SDK: `apprunner`. */
  readonly service: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly iamAction: string;
  readonly resource: string;
  /** Error that says that another operation is under way: then the call is repeated for an hour. */
  readonly busyError: string;
}

/** A container that answers HTTPS requests, on whatever platform. */
export interface AppService extends IConstruct, IGrantable {
  /** `https://…` without a slash at its end. */
  readonly url: string;
  /** ARN with which a web ACL is associated. */
  readonly protectedArn: string;
  readonly metrics: ServiceMetrics;
  readonly redeployment: RedeploymentCall;
  /** Pattern of the events that say that a deployment failed; the service is named beside it. */
  readonly failedDeployment: DeploymentEvent;
}

/** Event of a service, as EventBridge gets it. */
export interface DeploymentEvent {
  readonly source: string[];
  readonly detailType: string[];
  readonly detail: Record<string, unknown>;
  /** ARN of the service. */
  readonly resource: string;
}

/** A variable whose value the platform reads when it deploys; the template has its ARN alone. */
type Reference = { readonly kind: 'parameter'; readonly arn: string } | ({ readonly kind: 'secret' } & SecretReference);

/** A secret of Secrets Manager, and the key that encrypts it where that is one of the estate. */
export interface SecretReference {
  /** Whole ARN, with the six characters that Secrets Manager adds to the name. */
  readonly arn: string;
  readonly key: IKey | undefined;
}

/** Environment of an application. */
export interface AppEnvironment {
  /** Values that are not secret and belong to the template: names of tables, addresses of services. */
  readonly variables: Readonly<Record<string, string>>;
  readonly references: Readonly<Record<string, Reference>>;
}

/** ARN of a parameter, by its whole name. */
export function parameterArn(scope: Construct, name: string): string {
  const components = { service: 'ssm', resource: 'parameter', resourceName: name.slice(1) };
  return Arn.format({ ...components, arnFormat: ArnFormat.SLASH_RESOURCE_NAME }, Stack.of(scope));
}

/** Permissions of the role that fills in the references: to read exactly them. */
export function readStatements({ references }: AppEnvironment): readonly PolicyStatement[] {
  const all = Object.values(references);
  const secrets = all.flatMap((one) => (one.kind === 'secret' ? [one] : []));
  const keys = [...new Set(secrets.flatMap(({ key }) => key?.keyArn ?? []))];
  return [
    ['ssm:GetParameters', all.filter(({ kind }) => kind === 'parameter').map(({ arn }) => arn)] as const,
    ['secretsmanager:GetSecretValue', secrets.map(({ arn }) => arn)] as const,
    ['kms:Decrypt', keys] as const,
  ]
    .filter(([, resources]) => resources.length > 0)
    .map(([action, resources]) => new PolicyStatement({ actions: [action], resources: [...resources] }));
}

/** Sampling and segments of traces. X-Ray has no resources for them (Service Authorization Reference, 'AWS X-Ray'). */
export const TRACE_STATEMENT = {
  actions: [
    'xray:GetSamplingRules',
    'xray:GetSamplingStatisticSummaries',
    'xray:GetSamplingTargets',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ],
  resources: ['*'],
};

/** Reads the images of one repository, unless anybody may. A token of the registry is for all of them: the action has no resource. */
export function pullStatements({ repository }: AppImage): readonly PolicyStatement[] {
  if (repository === undefined) return [];
  return [
    new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
    new PolicyStatement({
      actions: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer',
      ],
      resources: [repository.repositoryArn],
    }),
  ];
}

/** Reason why a role has statements about every resource. */
export const WHOLE_SERVICE = {
  [wildcard('*')]:
    "These actions have no resource of their own: traces of X-Ray, the registry's token, and delivery of a state machine's logs.",
};

/** Way to make an image, and the hash that tells it from others. */
export interface ImageSource {
  /** Hash of all that the image is built from: 64 hexadecimal digits. */
  readonly hash: string;
  /** Command that builds the image and prints its id. It runs when the CDK publishes the image, not at synthesis. */
  readonly command: readonly string[];
}

/** The image of a service. */
export interface AppImage {
  readonly uri: string;
  /** Repository of Amazon ECR that has it; undefined of a public image elsewhere. */
  readonly repository: IRepository | undefined;
}

/** An image that the deployment makes, in the registry that `cdk bootstrap` made; or one that is there, by its digest. */
export function appImage(scope: Construct, { name, image }: HostedService, source: ImageSource | undefined): AppImage {
  const home = new Construct(scope, `${name}-image`);
  if (image?.kind === 'digest') return { uri: image.image, repository: repositoryOf(home, image.image) };
  if (source === undefined) throw new Error(`the service ${name} has no image`);
  const { imageUri, repositoryName } = Stack.of(scope).synthesizer.addDockerImageAsset({
    sourceHash: source.hash,
    executable: [...source.command],
    displayName: `Customer application: ${name}`,
  });
  return { uri: imageUri, repository: Repository.fromRepositoryName(home, 'Repository', repositoryName) };
}

/** Private repository of Amazon ECR. */
const ECR_IMAGE = /^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(?<name>[^@]+)@/;

function repositoryOf(scope: Construct, image: string): IRepository | undefined {
  const { account, region, name } = ECR_IMAGE.exec(image)?.groups ?? {};
  if (account === undefined || region === undefined || name === undefined) return undefined;
  const components = { service: 'ecr', resource: 'repository', resourceName: name, account, region };
  const repositoryArn = Arn.format(components, Stack.of(scope));
  return Repository.fromRepositoryAttributes(scope, 'Repository', { repositoryArn, repositoryName: name });
}
