import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { Assignments } from './assignments';
import type { Configuration } from './configuration';
import { readConfiguration } from './configuration';
import { createCredential } from './entra-credential';
import { createReader, readDirectory } from './entra-directory';
import { IdentityStore } from './identity-store';
import { Records } from './records';
import { reportOf } from './report';
import type { Ports } from './run';
import { run } from './run';

/** Time that the removal of one user may take. */
const MARGIN_MS = 180_000;

/** What is used of Lambda's context. */
interface Invocation {
  getRemainingTimeInMillis(): number;
}

/** Finds who has left, reports it, and removes whom the estate allows. A run that fails is an error of the function. */
export async function handler(_event: unknown, invocation: Invocation): Promise<void> {
  const configuration = readConfiguration(process.env);
  const { rules, deletes } = configuration;
  const outcome = await run(portsOf(configuration), {
    rules,
    deletes,
    now: new Date(),
    hasTime: () => invocation.getRemainingTimeInMillis() > MARGIN_MS,
  });
  const { removed, left } = outcome;
  log({ event: 'outcome', deletes, removed, left });
  const report = reportOf(outcome, deletes);
  if (report !== undefined) await publish(configuration, report);
  if (outcome.alarm !== undefined) throw new Error(outcome.alarm);
}

function portsOf(configuration: Configuration): Ports {
  const { region, entra, identityStoreId, instanceArn, observationsTable, auditTable } = configuration;
  return {
    directory: async () => readDirectory(entra.graph, createReader(entra.graph, await createCredential(configuration))),
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
