import { type EmergencyPlan, emergencyRoleArn, samlProviderArn, signInRoleArn } from './emergency-plan';
import { customerPolicyArnsOf } from './emergency-policies';

/** An event pattern of EventBridge, as its API takes it. */
export interface EmergencyEvent {
  readonly source: readonly string[];
  readonly 'detail-type': readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export const EMERGENCY_EVENTS = ['Use', 'SignIn', 'Change'] as const;

/** Events that people are told of. */
export type EmergencyEvents = Readonly<Record<(typeof EMERGENCY_EVENTS)[number], EmergencyEvent>>;

/** Description of each, as the end of a sentence. */
export const EMERGENCY_EVENT_WORDS: Readonly<Record<keyof EmergencyEvents, string>> = {
  Use: 'somebody took on a role',
  SignIn: 'somebody signed in to the console, or switched to a role',
  Change: 'somebody changed a role or the identity provider',
};

/**
 * State of every rule, on the default event buses and on the one that is forwarded to. AssumeRole, AssumeRoleWithSAML,
 * ConsoleLogin and SwitchRole are read-only events: a rule of any event bus in the plain state ENABLED drops them (EventBridge
 * User Guide, 'Receiving read-only management events from AWS services').
 */
export const EMERGENCY_RULE_STATE = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

/** Calls that change who may assume a role, or what it may do, and the identity provider (IAM API). */
const CHANGES = [
  'CreateRole',
  'DeleteRole',
  'UpdateRole',
  'UpdateAssumeRolePolicy',
  'PutRolePolicy',
  'DeleteRolePolicy',
  'AttachRolePolicy',
  'DetachRolePolicy',
  'PutRolePermissionsBoundary',
  'DeleteRolePermissionsBoundary',
  'CreateSAMLProvider',
  'UpdateSAMLProvider',
  'DeleteSAMLProvider',
];

/** Calls by which a policy says something else in all roles that have it, and no call names the roles (IAM API). */
const POLICY_CHANGES = ['CreatePolicyVersion', 'SetDefaultPolicyVersion'];

/** An account, and the names of the roles in it that are watched. */
export interface WatchedAccount {
  readonly account: string;
  readonly roles: readonly string[];
}

/**
 * Events of CloudTrail that mean a use or a change of the emergency access, for rules in one account. Sources: CloudTrail User
 * Guide, 'AWS Management Console sign-in events'; IAM User Guide, 'Logging IAM and AWS STS API calls with AWS CloudTrail'.
 */
export function emergencyEvents(plan: EmergencyPlan, { account, roles }: WatchedAccount): EmergencyEvents {
  const calls = ['AWS API Call via CloudTrail'];
  const arns = [
    signInRoleArn(plan),
    ...plan.targets.flatMap((target) => target.roles.map((role) => emergencyRoleArn(plan, target.account, role))),
  ];
  const sessions = roles.map((role) => ({ prefix: `arn:${plan.partition}:sts::${account}:assumed-role/${role}/` }));
  return {
    Use: {
      source: ['aws.sts'],
      'detail-type': calls,
      detail: {
        eventSource: ['sts.amazonaws.com'],
        eventName: ['AssumeRoleWithSAML', 'AssumeRole'],
        requestParameters: { roleArn: arns },
      },
    },
    SignIn: {
      source: ['aws.signin'],
      'detail-type': ['AWS Console Sign In via CloudTrail'],
      detail: { eventName: ['ConsoleLogin', 'SwitchRole'], userIdentity: { arn: sessions } },
    },
    Change: { source: ['aws.iam'], 'detail-type': calls, detail: changesOf(plan, { account, roles }) },
  };
}

function changesOf(plan: EmergencyPlan, { account, roles }: WatchedAccount): EmergencyEvent['detail'] {
  const eventSource = ['iam.amazonaws.com'];
  const ofRoles = {
    eventName: CHANGES,
    requestParameters: {
      $or: [
        { roleName: [...roles] },
        { sAMLProviderArn: [samlProviderArn(plan)] },
        { name: [plan.name], sAMLMetadataDocument: [{ exists: true }] },
      ],
    },
  };
  const held = plan.targets.find((target) => target.account.id === account)?.roles ?? [];
  const policyArn = customerPolicyArnsOf(plan, account, held);
  if (policyArn.length === 0) return { eventSource, ...ofRoles };
  return { eventSource, $or: [ofRoles, { eventName: POLICY_CHANGES, requestParameters: { policyArn } }] };
}

/** Fields of the message about an event, by their paths in it. */
export const ALARM_FIELDS = { account: '$.account', region: '$.region', time: '$.time', event: '$.detail' } as const;

/** First sentences of that message. */
export function alarmText({ estateName }: EmergencyPlan): string {
  return `The emergency access of ${estateName} was used or changed. Unless this is a drill or a known emergency, act now: docs/emergency-access.md.`;
}

/** Trust of the roles by which rules send to the event bus. */
export const SENDER_TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }],
} as const;

/** Their only policy. */
export function senderPolicy(plan: EmergencyPlan): object {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: alarmBusArn(plan) }],
  };
}

/** ARN of the event bus that other accounts and Regions send to. */
export function alarmBusArn({ partition, account, name }: EmergencyPlan): string {
  return `arn:${partition}:events:us-east-1:${account.id}:event-bus/${name}`;
}

/** Events that the rule on that event bus passes on: whatever the accounts of the emergency access send. */
export function forwardedEvents({ account, targets }: EmergencyPlan): { readonly account: readonly string[] } {
  return { account: [account.id, ...targets.map((target) => target.account.id)] };
}
