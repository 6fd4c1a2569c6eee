import type { Issue } from '../../../source/finding';
import type { AwsApplication, ConditionalAccess } from '../workforce';
import { error, warning } from '../../shared/issue';
import type { KnownGroups } from './groups';
import { unknownGroups } from './groups';

/** An application, and who may sign in to it. */
type Protected = Pick<AwsApplication, 'at' | 'conditionalAccess' | 'signInManagedElsewhere' | 'assignedGroups'>;

/** Checks who must give a second factor to reach AWS: whether a policy asks for it, and of whom it does not. */
export function checkConditionalAccess(application: Protected, groups: KnownGroups): readonly Issue[] {
  const { conditionalAccess: policy, signInManagedElsewhere } = application;
  if (policy === undefined) return signInManagedElsewhere === undefined ? [uncovered(application)] : [];
  const excluded = policy.excludedGroups.map(({ at, name }) => ({ at, text: name }));
  return [
    ...unknownGroups('unknown-excluded-group', excluded, groups),
    ...(policy.state === 'enabled' && excluded.length === 0 ? [nobodyExcluded(policy)] : []),
    ...checkCoverage(policy, application),
  ];
}

function uncovered({ at }: Protected): Issue {
  return warning('no-conditional-access', at, {
    problem: 'no policy of the estate asks for a second factor, and AWS leaves it to Entra ID',
    allowed: 'conditionalAccess, with managedElsewhere where another policy of the tenant covers the application',
  });
}

/** Microsoft Entra, 'Plan a Conditional Access deployment': exclude emergency access accounts from each policy. */
function nobodyExcluded({ at }: ConditionalAccess): Issue {
  return warning('no-emergency-exclusion', [...at, 'excludedGroups'], {
    problem: 'no one can sign in to AWS while the second factor fails for everyone',
    allowed: 'a group of emergency access accounts',
  });
}

/** Groups that may sign in: if the policy excludes all of them, it protects nothing. */
function checkCoverage({ at, excludedGroups }: ConditionalAccess, { assignedGroups }: Protected): readonly Issue[] {
  const excluded = new Set(excludedGroups.map(({ name }) => name));
  if (assignedGroups.length === 0 || assignedGroups.some(({ name }) => !excluded.has(name))) return [];
  const problem = 'excludes every group that is assigned to the application: the policy covers no one';
  return [error('conditional-access-covers-nobody', [...at, 'excludedGroups'], { problem, allowed: 'fewer groups' })];
}
