import { z } from 'zod';
import { GraphError } from '../graph/error';
import {
  keepOnFault,
  type Change,
  type Context,
  type Created,
  type Known,
  type Live,
  type ResourceType,
} from '../resource';
import { present, type Properties } from '../values';
import {
  commandJob,
  findJob,
  getJob,
  idOfJob,
  jobPath,
  keyOfJob,
  notSettled,
  plainJobId,
  type JobKey,
  type JobStatus,
} from './job';

const Text = z.string().min(1, { error: 'is empty' });

export const SynchronizationStateInputs = z.strictObject({
  servicePrincipalId: Text,
  jobId: Text,
  running: z.boolean(),
  validate: z.boolean(),
  credentials: z.array(z.strictObject({ key: Text, value: z.string() })).optional(),
});
export type SynchronizationStateInputs = z.infer<typeof SynchronizationStateInputs>;

/** Whether provisioning jobs run: https://learn.microsoft.com/graph/api/resources/synchronization-synchronizationjob */
export const synchronizationState: ResourceType<SynchronizationStateInputs> = {
  schema: SynchronizationStateInputs,
  replaceOn: ['servicePrincipalId', 'jobId'],
  secretOutputs: ['credentials'],
  withDefaults: (inputs) => {
    const { jobId } = inputs;
    return { running: true, validate: true, ...inputs, ...(typeof jobId === 'string' && { jobId: plainJobId(jobId) }) };
  },
  create,
  read,
  update: (id, { news }: Change<SynchronizationStateInputs>, context) => converge(keyOfJob(id), news, context),
  delete: remove,
};

async function create(inputs: SynchronizationStateInputs, context: Context): Promise<Created> {
  const { servicePrincipalId, jobId } = inputs;
  const key = { servicePrincipalId, jobId };
  const id = idOfJob(key);
  // The job itself exists already: a fault leaves nothing of ours behind but perhaps a started job.
  return { id, outputs: await keepOnFault({ id, outputs: {} }, () => converge(key, inputs, context)) };
}

/** Validates, then starts or pauses, and returns the status as an output. */
function converge(key: JobKey, inputs: SynchronizationStateInputs, context: Context): Promise<Properties> {
  return context.locks.run(jobPath(key), async () => {
    if (!inputs.running) return outputsOf(await pause(key, context));
    if (inputs.validate) await validate(key, inputs, context);
    return outputsOf(await start(key, context));
  });
}

/** @throws Error if the target refuses the credentials: a job that starts with them goes into quarantine at once. */
async function validate(key: JobKey, { credentials }: SynchronizationStateInputs, context: Context): Promise<void> {
  const body = credentials === undefined ? { useSavedCredentials: true } : { credentials };
  try {
    await commandJob(context, key, { command: 'validateCredentials', body });
  } catch (error) {
    if (!(error instanceof GraphError) || error.isTransient || notSettled(error) || error.isNotFound) throw error;
    throw new Error(`the target refuses the credentials, so the job was not started: ${error.message}`);
  }
}

async function start(key: JobKey, context: Context): Promise<JobStatus> {
  const current = await getJob(context, key);
  if (current.quarantine !== undefined) return leaveQuarantine(key, context);
  if (!current.isRunning) await commandJob(context, key, { command: 'start' });
  const running = await context.waiter.until(`start of the job ${key.jobId}`, async () => {
    const status = await getJob(context, key);
    return status.isRunning ? status : undefined;
  });
  return healthy(key, running);
}

/** With credentials that hold, a quarantine can be lifted; it is back at once if its reason is another one. */
async function leaveQuarantine(key: JobKey, context: Context): Promise<JobStatus> {
  const body = { criteria: { resetScope: 'QuarantineState' } };
  await commandJob(context, key, { command: 'restart', body });
  const status = await context.waiter.find(async () => {
    const now = await getJob(context, key);
    return now.quarantine === undefined && now.isRunning ? now : undefined;
  }, LIFTED_WITHIN_MS);
  return healthy(key, status ?? (await getJob(context, key)));
}

/** How long a lifted quarantine may still show. */
const LIFTED_WITHIN_MS = 60_000;

function healthy(key: JobKey, status: JobStatus): JobStatus {
  if (status.quarantine === undefined) return status;
  throw new Error(quarantineMessage(key, status.quarantine));
}

function quarantineMessage({ jobId }: JobKey, reason: string): string {
  return `the provisioning job ${jobId} is in quarantine and provisions nobody: ${reason}`;
}

async function pause(key: JobKey, context: Context): Promise<JobStatus> {
  const current = await getJob(context, key);
  if (!current.isRunning) return current;
  await commandJob(context, key, { command: 'pause' });
  return context.waiter.until(`pause of the job ${key.jobId}`, async () => {
    const status = await getJob(context, key);
    return status.isRunning ? undefined : status;
  });
}

function outputsOf({ code }: JobStatus): Properties {
  return { status: code };
}

async function read(
  id: string,
  known: Known<SynchronizationStateInputs> | undefined,
  context: Context,
): Promise<Live | undefined> {
  const key = keyOfJob(id);
  const job = await findJob(context, key);
  if (job === undefined) return undefined;
  const declared = known?.inputs;
  const inputs = present({
    ...key,
    running: job.isRunning,
    validate: declared?.validate ?? true,
    credentials: declared?.credentials,
  });
  const ailments = job.quarantine === undefined ? [] : [quarantineMessage(key, job.quarantine)];
  return { inputs, outputs: outputsOf(job), ailments };
}

/** Pauses the job. It belongs to somebody else, who may delete it next. */
async function remove(id: string, _: Known<Properties>, context: Context): Promise<void> {
  const key = keyOfJob(id);
  await context.locks.run(jobPath(key), () =>
    context.waiter.until(`pause of the job ${key.jobId}`, async () => {
      const job = await findJob(context, key);
      if (job === undefined || !job.isRunning) return true;
      const path = `${jobPath(key)}/pause`;
      await context.graph.sendIfThere({ method: 'POST', path, retryIf: notSettled });
      return undefined;
    }),
  );
}
