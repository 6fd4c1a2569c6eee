import type { SelectionEntry, SelectorEntry } from '../estate/sections/access/grant-schema';
import type { Account, Organization } from '../estate/source/organization';
import type { OrganizationalUnit } from '../estate/source/ou-tree';

/** An OU or the root with the accounts that broad selectors can reach: active ones, without the management account. */
export interface OuNode {
  readonly ou: OrganizationalUnit;
  /** Word by which a selector names it: its path, or its id where two OUs have the path. */
  readonly word: string;
  readonly isRoot: boolean;
  /** Ids of the accounts directly in it. */
  readonly accounts: readonly string[];
  readonly children: readonly OuNode[];
}

/** The tree of an organization, with each account where it is. */
export function ouForest(organization: Organization): OuNode {
  const { ous, accounts, managementAccountId } = organization;
  const reachable = accounts.filter(({ id, state }) => state === 'ACTIVE' && id !== managementAccountId);
  const context: Context = {
    accountsOf: Map.groupBy(reachable, ({ ou }) => ou.id),
    childrenOf: Map.groupBy(ous, ({ lineage }) => lineage.at(-2) ?? ''),
    ousOfPath: Map.groupBy(ous, ({ path }) => path),
  };
  const [root] = context.childrenOf.get('') ?? [];
  if (root === undefined) throw new Error('the organization has no root');
  return nodeOf(root, context);
}

interface Context {
  readonly accountsOf: ReadonlyMap<string, readonly Account[]>;
  readonly childrenOf: ReadonlyMap<string, readonly OrganizationalUnit[]>;
  readonly ousOfPath: ReadonlyMap<string, readonly OrganizationalUnit[]>;
}

function nodeOf(ou: OrganizationalUnit, context: Context): OuNode {
  return {
    ou,
    word: context.ousOfPath.get(ou.path)?.length === 1 ? ou.path : ou.id,
    isRoot: ou.lineage.length === 1,
    accounts: (context.accountsOf.get(ou.id) ?? []).map(({ id }) => id),
    children: (context.childrenOf.get(ou.id) ?? []).map((child) => nodeOf(child, context)),
  };
}

/** Selectors that include, and selectors that take away from them. */
interface Part {
  readonly include: readonly SelectorEntry[];
  readonly exclude: readonly SelectorEntry[];
}

/** Selectors that a subtree needs: `alone` where nothing above it is included, `included` (exclusions) where something is. */
interface Plan {
  readonly alone: Part;
  readonly included: readonly SelectorEntry[];
  readonly wanted: number;
  readonly unwanted: number;
}

const NOTHING: Part = { include: [], exclude: [] };

/**
 * The fewest selectors by OU and account id that name exactly the given accounts. Where an OU says no more than its one
 * account, the account is named, and where an exclusion could name either, the OU is: an account that comes later gets
 * no access by it. Accounts that can't be assigned count for nothing; the management account is not among these accounts.
 */
export function compactSelection(root: OuNode, accounts: ReadonlySet<string>): SelectionEntry {
  const { include, exclude } = planOf(root, accounts).alone;
  return { include: [...include], ...(exclude.length > 0 && { exclude: [...exclude] }) };
}

function planOf(node: OuNode, accounts: ReadonlySet<string>): Plan {
  const children = node.children.map((child) => planOf(child, accounts));
  const here = Map.groupBy(node.accounts, (id) => accounts.has(id));
  const [inside, outside] = [here.get(true) ?? [], here.get(false) ?? []];
  const counts = {
    wanted: inside.length + sum(children.map(({ wanted }) => wanted)),
    unwanted: outside.length + sum(children.map(({ unwanted }) => unwanted)),
  };
  const included = exclusions(node, { inside, outside, children, ...counts });
  // Where all accounts are directly in it, an OU means what is below it too: that is how it reads.
  const isLeaf = children.every(({ wanted, unwanted }) => wanted + unwanted === 0);
  const own = isLeaf ? subtree(node) : withoutDescendants(node);
  const parts = joined([directly(own, inside, outside), ...children.map(({ alone }) => alone)]);
  const whole: Part = { include: [subtree(node)], exclude: included };
  const alone = counts.wanted === 0 ? NOTHING : size(whole) < size(parts) ? whole : parts;
  return { alone, included, ...counts };
}

/** The accounts directly in an OU: by their ids, or by the OU without the others in it. */
function directly(ou: SelectorEntry, inside: readonly string[], outside: readonly string[]): Part {
  const byId: Part = { include: inside.map(byAccount), exclude: [] };
  const byOu: Part = { include: [ou], exclude: outside.map(byAccount) };
  return inside.length > 0 && size(byOu) < size(byId) ? byOu : byId;
}

interface Found extends Pick<Plan, 'wanted' | 'unwanted'> {
  readonly inside: readonly string[];
  readonly outside: readonly string[];
  readonly children: readonly Plan[];
}

/** Exclusions that must be taken away from a subtree that something above it includes. */
function exclusions(node: OuNode, found: Found): readonly SelectorEntry[] {
  if (found.unwanted === 0) return [];
  if (found.wanted === 0) return [subtree(node)];
  const isOuShorter = found.inside.length === 0 && found.outside.length > 1;
  const here = isOuShorter ? [withoutDescendants(node)] : found.outside.map(byAccount);
  return [...here, ...found.children.flatMap(({ included }) => included)];
}

function subtree(node: OuNode): SelectorEntry {
  return node.isRoot ? { all: true } : { ou: node.word };
}

function withoutDescendants(node: OuNode): SelectorEntry {
  return { ou: node.word, descendants: false };
}

function byAccount(id: string): SelectorEntry {
  return { id };
}

function joined(parts: readonly Part[]): Part {
  return { include: parts.flatMap(({ include }) => include), exclude: parts.flatMap(({ exclude }) => exclude) };
}

function size({ include, exclude }: Part): number {
  return include.length + exclude.length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
