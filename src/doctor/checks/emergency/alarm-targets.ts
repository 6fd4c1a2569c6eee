import {
  ALARM_FIELDS,
  alarmBusArn,
  alarmText,
  SENDER_TRUST,
  senderPolicy,
} from '../../../estate/sections/emergency/emergency-events';
import type { EmergencyPlan } from '../../../estate/sections/emergency/emergency-plan';
import { quotedList } from '../../../text/suggest';
import type { DeployedRole, RuleTarget } from '../../../clouds/facts/emergency-facts';
import { failure, type Observation } from '../../check';
import { CDK_DEPLOY, saysTheSame } from './emergency-of';
import { maySend } from './resource-policy';

/** The topic by which people are told, or the event bus that sends to it. */
export type AlarmTarget = (target: RuleTarget) => boolean;

export function isTopic({ arn }: RuleTarget): boolean {
  return arn.split(':')[2] === 'sns';
}

export function isBusOf(plan: EmergencyPlan): AlarmTarget {
  return ({ arn }) => arn === alarmBusArn(plan);
}

/** Settings of a target that change what people are told, or keep it from them. */
export function targetFaults(target: RuleTarget, plan: EmergencyPlan, rule: string): readonly Observation[] {
  return [
    ...messageFaults(target, plan, rule),
    ...(isTopic(target) ? topicSenderFaults(target, rule) : busSenderFaults(target, plan, rule)),
  ];
}

function messageFaults(target: RuleTarget, plan: EmergencyPlan, rule: string): readonly Observation[] {
  const { message } = target;
  const declared = isTopic(target) ? { text: alarmText(plan), ...ALARM_FIELDS } : undefined;
  if (saysTheSame(message ?? null, declared ?? null)) return [];
  const sent = message === undefined ? 'the event as it is' : JSON.stringify(message);
  return [failure(`${rule} sends another message than the declared one: ${sent}`, CDK_DEPLOY)];
}

/** The policy of the topic lets rules publish. A role would be asked in its place. */
function topicSenderFaults({ sender }: RuleTarget, rule: string): readonly Observation[] {
  if (sender === undefined) return [];
  return [failure(`${rule} sends by the role ${sender.arn}, declared is none`, CDK_DEPLOY)];
}

/** Another account or Region takes events only from a role that may send them. */
function busSenderFaults({ sender }: RuleTarget, plan: EmergencyPlan, rule: string): readonly Observation[] {
  if (sender === undefined) return [failure(`${rule} has no role to send to the event bus with`, CDK_DEPLOY)];
  if (sender.role === undefined) return [failure(`the role by which ${rule} sends is gone: ${sender.arn}`, CDK_DEPLOY)];
  return roleFaults(sender.role, plan).map((what) =>
    failure(`the role ${sender.arn}, by which ${rule} sends, ${what}`, CDK_DEPLOY),
  );
}

function roleFaults({ trust, policies, inlinePolicies, boundary }: DeployedRole, plan: EmergencyPlan): string[] {
  const own = Object.values(inlinePolicies);
  return [
    ...(saysTheSame(trust, SENDER_TRUST) ? [] : [`does not trust EventBridge alone: ${JSON.stringify(trust)}`]),
    ...(saysTheSame(own, [senderPolicy(plan)]) && policies.length === 0
      ? []
      : [`has other policies than the declared one: ${quotedList([...Object.keys(inlinePolicies), ...policies])}`]),
    ...(boundary === undefined ? [] : [`has the boundary ${boundary}, declared is none`]),
  ];
}

/** Accounts whose events the event bus refuses. */
export function busFaults(policy: unknown, { targets }: EmergencyPlan): readonly Observation[] {
  const refused = targets.filter(({ account }) => !maySend(policy, account.id)).map(({ account }) => account.name);
  if (refused.length === 0) return [];
  return [
    failure(`the policy of the event bus keeps out what these accounts send: ${quotedList(refused)}`, CDK_DEPLOY),
  ];
}
