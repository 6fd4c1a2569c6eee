import { quotedList, suggestionOrList } from '../../../../text/suggest';
import type { Path } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import type { Access, Estate, Grant, Selection, Selector } from '../../estate';
import { APPLICATION_ARN } from '../../limits';
import {
  duplicates,
  error,
  type Issues,
  type KnownNames,
  placed,
  type PlacedText,
  unknownNames,
  warning,
} from '../../shared/issue';
import { principalOf } from '../holder';
import { knownGroups } from '../plan/expand';
import { writtenSets } from '../plan/management-copies';
import { AccountFinder, type Selected } from '../plan/select';

interface Context {
  readonly organization: Organization;
  readonly finder: AccountFinder;
}

/** Groups and permission sets that references may name. */
type Names = Readonly<Record<'groups' | 'sets', KnownNames & { readonly known: ReadonlySet<string> }>>;

/** References that lead nowhere (group, permission set, account, OU), selectors without a match, groups not yet synchronized. */
export function* checkReferences(estate: Estate, access: Access, context: Context): Issues {
  const { organization } = context;
  const { groups: setAside, permissionSets } = estate.setAside;
  const known = knownGroups(estate, organization);
  const problem = 'is neither a group of the workforce nor known to the Identity Store';
  const groups = { known, setAside, things: 'known groups', problem };
  const written = writtenSets(access);
  const sets = {
    known: new Set(written.map((set) => set.name)),
    renamed: new Map(written.flatMap((set) => set.previousNames.map((earlier) => [earlier, set.name] as const))),
    setAside: permissionSets,
    things: 'known permission sets',
    problem: 'is not a permission set of this estate',
  };
  for (const grant of access.grants) yield* checkGrant(grant, { groups, sets }, context);
  for (const { accounts } of access.policies ?? []) yield* checkSelection(accounts, context);
  for (const { at, grantable } of written) {
    yield* unknownNames('unknown-group', placed(grantable?.groups ?? [], [...at, 'grantable', 'groups']), groups);
    yield* checkSelection(grantable?.accounts, context);
  }
  for (const { at, groups: names } of access.applications) {
    const places = placed(names, [...at, 'groups']);
    yield* unknownNames('unknown-group', places, groups);
    const waiting = places.filter(({ text }) => known.has(text) && !organization.groupByName.has(text));
    yield* waiting.map(pendingGroup);
  }
  yield* checkInstanceOf(access, organization);
}

function* checkGrant({ at, holder, permissionSets, accounts }: Grant, names: Names, context: Context): Issues {
  const { groups, sets } = names;
  const place = { at: [...at, holder.kind], text: holder.name };
  if (holder.kind === 'group') yield* unknownNames('unknown-group', [place], groups);
  if (principalOf(holder, context.organization) === undefined) {
    if (holder.kind === 'user') yield pendingUser(place);
    else if (groups.known.has(holder.name)) yield pendingGroup(place);
  }
  const places = placed(permissionSets, [...at, 'permissionSets']);
  const unknownSets = unknownNames('unknown-permission-set', places, sets);
  yield* unknownSets;
  const known = places.filter((one) => !unknownSets.some((issue) => issue.at === one.at));
  const words = { report: warning, problem: 'appears twice in this grant', allowed: 'each permission set once' };
  yield* duplicates('duplicate-entry', known, words);
  yield* checkSelection(accounts, context);
}

function pendingUser({ at, text: value }: PlacedText) {
  return warning('pending-user', at, {
    value,
    problem: 'is not a user of organization.json: the assignments wait',
    allowed: 'the user name as the Identity Store has it; npx --no entra-aws snapshot then looks the user up',
  });
}

function pendingGroup({ at, text: value }: PlacedText) {
  return warning('pending-group', at, {
    value,
    problem: 'is not synchronized to the Identity Store yet: its assignments wait',
    allowed: 'run the workforce program, let provisioning finish, then npx --no entra-aws snapshot',
  });
}

/** Applications must be of this instance. */
function* checkInstanceOf({ applications }: Access, { instanceArn }: Organization): Issues {
  const own = instanceArn.slice(instanceArn.lastIndexOf('/') + 1);
  const problem = 'is an application of another instance of IAM Identity Center';
  for (const { at, arn: value } of applications)
    if (APPLICATION_ARN.test(value) && !value.includes(`/${own}/`))
      yield error('application-arn', [...at, 'arn'], { value, problem, allowed: `one of ${instanceArn}` });
}

/** Effect of an exclusion that leads nowhere. */
const TAKES_NOTHING = ', so it takes nothing away and access would be wider than meant';

function* checkSelection(selection: Selection | undefined, { organization, finder }: Context): Issues {
  if (selection === undefined) return;
  for (const [key, effect] of [['include', ''] as const, ['exclude', TAKES_NOTHING] as const])
    for (const selector of selection[key]) {
      const selected = finder.select(selector);
      if (selected.kind === 'dangling') yield* dangling(selector, organization, effect);
      else if (selected.kind !== 'accounts') yield ambiguous(selector, selected);
      else if (selected.accounts.length === 0)
        yield key === 'include'
          ? inclusionWithoutMatch(selector, organization)
          : exclusionWithoutMatch(selector, selection, finder);
    }
}

/** Place of a selector's value, and the value. */
function told(selector: Selector): readonly [at: Path, value: unknown] {
  const at = [...selector.at, selector.kind];
  switch (selector.kind) {
    case 'ou':
      return [at, selector.ou];
    case 'id':
      return [at, selector.id];
    case 'name':
      return [at, selector.name];
    case 'tags':
      return [at, Object.fromEntries(selector.tags.map(({ key, value }) => [key, value]))];
    case 'all':
      return [at, true];
  }
}

/** What the organization file has and could not place is reported there. */
function* dangling(selector: Selector, { ous, accounts, setAside }: Organization, effect: string): Issues {
  const [at, value] = told(selector);
  if (typeof value === 'string' && setAside[selector.kind === 'ou' ? 'ous' : 'accounts'].has(value)) return;
  if (selector.kind === 'ou') {
    const paths = ous.map(({ path }) => path);
    const allowed = suggestionOrList(selector.ou, paths, 'OUs');
    yield error('unknown-ou', at, { value, problem: `is not an OU of the organization${effect}`, allowed });
  } else if (selector.kind === 'name') {
    const names = accounts.map(({ name }) => name);
    const allowed = suggestionOrList(selector.name, names, 'accounts');
    yield error('unknown-account', at, { value, problem: `is not the name of an account${effect}`, allowed });
  } else {
    const allowed = 'an id of organization.json; npx --no entra-aws snapshot reads new accounts';
    yield error('unknown-account', at, { value, problem: `is not an account of the organization${effect}`, allowed });
  }
}

function ambiguous(selector: Selector, selected: Exclude<Selected, { kind: 'accounts' | 'dangling' }>) {
  const [at, value] = told(selector);
  if (selected.kind === 'ambiguous-ou') {
    const problem = `is the path of ${selected.ous.length} OUs, because a name holds a slash`;
    const allowed = `one of the ids ${quotedList(selected.ous.map((ou) => ou.id))}`;
    return error('ambiguous-ou', at, { value, problem, allowed });
  }
  const ids = quotedList(selected.accounts.map(({ id }) => id));
  const problem = `is the name of ${selected.accounts.length} accounts, ${ids}`;
  return error('ambiguous-account-name', at, { value, problem, allowed: 'name one by its id' });
}

const ALLOWED_MATCH: Readonly<Record<Selector['kind'], string>> = {
  ou: 'an OU that has accounts, or one that will; npx --no entra-aws snapshot reads new accounts',
  name: 'a pattern that matches names of accounts: * and ? stand for characters',
  tags: 'tags of an account, letter by letter; npx --no entra-aws snapshot reads new ones',
  id: 'an id of organization.json',
  all: 'an organization with member accounts; npx --no entra-aws snapshot reads new accounts',
};

function inclusionWithoutMatch(selector: Selector, { accounts, managementAccountId, ...organization }: Organization) {
  const [at, value] = told(selector);
  const management = accounts.filter(({ id }) => id === managementAccountId);
  const meant = new AccountFinder({ ...organization, accounts: management }).accountSet(selector);
  const allowed =
    meant.size > 0
      ? 'OUs, globs, tags and all never reach the management account: name it by id or exact name'
      : ALLOWED_MATCH[selector.kind];
  return warning('selector-without-match', at, { value, problem: 'does not match an account', allowed });
}

/** An exclusion that is misspelt widens access, which a glob or a tag can't be told from; an OU exists, and may be empty. */
function exclusionWithoutMatch(selector: Selector, selection: Selection, finder: AccountFinder) {
  const [at, value] = told(selector);
  const included = new Set(selection.include.flatMap((other) => [...finder.accountSet(other)]));
  const kept = [...included].filter((one) => one.state === 'ACTIVE' && finder.includes(selection, one)).length;
  const report = selector.kind === 'ou' || selector.kind === 'all' ? warning : error;
  const problem = `takes nothing away: ${kept === 1 ? '1 account keeps' : `${kept} accounts keep`} the access`;
  return report('exclusion-without-match', at, { value, problem });
}
