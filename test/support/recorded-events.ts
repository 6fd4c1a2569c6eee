/**
 * Events of AWS as EventBridge gets them. Shapes: CloudTrail User Guide, 'CloudTrail record contents' and 'AWS Management Console
 * sign-in events'; IAM User Guide, 'Logging IAM and AWS STS API calls with AWS CloudTrail'; AWS Control Tower User Guide, 'Lifecycle
 * events'; AWS Organizations User Guide, 'Logging and monitoring'; Systems Manager User Guide, 'Amazon EventBridge event patterns and
 * types for Systems Manager'; ECS, App Runner and AWS Health guides. Ids and names are this project's.
 */
interface Event {
  readonly source: string;
  readonly account: string;
  readonly [field: string]: unknown;
}

interface Detail extends Readonly<Record<string, unknown>> {
  /** ARNs of what the event is about, beside its detail. @default none */
  readonly resources?: readonly unknown[];
}

const MOMENT = '2026-11-30T09:00:00Z';
const ACCOUNT = '210000000015';

function event(source: string, type: string, { resources = [], ...detail }: Detail): Event {
  const ids = { version: '0', id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718', account: ACCOUNT };
  return { ...ids, 'detail-type': type, source, time: MOMENT, region: 'us-east-1', resources, detail };
}

const RECORD = {
  eventVersion: '1.11',
  eventTime: MOMENT,
  awsRegion: 'us-east-1',
  sourceIPAddress: '192.0.2.10',
  userAgent: 'aws-cli/2.31.0',
  requestID: '0f4c1b2e-5e0a-4d3c-8d0b-0a6f2f3b7f11',
  eventID: '5d5fa1d7-8a3e-4b0c-9c53-2f0d8f2b8f51',
  managementEvent: true,
  recipientAccountId: ACCOUNT,
  eventCategory: 'Management',
};

const CALLER = {
  type: 'AssumedRole',
  principalId: 'AROAIDPPEZS35WEXAMPLE:ada@example.com',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/ada@example.com`,
  accountId: ACCOUNT,
  sessionContext: { sessionIssuer: { type: 'Role', userName: 'Admin' }, attributes: { mfaAuthenticated: 'false' } },
};

/** A call of an API, `sts:AssumeRole`; `more` has what else its record says, such as an error. */
export function apiCall(action: `${string}:${string}`, requestParameters: object, more: object = {}): Event {
  const [service = '', eventName] = action.split(':');
  const call = { eventSource: `${service}.amazonaws.com`, eventName, requestParameters, responseElements: null };
  const own = { userIdentity: CALLER, eventType: 'AwsApiCall', readOnly: service === 'sts' };
  return event(`aws.${service}`, 'AWS API Call via CloudTrail', { ...RECORD, ...own, ...call, ...more });
}

/** What a service did by itself. */
export function serviceEvent(service: string, eventName: string, serviceEventDetails: object): Event {
  const userIdentity = { accountId: ACCOUNT, invokedBy: 'AWS Internal' };
  const own = { eventSource: `${service}.amazonaws.com`, eventName, eventType: 'AwsServiceEvent', serviceEventDetails };
  return event(`aws.${service}`, 'AWS Service Event via CloudTrail', { ...RECORD, userIdentity, ...own });
}

/** A sign-in to the console as a role, or a switch to one. */
export function consoleSignIn(eventName: 'ConsoleLogin' | 'SwitchRole', arn: string): Event {
  const own = { eventSource: 'signin.amazonaws.com', eventName, eventType: 'AwsConsoleSignIn', readOnly: false };
  const answer = { requestParameters: null, responseElements: { [eventName]: 'Success' }, additionalEventData: {} };
  const detail = { ...RECORD, userIdentity: { ...CALLER, arn }, ...own, ...answer };
  return event('aws.signin', 'AWS Console Sign In via CloudTrail', detail);
}

export function parameterChange(name: string, operation: string): Event {
  return event('aws.ssm', 'Parameter Store Change', { name, type: 'String', operation });
}

export function appRunnerOperation(service: unknown, operationStatus: string): Event {
  return event('aws.apprunner', 'AppRunner Service Operation Status Change', {
    ...{ operationStatus, serviceName: 'sandbox-web', message: '', severity: 'INFO' },
    resources: [service],
  });
}

export function ecsDeployment(service: unknown, eventName: string): Event {
  return event('aws.ecs', 'ECS Deployment State Change', {
    ...{ eventType: 'INFO', eventName, deploymentId: 'ecs-svc/123', updatedAt: MOMENT, reason: '' },
    resources: [service],
  });
}

export function healthEvent(service: string, eventTypeCode: string): Event {
  const detail = {
    eventArn: `arn:aws:health:us-east-1::event/${service}/1`,
    service,
    eventTypeCode,
    statusCode: 'open',
  };
  return event('aws.health', 'AWS Health Event', detail);
}
