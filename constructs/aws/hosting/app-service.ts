import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import type { ServiceSize } from '../../../src/estate/sections/hosting/hosting';
import type { AppEnvironment } from './app-environment';
import type { AppImage } from './app-image';

export interface AppServiceProps {
  /** Name of the service, unique in the account and region. Another one is another service with another address. */
  readonly serviceName: string;
  readonly image: AppImage;
  /** Port that the image listens on. */
  readonly port: number;
  readonly size: ServiceSize;
  readonly environment: AppEnvironment;
  /** @default a key that AWS owns */
  readonly key: IKey | undefined;
  readonly logRetentionDays: number;
}

/** Metrics that the alarms and the dashboard show. */
export interface ServiceMetrics {
  readonly requests: IMetric;
  /** Responses with status 500 to 599. */
  readonly serverErrors: IMetric;
  /** Responses with status 400 to 499. */
  readonly clientErrors: IMetric;
  /** Milliseconds of the slowest hundredth of requests. */
  readonly latency: IMetric;
  readonly cpu: IMetric;
  readonly memory: IMetric;
  /** Instances that fail their health check, where the platform counts them. */
  readonly unhealthy?: IMetric;
}

/** An API call that restarts the service with what its references hold now, as Step Functions makes it. */
export interface RedeploymentCall {
  /** Service of the AWS SDK: `apprunner`. */
  readonly service: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly iamAction: string;
  readonly resource: string;
  /** Error that says that another operation is under way: then the call is repeated. */
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

/** Path that answers while the process lives. */
export const HEALTH_PATH = '/healthz';
