import { dayOf, daysBetween } from '../../../../constructs/entra/periods';
import { bare } from '../../../../provider/synchronization/edit-schema';
import type { Quarantine } from '../../../../provider/synchronization/job';
import type { TokenEvent } from '../../../clouds/facts/access-facts';
import type { WatchFacts } from '../../../clouds/facts/hosting-facts';
import type { ProvisioningJob, UserMapping } from '../../../clouds/facts/workforce-facts';
import { together } from '../../../clouds/reading';
import { stackName } from '../../../estate/plan/stacks/stacks';
import { leaversReaderName, leaversTrust, type Watch } from '../../../estate/sections/workforce/watch';
import { REMINDER_DAYS, reminderId } from '../../../estate/sections/workforce/scim-token';
import type { AttributeMapping } from '../../../estate/sections/workforce/workforce';
import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../text/suggest';
import {
  check,
  examine,
  failure,
  type Observation,
  type Observed,
  ok,
  okUnless,
  scimAtAwsOf,
  scimOf,
  warning,
} from '../../check';
import { alarmSubscriptions } from '../hosting';
import { WHICH_IS_OURS, WORKFORCE_UP } from '../applications';
import { examineTrust } from '../trust/examine-trust';

/** Entra ID provisions every 40 minutes; a cycle may be missed once. */
const LATE_HOURS = 3;
const HOUR_MS = 3_600_000;

/** The provisioning job runs and succeeds. */
export const job = check(scimOf, {
  id: 'scim-job',
  title: 'Provisioning runs and succeeds',
  run: ({ scim, facts }, { now }) =>
    examine(facts.jobs, ([only, ...others]) => {
      if (only === undefined) return [failure('there is no provisioning job', WORKFORCE_UP)];
      if (others.length > 0) {
        return [failure(`there are ${others.length + 1} provisioning jobs`, 'delete all but one in the portal')];
      }
      return [scim.running ? running(only, now) : paused(only)];
    }),
});

const LEAVES_QUARANTINE: Readonly<Record<Quarantine['kind'], string>> = {
  credentials:
    'generate a token in IAM Identity Center and run npx --no entra-aws scim rotate, which validates it and lifts the quarantine',
  deletions:
    'do not restart it: Entra ID holds deletions back, and a restart lets them through. Look in the provisioning logs for ' +
    "StagedDelete, then decide: npx --no entra-aws docs operations 'Too many deletions'",
  other: 'see the provisioning logs, remove the cause, then choose Restart provisioning in the Entra admin center',
};

function running({ quarantine, isRunning, code, lastSuccess }: ProvisioningJob, now: Date): Observation {
  if (quarantine !== undefined) {
    return failure(`provisioning is in quarantine: ${quarantine.text}`, LEAVES_QUARANTINE[quarantine.kind]);
  }
  if (!isRunning) return failure(`provisioning does not run (${code}), but the estate says so`, WORKFORCE_UP);
  if (lastSuccess === undefined) {
    return warning(`provisioning has not finished its first cycle (${code})`, 'wait, then run this again');
  }
  const hours = (now.getTime() - lastSuccess.getTime()) / HOUR_MS;
  const when = lastSuccess.toISOString();
  if (hours <= LATE_HOURS) return ok(`the last cycle succeeded at ${when}`);
  return failure(
    `the last cycle that succeeded ended at ${when}, ${Math.floor(hours)} hours ago`,
    'see the provisioning logs of the application (Enterprise applications > the application > Provisioning logs)',
  );
}

function paused({ isRunning, code }: ProvisioningJob): Observation {
  return isRunning
    ? failure('provisioning runs, but the estate says that it does not', WORKFORCE_UP)
    : warning(`provisioning is off (${code}), as declared: no one new gets access`, 'set scim.running in the estate');
}

/** AWS warns from 90 days before the end on. */
const SOON_DAYS = 90;
const URGENT_DAYS = 14;
/** A token lives for one year; a day more or less is a matter of time zones. */
const LIFE_DAYS = 365;
const SLACK_DAYS = 2;

const ROTATE = 'rotate it without a gap: npx --no entra-aws scim rotate';

/** The SCIM token lasts, and its recorded end is the true one. */
export const token = check(scimOf, {
  id: 'scim-token',
  title: 'The SCIM token lasts',
  run: ({ scim: { tokenExpires } }, { now }) => {
    const left = daysBetween(dayOf(now), tokenExpires);
    if (left <= 0) return [failure(`the SCIM token ended on ${tokenExpires}: nothing is provisioned any more`, ROTATE)];
    const message = `the SCIM token ends on ${tokenExpires}, in ${left} days`;
    if (left > SOON_DAYS) return [ok(message)];
    return [left <= URGENT_DAYS ? failure(message, ROTATE) : warning(message, ROTATE)];
  },
});

/** No token is left beside the one in use, and its recorded end is the true one. No API lists them: CloudTrail tells. */
export const tokens = check(scimAtAwsOf, {
  id: 'scim-tokens',
  title: 'One SCIM token is there, and its end is recorded',
  run: ({ scim: { tokenExpires: end }, access }) =>
    examine(access.tokenEvents, (events) => {
      const latest = events.find(({ kind }) => kind === 'made');
      const last = latest && `made by ${latest.by} on ${dayOf(latest.at)}`;
      return okUnless(
        [
          last !== undefined &&
            tokensLeft(events) >= MOST_TOKENS &&
            failure(
              `two SCIM tokens are there: the last was ${last}`,
              'once provisioning works with the new one, delete the old one at AWS (Manage provisioning); delete a token that you did not make at once',
            ),
          latest !== undefined &&
            Math.abs(daysBetween(dayOf(latest.at), end) - LIFE_DAYS) > SLACK_DAYS &&
            warning(
              `the last SCIM token was ${last ?? ''}, but the recorded end is ${end}, which is not a year after that`,
              'set workforce.awsApplication.scim.tokenExpires to the day that Manage provisioning shows, or put the new token into provisioning',
            ),
        ],
        'CloudTrail knows of no second token in the last 90 days',
      );
    }),
});

/** AWS takes two at most (IAM Identity Center User Guide, 'Automatic provisioning'). */
const MOST_TOKENS = 2;

/**
 * Tokens that are there after the events, which come with the latest first. A deletion tells that one was there before the
 * first of them, unless that would have been more than AWS takes.
 */
function tokensLeft(events: readonly TokenEvent[]): number {
  const countsFrom = (start: number): readonly number[] =>
    events
      .toReversed()
      .reduce<readonly number[]>(
        (counts, { kind }) => [...counts, (counts.at(-1) ?? start) + (kind === 'made' ? 1 : -1)],
        [start],
      );
  const before = events.some(({ kind }) => kind === 'deleted') ? 1 : 0;
  const counts = countsFrom(before);
  const isPossible = counts.every((count) => count <= MOST_TOKENS);
  return (isPossible ? counts : countsFrom(0)).at(-1) ?? before;
}

/** Attributes of users are mapped as declared. */
export const mapping = check(scimOf, {
  id: 'scim-mapping',
  title: 'Attributes are mapped as declared',
  run: ({ scim: { attributeMappings }, facts }) =>
    examine(facts.userMappings, (mappings) =>
      okUnless(
        attributeMappings.map((declared) => compare(mappings, declared)),
        attributeMappings.map((one) => `${sourceOf(one)} -> ${one.target}`).join(', ') || 'the template is unchanged',
      ),
    ),
});

function compare(mappings: readonly UserMapping[], declared: AttributeMapping): Observation | false {
  const { target, source, remove } = declared;
  const found = mappings.filter((one) => one.target === target).map((one) => one.source);
  const expected = source === undefined ? sourceOf(declared) : `[${source}]`;
  const wanted = remove === true ? [] : [bare(expected)];
  return (
    found.map(bare).join() !== wanted.join() &&
    failure(
      `${target} is mapped from ${found.length === 0 ? 'nothing' : found.join(' and ')}, declared is ${expected}`,
      WORKFORCE_UP,
    )
  );
}

/** A declared source in the words of the portal. */
function sourceOf({ source, constant, expression, remove }: AttributeMapping): string {
  if (remove === true) return 'nothing';
  return source ?? expression ?? JSON.stringify(constant);
}

const DEPLOY = 'deploy it: npx --no entra-aws deploy, step workforce-watch';
const SEVERITY = { pending: 'warning', missing: 'warning', deploy: DEPLOY } as const;

/** Somebody is told before the SCIM token ends: by AWS Health's event, and by reminders of the recorded day. */
export const watch = check(({ plan }) => plan.watch, {
  id: 'scim-watch',
  title: 'Somebody is told before the SCIM token ends',
  run: ({ scimTokenExpires: expires, emails }, { plan: { estate }, facts }) => {
    if (expires === undefined || facts.watch === undefined) return undefined;
    return examine(facts.watch, (found) =>
      found === undefined
        ? [warning(`no one is told: there is no stack ${stackName(estate.name, 'workforce-watch')}`, DEPLOY)]
        : okUnless(watchFaults(found, emails, expires), `${emails.length} are told before ${expires}`),
    );
  },
});

function watchFaults({ resources, topic }: WatchFacts, emails: Watch['emails'], expires: string): Observed {
  const has = (type: string, part: string): boolean =>
    resources.some((one) => one.type === type && one.logicalId.includes(part));
  // Logical ids have letters and digits alone.
  const missing = REMINDER_DAYS.filter(
    (days) => !has('AWS::Scheduler::Schedule', reminderId(days, expires).replaceAll('-', '')),
  );
  return [
    !has('AWS::Events::Rule', 'ScimTokenHealth') && warning('no rule hears of it from AWS Health', DEPLOY),
    missing.length > 0 &&
      warning(`no reminder is set ${missing.join(', ')} days before ${expires}, the recorded end`, DEPLOY),
    ...alarmSubscriptions(topic, emails, SEVERITY),
  ];
}

/** The application of the leavers function trusts the function's role, reads users, and nothing else. */
export const leaversReader = check(({ facts }) => facts.leaversReader, {
  id: 'scim-leavers-reader',
  title: 'The application of the leavers function trusts one role, and reads users alone',
  run: ({ exists, named, trust }, { plan: { estate } }) => {
    const signIn = estate.workforce?.leavers?.signIn;
    if (signIn?.kind !== 'federated') return undefined;
    const name = leaversReaderName(estate.name);
    return examine(together({ exists, named }), (found) => [
      found.named.length > 1 &&
        failure(
          `${found.named.length} applications have the name ${showValue(name)}: ${quotedList(found.named)}`,
          WHICH_IS_OURS,
        ),
      ...(found.exists
        ? examineTrust(trust, { name, federated: [leaversTrust(estate.name, signIn)], permissions: ['User.Read.All'] })
        : [failure(`there is no application ${showValue(name)}: the leavers function can't sign in`, WORKFORCE_UP)]),
    ]);
  },
});
