import type { z } from 'zod';
import { type NameSet, quotedList } from '../../text/suggest';
import { type Issue, issuesOf, type Path } from '../source/finding';
import { isObject, movedTo, withPositions } from '../source/located';
import { INLINE_KEYS, MANAGED_KEYS, type WrittenPolicy } from './access/policy-files';
import type { Access, AccessPolicy, InlinePolicy, ParsedEstate } from './estate';
import type { EstateForm, PartialEstateFile } from './estate-schema';
import { SECTION_NAMES } from './section';
import { brokenRules } from './shared/rules';

/** Reads a policy file that the estate refers to; undefined if it could not be read (reported elsewhere). */
export type PolicyFiles = (written: WrittenPolicy) => InlinePolicy | undefined;

/** An estate file that was read. */
interface Given {
  /** Name of the estate's folder. */
  readonly name: string;
  readonly value: unknown;
}

/** Turns the file's value into the typed estate. Faulty items are reported and set aside; the others stay. */
export function parseEstate(given: Given, form: EstateForm, policyOf: PolicyFiles): ParsedEstate {
  const { name } = given;
  const value = withPositions(given.value);
  const first = form.file.safeParse(value ?? {});
  const issues = first.success ? emptyFile(value) : issuesOf(first.error, form.file, value);
  const faults = issues.map(({ at }) => at);
  const remainder = withoutFaults(value, faults);
  const { written, sections: parsed } = wholeSections(remainder.value, form);
  const { customers, access, ...sections } = parsed;
  const whole = customers && form.wholeCustomers(customers);
  const readAccess = access && withPolicies(access, policyOf);
  const policies = remainder.namesOf('access.policies');
  const unread = unreadPolicies(access, readAccess);
  return {
    estate: {
      name,
      ...sections,
      ...(readAccess && { access: readAccess }),
      ...(whole && { customers: whole }),
      setAside: {
        permissionSets: remainder.namesOf('access.permissionSets'),
        groups: remainder.namesOf('workforce.groups'),
        policies: { has: (name) => unread.has(name) || policies.has(name) },
      },
    },
    ...(customers && { customers }),
    issues: [...issues, ...brokenRules(form.parts, written)],
    isSetAside: (path) => faults.some((fault) => isBelow(fault, path) || isBelow(path, fault)),
  };
}

function withPolicies(access: NonNullable<Sections['access']>, policyOf: PolicyFiles): Access {
  const permissionSets = access.permissionSets.map(({ inlinePolicy: document, inlinePolicyFile: file, ...set }) => {
    const inlinePolicy = policyOf({ at: set.at, keys: INLINE_KEYS, document, file });
    return { ...set, ...(inlinePolicy && { inlinePolicy }) };
  });
  const { policies, ...rest } = access;
  return {
    ...rest,
    permissionSets,
    ...(policies && { policies: policies.flatMap((policy) => policyOfEntry(policy, policyOf)) }),
  };
}

/** Names of policies whose document could not be read. */
function unreadPolicies(written: Sections['access'], read: Access | undefined): ReadonlySet<string> {
  const kept = new Set((read?.policies ?? []).map(({ name }) => name));
  return new Set((written?.policies ?? []).map(({ name }) => name).filter((name) => !kept.has(name)));
}

type Entry = NonNullable<NonNullable<Sections['access']>['policies']>[number];

/** A policy whose document could be read. */
function policyOfEntry(entry: Entry, policyOf: PolicyFiles): readonly AccessPolicy[] {
  const { document: written, documentFile: file, managedElsewhere: reason, accounts, ...policy } = entry;
  if (reason !== undefined) return [{ ...policy, kind: 'elsewhere', reason, ...(accounts && { accounts }) }];
  const document = policyOf({ at: policy.at, keys: MANAGED_KEYS, document: written, file });
  if (accounts === undefined) throw new Error(`the policy ${policy.name} needs accounts`);
  return document === undefined ? [] : [{ ...policy, kind: 'own', document, accounts }];
}

function isBelow(path: Path, other: Path): boolean {
  return other.every((part, index) => path[index] === part);
}

/** Every section may be absent, but not all of them: that is a file that somebody emptied, or has yet to write. */
function emptyFile(value: unknown): readonly Issue[] {
  if (Object.keys(value ?? {}).some((key) => key !== 'apiVersion')) return [];
  const allowed = `at least one section: ${quotedList(SECTION_NAMES)}`;
  return [{ severity: 'error', code: 'empty-estate', at: [], problem: 'the file describes nothing', allowed }];
}

type Sections = z.output<typeof PartialEstateFile>;

/** A section that lacks what it can't do without is set aside whole. */
function wholeSections(
  value: unknown,
  { parts }: EstateForm,
): { readonly written: unknown; readonly sections: Sections } {
  const parsed = parts.safeParse(value);
  if (parsed.success) return { written: value, sections: parsed.data };
  const faulty = new Set(parsed.error.issues.map(({ path }) => path[0]));
  const kept = Object.entries(value ?? {}).filter(([section]) => !faulty.has(section));
  const written = Object.fromEntries(kept);
  return { written, sections: parts.parse(written) };
}

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
    value: isObject(value) ? keepItems(dropKeys(value, faultyKeys), value, kept) : {},
    namesOf: (list) =>
      isListFaulty(value, list, faultyKeys) ? EVERY_NAME : namesAt(itemsOf(value, list), faultyItems.get(list) ?? []),
  };
}

function itemsOf(value: unknown, list: ItemList): readonly unknown[] {
  const [section = '', key = ''] = list.split('.');
  const mapping = isObject(value) ? value[section] : undefined;
  const items = isObject(mapping) ? mapping[key] : undefined;
  return Array.isArray(items) ? items : [];
}

function dropKeys(value: Mapping, faults: readonly Path[]): Mapping {
  const sections = Object.entries(value).flatMap(([section, content]): [string, unknown][] => {
    const own = faults.filter((path) => path[0] === section);
    if (own.some((path) => path.length === 1) || !isObject(content)) return [];
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
  const hasSection = isObject(value) && Object.hasOwn(value, section);
  return faults.some((path) =>
    hasSection ? path[0] === section && (path.length === 1 || path[1] === key) : path.length === 1,
  );
}

/** Names of the items; of a nameless one (`nmae: Admin`) every text that could be its name. */
function namesAt(items: readonly unknown[], indexes: Iterable<number>): NameSet {
  return new Set(
    [...indexes].flatMap((index): readonly unknown[] => {
      const item = items[index];
      if (!isObject(item)) return [item];
      return typeof item['name'] === 'string' ? [item['name']] : Object.values(item);
    }),
  );
}
