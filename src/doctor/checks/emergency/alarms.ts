import { z } from 'zod';
import type { DeployedRule, PlaceRules, RuleTarget, TopicHearing, Trail } from '../../../clouds/facts/emergency-facts';
import { itemsOf, together } from '../../../clouds/reading';
import { EMERGENCY_HOME_REGION } from '../../../estate/sections/emergency/emergency';
import {
  ALARM_FIELDS,
  alarmBusArn,
  alarmText,
  EMERGENCY_EVENT_WORDS,
  EMERGENCY_EVENTS,
  EMERGENCY_RULE_STATE,
  emergencyEvents,
  forwardedEvents,
  SENDER_TRUST,
  senderPolicy,
} from '../../../estate/sections/emergency/emergency-events';
import type { EmergencyPlan } from '../../../estate/sections/emergency/emergency-plan';
import type { AccountId } from '../../../estate/source/ids';
import { quotedList } from '../../../text/suggest';
import { check, emergencyOf, examine, failure, type Observation, type Observed, ok, okUnless } from '../../check';
import { alarmSubscriptions } from '../hosting';
import { CDK_DEPLOY, roleFaults, saysTheSame } from './roles';

/** Every rule is there and at work, and sends to where people are told. */
export const emergencyAlarms = check(emergencyOf, {
  id: 'emergency-alarms',
  title: 'Each use and each change is told of',
  run: ({ plan, facts: { rules, forwarded, busPolicy } }) => {
    const isHome = ({ account, region }: PlaceRules) => account === plan.account.id && region === EMERGENCY_HOME_REGION;
    const refused = (policy: unknown): readonly string[] =>
      plan.targets.filter(({ account }) => !maySend(policy, account.id)).map(({ account }) => account.name);
    return [
      ...rules.flatMap((place) => examinePlace(place, plan, isHome(place) ? isTopic : isBusOf(plan))),
      ...examine(forwarded, (found) =>
        okUnless(
          ruleFaults(found, plan, forwardedRule(plan)),
          'what other accounts and Regions tell of goes on to the topic',
        ),
      ),
      ...examine(busPolicy, (policy) => [
        refused(policy).length > 0 &&
          failure(
            `the policy of the event bus keeps out what these accounts send: ${quotedList(refused(policy))}`,
            CDK_DEPLOY,
          ),
      ]),
      topicFault([rules.find(isHome)?.rules, forwarded], plan.account.id),
    ];
  },
});

function examinePlace({ account, region, rules }: PlaceRules, plan: EmergencyPlan, goesOn: AlarmTarget): Observed {
  const targets = plan.targets.filter((target) => target.account.id === account);
  const roles = account === plan.account.id ? [plan.name] : targets.flatMap((one) => one.roles.map(({ name }) => name));
  const wanted = emergencyEvents(plan, { account, roles });
  const where = `${account} ${region}`;
  return examine(rules, (found) =>
    okUnless(
      EMERGENCY_EVENTS.flatMap((kind) => {
        const what = `${EMERGENCY_EVENT_WORDS[kind]} (${where})`;
        return wanted[kind].flatMap((pattern) =>
          ruleFaults(found, plan, {
            ...{ pattern, goesOn, name: `the rule that tells that ${what}` },
            missing: `no rule tells that ${what}`,
            silent: `a rule knows that ${what}, and tells no one`,
          }),
        );
      }),
      `${where}: ${Object.values(wanted).flat().length} rules are at work`,
    ),
  ).map((one) => (one.outcome === 'unknown' ? { ...one, message: `${where}: ${one.message}` } : one));
}

/** A declared rule, and observations where it is not there, or sends to nothing. */
interface WantedRule {
  readonly pattern: unknown;
  readonly goesOn: AlarmTarget;
  readonly name: string;
  readonly missing: string;
  readonly silent: string;
}

/** The rule on the event bus that the other accounts and Regions send to. */
function forwardedRule(plan: EmergencyPlan): WantedRule {
  const what = 'what other accounts and Regions send to the event bus';
  return {
    ...{ pattern: forwardedEvents(plan), goesOn: isTopic, name: `the rule for ${what}` },
    missing: `no rule passes on ${what}, so it is lost`,
    silent: `the rule for ${what} does not send it to a topic`,
  };
}

function ruleFaults(rules: readonly DeployedRule[], plan: EmergencyPlan, wanted: WantedRule): Observed {
  const rule = rules.find(({ pattern }) => saysTheSame(pattern, wanted.pattern));
  if (rule === undefined) return [failure(wanted.missing, CDK_DEPLOY)];
  const targets = rule.targets.filter(wanted.goesOn);
  if (targets.length === 0) return [failure(wanted.silent, CDK_DEPLOY)];
  return [
    // Read-only events, among which is each use of a role, come in no other state.
    rule.state !== EMERGENCY_RULE_STATE &&
      failure(`${wanted.name} is ${rule.state}, not ${EMERGENCY_RULE_STATE}`, CDK_DEPLOY),
    ...targets.flatMap((target) => targetFaults(target, plan, wanted.name)),
  ];
}

/** All rules of the account send to one topic, its own: whoever listens to another one is not looked at. */
function topicFault(all: readonly (PlaceRules['rules'] | undefined)[], account: AccountId) {
  const rules = all.flatMap((one) => itemsOf(one));
  const topics = [...new Set(rules.flatMap(({ targets }) => targets.filter(isTopic).map(({ arn }) => arn)))];
  const foreign = topics.filter((arn) => arn.split(':')[4] !== account);
  if (foreign.length > 0) {
    return failure(`alarms go to a topic of another account: ${quotedList(foreign)}`, CDK_DEPLOY);
  }
  return (
    topics.length > 1 &&
    failure(`alarms go to ${topics.length} topics, but the estate has one: ${quotedList(topics)}`, CDK_DEPLOY)
  );
}

function regionOf(arn: string): string {
  return `--region ${arn.split(':')[3] ?? ''}`;
}

function noTrail([first, ...others]: readonly Trail[], name: string): Observation {
  const stopped = [first, ...others].find((trail) => trail?.recordsUses);
  if (first !== undefined && stopped === undefined) {
    return failure(
      `the trail ${first.arn} does not record all management events, so that no rule hears of a use`,
      `let it record management events that read and that write (aws cloudtrail put-event-selectors ${regionOf(first.arn)} --trail-name ${first.arn}), and start it`,
    );
  }
  const what = `no trail of all Regions is at work in ${name}, so that no rule hears of anything`;
  return stopped === undefined
    ? failure(
        what,
        'make a trail of the organization in the management account, of all Regions, with management events',
      )
    : failure(
        `${what}: ${stopped.arn} is stopped`,
        `aws cloudtrail start-logging ${regionOf(stopped.arn)} --name ${stopped.arn}`,
      );
}

/** Settings of a topic that keep a rule's messages from people. */
function hearingFaults({ topic, policy, subscriptions }: TopicHearing): Observed {
  const filtered = subscriptions.filter(({ protocol, isFiltered }) => protocol === 'email' && isFiltered);
  return [
    !mayPublish(policy) && failure(`the policy of the topic ${topic} keeps rules from telling anybody`, CDK_DEPLOY),
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
export const emergencySubscriptions = check(emergencyOf, {
  id: 'emergency-hearing',
  title: 'Alarms of the emergency access are heard',
  run: ({ plan: { emails }, facts: { topic, hearing } }) =>
    examine(together({ topic, hearing }), (read) =>
      okUnless(
        [...alarmSubscriptions(read.topic, emails, SEVERITY), ...read.hearing.flatMap(hearingFaults)],
        `alarms are heard by ${quotedList(emails)}`,
      ),
    ),
});

/** EventBridge gets events of CloudTrail only where a trail is at work (CloudTrail User Guide, 'Amazon EventBridge'). */
export const emergencyTrail = check(emergencyOf, {
  id: 'emergency-trail',
  title: 'CloudTrail records the account that people sign in to',
  run: ({ plan: { account }, facts }) =>
    examine(facts.trails, (trails) => [
      trails.some(({ isLogging, recordsUses }) => isLogging && recordsUses)
        ? ok(`a trail of all Regions is at work in ${account.name}`)
        : noTrail(trails, account.name),
    ]),
});

/** The topic by which people are told, or the event bus that sends to it. */
type AlarmTarget = (target: RuleTarget) => boolean;

function isTopic({ arn }: RuleTarget): boolean {
  return arn.split(':')[2] === 'sns';
}

function isBusOf(plan: EmergencyPlan): AlarmTarget {
  return ({ arn }) => arn === alarmBusArn(plan);
}

/** Settings of a target that change what people are told, or keep it from them. */
function targetFaults(target: RuleTarget, plan: EmergencyPlan, rule: string): Observed {
  const { message, sender } = target;
  const declared = isTopic(target) ? { text: alarmText(plan), ...ALARM_FIELDS } : null;
  const sent = message === undefined ? 'the event as it is' : JSON.stringify(message);
  return [
    !saysTheSame(message ?? null, declared) &&
      failure(`${rule} sends another message than the declared one: ${sent}`, CDK_DEPLOY),
    // The policy of the topic lets rules publish. A role would be asked in its place.
    ...(isTopic(target)
      ? [sender !== undefined && failure(`${rule} sends by the role ${sender.arn}, declared is none`, CDK_DEPLOY)]
      : senderFaults(sender, plan, rule)),
  ];
}

/** Another account or Region takes events only from a role that may send them. */
function senderFaults(sender: RuleTarget['sender'], plan: EmergencyPlan, rule: string): Observed {
  if (sender === undefined) return [failure(`${rule} has no role to send to the event bus with`, CDK_DEPLOY)];
  const declared = { trust: SENDER_TRUST, policies: [], inlinePolicies: [senderPolicy(plan)], boundary: undefined };
  return roleFaults(sender.role, declared, `${sender.arn} (${rule} sends by it)`);
}

const texts = z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat());
const Statement = z.looseObject({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.string(), z.record(z.string(), texts)]).optional(),
  Action: texts.optional(),
  Condition: z.unknown().optional(),
});
type Statement = z.output<typeof Statement>;
const Policy = z.looseObject({ Statement: z.union([Statement, z.array(Statement)]).transform((one) => [one].flat()) });

const RULES = 'events.amazonaws.com';
/** The only denial that the estate's own topic has: without TLS, which EventBridge always uses. */
const WITHOUT_TLS = { Bool: { 'aws:SecureTransport': 'false' } };

/** Tells whether rules of EventBridge may publish by a topic's policy. */
export function mayPublish(policy: unknown): boolean {
  const names = ({ Service = [], AWS = [] }: Principals) => Service.includes(RULES) || AWS.includes('*');
  return allows(policy, { action: 'sns:Publish', allowed: names, denied: names });
}

/** Tells whether roles of an account may send by an event bus's policy. A denial of a single one of them counts as one of all. */
export function maySend(policy: unknown, account: string): boolean {
  const whole = (one: string) => one === '*' || one === account || one.endsWith(`:iam::${account}:root`);
  return allows(policy, {
    action: 'events:PutEvents',
    allowed: ({ AWS = [] }) => AWS.some(whole),
    denied: ({ AWS = [] }) => AWS.some((one) => whole(one) || one.includes(`:${account}:`)),
  });
}

type Principals = Readonly<Record<string, readonly string[]>>;

interface Request {
  readonly action: string;
  /** Tells whether principals of a statement are, or include, those who send. */
  readonly allowed: (principals: Principals) => boolean;
  readonly denied: (principals: Principals) => boolean;
}

/**
 * A statement lets them, without a condition, and none denies. A denial whose condition is not known counts as one: a message that
 * is lost tells no one.
 */
function allows(policy: unknown, { action, allowed, denied }: Request): boolean {
  const { success, data } = Policy.safeParse(policy);
  if (!success) return false;
  const about = data.Statement.filter((one) => namesAction(one, action));
  const denials = about.filter((one) => one.Effect === 'Deny' && namesThem(one, denied));
  return (
    about.some((one) => one.Effect === 'Allow' && one.Condition === undefined && namesThem(one, allowed)) &&
    denials.every(({ Condition }) => saysTheSame(Condition ?? null, WITHOUT_TLS))
  );
}

/** Statements with NotPrincipal or NotAction are taken to be about them too. */
function namesThem({ Principal }: Statement, those: (principals: Principals) => boolean): boolean {
  if (Principal === undefined || Principal === '*') return true;
  return typeof Principal !== 'string' && those(Principal);
}

function namesAction({ Action }: Statement, action: string): boolean {
  if (Action === undefined) return true;
  return Action.some((one) => {
    const pattern = one.toLowerCase().replaceAll('?', '.').replaceAll('*', '.*');
    return new RegExp(`^${pattern}$`).test(action.toLowerCase());
  });
}
