import fc from 'fast-check';
import type { AccountState } from '../../src/estate/source/organization';
import type { AccountSpec } from './estate-files';

/** A selector as it is written in an estate file. */
export type SelectorWords =
  | { readonly ou: string; readonly descendants?: boolean }
  | { readonly id: string }
  | { readonly name: string }
  | { readonly tags: Readonly<Record<string, string>> }
  | { readonly all: true };

export interface GrantWords {
  readonly group: string;
  readonly permissionSets: readonly string[];
  readonly accounts: { readonly include: readonly SelectorWords[]; readonly exclude: readonly SelectorWords[] };
}

/** An organization and an estate, as they are written. Everything may dangle, collide or overlap. */
export interface World {
  /** Paths of OUs, each after its parent. */
  readonly ous: readonly string[];
  /** The first is the management account. */
  readonly accounts: readonly (AccountSpec & { readonly ou: string })[];
  readonly synchronizedGroups: readonly string[];
  readonly declaredGroups: readonly string[];
  readonly permissionSets: readonly string[];
  readonly grants: readonly GrantWords[];
}

const OUS = ['/A', '/A/B', '/A/B/A', '/A/B/A/B', '/A/B/A/B/C', '/B', '/B/A', '/a'];
/** Few and short, so that globs and names meet; some look alike, some are no letters. */
const CHARACTERS = ['a', 'b', 'A', '-', '\u00e9', 'e\u0301', '😀', '*', '?', '.'];
const TAG_KEYS = ['env', 'team', 'constructor'];
const TAG_VALUES = ['x', 'X', 'x '];
const GROUPS = ['Developers', 'Auditors', 'developers', 'toString'];
const SETS = ['Admin', 'Audit', 'admin'];
const STATES: readonly AccountState[] = ['ACTIVE', 'ACTIVE', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE'];

const accountName = fc
  .array(fc.constantFrom(...CHARACTERS), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''));
const accountId = fc.nat({ max: 15 }).map((number) => String(number).padStart(12, '0'));
const tags = fc.dictionary(fc.constantFrom(...TAG_KEYS), fc.constantFrom(...TAG_VALUES), {
  maxKeys: 2,
  noNullPrototype: true,
});

const account = fc.record({
  id: accountId,
  name: accountName,
  ou: fc.constantFrom('/', ...OUS),
  state: fc.constantFrom(...STATES),
  tags,
});

const selector: fc.Arbitrary<SelectorWords> = fc.oneof(
  fc.record({ ou: fc.constantFrom('/', '/None', ...OUS), descendants: fc.boolean() }, { requiredKeys: ['ou'] }),
  fc.record({ id: accountId }),
  fc.record({ name: accountName }),
  fc.record({ name: fc.tuple(accountName, accountName).map(([a, b]) => `${a}*${b}`) }),
  fc.record({ name: fc.constantFrom('*', '?', '??', '?*') }),
  fc.record({ tags: tags.filter((pairs) => Object.keys(pairs).length > 0) }),
  fc.constant({ all: true as const }),
);

const grant: fc.Arbitrary<GrantWords> = fc.record({
  group: fc.constantFrom('Nobody', ...GROUPS, ...GROUPS),
  permissionSets: fc.array(fc.constantFrom('Unknown', ...SETS, ...SETS), { minLength: 1, maxLength: 3 }),
  accounts: fc.record({
    include: fc.array(selector, { minLength: 1, maxLength: 3 }),
    exclude: fc.array(selector, { maxLength: 2 }),
  }),
});

export const world: fc.Arbitrary<World> = fc.record({
  ous: fc.constant(OUS),
  accounts: fc.uniqueArray(account, { minLength: 4, maxLength: 14, selector: ({ id }) => id }),
  synchronizedGroups: fc.uniqueArray(fc.constantFrom(...GROUPS), { minLength: 1, maxLength: 4 }),
  declaredGroups: fc.uniqueArray(fc.constantFrom(...GROUPS), { maxLength: 2 }),
  permissionSets: fc.uniqueArray(fc.constantFrom(...SETS), { minLength: 1, maxLength: 3 }),
  grants: fc.array(grant, { minLength: 1, maxLength: 6 }),
});

/** One change of a world; positions are taken modulo what is there. */
export const edit: fc.Arbitrary<(before: World) => World> = fc
  .record({
    kind: fc.constantFrom(
      'add grant',
      'remove grant',
      'move grant',
      'change include',
      'change exclude',
      'add account',
      'remove account',
      'change account',
      'synchronize group',
      'forget group',
    ),
    position: fc.nat(),
    grant,
    selector,
    account,
  })
  .map((change) => (before) => applyEdit(before, change));

interface Edit {
  readonly kind: string;
  readonly position: number;
  readonly grant: GrantWords;
  readonly selector: SelectorWords;
  readonly account: World['accounts'][number];
}

function applyEdit(before: World, change: Edit): World {
  const { accounts, grants, synchronizedGroups } = before;
  const { position } = change;
  switch (change.kind) {
    case 'add grant':
      return { ...before, grants: grants.toSpliced(position % (grants.length + 1), 0, change.grant) };
    case 'remove grant':
      return { ...before, grants: grants.toSpliced(position % (grants.length + 1), 1) };
    case 'move grant':
      return { ...before, grants: rotate(grants, position) };
    case 'change include':
    case 'change exclude':
      return { ...before, grants: changeAt(grants, position, (one) => changeSelectors(one, change)) };
    case 'add account':
      return accounts.some(({ id }) => id === change.account.id)
        ? before
        : { ...before, accounts: [...accounts, change.account] };
    case 'remove account':
      return accounts.length === 1
        ? before
        : { ...before, accounts: accounts.toSpliced(1 + (position % (accounts.length - 1)), 1) };
    case 'change account':
      return { ...before, accounts: changeAt(accounts, position, ({ id }) => ({ ...change.account, id })) };
    case 'synchronize group':
      return { ...before, synchronizedGroups: [...new Set([...synchronizedGroups, change.grant.group])] };
    default:
      return { ...before, synchronizedGroups: synchronizedGroups.filter((name) => name !== change.grant.group) };
  }
}

function changeSelectors(one: GrantWords, change: Edit): GrantWords {
  const key = change.kind === 'change include' ? 'include' : 'exclude';
  const selectors = one.accounts[key];
  const changed = selectors.toSpliced(change.position % (selectors.length + 1), 1, change.selector);
  return { ...one, accounts: { ...one.accounts, [key]: changed } };
}

function changeAt<T>(items: readonly T[], position: number, change: (item: T) => T): readonly T[] {
  return items.map((item, index) => (index === position % items.length ? change(item) : item));
}

function rotate<T>(items: readonly T[], by: number): readonly T[] {
  const cut = by % Math.max(items.length, 1);
  return [...items.slice(cut), ...items.slice(0, cut)];
}

/** The same world with every list in another order. The management account stays first, and OUs after their parents. */
export function reordered(before: World, by: number): World {
  const [management, ...others] = before.accounts;
  const selectors = (list: readonly SelectorWords[]): readonly SelectorWords[] => rotate(list, by).toReversed();
  return {
    ...before,
    accounts: management === undefined ? [] : [management, ...rotate(others, by).toReversed()],
    permissionSets: rotate(before.permissionSets, by).toReversed(),
    declaredGroups: before.declaredGroups.toReversed(),
    grants: rotate(before.grants, by)
      .toReversed()
      .map((one) => ({
        ...one,
        permissionSets: one.permissionSets.toReversed(),
        accounts: { include: selectors(one.accounts.include), exclude: selectors(one.accounts.exclude) },
      })),
  };
}
