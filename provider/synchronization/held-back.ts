import { GraphError } from '../graph/error';
import type { Context } from '../resource';
import { inside, isProperties, present, type Properties, textOf } from '../values';
import { areDeletionsAccepted, type JobKey, type JobStatus, type Quarantine } from './job';

export interface HeldBack {
  readonly job: JobStatus;
  /** Moment of the quarantine whose deletions were accepted. */
  readonly acceptDeletions: string | undefined;
}

/**
 * Checks that a start or restart of a job lets no deletions through that Entra ID holds back, unless exactly these were
 * accepted: 'Don't restart provisioning until you've made the necessary changes' (Microsoft Entra, 'Enable accidental
 * deletions prevention').
 *
 * @throws Error that says how many there are, as far as Graph tells, and how to decide
 */
export async function ensureNothingHeldBack(
  context: Context,
  key: JobKey,
  { job: { quarantine }, acceptDeletions }: HeldBack,
): Promise<void> {
  if (quarantine?.kind !== 'deletions') return;
  if (!areDeletionsAccepted(quarantine, acceptDeletions)) {
    throw new Error(await describeQuarantine(context, key, quarantine));
  }
  context.warn(
    `the job ${key.jobId} restarts although it held deletions back: they were accepted (${quarantine.text})`,
  );
}

/** Output with which a state remembers deletions that are held back. */
const OUTPUT = 'heldBack';

/** Record in the state of the deletions that a job holds back. */
export function heldBackOf({ quarantine }: JobStatus): Properties {
  return quarantine?.kind === 'deletions' ? { [OUTPUT]: present({ since: quarantine.since }) } : {};
}

/**
 * A job with the deletions that a state remembers. They count for a job that does not run and of which Graph tells no
 * quarantine: it is not documented that a pause keeps it. Of a job that runs, Graph tells.
 */
export function withHeldBack(job: JobStatus, outputs: Properties | undefined): JobStatus {
  const remembered = outputs?.[OUTPUT];
  if (job.isRunning || job.quarantine !== undefined || !isProperties(remembered)) return job;
  const since = textOf(remembered['since']) || undefined;
  const text = `TooManyDeletes${since === undefined ? '' : ` since ${since}`}, seen before the job was paused`;
  return { ...job, quarantine: { kind: 'deletions', since, text, provisioned: '' } };
}

/** A quarantine with its reason, what it means and what to do about it. */
export async function describeQuarantine(context: Context, key: JobKey, quarantine: Quarantine): Promise<string> {
  const what = `the provisioning job ${key.jobId} is in quarantine and provisions no one: ${quarantine.text}`;
  switch (quarantine.kind) {
    case 'credentials':
      return what;
    case 'other':
      return `${what}\n${OTHER_REASON}`;
    case 'deletions':
      return [what, HELD_BACK, await describeCount(context, key, quarantine), ...decisions(quarantine)].join('\n');
  }
}

const OTHER_REASON =
  'This is not about credentials, so the job is not restarted. Entra admin center > Enterprise applications > the application > ' +
  'Provisioning logs says what fails. Remove the cause, then choose Restart provisioning on the page Provisioning.';

const HELD_BACK =
  'Entra ID holds deletions back, because one cycle would remove or disable more people than its threshold allows. A restart ' +
  'would let them through, so the job is not restarted.';

async function describeCount(context: Context, key: JobKey, { since, provisioned }: Quarantine): Promise<string> {
  const staged = since === undefined ? undefined : await countStagedDeletions(context, key, since);
  const count =
    staged === undefined
      ? 'Graph does not say; the provisioning logs do (Graph shows them to an identity with AuditLog.Read.All)'
      : `${staged}, by the provisioning logs`;
  return `How many: ${count}.${provisioned && ` The job has provisioned ${provisioned} so far.`}`;
}

/** Steps to look, and what to do either way; the last lines are ready to paste. */
function decisions({ since }: Quarantine): readonly string[] {
  const look =
    'Who: Entra admin center > Enterprise applications > the application > Provisioning logs, Action StagedDelete and StagedAction.';
  if (since === undefined) {
    return [
      look,
      'Graph does not say since when, so the estate cannot name this event: decide on the page Provisioning.',
    ];
  }
  return [
    look,
    'If they must stay: put back the members, the assignment or the mapping by which they were provisioned, and only then restart.',
    'If they must go, or are back: write these lines into workforce.awsApplication.scim of the estate, with the day and the reason, ' +
      'and run pulumi up. They hold for this event alone.',
    '  acceptDeletions:',
    `    quarantinedSince: '${since}'`,
    '    decidedOn: <YYYY-MM-DD>',
    "    reason: '' # who decided, and why",
  ];
}

/** The cycle that led to a quarantine began before it, and staged what it found. */
const LOOK_BACK_MS = 86_400_000;

/**
 * Counts staged deletions in the provisioning log since shortly before a quarantine: `12 User, 1 Group`. Undefined
 * where it has none, or can't be read: that takes AuditLog.Read.All, which no deployment needs otherwise.
 */
async function countStagedDeletions({ graph }: Context, { jobId }: JobKey, since: string): Promise<string | undefined> {
  const began = Date.parse(since);
  if (Number.isNaN(began)) return undefined;
  const after = new Date(began - LOOK_BACK_MS).toISOString();
  const query = { $filter: `jobId eq '${jobId}' and activityDateTime gt ${after}` };
  try {
    return describe(await graph.list('/v1.0/auditLogs/provisioning', { query }));
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

/** Each person once: every evaluation stages what is held back again. */
function describe(entries: readonly Properties[]): string | undefined {
  const staged = entries
    .filter(({ provisioningAction }) => textOf(provisioningAction).toLowerCase() === 'stageddelete')
    .map((entry) => inside(entry, 'sourceIdentity'));
  const typeById = new Map(staged.map(({ id, identityType }) => [textOf(id), textOf(identityType) || 'other']));
  const types = [...typeById.values()];
  const counts = [...new Set(types)].map((type) => `${types.filter((one) => one === type).length} ${type}`);
  return counts.length === 0 ? undefined : counts.join(', ');
}
