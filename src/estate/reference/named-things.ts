import { stringify } from 'yaml';
import { z } from 'zod';
import { valueAt } from '../../text/values';
import { MANAGED_POLICIES } from '../sections/access/policy-power';
import { POLICY_RULES } from '../sections/access/policy-rules';
import type { NamedKind } from '../sections/shared/rules';
import { REGIONS } from '../source/aws-regions';
import { ESTATE_FILE, type EstateFolder, ORGANIZATION_FILE } from '../source/estate-folder';
import { compareText, type Path } from '../source/finding';
import { parseJson } from '../source/json-source';
import { type Organization, parseOrganization } from '../source/organization';
import { parseYaml } from '../source/yaml-source';

/** A thing that the estate file may name, with a word about it. */
interface NamedThing {
  readonly name: string;
  readonly about?: string;
}

type NamedThings = Readonly<Record<NamedKind, readonly NamedThing[]>>;

/** Things that the files of estates may name: those of their snapshots, and those that they declare themselves. */
export function namedThings(folders: readonly EstateFolder[]): NamedThings {
  const found = folders.map(thingsOf);
  const all = (kind: EstateKind): readonly NamedThing[] => {
    const byName = new Map(found.flatMap((things) => things[kind]).map((thing) => [thing.name, thing]));
    return [...byName.values()].toSorted((a, b) => compareText(a.name, b.name));
  };
  return {
    groups: all('groups'),
    accounts: all('accounts'),
    accountNames: all('accountNames'),
    units: all('units'),
    permissionSets: all('permissionSets'),
    managedPolicies: MANAGED_POLICIES.map((name) => ({ name })),
    regions: REGIONS.map((name) => ({ name })),
    policyRules: Object.values(POLICY_RULES).map(({ id: name, info: about }) => ({ name, about })),
  };
}

type EstateKind = Exclude<keyof NamedThings, 'managedPolicies' | 'policyRules' | 'regions'>;

function thingsOf(folder: EstateFolder): Readonly<Record<EstateKind, readonly NamedThing[]>> {
  const file = folder.read(ESTATE_FILE);
  // As it is written: an editor needs the names while half of the file is wrong.
  const estate = file.kind === 'text' ? parseYaml(ESTATE_FILE, file.text).value : undefined;
  const { accounts = [], ous = [], groupByName } = organizationOf(folder) ?? {};
  const declared = itemsAt(estate, ['workforce', 'groups']).map(({ name }) => name);
  return {
    groups: [...declared, ...(groupByName?.keys() ?? [])].map((name) => ({ name })),
    accounts: accounts.map(({ id, name, ou }) => ({ name: id, about: `${name}, in ${ou.path}` })),
    accountNames: accounts.map(({ name }) => ({ name })),
    units: ous.map(({ path, id }) => ({ name: path, about: id })),
    permissionSets: itemsAt(estate, ['access', 'permissionSets']).map(({ name, description: about }) => ({
      name,
      ...(about !== undefined && { about }),
    })),
  };
}

const Item = z.object({ name: z.string(), description: z.string().optional().catch(undefined) });

/** Items of a list that have a name. */
function itemsAt(estate: unknown, path: Path): readonly z.output<typeof Item>[] {
  const list = valueAt(estate, path);
  return Array.isArray(list) ? list.flatMap((item: unknown) => Item.safeParse(item).data ?? []) : [];
}

/** The snapshot, whatever the estate needs of it yet; undefined where it is not there or says nothing sound. */
function organizationOf(folder: EstateFolder): Organization | undefined {
  const file = folder.read(ORGANIZATION_FILE);
  if (file.kind !== 'text') return undefined;
  const { value } = parseJson(ORGANIZATION_FILE, file.text);
  return parseOrganization(value).organization;
}

/** A text that an editor inserts, and what it shows of it. */
export interface Snippet {
  readonly label: string;
  readonly body: unknown;
  readonly description?: string;
}

/**
 * The estate's schema for the editors of a repository: with what its estates name. Other names stay allowed, since a new one is
 * declared in the same file, and a snapshot may be old.
 *
 * @param published text of `docs/estate.schema.json`, which takes a hundredth of the time that it takes to make the schema
 */
export function schemaWithNames(published: string, things: NamedThings): string {
  const schema = JSON.parse(published, insertedByDefault) as Readonly<Record<string, object>>;
  const named = Object.entries(things).map(([kind, all]) => [kind, { defaultSnippets: all.map(snippetOf) }] as const);
  // With the names of a repository it is another schema.
  const own = { ...schema, $id: undefined, $defs: { ...schema['$defs'], ...Object.fromEntries(named) } };
  return `${JSON.stringify(own)}\n`;
}

/** What an editor inserts by itself is the default to it, whatever is meant where nothing is said. */
function insertedByDefault(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('inserted' in value)) return value;
  return { ...value, default: value.inserted };
}

/** What an editor inserts of a thing: its name as YAML has it. The editor reads marks of its own in it, and a first `^`. */
export function snippetOf({ name, about }: NamedThing): Snippet {
  const body = scalarOf(name);
  const description = about === undefined ? {} : { description: about };
  return { label: name, body: body.replaceAll(/[\\$}]/g, String.raw`\$&`).replace(/^\^/, '^^'), ...description };
}

/** A name as YAML has it. Nearly all are words that YAML reads as they are, whose own, such as `false`, are shorter, or ids of accounts. */
function scalarOf(name: string): string {
  if (/^[A-Za-z][\w/-]{5,}$/.test(name)) return name;
  if (/^\d{12}$/.test(name)) return `'${name}'`;
  return stringify(name, { singleQuote: true, lineWidth: 0, version: '1.1' }).trimEnd();
}
