import type {
  DeployedRole,
  DeployedRule,
  EmergencyFacts,
  PlaceRules,
  RuleTarget,
  TopicHearing,
  Trail,
} from '../../../clouds/facts/emergency-facts';
import { together } from '../../../clouds/reading';
import { EMERGENCY_HOME_REGION } from '../../../estate/sections/emergency/emergency';
import {
  ALARM_FIELDS,
  alarmBusArn,
  alarmText,
  EMERGENCY_EVENT_WORDS,
  EMERGENCY_EVENTS,
  EMERGENCY_RULE_STATE,
  emergencyEvents,
  type EmergencyEvents,
  forwardedEvents,
  SENDER_TRUST,
  senderPolicy,
} from '../../../estate/sections/emergency/emergency-events';
import type { EmergencyPlan } from '../../../estate/sections/emergency/emergency-plan';
import { quotedList } from '../../../text/suggest';
import { type Check, examine, failure, type Observation, ok, okUnless } from '../../check';
import { alarmSubscriptions } from '../alarm-subscriptions';
import { CDK_DEPLOY, emergencyOf, saysTheSame } from './emergency-of';
import { mayPublish, maySend } from './resource-policy';

/** Every rule is there and at work, and sends to where people are told. */
export const emergencyAlarms: Check = {
  id: 'emergency-alarms',
  area: 'emergency',
  title: 'Each use and each change is told of',
  run: (input) => {
    const found = emergencyOf(input);
    if (found === undefined) return undefined;
    const { plan, facts } = found;
    return [
      ...facts.rules.flatMap((place) => examinePlace(place, plan)),
      ...examine(facts.forwarded, (rules) =>
        okUnless(forwardedFaults(rules, plan), 'what other accounts and Regions tell of goes on to the topic'),
      ),
      ...examine(facts.busPolicy, (policy) => busFaults(policy, plan)),
      ...topicFaults(facts, plan),
    ];
  },
};

function examinePlace({ account, region, rules }: PlaceRules, plan: EmergencyPlan): readonly Observation[] {
  const isHome = account === plan.account.id;
  const roles = isHome
    ? [plan.name]
    : plan.targets
        .filter((target) => target.account.id === account)
        .flatMap((one) => one.roles.map(({ name }) => name));
  const wanted = emergencyEvents(plan, { account, roles });
  const goesOn = isHome && region === EMERGENCY_HOME_REGION ? isTopic : isBusOf(plan);
  const where = `${account} ${region}`;
  return examine(rules, (found) =>
    okUnless(
      EMERGENCY_EVENTS.flatMap((kind) => ruleFaults(found, { plan, wanted, kind, goesOn, where })),
      `${where}: ${EMERGENCY_EVENTS.length} rules are at work`,
    ),
  ).map((one) => (one.outcome === 'unknown' ? { ...one, message: `${where}: ${one.message}` } : one));
}

interface WantedRule {
  readonly plan: EmergencyPlan;
  readonly wanted: EmergencyEvents;
  readonly kind: keyof EmergencyEvents;
  readonly goesOn: AlarmTarget;
  readonly where: string;
}

function ruleFaults(
  rules: readonly DeployedRule[],
  { plan, wanted, kind, goesOn, where }: WantedRule,
): readonly Observation[] {
  const what = `${EMERGENCY_EVENT_WORDS[kind]} (${where})`;
  const rule = rules.find(({ pattern }) => saysTheSame(pattern, wanted[kind]));
  if (rule === undefined) return [failure(`no rule tells that ${what}`, CDK_DEPLOY)];
  const targets = rule.targets.filter(goesOn);
  if (targets.length === 0) return [failure(`a rule knows that ${what}, and tells no one`, CDK_DEPLOY)];
  const name = `the rule that tells that ${what}`;
  return [...stateFaults(rule, name), ...targets.flatMap((target) => targetFaults(target, plan, name))];
}

/** The rule on the event bus that the other accounts and Regions send to. */
function forwardedFaults(rules: readonly DeployedRule[], plan: EmergencyPlan): readonly Observation[] {
  const what = 'what other accounts and Regions send to the event bus';
  const rule = rules.find(({ pattern }) => saysTheSame(pattern, forwardedEvents(plan)));
  if (rule === undefined) return [failure(`no rule passes on ${what}, so it is lost`, CDK_DEPLOY)];
  const targets = rule.targets.filter(isTopic);
  const name = `the rule for ${what}`;
  if (targets.length === 0) return [failure(`${name} does not send it to a topic`, CDK_DEPLOY)];
  return [...stateFaults(rule, name), ...targets.flatMap((target) => targetFaults(target, plan, name))];
}

/** All rules of the account send to one topic, its own: whoever listens to another one is not looked at. */
function topicFaults({ rules, forwarded }: EmergencyFacts, { account }: EmergencyPlan): readonly Observation[] {
  const home = rules.find((one) => one.account === account.id && one.region === EMERGENCY_HOME_REGION)?.rules;
  const known = [home, forwarded].flatMap((reading) => (reading?.state === 'known' ? reading.value : []));
  const topics = [...new Set(known.flatMap(({ targets }) => targets.filter(isTopic).map(({ arn }) => arn)))];
  const foreign = topics.filter((arn) => arn.split(':')[4] !== account.id);
  if (foreign.length > 0)
    return [failure(`alarms go to a topic of another account: ${quotedList(foreign)}`, CDK_DEPLOY)];
  if (topics.length < 2) return [];
  return [failure(`alarms go to ${topics.length} topics, but the estate has one: ${quotedList(topics)}`, CDK_DEPLOY)];
}

/** Read-only events, among which is each use of a role, come in no other state. */
function stateFaults({ state }: DeployedRule, rule: string): readonly Observation[] {
  if (state === EMERGENCY_RULE_STATE) return [];
  return [failure(`${rule} is ${state}, not ${EMERGENCY_RULE_STATE}`, CDK_DEPLOY)];
}

function regionOf(arn: string): string {
  return `--region ${arn.split(':')[3] ?? ''}`;
}

function noTrail(trails: readonly Trail[], name: string): Observation {
  const stopped = trails.find(({ recordsUses }) => recordsUses);
  if (stopped !== undefined) {
    return failure(
      `no trail of all Regions is at work in ${name}, so that no rule hears of anything: ${stopped.arn} is stopped`,
      `aws cloudtrail start-logging ${regionOf(stopped.arn)} --name ${stopped.arn}`,
    );
  }
  const [partial] = trails;
  if (partial !== undefined) {
    return failure(
      `the trail ${partial.arn} does not record all management events, so that no rule hears of a use`,
      `let it record management events that read and that write (aws cloudtrail put-event-selectors ${regionOf(partial.arn)} --trail-name ${partial.arn}), and start it`,
    );
  }
  return failure(
    `no trail of all Regions is at work in ${name}, so that no rule hears of anything`,
    'make a trail of the organization in the management account, of all Regions, with management events',
  );
}

/** Settings of a topic that keep a rule's messages from people. */
function hearingFaults({ topic, policy, subscriptions }: TopicHearing): readonly Observation[] {
  const filtered = subscriptions.filter(({ protocol, isFiltered }) => protocol === 'email' && isFiltered);
  return [
    ...(mayPublish(policy)
      ? []
      : [failure(`the policy of the topic ${topic} keeps rules from telling anybody`, CDK_DEPLOY)]),
    ...filtered.map(({ endpoint, subscription }) =>
      failure(
        `a filter keeps alarms from ${endpoint}`,
        `aws sns set-subscription-attributes ${regionOf(subscription)} --subscription-arn ${subscription} --attribute-name FilterPolicy --attribute-value {}`,
      ),
    ),
  ];
}

const SEVERITY = { pending: 'failure', missing: 'failure', deploy: CDK_DEPLOY } as const;

/** Somebody hears the alarms. */
export const emergencySubscriptions: Check = {
  id: 'emergency-hearing',
  area: 'emergency',
  title: 'Alarms of the emergency access are heard',
  run: (input) => {
    const found = emergencyOf(input);
    if (found === undefined) return undefined;
    const { plan, facts } = found;
    const { topic, hearing } = facts;
    return examine(together({ topic, hearing }), (read) =>
      okUnless(
        [...alarmSubscriptions(read.topic, plan.emails, SEVERITY), ...read.hearing.flatMap(hearingFaults)],
        `alarms are heard by ${quotedList(plan.emails)}`,
      ),
    );
  },
};

/** EventBridge gets events of CloudTrail only where a trail is at work (CloudTrail User Guide, 'Amazon EventBridge'). */
export const emergencyTrail: Check = {
  id: 'emergency-trail',
  area: 'emergency',
  title: 'CloudTrail records the account that people sign in to',
  run: (input) => {
    const found = emergencyOf(input);
    if (found === undefined) return undefined;
    const { name } = found.plan.account;
    return examine(found.facts.trails, (trails) =>
      trails.some(({ isLogging, recordsUses }) => isLogging && recordsUses)
        ? [ok(`a trail of all Regions is at work in ${name}`)]
        : [noTrail(trails, name)],
    );
  },
};

/** The topic by which people are told, or the event bus that sends to it. */
type AlarmTarget = (target: RuleTarget) => boolean;

function isTopic({ arn }: RuleTarget): boolean {
  return arn.split(':')[2] === 'sns';
}

function isBusOf(plan: EmergencyPlan): AlarmTarget {
  return ({ arn }) => arn === alarmBusArn(plan);
}

/** Settings of a target that change what people are told, or keep it from them. */
function targetFaults(target: RuleTarget, plan: EmergencyPlan, rule: string): readonly Observation[] {
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
function busFaults(policy: unknown, { targets }: EmergencyPlan): readonly Observation[] {
  const refused = targets.filter(({ account }) => !maySend(policy, account.id)).map(({ account }) => account.name);
  if (refused.length === 0) return [];
  return [
    failure(`the policy of the event bus keeps out what these accounts send: ${quotedList(refused)}`, CDK_DEPLOY),
  ];
}
