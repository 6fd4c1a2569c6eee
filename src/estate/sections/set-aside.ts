import type { NameSet } from '../../text/suggest';
import type { Path } from '../source/finding';
import { movedTo } from '../source/located';

/** Lists of the estate file whose items are checked one by one. */
const ITEM_LISTS = [
  'workforce.groups',
  'access.attributes',
  'access.policies',
  'access.permissionSets',
  'access.grants',
  'access.applications',
  'customers.identityProviders',
  'customers.attributes',
  'customers.apiConnectors',
  'customers.customExtensions',
  'customers.userFlows',
] as const;
type ItemList = (typeof ITEM_LISTS)[number];

/** Lists that mean something by being absent. */
const OPTIONAL_LISTS: ReadonlySet<ItemList> = new Set(['access.policies']);

type Mapping = Readonly<Record<string, unknown>>;

/** The file's value without its faulty parts. */
export interface Remainder {
  readonly value: unknown;
  /** Names of the faulty items of a list: every name, if the list itself is faulty or missing. */
  namesOf(list: ItemList): NameSet;
}

/**
 * Sets aside what the schema refused, so that the rest can be checked in the same run: a faulty item of a list is left
 * out, a faulty list is empty, any other faulty key is dropped.
 */
export function withoutFaults(value: unknown, faults: readonly Path[]): Remainder {
  const faultyItems = new Map<ItemList, Set<number>>(ITEM_LISTS.map((list) => [list, new Set<number>()]));
  const faultyKeys: Path[] = [];
  for (const path of faults) {
    const list = ITEM_LISTS.find((name) => name === path.slice(0, 2).join('.'));
    const index = path[2];
    if (list !== undefined && typeof index === 'number') faultyItems.get(list)?.add(index);
    else faultyKeys.push(path);
  }
  const indexes = (list: ItemList): readonly number[] => {
    const dropped = faultyItems.get(list) ?? new Set<number>();
    return itemsOf(value, list).flatMap((_, index) => (dropped.has(index) ? [] : [index]));
  };
  const kept = new Map(ITEM_LISTS.map((list) => [list, indexes(list)]));
  return {
    value: isMapping(value) ? keepItems(dropKeys(value, faultyKeys), value, kept) : {},
    namesOf: (list) =>
      isListFaulty(value, list, faultyKeys) ? EVERY_NAME : namesAt(itemsOf(value, list), faultyItems.get(list) ?? []),
  };
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function itemsOf(value: unknown, list: ItemList): readonly unknown[] {
  const [section = '', key = ''] = list.split('.');
  const mapping = isMapping(value) ? value[section] : undefined;
  const items = isMapping(mapping) ? mapping[key] : undefined;
  return Array.isArray(items) ? items : [];
}

function dropKeys(value: Mapping, faults: readonly Path[]): Mapping {
  const sections = Object.entries(value).flatMap(([section, content]): [string, unknown][] => {
    const own = faults.filter((path) => path[0] === section);
    if (own.some((path) => path.length === 1) || !isMapping(content)) return [];
    const dropped = new Set(own.map((path) => path[1]));
    return [[section, Object.fromEntries(Object.entries(content).filter(([key]) => !dropped.has(key)))]];
  });
  return Object.fromEntries(sections);
}

function keepItems(pruned: Mapping, original: Mapping, kept: ReadonlyMap<ItemList, readonly number[]>): Mapping {
  const sections = Object.entries(pruned).map(([section, content]): [string, unknown] => {
    const isKept = (list: ItemList): boolean =>
      !OPTIONAL_LISTS.has(list) || Object.hasOwn(original[section] ?? {}, keyOf(list));
    const own = ITEM_LISTS.filter((list) => list.startsWith(`${section}.`) && isKept(list));
    const lists = own.map((list): [string, unknown] => {
      const items = itemsOf(original, list);
      return [keyOf(list), (kept.get(list) ?? []).map((index) => items[index])];
    });
    return [section, movedTo({ ...(content as Mapping), ...Object.fromEntries(lists) }, [section])];
  });
  return Object.fromEntries(sections);
}

function keyOf(list: ItemList): string {
  return list.slice(list.indexOf('.') + 1);
}

const EVERY_NAME: NameSet = { has: () => true };

/** Tells whether the list, or the section around it, is itself faulty, missing or written under a wrong key. */
function isListFaulty(value: unknown, list: ItemList, faults: readonly Path[]): boolean {
  const [section = '', key] = list.split('.');
  const hasSection = isMapping(value) && Object.hasOwn(value, section);
  return faults.some((path) =>
    hasSection ? path[0] === section && (path.length === 1 || path[1] === key) : path.length === 1,
  );
}

/** Names of the items; of a nameless one (`nmae: Admin`) every text that could be its name. */
function namesAt(items: readonly unknown[], indexes: Iterable<number>): NameSet {
  return new Set(
    [...indexes].flatMap((index): readonly unknown[] => {
      const item = items[index];
      if (!isMapping(item)) return [item];
      return typeof item['name'] === 'string' ? [item['name']] : Object.values(item);
    }),
  );
}
