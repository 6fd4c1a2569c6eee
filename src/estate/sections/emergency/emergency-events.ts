import { type EmergencyPlan, samlProviderArn } from './emergency-plan';
import { customerPolicyArnsOf } from './emergency-policies';
import { EVENT_PATTERN_CHARACTERS } from '../limits';

/** An event pattern of EventBridge, as its API takes it. */
export interface EmergencyEvent {
  readonly source: readonly string[];
  readonly 'detail-type': readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export const EMERGENCY_EVENTS = ['Use', 'SignIn', 'Change'] as const;

/** Patterns of the rules, by what they are about: one of a kind unless it would be too long for EventBridge. */
export type EmergencyEvents = Readonly<Record<(typeof EMERGENCY_EVENTS)[number], readonly EmergencyEvent[]>>;

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

const CALLS = ['AWS API Call via CloudTrail'];

/**
 * Events of CloudTrail that mean a use or a change of the emergency access, for rules in one account. Names are compared as IAM
 * does, without their case; a role is known by its name in whatever account, so that a pattern does not grow with the accounts.
 * Sources: CloudTrail User Guide, 'AWS Management Console sign-in events'; IAM User Guide, 'Logging IAM and AWS STS API calls with
 * AWS CloudTrail'.
 */
export function emergencyEvents(plan: EmergencyPlan, { account, roles }: WatchedAccount): EmergencyEvents {
  const names = new Set([plan.name, ...plan.targets.flatMap((target) => target.roles.map(({ name }) => name))]);
  const sessions = roles.map((role) => `arn:${plan.partition}:sts::${account}:assumed-role/${role}/`);
  return {
    Use: packed([...names], (some) => ({
      source: ['aws.sts'],
      'detail-type': CALLS,
      detail: {
        eventSource: ['sts.amazonaws.com'],
        eventName: ['AssumeRoleWithSAML', 'AssumeRole'],
        requestParameters: { roleArn: some.map((name) => ({ suffix: inAnyCase(`:role/${name}`) })) },
      },
    })),
    SignIn: packed(sessions, (some) => ({
      source: ['aws.signin'],
      'detail-type': ['AWS Console Sign In via CloudTrail'],
      detail: {
        eventName: ['ConsoleLogin', 'SwitchRole'],
        userIdentity: { arn: some.map((session) => ({ prefix: inAnyCase(session) })) },
      },
    })),
    Change: packed(changesOf(plan, { account, roles }), (some) => ({
      source: ['aws.iam'],
      'detail-type': CALLS,
      detail: { eventSource: ['iam.amazonaws.com'], ...anyOf(alternativesOf(some)) },
    })),
  };
}

const inAnyCase = (text: string) => ({ 'equals-ignore-case': text });

/** One thing whose change is watched: a parameter of IAM's calls, and its value. */
interface Change {
  readonly parameter: 'roleName' | 'sAMLProviderArn' | 'name' | 'policyArn';
  readonly value: string;
}

function changesOf(plan: EmergencyPlan, { account, roles }: WatchedAccount): readonly Change[] {
  const held = plan.targets.find((target) => target.account.id === account)?.roles ?? [];
  const of = (parameter: Change['parameter'], values: readonly string[]) =>
    values.map((value): Change => ({ parameter, value }));
  return [
    ...of('roleName', roles),
    ...of('sAMLProviderArn', [samlProviderArn(plan)]),
    ...of('name', [plan.name]),
    ...of('policyArn', customerPolicyArnsOf(plan, account, held)),
  ];
}

/** Calls about any of some things. */
function alternativesOf(changes: readonly Change[]): readonly object[] {
  const about = (parameter: Change['parameter']): readonly object[] => {
    const values = changes.filter((change) => change.parameter === parameter).map(({ value }) => inAnyCase(value));
    // Calls about other things have a name too.
    const ofProviders = parameter === 'name' ? { sAMLMetadataDocument: [{ exists: true }] } : {};
    return values.length === 0 ? [] : [{ [parameter]: values, ...ofProviders }];
  };
  return [
    { eventName: CHANGES, things: [...about('roleName'), ...about('sAMLProviderArn'), ...about('name')] },
    { eventName: POLICY_CHANGES, things: about('policyArn') },
  ].flatMap(({ eventName, things }) => (things.length === 0 ? [] : [{ eventName, requestParameters: anyOf(things) }]));
}

/** EventBridge takes `$or` of two alternatives or more ('Matching on multiple fields'). */
function anyOf(alternatives: readonly object[]): object {
  return alternatives.length === 1 ? { ...alternatives[0] } : { $or: alternatives };
}

/** Patterns that together match each of some things, as few as EventBridge's quota of a pattern allows. */
function packed<Thing>(
  things: readonly Thing[],
  patternOf: (some: readonly Thing[]) => EmergencyEvent,
): readonly EmergencyEvent[] {
  const fits = (some: readonly Thing[]): boolean => JSON.stringify(patternOf(some)).length <= EVENT_PATTERN_CHARACTERS;
  const groups: Thing[][] = [];
  for (const thing of things) {
    const last = groups.at(-1);
    if (last !== undefined && fits([...last, thing])) last.push(thing);
    else groups.push([thing]);
  }
  return groups.map(patternOf);
}

/** Fields of the message about an event, by their paths in it. */
export const ALARM_FIELDS = { account: '$.account', region: '$.region', time: '$.time', event: '$.detail' } as const;

/** First sentences of that message. */
export function alarmText({ estateName }: EmergencyPlan): string {
  return `The emergency access of ${estateName} was used or changed. Unless this is a drill or a known emergency, act now: npx --no entra-aws docs emergency-access.`;
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

/**
 * Events that the rule on that event bus passes on: those that the rules of the emergency access send. Accounts cannot put events
 * of their own there, since EventBridge refuses sources of AWS from its customers (API Reference, 'PutEvents').
 */
export function forwardedEvents({ account, targets }: EmergencyPlan) {
  return {
    source: ['aws.sts', 'aws.signin', 'aws.iam'],
    account: [account.id, ...targets.map((target) => target.account.id)],
  };
}
