import { readAgreed, readOrGone } from '../graph/steps';
import { GraphError } from '../graph/error';
import type { Context } from '../resource';
import { inside, isProperties, isSame, type Properties, textOf } from '../values';
import {
  type AttributeEdit,
  attributeSource,
  constantSource,
  type Edit,
  editSchema,
  isSameSource,
  mappingOf,
  optionsOf,
} from './edit-schema';
import { ensureNothingHeldBack } from './held-back';
import { commandJob, getJob, type JobKey, jobPath, notSettled, restartJob } from './job';

const schemaPath = (key: JobKey): string => `${jobPath(key)}/schema`;

/** Reads the schema of a job that may be gone. */
export async function findSchema(context: Context, key: JobKey): Promise<Properties | undefined> {
  const schema = await readOrGone(context, () => context.graph.find(schemaPath(key)));
  return schema && withDirectories(context, key, schema);
}

/** Reads the schema of a job to write it back. @param lacks edits of the state that an answer does not show */
function getSchema(context: Context, key: JobKey, lacks?: SchemaChange['lacks']): Promise<Properties> {
  const path = schemaPath(key);
  return readAgreed(context, {
    what: `the mappings of the job ${key.jobId}`,
    read: async () => {
      const schema = await context.graph.send({ method: 'GET', path, missing: 'lags', retryIf: notSettled });
      return withDirectories(context, key, schema);
    },
    ...(lacks && { lacks }),
  });
}

/** A schema is written with its directories; they are a relation that an answer may leave out. */
async function withDirectories({ graph }: Context, key: JobKey, schema: Properties): Promise<Properties> {
  if (Array.isArray(schema['directories'])) return schema;
  return { ...schema, directories: await graph.list(`${schemaPath(key)}/directories`, { missing: 'lags' }) };
}

export interface SchemaChange {
  readonly edits: readonly AttributeEdit[];
  /** Mappings to put back as they were. */
  readonly restores: readonly Edit[];
  /** Moment of the quarantine whose deletions were accepted. */
  readonly acceptDeletions: string | undefined;
  /** True if an earlier change paused the job and could not restart it. */
  readonly isRestartPending: boolean;
  /** Edits of the state that an answer of a replica that lags does not show, in words. @default the state knows of none */
  readonly lacks?: (schema: Properties) => readonly string[];
}

/** A change that ended between its first and its last request: only another run can finish it. */
export class InterruptedChange extends Error {
  constructor(
    /** State in which the directory may be left, in words. */
    what: string,
    readonly causes: readonly unknown[],
    /** The schema as it was before, and whether the job is to run again. */
    readonly begun: { readonly before: Properties; readonly wasRunning: boolean },
  ) {
    super(`${what}: ${causes.map((cause) => (cause instanceof Error ? cause.message : String(cause))).join('; ')}`);
  }
}

/**
 * Changes the mappings of a job and returns the schema as it was before. A running job is paused meanwhile and then starts
 * over, so that everybody is evaluated by the new mappings.
 *
 * @throws Error before anything is changed if a running job holds deletions back that were not accepted, or if nothing was
 *   changed and a job that ran runs again
 * @throws InterruptedChange if it is not finished
 */
export function changeSchema(context: Context, key: JobKey, change: SchemaChange): Promise<Properties> {
  return context.locks.run(jobPath(key), async () => {
    const before = await getSchema(context, key, change.lacks);
    const sources: Sources = { context, key, before };
    const all = [...change.restores, ...(await Promise.all(change.edits.map((edit) => resolve(sources, edit))))];
    const { acceptDeletions, isRestartPending } = change;
    const job = isAsEdited(before, all) ? undefined : await getJob(context, key);
    const wasRunning = job?.isRunning === true || isRestartPending;
    const { lacks } = change;
    const task: Task = {
      context,
      key,
      edits: all,
      acceptDeletions,
      begun: { before, wasRunning },
      ...(lacks && { lacks }),
    };
    if (job?.isRunning === true) {
      await ensureNothingHeldBack(context, key, { job, acceptDeletions });
      await writePaused(task);
    } else if (job !== undefined) await write(task);
    if (wasRunning) await restart(task);
    return before;
  });
}

interface Task extends Pick<SchemaChange, 'acceptDeletions' | 'lacks'> {
  readonly context: Context;
  readonly key: JobKey;
  readonly begun: InterruptedChange['begun'];
  readonly edits: readonly Edit[];
}

async function writePaused(task: Task): Promise<void> {
  const { context, key, begun, acceptDeletions } = task;
  try {
    await commandJob(context, key, { command: 'pause' });
    await write(task);
  } catch (error) {
    const causes = error instanceof InterruptedChange ? error.causes : [error];
    const unfinished = `the change of the mappings of the job ${key.jobId} is not finished`;
    try {
      await ensureNothingHeldBack(context, key, { job: await getJob(context, key), acceptDeletions });
      await commandJob(context, key, { command: 'start' });
    } catch (second) {
      throw new InterruptedChange(`${unfinished}, and it may be paused`, [...causes, second], begun);
    }
    throw error;
  }
}

/** A cycle that ends during the pause may find too many deletions: then the job stays paused. */
async function restart({ context, key, begun, acceptDeletions }: Task): Promise<void> {
  try {
    await ensureNothingHeldBack(context, key, { job: await getJob(context, key), acceptDeletions });
    await restartJob(context, key, 'Watermark, Escrows, QuarantineState');
  } catch (error) {
    const what = `the mappings are changed, and the job ${key.jobId} is paused`;
    throw new InterruptedChange(what, [error], begun);
  }
}

/**
 * Writes the schema and waits until it reads so.
 *
 * @throws InterruptedChange once it was sent: a refusal may answer a request that repeats one whose answer was lost
 */
async function write({ context, key, edits, begun, lacks }: Task): Promise<void> {
  const path = schemaPath(key);
  let isSent = false as boolean;
  const attempt = async (): Promise<true | undefined> => {
    const current = isSent ? await getSchema(context, key, lacks) : begun.before;
    if (isAsEdited(current, edits)) return true;
    const body = withoutAnnotations(editSchema(current, edits));
    isSent = true;
    await context.graph.send({ method: 'PUT', path, body, missing: 'lags', retryIf: notSettled });
    return undefined;
  };
  try {
    await context.waiter.until(`mappings of the job ${key.jobId}`, attempt);
  } catch (error) {
    const what = `the change of the mappings of the job ${key.jobId} is not finished`;
    throw isSent ? new InterruptedChange(what, [error], begun) : error;
  }
}

/** `@odata.context` and the like describe an answer; a request must not have them. */
function withoutAnnotations(schema: Properties): Properties {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !key.includes('@odata.')));
}

/** Tells whether edits would change nothing. */
export function isAsEdited(schema: Properties, edits: readonly Edit[]): boolean {
  return isSame(editSchema(schema, edits), schema);
}

/** Data that puts a source into Graph's form. */
interface Sources {
  readonly context: Context;
  readonly key: JobKey;
  /** The schema as it is. */
  readonly before: Properties;
}

async function resolve(sources: Sources, edit: AttributeEdit): Promise<Edit> {
  if (edit.remove) return { edit, fields: null };
  const source = await sourceOf(sources, edit);
  return { edit, fields: { ...optionsOf(edit), source } };
}

function sourceOf(sources: Sources, edit: AttributeEdit): Promise<Properties> | Properties {
  const { sourceAttribute, constant, expression } = edit;
  if (sourceAttribute !== undefined) return attributeSource(sourceAttribute);
  if (constant !== undefined) return constantSource(constant);
  if (expression !== undefined) return parseExpression(sources, edit, expression);
  throw new Error(`the mapping of ${edit.targetAttribute} has no source`);
}

/** Only Graph knows how it stores an expression. It is asked only where the mapping does not have the expression yet. */
async function parseExpression(
  { context, key, before }: Sources,
  edit: AttributeEdit,
  expression: string,
): Promise<Properties> {
  const current = mappingOf(before, edit)?.['source'];
  const wanted = { type: 'Function', expression };
  if (isProperties(current) && isSameSource(current, wanted)) return current;
  const path = `${schemaPath(key)}/parseExpression`;
  const answer = await context.graph.send({ method: 'POST', path, body: { expression }, missing: 'lags' });
  const parsed = answer['parsedExpression'];
  if (answer['parsingSucceeded'] === true && isProperties(parsed)) return parsed;
  const detail = textOf(inside(answer, 'error')['message']) || 'it gives no reason';
  throw new GraphError({
    method: 'POST',
    path,
    status: 200,
    code: 'ParsingFailed',
    detail: `'${expression}': ${detail}`,
  });
}
