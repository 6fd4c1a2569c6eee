import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Assignments, IdentityStore } from './identity-center';
import * as z from 'zod';
import { createCredential, createReader, isKnownToEntra, readDirectory } from './entra';
import { endInterrupted, type Ports, reportOf, run } from './run';
import { Records, RunLock } from './records';

const Text = z.string().min(1);
const Url = z.url({ protocol: /^https$/ });

/** Environment variables by which the stack configures the function. None is a secret. */
const Environment = z.object({
  AWS_REGION: Text,
  IDENTITY_STORE_ID: Text,
  INSTANCE_ARN: Text,
  OBSERVATIONS_TABLE: Text,
  AUDIT_TABLE: Text,
  TOPIC_ARN: Text,
  ESTATE: Text,
  TENANT_ID: z.guid(),
  CLIENT_ID: z.guid(),
  /** Absent where the function's own role is trusted (`GetWebIdentityToken`). */
  SECRET_ARN: Text.optional(),
  GRACE_PERIOD_DAYS: z.coerce.number().int().min(1),
  MAX_PER_RUN: z.coerce.number().int().min(1),
  MAX_SHARE: z.coerce.number().int().min(1).max(100),
  SCHEDULE: z.enum(['daily', 'weekly']),
  BREAK_GLASS_USERS: z.string().transform((text) => text.split('\n').filter((name) => name !== '')),
  DELETE: z.enum(['true', 'false']).transform((text) => text === 'true'),
  LOGIN_ENDPOINT: Url.default('https://login.microsoftonline.com'),
  GRAPH_ENDPOINT: Url.default('https://graph.microsoft.com'),
});
type Configuration = z.infer<typeof Environment>;

/** Time that the removal of one user may take. */
const MARGIN_MS = 180_000;

/** Part of Lambda's context that is used. */
interface Invocation {
  getRemainingTimeInMillis(): number;
}

/**
 * Finds who has left, reports it, and removes whom the estate allows. A run that fails is an error of the function; one beside
 * another does nothing.
 *
 * @returns why nothing was done
 */
export async function handler(_event: unknown, invocation: Invocation): Promise<string | undefined> {
  const configuration = readConfiguration(process.env);
  const lock = new RunLock(configuration.AUDIT_TABLE, configuration.AWS_REGION);
  const until = await lock.take(new Date(), invocation.getRemainingTimeInMillis());
  if (until !== undefined) {
    log({ event: 'overlap', until });
    return `Another run is at work, or was killed: nothing was done. Start the function again after ${until}.`;
  }
  try {
    await work(configuration, invocation);
    return undefined;
  } finally {
    await lock.release();
  }
}

/** @throws Error that names every variable that is missing or wrong */
function readConfiguration(env: NodeJS.ProcessEnv): Configuration {
  const parsed = Environment.safeParse(env);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`The function is configured wrongly: ${faults.join('; ')}`);
}

async function work(configuration: Configuration, invocation: Invocation): Promise<void> {
  const { DELETE: deletes } = configuration;
  const ports = await portsOf(configuration);
  const outcome = await run(ports, {
    rules: {
      gracePeriodDays: configuration.GRACE_PERIOD_DAYS,
      maxPerRun: configuration.MAX_PER_RUN,
      maxShare: configuration.MAX_SHARE,
      schedule: configuration.SCHEDULE,
      breakGlassUsers: configuration.BREAK_GLASS_USERS,
    },
    deletes,
    clock: () => new Date(),
    hasTime: () => invocation.getRemainingTimeInMillis() > MARGIN_MS,
  });
  const { plan, removed, left, missing, alarms } = outcome;
  log({ event: 'outcome', deletes, removed, left, missing, kept: plan.kept.map(({ userName }) => userName) });
  const report = reportOf(outcome, deletes);
  if (report !== undefined) await publish(configuration, report);
  await endInterrupted(ports, plan);
  if (alarms.length > 0) throw new Error(alarms.join('; '));
}

async function portsOf(configuration: Configuration): Promise<Ports> {
  const { AWS_REGION: region, GRAPH_ENDPOINT: graph, OBSERVATIONS_TABLE, AUDIT_TABLE } = configuration;
  const read = createReader(graph, await createCredential(configuration));
  return {
    entra: {
      directory: () => readDirectory(graph, read),
      knows: (user) => isKnownToEntra(graph, read, user),
    },
    store: new IdentityStore(configuration.IDENTITY_STORE_ID, region),
    assignments: new Assignments(configuration.INSTANCE_ARN, region),
    records: new Records({ observations: OBSERVATIONS_TABLE, audit: AUDIT_TABLE }, region),
    log,
  };
}

async function publish({ TOPIC_ARN, AWS_REGION: region, ESTATE }: Configuration, Message: string): Promise<void> {
  const Subject = `Leavers of ${ESTATE}`.slice(0, 100);
  await new SNSClient({ region }).send(new PublishCommand({ TopicArn: TOPIC_ARN, Subject, Message }));
}

/** One line of JSON, as CloudWatch Logs reads it. */
function log(event: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ ...event, time: new Date().toISOString() })}\n`);
}
