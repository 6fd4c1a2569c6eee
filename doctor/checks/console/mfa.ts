import { quotedList } from '../../../model/suggest';
import type { SignInPolicy } from '../../facts/workforce-facts';
import { type Check, failure, type Observation, ok, warning } from '../../check';
import { examine } from '../../check';
import { together } from '../../reading';
import { workforceOf } from '../saml/application';

/** A second factor is asked for by Entra ID: with an external identity provider AWS asks for none. */
export const mfa: Check = {
  id: 'console-mfa',
  area: 'console',
  title: 'Entra ID asks for a second factor on the way to AWS',
  run: (input) => {
    const workforce = workforceOf(input);
    if (workforce === undefined) return undefined;
    const { application, signInPolicies, assigned } = workforce.facts;
    return examine(together({ application, signInPolicies, assigned }), (facts) => {
      const covering = facts.signInPolicies.filter((policy) => covers(policy, facts.application?.appId ?? ''));
      return coverage(covering, facts.assigned.groups);
    });
  },
};

/** Whether a policy asks for a second factor at an application. */
export function covers({ applications, excludedApplications, asksForMfa }: SignInPolicy, appId: string): boolean {
  const isIncluded = applications.includes('All') || applications.includes(appId);
  return asksForMfa && isIncluded && !excludedApplications.includes(appId);
}

type Group = { readonly id: string; readonly name: string };

function coverage(policies: readonly SignInPolicy[], groups: readonly Group[]): readonly Observation[] {
  const advice =
    'add a Conditional Access policy for the AWS application that grants access with multifactor authentication only';
  const enforced = policies.filter(({ isEnforced }) => isEnforced);
  if (enforced.length === 0 && policies.length > 0) {
    const names = quotedList(policies.map(({ name }) => name));
    return [
      warning(
        `a second factor is only reported, not asked for: ${names}`,
        'turn the policy on once its report is right',
      ),
    ];
  }
  if (enforced.length === 0) return [failure('no Conditional Access policy asks for a second factor for AWS', advice)];
  const uncovered = groups.filter(({ id }) => !enforced.some((policy) => reaches(policy, id)));
  if (uncovered.length === 0) return [ok(`asked for by ${quotedList(enforced.map(({ name }) => name))}`)];
  const names = quotedList(uncovered.map(({ name }) => name));
  return [warning(`no policy with a second factor names these groups: ${names}`, advice)];
}

function reaches({ users, groups }: SignInPolicy, groupId: string): boolean {
  return users.includes('All') || groups.includes(groupId);
}
