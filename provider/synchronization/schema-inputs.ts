import { z } from 'zod';
import { filledIn, Text } from '../inputs';
import type { Failure } from '../resource';
import { isProperties, mappingsIn, present, type Properties, textOf, UNKNOWN, type Value } from '../values';
import { plainJobId } from './job';

const FLOW_TYPES = ['Always', 'ObjectAddOnly', 'MultiValueAddOnly', 'AttributeAddOnly'] as const;
const FLOW_BEHAVIORS = ['FlowWhenChanged', 'FlowAlways'] as const;
const SOURCES = ['sourceAttribute', 'constant', 'expression'] as const;

const priorityError = 'must be 0 (does not match) to 10';

export const AttributeEdit = z.strictObject({
  objectName: Text,
  rule: Text.optional(),
  targetAttribute: Text,
  remove: z.boolean(),
  sourceAttribute: Text.optional(),
  constant: z.string().optional(),
  expression: Text.optional(),
  defaultValue: z.string().optional(),
  flowType: z.enum(FLOW_TYPES).optional(),
  flowBehavior: z.enum(FLOW_BEHAVIORS).optional(),
  matchingPriority: z
    .int({ error: priorityError })
    .min(0, { error: priorityError })
    .max(10, { error: priorityError })
    .optional(),
});
export type AttributeEdit = z.infer<typeof AttributeEdit>;

export const SynchronizationSchemaInputs = z.strictObject({
  servicePrincipalId: Text,
  jobId: Text,
  attributeMappings: z.array(AttributeEdit),
  acceptDeletions: Text.optional(),
});
export type SynchronizationSchemaInputs = z.infer<typeof SynchronizationSchemaInputs>;

/** The order of the edits means nothing: they are kept sorted, so that another order makes no difference. */
export function withDefaults(inputs: Properties): Properties {
  const { jobId, attributeMappings } = inputs;
  const edits = filledIn(attributeMappings, (edit) => ({ objectName: 'User', remove: false, ...edit }));
  return present({
    ...inputs,
    jobId: typeof jobId === 'string' ? plainJobId(jobId) : jobId,
    attributeMappings: Array.isArray(edits) ? (edits as readonly Value[]).toSorted(byKey) : edits,
  });
}

/** By code unit: the same on every machine, unlike `localeCompare`. */
function byKey(one: Value, other: Value): number {
  const [left, right] = [keyOf(one), keyOf(other)];
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Key of an edit: no two edits may share it. */
export function keyOf(edit: unknown): string {
  if (!isProperties(edit)) return '';
  return [edit['rule'], edit['objectName'], edit['targetAttribute']].map(textOf).join('\n');
}

/** The mapping that a key of `keyOf` names. */
export function mappingNamed(key: string): Pick<AttributeEdit, 'objectName' | 'rule' | 'targetAttribute'> {
  const [rule = '', objectName = '', targetAttribute = ''] = key.split('\n');
  return { ...(rule !== '' && { rule }), objectName, targetAttribute };
}

/** One edit per mapping, and one source per edit. */
export function schemaRules(inputs: Properties): readonly Failure[] {
  const edits = mappingsIn(inputs['attributeMappings']);
  return edits.flatMap((edit, index) => {
    const at = `attributeMappings[${index}]`;
    const first = edits.findIndex((other) => keyOf(other) === keyOf(edit));
    const isRepeated = first < index && !Object.values(edit).includes(UNKNOWN);
    const target = textOf(edit['targetAttribute']);
    const repeated = {
      property: `${at}.targetAttribute`,
      reason: `'${target}' is edited already; one edit per mapping`,
    };
    return [...(isRepeated ? [repeated] : []), ...sourceRules(edit, at)];
  });
}

function sourceRules(edit: Properties, at: string): readonly Failure[] {
  const given = SOURCES.filter((key) => edit[key] !== undefined);
  if (edit['remove'] === true) {
    return given.map((key) => ({ property: `${at}.${key}`, reason: 'a mapping that is removed has no source' }));
  }
  if (given.length === 1) return [];
  const reason = `needs exactly one of ${SOURCES.join(', ')}, or remove: true; got ${given.join(' and ') || 'none'}`;
  return [{ property: at, reason }];
}
