import type { Access, Estate, Grant, Selection, Selector } from '../../estate';
import { knownGroups } from '../../../plan/expand';
import type { Issue, Path } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import type { AccountFinder, Selected } from '../../../plan/select';
import { quotedList, suggestionOrList } from '../../../source/suggest';

interface Context {
  readonly organization: Organization;
  readonly finder: AccountFinder;
}

/** References that lead nowhere (group, permission set, account, OU), selectors without a match, groups not yet synchronized. */
export function checkReferences(estate: Estate, access: Access, context: Context): readonly Issue[] {
  const groups = knownGroups(estate, context.organization);
  const sets = new Set(access.permissionSets.map((set) => set.name));
  const isKnownGroup = (name: string): boolean => groups.has(name) || estate.setAside.groups.has(name);
  const isKnownSet = (name: string): boolean => sets.has(name) || estate.setAside.permissionSets.has(name);
  return [
    ...access.grants.flatMap((grant) => [
      ...(isKnownGroup(grant.group)
        ? pendingGroup(grant, groups, context.organization)
        : [unknownGroup(grant.group, [...grant.at, 'group'], groups)]),
      ...unknownSets(grant, isKnownSet, sets),
      ...checkSelection(grant.accounts, context),
    ]),
    ...access.permissionSets.flatMap((set) => [
      ...(set.grantable?.groups ?? []).flatMap((name, index) =>
        isKnownGroup(name) ? [] : [unknownGroup(name, [...set.at, 'grantable', 'groups', index], groups)],
      ),
      ...(set.grantable?.accounts === undefined ? [] : checkSelection(set.grantable.accounts, context)),
    ]),
  ];
}

function unknownGroup(name: string, at: Path, groups: ReadonlySet<string>): Issue {
  return {
    severity: 'error',
    code: 'unknown-group',
    at,
    value: name,
    problem: 'is neither a group of the workforce nor known to the Identity Store',
    allowed: suggestionOrList(name, groups, 'known groups'),
  };
}

function pendingGroup(grant: Grant, groups: ReadonlySet<string>, organization: Organization): readonly Issue[] {
  if (!groups.has(grant.group) || organization.groupByName.has(grant.group)) return [];
  return [
    {
      severity: 'warning',
      code: 'pending-group',
      at: [...grant.at, 'group'],
      value: grant.group,
      problem: 'is not synchronized to the Identity Store yet: its assignments wait',
      allowed: 'run the workforce program, let provisioning finish, then npm run snapshot',
    },
  ];
}

function unknownSets(grant: Grant, isKnown: (name: string) => boolean, sets: ReadonlySet<string>): readonly Issue[] {
  return grant.permissionSets.flatMap((name, index): readonly Issue[] => {
    const at = [...grant.at, 'permissionSets', index];
    if (!isKnown(name)) {
      return [
        {
          severity: 'error',
          code: 'unknown-permission-set',
          at,
          value: name,
          problem: 'is not a permission set of this estate',
          allowed: suggestionOrList(name, sets, 'known permission sets'),
        },
      ];
    }
    const first = grant.permissionSets.indexOf(name);
    if (first === index) return [];
    return [
      {
        severity: 'warning',
        code: 'duplicate-entry',
        at,
        value: name,
        problem: 'appears twice in this grant',
        allowed: 'each permission set once',
        related: [[...grant.at, 'permissionSets', first]],
      },
    ];
  });
}

function checkSelection(selection: Selection, context: Context): readonly Issue[] {
  const { organization, finder } = context;
  const check = (selector: Selector, withoutMatch: (selector: Selector) => Issue): readonly Issue[] => {
    const selected = finder.select(selector);
    switch (selected.kind) {
      case 'dangling':
        return isSetAside(selector, organization) ? [] : [dangling(selector, organization)];
      case 'ambiguous-ou':
      case 'ambiguous-name':
        return [ambiguous(selector, selected)];
      case 'accounts':
        return selected.accounts.length > 0 ? [] : [withoutMatch(selector)];
    }
  };
  const exclusion = (selector: Selector): Issue => exclusionWithoutMatch(selector, selection, context);
  return [
    ...selection.include.flatMap((selector) => check(selector, inclusionWithoutMatch)),
    ...selection.exclude.flatMap((selector) => check(selector, exclusion)),
  ];
}

/** The organization file has the account or OU, but it hangs nowhere: that is reported there. */
function isSetAside(selector: Selector, { setAside }: Organization): boolean {
  const word = wordOf(selector);
  if (typeof word !== 'string') return false;
  return selector.kind === 'ou' ? setAside.ous.has(word) : setAside.accounts.has(word);
}

/** Value of a selector, without the word for its kind. */
function wordOf(selector: Selector): unknown {
  switch (selector.kind) {
    case 'ou':
      return selector.ou;
    case 'id':
      return selector.id;
    case 'name':
      return selector.name;
    case 'tags':
      return Object.fromEntries(selector.tags.map(({ key, value }) => [key, value]));
    case 'all':
      return true;
  }
}

function dangling(selector: Selector, organization: Organization): Issue {
  const base = { severity: 'error', at: [...selector.at, selector.kind], value: wordOf(selector) } as const;
  switch (selector.kind) {
    case 'ou':
      return {
        ...base,
        code: 'unknown-ou',
        problem: 'is not an OU of the organization',
        allowed: suggestionOrList(
          selector.ou,
          organization.ous.map((ou) => ou.path),
          'OUs',
        ),
      };
    case 'name':
      return {
        ...base,
        code: 'unknown-account',
        problem: 'is not the name of an account',
        allowed: suggestionOrList(
          selector.name,
          organization.accounts.map((account) => account.name),
          'accounts',
        ),
      };
    default:
      return {
        ...base,
        code: 'unknown-account',
        problem: 'is not an account of the organization',
        allowed: 'an id of organization.json; npm run snapshot reads new accounts',
      };
  }
}

function ambiguous(selector: Selector, selected: Exclude<Selected, { kind: 'accounts' | 'dangling' }>): Issue {
  const base = { severity: 'error', at: [...selector.at, selector.kind], value: wordOf(selector) } as const;
  if (selected.kind === 'ambiguous-ou') {
    return {
      ...base,
      code: 'ambiguous-ou',
      problem: `is the path of ${selected.ous.length} OUs, because a name holds a slash`,
      allowed: `one of the ids ${quotedList(selected.ous.map((ou) => ou.id))}`,
    };
  }
  return {
    ...base,
    code: 'ambiguous-account-name',
    problem: `is the name of ${selected.accounts.length} accounts, ${quotedList(selected.accounts.map(({ id }) => id))}`,
    allowed: 'name one by its id',
  };
}

function inclusionWithoutMatch(selector: Selector): Issue {
  return {
    severity: 'warning',
    code: 'selector-without-match',
    at: [...selector.at, selector.kind],
    value: wordOf(selector),
    problem: 'does not match an account',
    allowed: 'OUs, globs, tags and all never reach the management account: name it by id or exact name',
  };
}

/** An exclusion that is misspelt widens access, which a glob or a tag can't be told from; an OU exists, and may be empty. */
function exclusionWithoutMatch(selector: Selector, selection: Selection, { finder }: Context): Issue {
  const included = new Set(selection.include.flatMap((other) => [...finder.accountSet(other)]));
  const kept = [...included].filter(
    (account) => account.state === 'ACTIVE' && finder.includes(selection, account),
  ).length;
  return {
    severity: selector.kind === 'ou' || selector.kind === 'all' ? 'warning' : 'error',
    code: 'exclusion-without-match',
    at: [...selector.at, selector.kind],
    value: wordOf(selector),
    problem: `takes nothing away: ${kept === 1 ? '1 account keeps' : `${kept} accounts keep`} the access`,
  };
}
