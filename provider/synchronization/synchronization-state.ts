import { z } from 'zod';
import { Text } from '../inputs';
import {
  type Change,
  type Context,
  type Created,
  keepOnFault,
  type Known,
  type Live,
  type ResourceType,
} from '../resource';
import { present, type Properties } from '../values';
import {
  commandJob,
  type Credential,
  CredentialsRefused,
  findJob,
  getJob,
  getJobIfThere,
  idOfJob,
  isSaved,
  type JobKey,
  jobPath,
  type JobStatus,
  keyOfJob,
  notSettled,
  plainJobId,
  restartJob,
  saveCredentials,
  validateCredentials,
} from './job';
import { describeQuarantine, ensureNothingHeldBack, heldBackOf, withHeldBack } from './held-back';

const thresholdError = 'must be a whole number of 1 or more';

/** Address that is told of trouble, and the number of people whom one cycle may delete. */
const Safeguards = z.strictObject({
  notificationEmail: Text,
  deletionThreshold: z.int({ error: thresholdError }).min(1, { error: thresholdError }),
});
type Safeguards = z.infer<typeof Safeguards>;

const KEY = 'SyncNotificationSettings';

/** Safeguards in the form in which the portal saves them, beside the credentials (MicrosoftDocs/entra-docs#2084). */
function safeguardSettings(safeguards: Safeguards | undefined): readonly Credential[] {
  if (safeguards === undefined) return [];
  const settings = {
    Enabled: true,
    Recipients: safeguards.notificationEmail,
    DeleteThresholdEnabled: true,
    DeleteThresholdValue: safeguards.deletionThreshold,
  };
  return [{ key: KEY, value: JSON.stringify(settings) }];
}

/** Declared safeguards, as long as some are saved: Graph never answers which. */
async function liveSafeguards(
  context: Context,
  key: JobKey,
  declared: Safeguards | undefined,
): Promise<Safeguards | undefined> {
  return declared !== undefined && (await isSaved(context, key, KEY)) ? declared : undefined;
}

export const SynchronizationStateInputs = z.strictObject({
  servicePrincipalId: Text,
  jobId: Text,
  running: z.boolean(),
  validate: z.boolean(),
  credentials: z.array(z.strictObject({ key: Text, value: z.string() })).optional(),
  safeguards: Safeguards.optional(),
  acceptDeletions: Text.optional(),
});
export type SynchronizationStateInputs = z.infer<typeof SynchronizationStateInputs>;

/** Output that says that the declared credentials are not known to be in use. */
const PENDING = 'credentialsPending';

/** State of provisioning jobs: https://learn.microsoft.com/graph/api/resources/synchronization-synchronizationjob */
export const synchronizationState: ResourceType<SynchronizationStateInputs> = {
  schema: SynchronizationStateInputs,
  replaceOn: ['servicePrincipalId', 'jobId'],
  recorded: ['heldBack', PENDING],
  secretOutputs: ['credentials'],
  withDefaults: (inputs) => {
    const { jobId } = inputs;
    return { running: true, validate: true, ...inputs, ...(typeof jobId === 'string' && { jobId: plainJobId(jobId) }) };
  },
  create,
  read,
  update: (id, change, context) => converge(keyOfJob(id), change, context),
  delete: remove,
};

async function create(inputs: SynchronizationStateInputs, context: Context): Promise<Created> {
  const { servicePrincipalId, jobId } = inputs;
  const key = { servicePrincipalId, jobId };
  const id = idOfJob(key);
  // The job itself exists already: a fault leaves nothing of ours behind but perhaps a started job.
  const change = { olds: { inputs: {}, outputs: {} }, news: inputs };
  return { id, outputs: await keepOnFault({ id, outputs: {} }, () => converge(key, change, context)) };
}

/** Puts the credentials to use, then starts or pauses, and returns the status as an output. */
function converge(
  key: JobKey,
  { olds, news }: Change<SynchronizationStateInputs>,
  context: Context,
): Promise<Properties> {
  return context.locks.run(jobPath(key), async () => {
    if (!news.running) return outputsOf(await pause(key, olds.outputs, context));
    // Kept as pending on any fault, so that the next update tries again even if it is given those of before.
    const { status, heldBack } = olds.outputs;
    const outputs = present({ status, heldBack, [PENDING]: true });
    await keepOnFault({ id: idOfJob(key), outputs }, () => useCredentials(key, news, context));
    return outputsOf(await start(key, { olds, news }, context));
  });
}

/**
 * Has the target take the credentials before anything is changed, and then saves those that are given, with the safeguards.
 *
 * @throws Error if the target refuses them: a job that runs goes on with those that it has, and no other is started
 */
async function useCredentials(
  key: JobKey,
  { validate, credentials, safeguards }: SynchronizationStateInputs,
  context: Context,
): Promise<void> {
  try {
    if (validate) await validateCredentials(context, key, credentials);
  } catch (error) {
    if (!(error instanceof CredentialsRefused)) throw error;
    const { isRunning } = await getJob(context, key);
    throw new Error(`the target refuses ${consequence(isRunning, credentials !== undefined)}: ${error.message}`);
  }
  const saved = [...(credentials ?? []), ...safeguardSettings(safeguards)];
  if (saved.length > 0) await saveCredentials(context, key, saved);
}

function consequence(isRunning: boolean, areGiven: boolean): string {
  if (!isRunning) return 'the credentials, so the job was not started';
  return areGiven
    ? 'the credentials, so they were not saved: the job goes on with those that it has'
    : 'the credentials that are saved: the job runs, but provisioning stands still';
}

async function start(
  key: JobKey,
  { olds, news: { acceptDeletions } }: Change<SynchronizationStateInputs>,
  context: Context,
): Promise<JobStatus> {
  const job = withHeldBack(await getJob(context, key), olds.outputs);
  if (job.quarantine !== undefined) {
    await ensureNothingHeldBack(context, key, { job, acceptDeletions });
    return leaveQuarantine(key, job, context);
  }
  if (!job.isRunning) await commandJob(context, key, { command: 'start' });
  const running = await context.waiter.until(`start of the job ${key.jobId}`, async () => {
    const status = await getJob(context, key);
    return status.isRunning ? status : undefined;
  });
  return healthy(key, running, context);
}

/** With credentials that hold, or deletions that were accepted, a quarantine can be lifted. Any other one stays. */
async function leaveQuarantine(key: JobKey, job: JobStatus, context: Context): Promise<JobStatus> {
  if (job.quarantine?.kind === 'other') return healthy(key, job, context);
  const areCredentials = job.quarantine?.kind === 'credentials';
  await restartJob(context, key, areCredentials ? 'QuarantineState' : 'Watermark, Escrows, QuarantineState');
  const status = await context.waiter.find(async () => {
    const now = await getJob(context, key);
    return now.quarantine === undefined && now.isRunning ? now : undefined;
  }, LIFTED_WITHIN_MS);
  return healthy(key, status ?? (await getJob(context, key)), context);
}

/** Time for which a lifted quarantine may still show. */
const LIFTED_WITHIN_MS = 60_000;

async function healthy(key: JobKey, status: JobStatus, context: Context): Promise<JobStatus> {
  if (status.quarantine === undefined) return status;
  throw new Error(await describeQuarantine(context, key, status.quarantine));
}

async function pause(key: JobKey, outputs: Properties, context: Context): Promise<JobStatus> {
  const current = withHeldBack(await getJob(context, key), outputs);
  if (!current.isRunning) return current;
  await commandJob(context, key, { command: 'pause' });
  return context.waiter.until(`pause of the job ${key.jobId}`, async () => {
    const status = await getJob(context, key);
    return status.isRunning ? undefined : withHeldBack(status, heldBackOf(current));
  });
}

function outputsOf(job: JobStatus): Properties {
  return { status: job.code, ...heldBackOf(job) };
}

async function read(
  id: string,
  known: Known<SynchronizationStateInputs> | undefined,
  context: Context,
): Promise<Live | undefined> {
  const key = keyOfJob(id);
  const found = await findJob(context, key);
  if (found === undefined) return undefined;
  const job = withHeldBack(found, known?.outputs);
  const safeguards = await liveSafeguards(context, key, known?.inputs.safeguards);
  const inputs = present({ ...liveInputs(key, job, known?.inputs), safeguards });
  const isPending = known?.outputs[PENDING] === true;
  const initErrors = [...(await quarantineOfRunning(key, job, context)), ...(isPending ? [pendingMessage(key)] : [])];
  return { inputs, outputs: { ...outputsOf(job), ...(isPending && { [PENDING]: true }) }, initErrors };
}

function liveInputs(key: JobKey, { isRunning }: JobStatus, declared?: SynchronizationStateInputs): Properties {
  return present({
    ...key,
    running: isRunning,
    validate: declared?.validate ?? true,
    credentials: declared?.credentials,
    acceptDeletions: declared?.acceptDeletions,
  });
}

/** A quarantine, unless a pause hides it: a job that is to be paused is not to be repaired for it. */
async function quarantineOfRunning(
  key: JobKey,
  { code, quarantine }: JobStatus,
  context: Context,
): Promise<readonly string[]> {
  if (quarantine === undefined || code !== 'Quarantine') return [];
  return [await describeQuarantine(context, key, quarantine)];
}

function pendingMessage({ jobId }: JobKey): string {
  return `the credentials of the job ${jobId} are not in use: the last deployment could not save them`;
}

/** Pauses the job. It belongs to somebody else, who may delete it next. */
async function remove(id: string, _: Known<Properties>, context: Context): Promise<void> {
  const key = keyOfJob(id);
  await context.locks.run(jobPath(key), () =>
    context.waiter.until(`pause of the job ${key.jobId}`, async () => {
      const job = await getJobIfThere(context, key);
      if (job === undefined || !job.isRunning) return true;
      const path = `${jobPath(key)}/pause`;
      await context.graph.sendIfThere({ method: 'POST', path, retryIf: notSettled });
      return undefined;
    }),
  );
}
