import type { Selection, Selector } from '../../estate';
import { compileGlob, isGlob } from '../../../source/names';
import type { Account, Organization } from '../../../source/organization';
import type { OrganizationalUnit } from '../../../source/ou-tree';
import { kept } from '../../../../permissions/glob';
import { distance } from 'fastest-levenshtein';
import { suggestName } from '../../../../text/suggest';

/** Accounts that a selector names, before their states are looked at. */
export type Selected =
  | { readonly kind: 'accounts'; readonly accounts: readonly Account[] }
  /** The account, name or OU does not exist. */
  | { readonly kind: 'dangling' }
  /** Two OUs have this path, because a name holds a slash. */
  | {
      readonly kind: 'ambiguous-ou';
      readonly ous: readonly OrganizationalUnit[];
      readonly accounts: readonly Account[];
    }
  /** Several accounts have this name. */
  | { readonly kind: 'ambiguous-name'; readonly accounts: readonly Account[] };

/** A broad selector never reaches the management account, neither to include nor to exclude it. */
export function isBroad(selector: Selector): boolean {
  return selector.kind !== 'id' && !(selector.kind === 'name' && !isGlob(selector.name));
}

/** Parts of an organization that accounts are selected from. Without a management account, all are accounts like the others. */
type Selectable = Pick<Organization, 'accounts' | 'accountById' | 'ous'> &
  Partial<Pick<Organization, 'managementAccountId'>>;

/** Answers selectors over one organization, with indexes so that a thousand selectors over ten thousand accounts are quick. */
export class AccountFinder {
  private readonly members: readonly Account[];
  /** Code points of the members' names, in the order of the members. */
  private readonly memberNames: readonly (readonly string[])[];
  private readonly globs = new Map<string, Selected>();
  private readonly byName: ReadonlyMap<string, readonly Account[]>;
  private readonly byOu = new Map<string, Account[]>();
  private readonly bySubtree = new Map<string, Account[]>();
  private readonly byTag = new Map<string, Account[]>();
  private readonly ousByPath: ReadonlyMap<string, readonly OrganizationalUnit[]>;
  private readonly ousById: ReadonlyMap<string, OrganizationalUnit>;

  constructor(private readonly organization: Selectable) {
    this.members = organization.accounts.filter((account) => account.id !== organization.managementAccountId);
    this.memberNames = this.members.map((account) => [...account.name]);
    this.byName = Map.groupBy(organization.accounts, (account) => account.name);
    this.ousByPath = Map.groupBy(organization.ous, (ou) => ou.path);
    this.ousById = new Map(organization.ous.map((ou) => [ou.id, ou]));
    for (const account of this.members) this.index(account);
  }

  /** The accounts that one selector names, sorted by id, whatever their state. */
  select(selector: Selector): Selected {
    switch (selector.kind) {
      case 'all':
        return accountsOf(this.members);
      case 'id':
        return foundOrDangling(this.organization.accountById.get(selector.id));
      case 'name':
        return this.selectName(selector.name);
      case 'tags':
        return accountsOf(this.withTags(selector.tags.map(({ key, value }) => tagKey(key, value))));
      case 'ou':
        return this.selectOu(selector.ou, selector.descendants);
    }
  }

  /** Tells whether a selection names the account. Parts that are dangling name nothing. */
  includes(selection: Selection, account: Account): boolean {
    const names = (selector: Selector): boolean => this.accountSet(selector).has(account);
    const excludes = (selector: Selector): boolean => this.excludedSet(selector).has(account);
    return selection.include.some(names) && !selection.exclude.some(excludes);
  }

  private readonly sets = new Map<Selector, ReadonlySet<Account>>();
  private readonly excludedSets = new Map<Selector, ReadonlySet<Account>>();

  /** The accounts that a selector includes, as a set; computed once for each selector. An ambiguous one includes nothing. */
  accountSet(selector: Selector): ReadonlySet<Account> {
    return this.setOf(this.sets, selector, (selected) => (selected.kind === 'accounts' ? selected.accounts : []));
  }

  /** The accounts that a selector excludes: an ambiguous one takes away all that it may mean, which is the safe side. */
  excludedSet(selector: Selector): ReadonlySet<Account> {
    return this.setOf(this.excludedSets, selector, (one) => (one.kind === 'dangling' ? [] : one.accounts));
  }

  private setOf(
    known: Map<Selector, ReadonlySet<Account>>,
    selector: Selector,
    accountsOf: (selected: Selected) => readonly Account[],
  ): ReadonlySet<Account> {
    return kept(known, selector, () => new Set(accountsOf(this.select(selector))));
  }

  private index(account: Account): void {
    kept(this.byOu, account.ou.id, () => []).push(account);
    for (const id of account.ou.lineage) kept(this.bySubtree, id, () => []).push(account);
    for (const [key, value] of account.tags) kept(this.byTag, tagKey(key, value), () => []).push(account);
  }

  private selectName(name: string): Selected {
    if (!isGlob(name)) {
      const accounts = this.byName.get(name);
      if (accounts === undefined) return { kind: 'dangling' };
      return accounts.length === 1 ? accountsOf(accounts) : { kind: 'ambiguous-name', accounts };
    }
    return kept(this.globs, name, () => {
      const matches = compileGlob(name);
      return accountsOf(this.members.filter((_, index) => matches(this.memberNames[index] ?? [])));
    });
  }

  private withTags(keys: readonly string[]): readonly Account[] {
    const [first = '', ...others] = keys;
    const sets = others.map((key) => new Set(this.byTag.get(key)));
    return (this.byTag.get(first) ?? []).filter((account) => sets.every((set) => set.has(account)));
  }

  private selectOu(ou: string, descendants: boolean): Selected {
    const byId = this.ousById.get(ou);
    const ous = byId === undefined ? (this.ousByPath.get(ou) ?? []) : [byId];
    const lists = descendants ? this.bySubtree : this.byOu;
    const accounts = ous.flatMap(({ id }) => lists.get(id) ?? []);
    if (ous.length === 0) return { kind: 'dangling' };
    return ous.length === 1 ? accountsOf(accounts) : { kind: 'ambiguous-ou', ous, accounts };
  }
}

function accountsOf(accounts: readonly Account[]): Selected {
  return { kind: 'accounts', accounts };
}

function foundOrDangling(account: Account | undefined): Selected {
  return account === undefined ? { kind: 'dangling' } : accountsOf([account]);
}

function tagKey(key: string, value: string): string {
  return JSON.stringify([key, value]);
}

/** Nearness of a selector to an account that it does not name, and what is in the way. */
export interface NearMiss {
  /** From 0 (nothing in common) to 1. */
  readonly nearness: number;
  /** The rest of a sentence about the account. */
  readonly text: string;
}

type Kind<K extends Selector['kind']> = Extract<Selector, { kind: K }>;

/** Says why a selector does not name the account. The management account is a matter of its own. */
export function nearMiss(selector: Selector, account: Account, organization: Organization): NearMiss {
  switch (selector.kind) {
    case 'ou':
      return missedOu(selector, account, organization);
    case 'id':
      return missedText(selector.id, account.id, 'id');
    case 'name':
      return missedName(selector.name, account.name);
    case 'tags':
      return missedTags(selector, account);
    case 'all':
      return { nearness: 1, text: 'is not reached by all' };
  }
}

function missedOu(selector: Kind<'ou'>, account: Account, { ous }: Organization): NearMiss {
  const named = ous.filter((ou) => ou.id === selector.ou || ou.path === selector.ou);
  const [unit] = named;
  if (unit === undefined) return missedUnknownOu(selector, account, ous);
  if (named.length > 1) return { nearness: 0.8, text: `is not reached: ${named.length} OUs have this path` };
  const where = `is in ${account.ou.path}`;
  if (account.ou.lineage.includes(unit.id)) {
    return { nearness: 0.95, text: `${where}, below ${unit.path}, and the selector excludes descendants` };
  }
  if (unit.lineage.includes(account.ou.id)) {
    return { nearness: 0.2 + 0.5 * shared(account.ou, unit), text: `${where}, above ${unit.path}` };
  }
  return { nearness: 0.7 * shared(account.ou, unit), text: `${where}, not in or below ${unit.path}` };
}

/** The part of the way from the root that two units share; the root itself does not count. */
function shared(a: OrganizationalUnit, b: OrganizationalUnit): number {
  const common = a.lineage.filter((id) => b.lineage.includes(id)).length - 1;
  return common / Math.max(a.lineage.length, b.lineage.length);
}

function missedUnknownOu({ ou }: Kind<'ou'>, account: Account, ous: readonly OrganizationalUnit[]): NearMiss {
  const above = ous.filter(({ id }) => account.ou.lineage.includes(id)).map(({ path }) => path);
  const near = suggestName(ou, above);
  const text = `is in ${account.ou.path}, and no OU is ${ou}`;
  return near === undefined ? { nearness: 0.1, text } : { nearness: 0.9, text: `${text}; did you mean ${near}?` };
}

function missedName(pattern: string, name: string): NearMiss {
  if (pattern === name) return { nearness: 1, text: 'shares this name with other accounts, so only its id names it' };
  const missed = missedText(isGlob(pattern) ? pattern.replaceAll(/[*?]/g, '') : pattern, name, 'name');
  if (!compileGlob(fold(pattern))(fold(name))) return missed;
  return { nearness: 0.9, text: `${missed.text}, which differs in case, white space or the form of its letters` };
}

/** Form of a name in which names that people take for the same are equal. */
function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase().trim();
}

function missedText(given: string, actual: string, what: string): NearMiss {
  const edits = distance(given, actual);
  const alike = 1 - edits / Math.max(given.length, actual.length, 1);
  return { nearness: 0.6 * alike, text: `has the ${what} ${actual}` };
}

function missedTags({ tags }: Kind<'tags'>, account: Account): NearMiss {
  const missing = tags.filter(({ key, value }) => account.tags.get(key) !== value);
  const texts = missing.map(({ key, value }) => {
    const actual = account.tags.get(key);
    return actual === undefined ? `has no tag ${key}` : `has the tag ${key}=${actual}, not ${value}`;
  });
  const present = missing.filter(({ key }) => account.tags.has(key)).length;
  return {
    nearness: 0.1 + (0.7 * (tags.length - missing.length) + 0.2 * present) / Math.max(tags.length, 1),
    text: texts.join(' and '),
  };
}
