import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Assignments } from './assignments';
import type { Configuration } from './configuration';
import { readConfiguration } from './configuration';
import { createCredential } from './entra-credential';
import { readDirectory } from './entra-directory';
import { isKnownToEntra } from './entra-person';
import { createReader } from './entra-reader';
import { IdentityStore } from './identity-store';
import { endInterrupted } from './interrupted';
import type { Ports } from './ports';
import { Records } from './records';
import { reportOf } from './report';
import { run } from './run';
import { RunLock } from './run-lock';

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
  const lock = new RunLock(configuration.auditTable, configuration.region);
  const taken = await lock.take(new Date(), invocation.getRemainingTimeInMillis());
  if (!taken.isTaken) {
    log({ event: 'overlap', until: taken.until });
    return `Another run is at work, or was killed: nothing was done. Start the function again after ${taken.until}.`;
  }
  try {
    await work(configuration, invocation);
    return undefined;
  } finally {
    await lock.release();
  }
}

async function work(configuration: Configuration, invocation: Invocation): Promise<void> {
  const { rules, deletes } = configuration;
  const ports = await portsOf(configuration);
  const outcome = await run(ports, {
    rules,
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
  const { region, entra, identityStoreId, instanceArn, observationsTable, auditTable } = configuration;
  const read = createReader(entra.graph, await createCredential(configuration));
  return {
    entra: {
      directory: () => readDirectory(entra.graph, read),
      knows: (user) => isKnownToEntra(entra.graph, read, user),
    },
    store: new IdentityStore(identityStoreId, region),
    assignments: new Assignments(instanceArn, region),
    records: new Records({ observations: observationsTable, audit: auditTable }, region),
    log,
  };
}

async function publish({ topicArn, region, estate }: Configuration, Message: string): Promise<void> {
  const Subject = `Leavers of ${estate}`.slice(0, 100);
  await new SNSClient({ region }).send(new PublishCommand({ TopicArn: topicArn, Subject, Message }));
}

/** One line of JSON, as CloudWatch Logs reads it. */
function log(event: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ ...event, time: new Date().toISOString() })}\n`);
}
