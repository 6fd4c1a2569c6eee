import { z } from 'zod';
import { filledIn, Text } from '../inputs';
import type { Failure } from '../resource';
import { isProperties, mappingsIn, present, type Properties, textOf, UNKNOWN, type Value } from '../values';
import { plainJobId } from './job';
import { quotedList } from '../../src/text/suggest';

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

/** Every mapping of a schema in the words of an edit. */
export function mappingsOf(schema: Properties): readonly Properties[] {
  return mappingsIn(schema['synchronizationRules']).flatMap((rule) =>
    mappingsIn(rule['objectMappings']).flatMap(({ sourceObjectName: objectName, attributeMappings }) =>
      mappingsIn(attributeMappings).map(({ targetAttributeName: targetAttribute, source, ...mapping }) => {
        const { defaultValue, flowType, flowBehavior, matchingPriority } = mapping;
        const options = { defaultValue, flowType, flowBehavior, matchingPriority };
        return present({ ...options, rule: rule['name'], objectName, targetAttribute, ...wordsOf(source) });
      }),
    ),
  );
}

/** Of declared edits those that mappings have, each as far as it says something. One that removes has no mapping. */
export function editsAsDeclared(edits: readonly Properties[], mappings: readonly Properties[]): readonly Properties[] {
  return edits.flatMap((declared) => {
    const found = mappings.find((mapping) =>
      ['rule', 'objectName', 'targetAttribute'].every(
        (key) => declared[key] === undefined || declared[key] === mapping[key],
      ),
    );
    if (declared['remove'] === true) return found === undefined ? [declared] : [];
    if (found === undefined) return [];
    const keys = Object.keys(declared).filter((key) => key !== 'remove' && found[key] !== undefined);
    const isSameText = (key: string): boolean =>
      key === 'expression' && bare(found['expression']) === bare(declared['expression']);
    const said = keys.map((key) => [key, isSameText(key) ? declared[key] : found[key]] as const);
    return [{ remove: false, ...Object.fromEntries(said) }];
  });
}

/** A source in the words of an edit. */
export function wordsOf(source: Value | undefined): Properties {
  if (!isProperties(source)) return {};
  const { type, name, expression } = source;
  if (type === 'Attribute') return { sourceAttribute: name };
  return type === 'Constant' ? { constant: name } : { expression };
}

/** Graph reformats expressions: another layout makes no difference, unlike a blank inside of quotes. */
export function bare(text: unknown): string {
  return textOf(text).replaceAll(/"(?:[^"\\]|\\.)*"|\s+/g, (part) => (part.startsWith('"') ? part : ''));
}

/** An edit with its source in Graph's form; null removes the mapping. */
export interface Edit {
  readonly edit: Pick<AttributeEdit, 'objectName' | 'rule' | 'targetAttribute'>;
  /** Fields that the mapping shall have; those that it has beyond them stay. */
  readonly fields: Properties | null;
  /** True if the mapping shall have these fields and no other. @default false */
  readonly exact?: boolean;
}

/** Fields of a mapping that a person adds in the portal, as Graph fills them. */
const NEW_MAPPING: Properties = {
  defaultValue: null,
  exportMissingReferences: false,
  flowBehavior: 'FlowWhenChanged',
  flowType: 'Always',
  matchingPriority: 0,
};

/**
 * Applies edits to a schema as Graph returned it. Only the mappings that the edits name change; everything else, known or
 * not, stays as it was and where it was.
 *
 * @throws Error if a rule or an object mapping is missing or ambiguous, or no mapping would be left to match objects by.
 */
export function editSchema(schema: Properties, edits: readonly Edit[]): Properties {
  return edits.reduce(applyEdit, schema);
}

function applyEdit(schema: Properties, change: Edit): Properties {
  const { ruleIndex, mappingIndex } = locate(schema, change.edit);
  const rules = mappingsIn(schema['synchronizationRules']);
  return {
    ...schema,
    synchronizationRules: replaceAt(rules, ruleIndex, (rule) => ({
      ...rule,
      objectMappings: replaceAt(mappingsIn(rule['objectMappings']), mappingIndex, (mapping) =>
        editMapping(mapping, change),
      ),
    })),
  };
}

interface Location {
  readonly ruleIndex: number;
  readonly mappingIndex: number;
}

function locate(schema: Properties, { rule, objectName }: Edit['edit']): Location {
  const rules = mappingsIn(schema['synchronizationRules']);
  const found = rules.flatMap((one, ruleIndex) =>
    mappingsIn(one['objectMappings']).flatMap((mapping, mappingIndex) =>
      mapping['sourceObjectName'] === objectName && (rule === undefined || one['name'] === rule)
        ? [{ ruleIndex, mappingIndex }]
        : [],
    ),
  );
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  const problem = only === undefined ? 'has no mapping' : `has ${found.length} mappings`;
  const objects = rules.flatMap((one) => mappingsIn(one['objectMappings']).map((mapping) => describe(one, mapping)));
  const where = rule === undefined ? 'the schema' : `rule '${rule}'`;
  throw new Error(`${where} ${problem} of objects '${objectName}'; there are: ${quotedList(objects)}`);
}

function describe(rule: Properties, mapping: Properties): string {
  return `${textOf(mapping['sourceObjectName'])} of rule ${textOf(rule['name'])}`;
}

function editMapping(mapping: Properties, change: Edit): Properties {
  const before = mappingsIn(mapping['attributeMappings']);
  const after = editAttributes(before, change);
  if (before.some(isMatching) && !after.some(isMatching)) {
    throw new Error(
      `without '${change.edit.targetAttribute}' no attribute is left by which objects are matched; give another a matchingPriority`,
    );
  }
  return { ...mapping, attributeMappings: after };
}

function editAttributes(before: readonly Properties[], { edit, fields, exact }: Edit): readonly Properties[] {
  const target = edit.targetAttribute;
  const index = before.findIndex((one) => one['targetAttributeName'] === target);
  if (fields === null) return before.filter((_, at) => at !== index);
  if (index === -1) return [...before, { ...NEW_MAPPING, targetAttributeName: target, ...fields }];
  if (exact === true) return replaceAt(before, index, () => fields);
  return replaceAt(before, index, (one) => ({ ...one, ...fields, ...keptSource(one['source'], fields['source']) }));
}

/** A source that says the same already keeps what else Graph wrote into it. */
function keptSource(before: Value | undefined, wanted: Value | undefined): Properties {
  if (!isProperties(before) || !isProperties(wanted)) return {};
  return isSameSource(before, wanted) ? { source: before } : {};
}

/** True of sources that say the same, in whatever layout. */
export function isSameSource(one: Properties, other: Properties): boolean {
  // Each blank of a constant counts.
  const said = one['type'] === 'Constant' ? textOf : bare;
  return one['type'] === other['type'] && said(one['expression']) === said(other['expression']);
}

function isMatching({ matchingPriority }: Properties): boolean {
  return typeof matchingPriority === 'number' && matchingPriority > 0;
}

/** The mapping that an edit names, as the schema has it; undefined if there is none. */
export function mappingOf(schema: Properties, edit: Edit['edit']): Properties | undefined {
  const { ruleIndex, mappingIndex } = locate(schema, edit);
  const rule = mappingsIn(schema['synchronizationRules'])[ruleIndex];
  const mapping = mappingsIn(rule?.['objectMappings'])[mappingIndex];
  return mappingsIn(mapping?.['attributeMappings']).find((one) => one['targetAttributeName'] === edit.targetAttribute);
}

/** The fields of a mapping that an edit declares, besides its source. */
export function optionsOf({ defaultValue, flowType, flowBehavior, matchingPriority }: AttributeEdit): Properties {
  return present({ defaultValue, flowType, flowBehavior, matchingPriority });
}

export function attributeSource(name: string): Properties {
  return { expression: `[${name}]`, name, type: 'Attribute', parameters: [] };
}

export function constantSource(value: string): Properties {
  return { expression: JSON.stringify(value), name: value, type: 'Constant', parameters: [] };
}

function replaceAt<T>(list: readonly T[], index: number, replace: (item: T) => T): readonly T[] {
  return list.map((item, at) => (at === index ? replace(item) : item));
}
