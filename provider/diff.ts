import type { Live, ResourceType } from './resource';
import { hasUnknown, isProperties, isSame, type Properties, type Value } from './values';

/**
 * Input that an import adds to those that were read, until a declaration takes their place. The engine shows no input whose
 * name begins so.
 */
const IMPORTED = '__imported';

/** Inputs as an import hands them to the engine: marked, where a declaration is compared with them in its own words. */
export function markImported({ asDeclared }: Pick<ResourceType<Properties>, 'asDeclared'>, live: Live): Properties {
  return asDeclared === undefined ? live.inputs : { ...live.inputs, [IMPORTED]: live.beside ?? {} };
}

/** Tells whether inputs are those of an import, which no declaration has been compared with yet. */
export function isImported(inputs: Properties): boolean {
  return inputs[IMPORTED] !== undefined;
}

/** Inputs without the mark. */
export function withoutMark(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== IMPORTED));
}

/** Inputs of the state to compare a declaration with: those of an import in its words. */
export function asDeclared(
  type: Pick<ResourceType<Properties>, 'asDeclared'>,
  state: Properties,
  declared: Properties,
): Properties {
  const beside = state[IMPORTED];
  const inputs = withoutMark(state);
  return isProperties(beside) ? (type.asDeclared?.(inputs, declared, beside) ?? inputs) : inputs;
}

export type DifferenceKind = 'add' | 'delete' | 'update';

/** Difference between two sets of inputs. */
export interface Difference {
  /** By property path. */
  readonly changes: ReadonlyMap<string, DifferenceKind>;
  /** Top-level inputs among them that replace the resource. */
  readonly replaces: readonly string[];
  /** True if the old one must go first, since both can't exist at once. */
  readonly isDeletedFirst: boolean;
}

/**
 * Compares declared inputs with those of the state. A key that the declaration leaves out is not managed: whatever the
 * service has there makes no difference, unless the type ends it with the declaration.
 */
export function diffInputs(
  type: Pick<ResourceType<Properties>, 'replaceOn' | 'identity' | 'endWith' | 'whole' | 'writeOnly' | 'asDeclared'>,
  state: Properties,
  news: Properties,
): Difference {
  const olds = asDeclared(type, state, news);
  const changes = new Map<string, DifferenceKind>();
  const compared = Object.entries(news).filter(([key]) => type.writeOnly?.includes(key) !== true);
  collect({ olds, news: Object.fromEntries(compared) }, '', changes);
  for (const path of takenAway(type, { olds, news })) changes.set(path, 'delete');
  const changedKeys = new Set([...changes.keys()].map((path) => path.split(/[.[]/, 1)[0] ?? path));
  const replaces = type.replaceOn.filter((key) => changedKeys.has(key));
  const isDeletedFirst = replaces.length > 0 && (type.identity?.every((key) => !changedKeys.has(key)) ?? false);
  return { changes, replaces, isDeletedFirst };
}

interface Sides {
  readonly olds: Properties;
  readonly news: Properties;
}

function collect({ olds, news }: Sides, parent: string, changes: Map<string, DifferenceKind>): void {
  for (const [key, value] of Object.entries(news)) {
    if (value === undefined) continue;
    compare({ old: olds[key], value }, parent === '' ? key : `${parent}.${key}`, changes);
  }
}

interface Pair {
  readonly old: Value | undefined;
  readonly value: Value;
}

function compare({ old, value }: Pair, path: string, changes: Map<string, DifferenceKind>): void {
  if (old === undefined) changes.set(path, 'add');
  else if (Array.isArray(old) && Array.isArray(value))
    compareLists(old as Value[], value as Value[], { path, changes });
  else if (isProperties(old) && isProperties(value)) collect({ olds: old, news: value }, path, changes);
  else if (hasUnknown(value) || !isSame(old, value)) changes.set(path, 'update');
}

/** Paths in an old mapping that the new one does not have. */
function leftOut(key: string, { olds, news }: Sides): readonly string[] {
  const [old, value] = [olds[key], news[key]];
  if (!isProperties(old) || !isProperties(value)) return [];
  const names = Object.keys(old).filter((name) => old[name] !== undefined && value[name] === undefined);
  return names.map((name) => `${key}.${name}`);
}

function takenAway(type: Pick<ResourceType<Properties>, 'endWith' | 'whole'>, sides: Sides): readonly string[] {
  const { olds, news } = sides;
  const alone = (type.endWith ?? []).filter((key) => olds[key] !== undefined && news[key] === undefined);
  return [...alone, ...(type.whole ?? []).flatMap((key) => leftOut(key, sides))];
}

interface Place {
  readonly path: string;
  readonly changes: Map<string, DifferenceKind>;
}

/** Item by item, so that a preview shows which one changed. */
function compareLists(olds: readonly Value[], news: readonly Value[], { path, changes }: Place): void {
  for (let index = 0; index < Math.max(olds.length, news.length); index += 1) {
    const at = `${path}[${index}]`;
    const value = news[index];
    if (value === undefined) changes.set(at, 'delete');
    else compare({ old: olds[index], value }, at, changes);
  }
}
