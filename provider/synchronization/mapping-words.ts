import { isProperties, mappingsIn, present, type Properties, textOf, type Value } from '../values';

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
