import { quotedList } from '../../src/estate/source/suggest';
import { isProperties, mappingsIn, present, type Properties, textOf, type Value } from '../values';
import { bare } from './mapping-words';
import type { AttributeEdit } from './schema-inputs';

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
