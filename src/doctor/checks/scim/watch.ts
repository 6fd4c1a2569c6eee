import { reminderId, REMINDER_DAYS } from '../../../estate/sections/workforce/scim-token';
import { stackName } from '../../../estate/plan/stacks/stacks';
import type { Watch } from '../../../estate/sections/workforce/watch';
import type { WatchFacts } from '../../../clouds/facts/watch-facts';
import { type Check, examine, type Observation, okUnless, warning } from '../../check';
import { alarmSubscriptions } from '../alarm-subscriptions';

const DEPLOY = 'deploy it: npx --no entra-aws deploy, step workforce-watch';
const SEVERITY = { pending: 'warning', missing: 'warning', deploy: DEPLOY } as const;

/** Somebody is told before the SCIM token ends: by AWS Health's event, and by reminders of the recorded day. */
export const watch: Check = {
  id: 'scim-watch',
  area: 'scim',
  title: 'Somebody is told before the SCIM token ends',
  run: ({ plan, facts }) => {
    const declared = plan.watch;
    if (declared?.scimTokenExpires === undefined || facts.watch === undefined) return undefined;
    const { scimTokenExpires } = declared;
    return examine(facts.watch, (found) =>
      found === undefined
        ? [warning(`no one is told: there is no stack ${stackName(plan.estate.name, 'workforce-watch')}`, DEPLOY)]
        : okUnless(
            faultsOf(found, declared, scimTokenExpires),
            `${declared.emails.length} are told before ${scimTokenExpires}`,
          ),
    );
  },
};

function faultsOf({ resources, topic }: WatchFacts, { emails }: Watch, expires: string): readonly Observation[] {
  const has = (type: string, part: string): boolean =>
    resources.some((one) => one.type === type && one.logicalId.includes(part));
  // Logical ids have letters and digits alone.
  const missing = REMINDER_DAYS.filter(
    (days) => !has('AWS::Scheduler::Schedule', reminderId(days, expires).replaceAll('-', '')),
  );
  return [
    ...(has('AWS::Events::Rule', 'ScimTokenHealth') ? [] : [warning('no rule hears of it from AWS Health', DEPLOY)]),
    ...(missing.length === 0
      ? []
      : [warning(`no reminder is set ${missing.join(', ')} days before ${expires}, the recorded end`, DEPLOY)]),
    ...alarmSubscriptions(topic, emails, SEVERITY),
  ];
}
