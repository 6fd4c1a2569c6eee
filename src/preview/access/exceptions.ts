import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import { isUserGrant, type UserGrant } from '../../estate/sections/access/plan/expand';
import { principalOf } from '../../estate/sections/access/holder';
import type { Access, Estate } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';
import type { Section } from '../blocks/block';
import { aside, badge, line, list, name, names, place } from '../blocks/make';
import { count } from '../../text/amounts';
import { shortPlace } from '../labels';
import type { Places } from '../compared-side';
import { briefAccounts } from './describe-access';
import { matchGrants } from './change-reasons';

export type ReportException = ReturnType<typeof describeExceptions>[number];

/** Grants to single users, those that have ended too. */
export function describeExceptions(
  { grants, endedGrants = [] }: Access,
  { organization, expansion }: AccessPlan,
  places: Places,
) {
  const describe = (grant: UserGrant, hasEnded: boolean) => {
    const { name: user, reason, until } = grant.holder;
    const given = expansion.assignments.filter(({ causes }) => causes.some((cause) => cause.grant === grant));
    return {
      user,
      reason,
      /** Last day. */
      until,
      /** True once the last day is over: then it gives nothing. */
      hasEnded,
      /** True while the snapshot does not have the user. */
      isPending: principalOf(grant.holder, organization) === undefined,
      permissionSets: grant.permissionSets,
      /** Accounts in which it gives them. */
      accounts: briefAccounts([...new Set(given.map(({ account }) => account))]),
      place: places.of([...grant.at, 'user']),
    };
  };
  return [
    ...grants.filter(isUserGrant).map((grant) => describe(grant, false)),
    ...endedGrants.filter(isUserGrant).map((grant) => describe(grant, true)),
  ].toSorted((a, b) => compareText(a.user, b.user) || compareText(a.until, b.until));
}

/** Exceptions that stay and get another end or reason, in sentences. Those that come or go are changes of access. */
export function compareExceptions(base: Estate, head: Estate): readonly string[] {
  const [before, after] = [base, head].map(({ access }) => (access?.grants ?? []).filter(isUserGrant));
  return [...matchGrants(after ?? [], before ?? [])].flatMap(([now, old]) => {
    if (!isUserGrant(now) || !isUserGrant(old)) return [];
    const [is, was] = [now.holder, old.holder];
    return [
      ...(is.until === was.until ? [] : [`user '${is.name}' until ${is.until} instead of ${was.until}: ${is.reason}`]),
      ...(is.reason === was.reason ? [] : [`user '${is.name}' for another reason: ${is.reason}`]),
    ];
  });
}

/** Accounts that are named one by one. */
const SHOWN = 10;

/** Grants to single users: who has what, where, why, and until when. */
export function exceptionSection(exceptions: readonly ReportException[]): Section {
  const items = exceptions.map((one) => {
    const where = one.accounts.length <= SHOWN ? names(one.accounts.map(({ id, name: text }) => name(text, id))) : '';
    const reach = one.accounts.length <= SHOWN ? line`in ${where}` : line`in ${count(one.accounts.length, 'account')}`;
    return line`${name(one.user)} ${stateOf(one)}: ${names(one.permissionSets.map((set) => name(set)))}${
      one.accounts.length === 0 ? '' : line` ${reach}`
    }. ${one.reason} ${place(shortPlace(one.place))}`;
  });
  return {
    id: 'exceptions',
    title: 'Exceptions',
    blocks: [aside(line`Users who have access that no group gives them, each until the end of a day.`), list(items)],
  };
}

function stateOf({ hasEnded, isPending, until }: ReportException) {
  const end = hasEnded ? badge(`ended on ${until}`, 'bad') : badge(`until ${until}`, 'warn');
  return isPending && !hasEnded ? line`${end} ${badge('pending', 'pending')}` : [end];
}
