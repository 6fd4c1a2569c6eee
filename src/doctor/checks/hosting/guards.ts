import { type Hosting, PROTECTION } from '../../../estate/sections/hosting/hosting';
import type { DeployedAlarm, DeployedTable } from '../../../clouds/facts/hosting-facts';
import { together } from '../../../clouds/reading';
import { type Check, examine, failure, type Observation, okUnless } from '../../check';
import { alarmSubscriptions } from '../alarm-subscriptions';
import { CDK_DEPLOY, hostingOf } from './services';

const SEVERITY = { pending: 'warning', missing: 'failure', deploy: CDK_DEPLOY } as const;

/** Alarms are armed, none is raised, and somebody hears them. */
export const alarms: Check = {
  id: 'hosting-alarms',
  area: 'hosting',
  title: 'Alarms are armed and heard',
  run: (input) => {
    const facts = hostingOf(input);
    const { hosting } = input.plan.estate;
    if (facts === undefined || hosting === undefined) return undefined;
    return examine(together({ alarms: facts.alarms, topic: facts.topic }), ({ alarms: found, topic }) =>
      okUnless(
        [
          ...found.flatMap(alarmFaults),
          ...(found.length === 0 ? [failure('there are no alarms', CDK_DEPLOY)] : []),
          ...alarmSubscriptions(topic, hosting.alarmEmails, SEVERITY),
        ],
        `${found.length} alarms are armed, and heard by ${topic.confirmed.length}`,
      ),
    );
  },
};

function alarmFaults({ name, isArmed, state, reason }: DeployedAlarm): readonly Observation[] {
  if (state === 'missing') return [failure(`the alarm ${name} is gone`, CDK_DEPLOY)];
  return [
    ...(isArmed
      ? []
      : [failure(`the alarm ${name} tells no one: its actions are off`, 'aws cloudwatch enable-alarm-actions')]),
    ...(state === 'ALARM'
      ? [failure(`the alarm ${name} is raised: ${reason}`, 'see docs/hosting.md for what to do')]
      : []),
  ];
}

/** Tables are protected as the environment asks for. */
export const tables: Check = {
  id: 'hosting-tables',
  area: 'hosting',
  title: 'Tables are protected as declared',
  run: (input) => {
    const facts = hostingOf(input);
    const { hosting } = input.plan.estate;
    if (facts === undefined || hosting === undefined) return undefined;
    return examine(facts.tables, (found) =>
      okUnless(
        [
          ...(found.length === 0 ? [failure('there are no tables', CDK_DEPLOY)] : []),
          ...found.flatMap((table) => tableFaults(table, hosting)),
        ],
        `${found.length} tables are protected as declared (${hosting.environment})`,
      ),
    );
  },
};

function tableFaults(table: DeployedTable, { environment, kmsKeys }: Hosting): readonly Observation[] {
  const { deletionProtection, pointInTimeRecovery } = PROTECTION[environment];
  const lacks = [
    ...(deletionProtection && !table.isProtected ? ['protection from deletion'] : []),
    // Sessions are not to come back.
    ...(pointInTimeRecovery && table.name === 'policies' && !table.hasPointInTimeRecovery
      ? ['point-in-time recovery']
      : []),
    ...(kmsKeys === 'customer' && !table.hasCustomerKey ? ["the account's own key"] : []),
  ];
  return lacks.length === 0 ? [] : [failure(`the table of ${table.name} lacks ${lacks.join(' and ')}`, CDK_DEPLOY)];
}
