import type { ConditionalAccess, ExcludedGroup } from '../conditional-access';
import type { Issue } from '../../../source/finding';
import { CONDITIONAL_ACCESS_NAME_LENGTH } from '../../limits';
import { suggestionOrList } from '../../../source/suggest';
import type { AwsApplication } from '../workforce';
import { checkDisplayName, error, repeated, warning } from '../../shared/issue';

/** An application, and who may sign in to it. */
type Protected = Pick<AwsApplication, 'at' | 'conditionalAccess' | 'signInManagedElsewhere' | 'assignedGroups'>;

/** Checks who must give a second factor to reach AWS: whether a policy asks for it, and of whom it does not. */
export function checkConditionalAccess(
  application: Protected,
  isKnown: (group: string) => boolean,
  known: ReadonlySet<string>,
): readonly Issue[] {
  const { conditionalAccess: policy, signInManagedElsewhere } = application;
  if (policy === undefined) return signInManagedElsewhere === undefined ? [uncovered(application)] : [];
  const { excludedGroups } = policy;
  return [
    ...checkDisplayName([...policy.at, 'displayName'], policy.displayName, CONDITIONAL_ACCESS_NAME_LENGTH),
    ...excludedGroups.filter(({ name }) => !isKnown(name)).map((group) => unknownGroup(group, known)),
    ...repeated(excludedGroups, ({ name }) => name).map(({ item, first }) => duplicate(item, first)),
    ...(policy.state === 'enabled' && excludedGroups.length === 0 ? [nobodyExcluded(policy)] : []),
    ...checkCoverage(policy, application),
  ];
}

function uncovered({ at }: Protected): Issue {
  return warning('no-conditional-access', at, {
    problem: 'no policy of the estate asks for a second factor, and AWS leaves it to Entra ID',
    allowed: 'conditionalAccess, with managedElsewhere where another policy of the tenant covers the application',
  });
}

function unknownGroup({ at, name }: ExcludedGroup, known: ReadonlySet<string>): Issue {
  return error('unknown-excluded-group', at, {
    value: name,
    problem: 'is not a group in workforce.groups',
    allowed: suggestionOrList(name, known, 'known groups'),
  });
}

function duplicate({ at, name }: ExcludedGroup, first: ExcludedGroup): Issue {
  const what = { value: name, problem: 'is excluded twice', allowed: 'each group once', related: [first.at] };
  return error('duplicate-excluded-group', at, what);
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
