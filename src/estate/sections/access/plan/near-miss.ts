import { distance } from 'fastest-levenshtein';
import type { Selector } from '../../estate';
import { compileGlob, isGlob } from '../../../source/glob';
import type { Account, Organization } from '../../../source/organization';
import type { OrganizationalUnit } from '../../../source/ou-tree';
import { suggestName } from '../../../../text/suggest';

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
