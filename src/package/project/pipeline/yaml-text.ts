import { Document, isMap, isScalar, type Pair, visit } from 'yaml';

interface YamlFile {
  /** Lines at the top, without `#`. */
  readonly comment: readonly string[];
  readonly value: object;
  /** Keys whose entries stand apart, by an empty line before each. */
  readonly apart: readonly string[];
}

/** A YAML file as a person would lay it out. Keys without a value are left out. */
export function yamlText({ comment, value, apart }: YamlFile): string {
  const document = new Document(value, { aliasDuplicateObjects: false, keepUndefined: false });
  if (isMap(document.contents)) spread(document.contents.items);
  visit(document, {
    Pair: (_key, pair) => {
      if (isScalar(pair.key) && apart.includes(String(pair.key.value)) && isMap(pair.value)) spread(pair.value.items);
    },
  });
  const head = comment.map((line) => `# ${line}\n`).join('');
  return `${head}${document.toString({ lineWidth: 0, singleQuote: true })}`;
}

/** Sets an empty line before each entry but the first. */
function spread(items: readonly Pair[]): void {
  for (const { key } of items.slice(1)) if (isScalar(key)) key.spaceBefore = true;
}
