import { z } from 'zod';
import { readAgreed } from '../graph/steps';
import {
  IncompleteError,
  knownInputs,
  type Context,
  type Created,
  type Known,
  type Live,
  type ResourceType,
} from '../resource';
import { isProperties, isSame, mappingsIn, present, type Properties, type Value } from '../values';
import {
  type AttributeEdit,
  bare,
  type Edit,
  editsAsDeclared,
  keyOf,
  mappingNamed,
  mappingOf,
  mappingsOf,
  optionsOf,
  schemaRules,
  SynchronizationSchemaInputs,
  withDefaults,
  wordsOf,
} from './edit-schema';
import { getJob, idOfJob, type JobKey, keyOfJob } from './job';
import { changeSchema, findSchema, InterruptedChange, isAsEdited, type SchemaChange } from './change-schema';

/** Output that says that the job is paused by a change of its mappings, and has to be restarted. */
const PENDING = 'restartPending';

/** Mappings of provisioning jobs: https://learn.microsoft.com/graph/api/resources/synchronization-synchronizationschema */
export const synchronizationSchema: ResourceType<SynchronizationSchemaInputs> = {
  schema: SynchronizationSchemaInputs,
  replaceOn: ['servicePrincipalId', 'jobId'],
  recorded: ['originalMappings', PENDING],
  withDefaults,
  rules: schemaRules,
  asDeclared: (read, { attributeMappings }, { mappings }) => ({
    ...read,
    attributeMappings: editsAsDeclared(mappingsIn(attributeMappings), mappingsIn(mappings)),
  }),
  create,
  read,
  update: (id, { olds, news }, context) => edit(keyOfJob(id), { ...news, olds }, context),
  delete: remove,
};

/**
 * Mappings as they were before they were edited, so that an edit can be taken back. JSON, since the engine drops nulls.
 */
const Originals = z.record(z.string(), z.custom<Properties>(isProperties).nullable());
type Originals = Readonly<z.output<typeof Originals>>;

async function create(inputs: SynchronizationSchemaInputs, context: Context): Promise<Created> {
  const { servicePrincipalId, jobId } = inputs;
  const key = { servicePrincipalId, jobId };
  return { id: idOfJob(key), outputs: await edit(key, inputs, context) };
}

interface Task extends Pick<SynchronizationSchemaInputs, 'attributeMappings' | 'acceptDeletions'> {
  readonly olds?: Known<Properties>;
}

/** Makes the edits, takes back those that are declared no more, and returns the outputs. */
async function edit(
  key: JobKey,
  { attributeMappings: edits, acceptDeletions, olds }: Task,
  context: Context,
): Promise<Properties> {
  const recorded = originalsOf(olds?.outputs);
  const declared = new Set(edits.map(keyOf));
  const takenBack = Object.fromEntries(Object.entries(recorded).filter(([name]) => !declared.has(name)));
  const originalsBefore = (before: Properties): Originals => {
    const originals = edits.map((one): readonly [string, Properties | null] => {
      const name = keyOf(one);
      return [name, recorded[name] === undefined ? (mappingOf(before, one) ?? null) : recorded[name]];
    });
    return Object.fromEntries(originals);
  };
  try {
    const before = await changeSchema(context, key, {
      edits,
      restores: restoresOf(takenBack),
      acceptDeletions,
      isRestartPending: olds?.outputs[PENDING] === true,
      lacks: lacksOf(edits, olds),
    });
    return { originalMappings: JSON.stringify(originalsBefore(before)) };
  } catch (error) {
    if (!(error instanceof InterruptedChange)) throw error;
    // Else the next update would take the edited mappings for the original ones, put none back, and leave the job paused.
    const { before, wasRunning } = error.begun;
    const originalMappings = JSON.stringify({ ...takenBack, ...originalsBefore(before) });
    const outputs = { originalMappings, ...(wasRunning && { [PENDING]: true }) };
    throw new IncompleteError({ id: idOfJob(key), outputs }, [`pulumi up goes on with it: ${error.message}`]);
  }
}

/** Edits of the state that a schema lacks: it shows the mapping as it was before the edit, which is not what is declared now. */
function lacksOf(
  edits: readonly AttributeEdit[],
  olds: Known<Properties> | undefined,
): NonNullable<SchemaChange['lacks']> {
  const known = new Map(editsOf(knownInputs(olds)).map((one) => [keyOf(one), one]));
  const originals = originalsOf(olds?.outputs);
  const isLacking = (schema: Properties, edit: AttributeEdit): boolean => {
    const [before, original] = [known.get(keyOf(edit)), originals[keyOf(edit)]];
    if (before === undefined || original === undefined) return false;
    return isSame(mappingOf(schema, edit) ?? null, original) && !isLive(schema, before) && !isLive(schema, edit);
  };
  return (schema) =>
    edits.filter((edit) => isLacking(schema, edit)).map(({ targetAttribute }) => `the edit of ${targetAttribute}`);
}

function isLive(schema: Properties, edit: AttributeEdit): boolean {
  return isSame(liveEdit(schema, edit), present({ ...edit }));
}

function originalsOf(outputs: Properties | undefined): Originals {
  const text = outputs?.['originalMappings'];
  return typeof text === 'string' ? Originals.parse(JSON.parse(text)) : {};
}

function editsOf(inputs: Properties | undefined): readonly AttributeEdit[] {
  const parsed = SynchronizationSchemaInputs.safeParse(inputs);
  return parsed.success ? parsed.data.attributeMappings : [];
}

/** Only what was recorded is taken back: what was there before an import is unknown. */
function restoresOf(originals: Originals): readonly Edit[] {
  return Object.entries(originals).map(([name, fields]) => ({ edit: mappingNamed(name), fields, exact: true }));
}

async function read(
  id: string,
  known: Known<SynchronizationSchemaInputs> | undefined,
  context: Context,
): Promise<Live | undefined> {
  const key = keyOfJob(id);
  const schema = await findSchema(context, key);
  if (schema === undefined) return undefined;
  const edits = known?.inputs.attributeMappings ?? [];
  const attributeMappings = edits.map((one) => liveEdit(schema, one)).filter((one) => one !== undefined);
  const acceptDeletions = known?.inputs.acceptDeletions;
  const isPending = known?.outputs[PENDING] === true;
  return {
    inputs: present({ ...key, attributeMappings, acceptDeletions }),
    outputs: known ? pick(known.outputs) : { originalMappings: '{}' },
    ...(known === undefined && { beside: { mappings: mappingsOf(schema) } }),
    initErrors: isPending
      ? [
          `a change of the mappings of the job ${key.jobId} is not finished; pulumi up goes on with it, and restarts the job`,
        ]
      : [],
  };
}

function pick({ originalMappings, [PENDING]: isPending }: Properties): Properties {
  return present({ originalMappings, [PENDING]: isPending });
}

/** An edit as the service has it; undefined if its mapping is gone, or is there although it was removed. */
function liveEdit(schema: Properties, declared: AttributeEdit): Properties | undefined {
  const mapping = mappingOf(schema, declared);
  if (declared.remove || mapping === undefined) {
    return declared.remove && mapping === undefined ? { ...declared } : undefined;
  }
  const { objectName, rule, targetAttribute, remove } = declared;
  const options = Object.keys(optionsOf(declared)).map((name) => [name, mapping[name] ?? undefined] as const);
  const source = liveSource(mapping['source'], declared);
  return present({ objectName, rule, targetAttribute, remove, ...Object.fromEntries(options), ...source });
}

function liveSource(source: Value | undefined, declared: AttributeEdit): Properties {
  const words = wordsOf(source);
  if (words['expression'] === undefined || bare(words['expression']) !== bare(declared.expression)) return words;
  return present({ expression: declared.expression });
}

/** Puts back what was there before the edits; what somebody changed since then is theirs, and stays. */
async function remove(id: string, known: Known<Properties>, context: Context): Promise<void> {
  const key = keyOfJob(id);
  const what = `the mappings of the job ${key.jobId}`;
  const schema = await readAgreed(context, { what, read: () => findSchema(context, key) });
  if (schema === undefined) return;
  const restores = Object.fromEntries(restoresOf(originalsOf(known.outputs)).map((one) => [keyOf(one.edit), one]));
  const changed = editsOf(known.inputs).filter((one) => !isLive(schema, one));
  const putBack = changed.map((one) => restores[keyOf(one)]).filter((one) => one && isAsEdited(schema, [one]));
  if (putBack.length > 0 && !(await getJob(context, key)).isRunning)
    context.warn(
      `the job ${key.jobId} is paused, and its mappings are as they were before; where an earlier run that was cut off paused it, pulumi up --refresh starts it`,
    );
  const theirs = new Set(changed.map(keyOf));
  const mine = Object.entries(restores).flatMap(([name, one]) => (theirs.has(name) ? [] : [one]));
  if (mine.length === 0) return;
  try {
    await changeSchema(context, key, {
      edits: [],
      restores: mine,
      acceptDeletions: undefined,
      isRestartPending: false,
    });
  } catch (error) {
    throw error instanceof InterruptedChange ? new Error(`another run goes on with it: ${error.message}`) : error;
  }
}
