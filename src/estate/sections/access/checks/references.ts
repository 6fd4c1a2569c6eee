import type { Access, Estate, Grant, Selection, Selector } from '../../estate';
import { knownGroups } from '../plan/expand';
import type { Issue } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import { principalOf } from '../holder';
import { AccountFinder, type Selected } from '../plan/select';
import { quotedList, suggestionOrList } from '../../../../text/suggest';
import type { PlacedText } from '../../shared/issue';
import { duplicates, error, placed, unknownNames, warning } from '../../shared/issue';

interface Context {
  readonly organization: Organization;
  readonly finder: AccountFinder;
}

/** References that lead nowhere (group, permission set, account, OU), selectors without a match, groups not yet synchronized. */
export function checkReferences(estate: Estate, access: Access, context: Context): readonly Issue[] {
  const groups = knownGroups(estate, context.organization);
  const sets = new Set(access.permissionSets.map((set) => set.name));
  const { setAside } = estate;
  const unknownGroups = (texts: readonly PlacedText[]): readonly Issue[] =>
    unknownNames(
      'unknown-group',
      texts.filter(({ text }) => !setAside.groups.has(text)),
      {
        problem: 'is neither a group of the workforce nor known to the Identity Store',
        known: groups,
        things: 'known groups',
      },
    );
  return [
    ...access.grants.flatMap((grant) => {
      const names = placed(grant.permissionSets, [...grant.at, 'permissionSets']);
      return [
        ...(grant.holder.kind === 'group' ? unknownGroups([placedHolder(grant)]) : []),
        ...pendingHolder(grant, groups, context.organization),
        ...unknownNames(
          'unknown-permission-set',
          names.filter(({ text }) => !setAside.permissionSets.has(text)),
          { problem: 'is not a permission set of this estate', known: sets, things: 'known permission sets' },
        ),
        ...repeatedSets(names.filter(({ text }) => sets.has(text) || setAside.permissionSets.has(text))),
        ...checkSelection(grant.accounts, context),
      ];
    }),
    ...(access.policies ?? []).flatMap(({ accounts }) =>
      accounts === undefined ? [] : checkSelection(accounts, context),
    ),
    ...access.permissionSets.flatMap(({ at, grantable }) => [
      ...unknownGroups(placed(grantable?.groups ?? [], [...at, 'grantable', 'groups'])),
      ...(grantable?.accounts === undefined ? [] : checkSelection(grantable.accounts, context)),
    ]),
  ];
}

function repeatedSets(names: readonly PlacedText[]): readonly Issue[] {
  const words = { report: warning, problem: 'appears twice in this grant', allowed: 'each permission set once' };
  return duplicates('duplicate-entry', names, words);
}

function placedHolder({ at, holder: { kind, name } }: Grant): PlacedText {
  return { at: [...at, kind], text: name };
}

function pendingHolder(grant: Grant, groups: ReadonlySet<string>, organization: Organization): readonly Issue[] {
  const { at, text: value } = placedHolder(grant);
  if (principalOf(grant.holder, organization) !== undefined) return [];
  if (grant.holder.kind === 'user') {
    return [
      warning('pending-user', at, {
        value,
        problem: 'is not a user of organization.json: the assignments wait',
        allowed: 'the user name as the Identity Store has it; npx --no entra-aws snapshot then looks the user up',
      }),
    ];
  }
  if (!groups.has(value)) return [];
  return [
    warning('pending-group', at, {
      value,
      problem: 'is not synchronized to the Identity Store yet: its assignments wait',
      allowed: 'run the workforce program, let provisioning finish, then npx --no entra-aws snapshot',
    }),
  ];
}

function checkSelection(selection: Selection, context: Context): readonly Issue[] {
  const { organization, finder } = context;
  const check = (selector: Selector, withoutMatch: (selector: Selector) => Issue, effect = ''): readonly Issue[] => {
    const selected = finder.select(selector);
    switch (selected.kind) {
      case 'dangling':
        return isSetAside(selector, organization) ? [] : [dangling(selector, organization, effect)];
      case 'ambiguous-ou':
      case 'ambiguous-name':
        return [ambiguous(selector, selected)];
      case 'accounts':
        return selected.accounts.length > 0 ? [] : [withoutMatch(selector)];
    }
  };
  const exclusion = (selector: Selector): Issue => exclusionWithoutMatch(selector, selection, context);
  return [
    ...selection.include.flatMap((selector) => check(selector, (one) => inclusionWithoutMatch(one, organization))),
    ...selection.exclude.flatMap((selector) => check(selector, exclusion, TAKES_NOTHING)),
  ];
}

/** Effect of an exclusion that leads nowhere. */
const TAKES_NOTHING = ', so it takes nothing away and access would be wider than meant';

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

function dangling(selector: Selector, { ous, accounts }: Organization, effect: string): Issue {
  const at = [...selector.at, selector.kind];
  const value = wordOf(selector);
  switch (selector.kind) {
    case 'ou': {
      const paths = ous.map(({ path }) => path);
      const allowed = suggestionOrList(selector.ou, paths, 'OUs');
      return error('unknown-ou', at, { value, problem: `is not an OU of the organization${effect}`, allowed });
    }
    case 'name': {
      const names = accounts.map(({ name }) => name);
      const allowed = suggestionOrList(selector.name, names, 'accounts');
      return error('unknown-account', at, { value, problem: `is not the name of an account${effect}`, allowed });
    }
    default: {
      const allowed = 'an id of organization.json; npx --no entra-aws snapshot reads new accounts';
      return error('unknown-account', at, {
        value,
        problem: `is not an account of the organization${effect}`,
        allowed,
      });
    }
  }
}

function ambiguous(selector: Selector, selected: Exclude<Selected, { kind: 'accounts' | 'dangling' }>): Issue {
  const at = [...selector.at, selector.kind];
  const value = wordOf(selector);
  if (selected.kind === 'ambiguous-ou') {
    const problem = `is the path of ${selected.ous.length} OUs, because a name holds a slash`;
    const allowed = `one of the ids ${quotedList(selected.ous.map((ou) => ou.id))}`;
    return error('ambiguous-ou', at, { value, problem, allowed });
  }
  const ids = quotedList(selected.accounts.map(({ id }) => id));
  const problem = `is the name of ${selected.accounts.length} accounts, ${ids}`;
  return error('ambiguous-account-name', at, { value, problem, allowed: 'name one by its id' });
}

function inclusionWithoutMatch(selector: Selector, organization: Organization): Issue {
  const allowed = meansManagement(selector, organization)
    ? 'OUs, globs, tags and all never reach the management account: name it by id or exact name'
    : ALLOWED_MATCH[selector.kind];
  return warning('selector-without-match', [...selector.at, selector.kind], {
    value: wordOf(selector),
    problem: 'does not match an account',
    allowed,
  });
}

const ALLOWED_MATCH: Readonly<Record<Selector['kind'], string>> = {
  ou: 'an OU that has accounts, or one that will; npx --no entra-aws snapshot reads new accounts',
  name: 'a pattern that matches names of accounts: * and ? stand for characters',
  tags: 'tags of an account, letter by letter; npx --no entra-aws snapshot reads new ones',
  id: 'an id of organization.json',
  all: 'an organization with member accounts; npx --no entra-aws snapshot reads new accounts',
};

/** Tells whether the selector would match the management account, if it could. */
function meansManagement(
  selector: Selector,
  { accounts, accountById, ous, managementAccountId }: Organization,
): boolean {
  const management = accounts.filter(({ id }) => id === managementAccountId);
  const selected = new AccountFinder({ accounts: management, accountById, ous }).select(selector);
  return selected.kind === 'accounts' && selected.accounts.length > 0;
}

/** An exclusion that is misspelt widens access, which a glob or a tag can't be told from; an OU exists, and may be empty. */
function exclusionWithoutMatch(selector: Selector, selection: Selection, { finder }: Context): Issue {
  const included = new Set(selection.include.flatMap((other) => [...finder.accountSet(other)]));
  const kept = [...included].filter(
    (account) => account.state === 'ACTIVE' && finder.includes(selection, account),
  ).length;
  const report = selector.kind === 'ou' || selector.kind === 'all' ? warning : error;
  return report('exclusion-without-match', [...selector.at, selector.kind], {
    value: wordOf(selector),
    problem: `takes nothing away: ${kept === 1 ? '1 account keeps' : `${kept} accounts keep`} the access`,
  });
}
