import type { AlarmTopic, DeployedAlarm, DeployedService, DeployedTable } from '../../clouds/facts/hosting-facts';
import { together } from '../../clouds/reading';
import { type Hosting, PROTECTION } from '../../estate/sections/hosting/hosting';
import { hostedServicesOf, type HostedService, servicesOf } from '../../estate/sections/hosting/services';
import { check, examine, failure, hostingOf, type Observed, ok, okUnless, warning } from '../check';
import { quotedList } from '../../text/suggest';

const CDK_DEPLOY = 'deploy the hosting again: npx --no entra-aws deploy';

/** Services run the images that the estate declares. */
export const services = check(hostingOf, {
  id: 'hosting-services',
  title: 'Services run the declared images',
  run: ({ facts }, { plan, facts: { imageHashes } }) =>
    examine(facts.services, (found) =>
      hostedServicesOf(plan.estate).flatMap(({ name, image }) => {
        const service = found.find((one) => one.name === name);
        if (service === undefined) return [failure(`there is no service for the ${name}`, CDK_DEPLOY)];
        const wanted = image?.kind === 'digest' ? image.image : imageHashes?.[name];
        return okUnless(faultsOf(service, wanted), `the ${name} runs its declared image`);
      }),
    ),
});

/** @param wanted hash of what the image is built from, or the image by its digest */
function faultsOf({ name, status, isRunning, image }: DeployedService, wanted: string | undefined): Observed {
  const tag = wanted?.split(':').at(-1);
  return [
    !isRunning && failure(`the ${name} is ${status}`, `see its logs; then ${CDK_DEPLOY}`),
    tag !== undefined &&
      !image.endsWith(`:${tag}`) &&
      warning(
        `the ${name} runs ${image.split('/').at(-1) ?? ''}, not the image of this revision (${tag.slice(0, 12)}…)`,
        `check out the revision that is deployed, or ${CDK_DEPLOY}`,
      ),
  ];
}

/** Services answer that they are ready. */
export const health = check(hostingOf, {
  id: 'hosting-health',
  title: 'Services answer that they are ready',
  run: ({ facts: { health: reading, services: read } }) => {
    if (reading.state === 'failed' && read.state === 'known') {
      return [failure(reading.reason, 'see the logs of the service')];
    }
    return examine(reading, (found) =>
      found.map(({ url, status }) =>
        status === 200
          ? ok(`${url} answers`)
          : failure(`${url} answers ${status}`, 'see the logs of the service: readiness says which part it misses'),
      ),
    );
  },
});

/** Secrets have values, and services have read the present ones. */
export const secrets = check(hostingOf, {
  id: 'hosting-secrets',
  title: 'Services use the present versions of their secrets',
  run: ({ facts }, { plan }) =>
    examine(together({ services: facts.services, secrets: facts.secrets }), (found) =>
      found.secrets.flatMap(({ name, hasValue, changedAt }) => {
        if (!hasValue) return [failure(`the secret ${name} has no value`, 'npx --no entra-aws deploy handoff')];
        return servicesOf(plan.estate)
          .filter((service) => hasSecret(service, name))
          .map(({ name: user }) => {
            const deployedAt = found.services.find((one) => one.name === user)?.deployedAt;
            if (changedAt === undefined || deployedAt === undefined || changedAt <= deployedAt) {
              return ok(`${name} is in use`);
            }
            return failure(
              `the secret ${name} changed on ${changedAt.toISOString()}, and the ${user} was deployed last on ` +
                `${deployedAt.toISOString()}: it still uses the earlier value`,
              `start a deployment of the ${user} (npx --no entra-aws deploy handoff does, where its values change)`,
            );
          });
      }),
    ),
});

function hasSecret({ environment }: HostedService, name: string): boolean {
  return Object.values(environment).some((value) => value.kind === 'secret' && value.name === name);
}

const SEVERITY = { pending: 'warning', missing: 'failure', deploy: CDK_DEPLOY } as const;

/** Alarms are armed, none is raised, and somebody hears them. */
export const alarms = check(hostingOf, {
  id: 'hosting-alarms',
  title: 'Alarms are armed and heard',
  run: ({ declared, facts }) =>
    examine(together({ alarms: facts.alarms, topic: facts.topic }), ({ alarms: found, topic }) =>
      okUnless(
        [
          ...found.flatMap(alarmFaults),
          found.length === 0 && failure('there are no alarms', CDK_DEPLOY),
          ...alarmSubscriptions(topic, declared.alarmEmails, SEVERITY),
        ],
        `${found.length} alarms are armed, and heard by ${topic.confirmed.length}`,
      ),
    ),
});

function alarmFaults({ name, isArmed, state, reason }: DeployedAlarm): Observed {
  if (state === 'missing') return [failure(`the alarm ${name} is gone`, CDK_DEPLOY)];
  return [
    !isArmed && failure(`the alarm ${name} tells no one: its actions are off`, 'aws cloudwatch enable-alarm-actions'),
    state === 'ALARM' &&
      failure(
        `the alarm ${name} is raised: ${reason}`,
        "look at the dashboard of the hosting and the log of the service; if a deployment caused it: npx --no entra-aws docs rollback 'A bad image'",
      ),
  ];
}

/** Tables are protected as the environment asks for. */
export const tables = check(hostingOf, {
  id: 'hosting-tables',
  title: 'Tables are protected as declared',
  run: ({ declared, facts }, { plan }) => {
    const wanted = servicesOf(plan.estate).flatMap((service) => service.tables);
    const unrestored = new Set(wanted.flatMap(({ name, expiresBy }) => (expiresBy === undefined ? [] : [name])));
    return examine(facts.tables, (found) =>
      okUnless(
        [
          found.length === 0 && wanted.length > 0 && failure('there are no tables', CDK_DEPLOY),
          ...found.map((table) => tableFault(table, declared, unrestored)),
        ],
        `${found.length} tables are protected as declared (${declared.environment})`,
      ),
    );
  },
});

function tableFault(table: DeployedTable, { environment, kmsKeys }: Hosting, unrestored: ReadonlySet<string>) {
  const { deletionProtection, pointInTimeRecovery } = PROTECTION[environment];
  // What expires, such as sessions, is not to come back.
  const isToComeBack = pointInTimeRecovery && !unrestored.has(table.name);
  const lacks = [
    deletionProtection && !table.isProtected && 'protection from deletion',
    isToComeBack && !table.hasPointInTimeRecovery && 'point-in-time recovery',
    kmsKeys === 'customer' && !table.hasCustomerKey && "the account's own key",
  ].filter((one) => one !== false);
  return lacks.length > 0 && failure(`the table of ${table.name} lacks ${lacks.join(' and ')}`, CDK_DEPLOY);
}

export interface Severity {
  /** Of an address whose owner has not confirmed. */
  readonly pending: 'warning' | 'failure';
  /** Of an address that was never asked. */
  readonly missing: 'warning' | 'failure';
  /** Command that brings addresses to the topic. */
  readonly deploy: string;
}

/** Findings on declared addresses that get no alarm. */
export function alarmSubscriptions(
  { confirmed, pending }: AlarmTopic,
  emails: readonly string[],
  { deploy, ...outcome }: Severity,
): Observed {
  const unconfirmed = emails.filter((email) => pending.includes(email));
  const missing = emails.filter((email) => !confirmed.includes(email) && !pending.includes(email));
  const advice = "confirm by the link in AWS's e-mail";
  return [
    ...(unconfirmed.length === 0
      ? []
      : [{ outcome: outcome.pending, message: `alarms are not confirmed by ${quotedList(unconfirmed)}`, advice }]),
    ...(missing.length === 0
      ? []
      : [{ outcome: outcome.missing, message: `alarms do not reach ${quotedList(missing)}`, advice: deploy }]),
  ];
}
