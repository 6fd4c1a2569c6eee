import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import { isUserGrant, type UserGrant } from '../../estate/sections/access/ended-grants';
import { principalOf } from '../../estate/sections/access/holder';
import type { Access } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';
import type { Places } from '../places';
import type { ReportException } from './exception-types';
import { briefAccounts } from './describe-access';

/** Grants to single users, those that have ended too. */
export function describeExceptions(
  { grants, endedGrants = [] }: Access,
  { organization, expansion }: AccessPlan,
  places: Places,
): readonly ReportException[] {
  const describe = (grant: UserGrant, hasEnded: boolean): ReportException => {
    const { name: user, reason, until } = grant.holder;
    const given = expansion.assignments.filter(({ causes }) => causes.some((cause) => cause.grant === grant));
    return {
      user,
      reason,
      until,
      hasEnded,
      isPending: principalOf(grant.holder, organization) === undefined,
      permissionSets: grant.permissionSets,
      accounts: briefAccounts([...new Set(given.map(({ account }) => account))]),
      place: places.of([...grant.at, 'user']),
    };
  };
  return [
    ...grants.filter(isUserGrant).map((grant) => describe(grant, false)),
    ...endedGrants.filter(isUserGrant).map((grant) => describe(grant, true)),
  ].toSorted((a, b) => compareText(a.user, b.user) || compareText(a.until, b.until));
}
