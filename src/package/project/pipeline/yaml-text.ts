import { Document, isCollection, isMap, isScalar, type Pair, visit } from 'yaml';

interface YamlFile {
  /** Lines at the top, without `#`. */
  readonly comment: readonly string[];
  readonly value: object;
  /** Keys whose entries stand apart, by an empty line before each. */
  readonly apart?: readonly string[];
}

/** A part of a file. Undefined values are left out. */
export type Part = Readonly<Record<string, unknown>>;

/** Longest list or mapping that stands on one line, in characters of its JSON; of what a job is called with, a longer one. */
const MAX_LINE = 130;
const MAX_CALL = 440;
/** Longest step that stands on one line. */
const MAX_STEP = 210;

/** Keys of what stands on one line, if it fits. */
const ON_ONE_LINE: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    [
      ...['artifacts', 'branches', 'concurrency', 'environment', 'estate', 'extends', 'id_tokens', 'image', 'include'],
      ...['needs', 'outputs', 'pool', 'repository_dispatch', 'runner', 'schedules'],
      ...['secrets', 'settings', 'stages', 'strategy', 'tags', 'trigger', 'types', 'values', 'workflow_dispatch'],
    ].map((key) => [key, MAX_LINE]),
  ),
  ...Object.fromEntries(
    ['env', 'inputs', 'parameters', 'rules', 'permissions', 'steps', 'variables', 'with'].map((key) => [key, MAX_CALL]),
  ),
};

/** A YAML file as a person would lay it out. Keys without a value are left out. */
export function yamlText({ comment, value, apart = [] }: YamlFile): string {
  const document = new Document(value, { aliasDuplicateObjects: false, keepUndefined: false });
  visit(document, {
    Pair: (_key, pair) => {
      const most = isScalar(pair.key) ? ON_ONE_LINE[String(pair.key.value)] : undefined;
      if (most !== undefined) flatten(pair.value, most);
    },
    Scalar: (_key, scalar) => {
      if (typeof scalar.value === 'string' && scalar.value.includes('\n')) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  if (isMap(document.contents)) spread(document.contents.items);
  visit(document, {
    Pair: (_key, pair) => {
      if (isScalar(pair.key) && apart.includes(String(pair.key.value)) && isMap(pair.value)) spread(pair.value.items);
    },
  });
  const head = comment.map((line) => `# ${line}\n`).join('');
  return `${head}${document.toString({ lineWidth: 0, singleQuote: true, doubleQuotedMinMultiLineLength: MAX_CALL })}`;
}

/** Sets a short mapping, or list of texts, on one line; of another list each entry that is short. */
function flatten(node: unknown, most: number): void {
  if (!isCollection(node)) return;
  const text = JSON.stringify(node.toJSON());
  const isList = !isMap(node);
  if (isList && node.items.some((item) => !isScalar(item))) for (const item of node.items) flatten(item, most);
  else if (text.length <= (isStep(text) ? MAX_STEP : most) && !isConditional(text)) node.flow = true;
}

const isStep = (text: string): boolean => /"(?:run|bash|task)":/.test(text);

/** Something with a condition stands by itself. */
const isConditional = (text: string): boolean => /"if":.*"(?:uses|run)":|\{\{ (?:if|each) /.test(text);

/** Sets an empty line before each entry of several lines but the first, and behind it. */
function spread(items: readonly Pair[]): void {
  for (const [index, { key }] of items.entries()) {
    const before = items[index - 1];
    if (before !== undefined && isScalar(key))
      key.spaceBefore = [before, items[index]].some((one) => isLong(one?.value));
  }
}

const isLong = (value: unknown): boolean => isCollection(value) && value.flow !== true && value.items.length > 0;
