import type { Assignment, Expansion } from '../expand';
import type { Issue, Path } from '../finding';
import type { Organization } from '../organization';
import { POLICY_RULES } from '../policy-rules';

const RULE = POLICY_RULES.managementAccount;

/**
 * Pending access to the management account. Assignments of a group that is not synchronized are in no template, where the
 * rule looks for them; without this, it would report only after the synchronization.
 */
export function checkPendingAccess(expansion: Expansion, organization: Organization): readonly Issue[] {
  const broken = expansion.assignments.filter(
    (assignment) =>
      assignment.principalId === undefined &&
      assignment.account.id === organization.managementAccountId &&
      !isAcknowledged(assignment),
  );
  const byPlace = Map.groupBy(broken, (assignment) => JSON.stringify(placeOf(assignment)));
  return [...byPlace.values()].map((same): Issue => {
    const [first] = same;
    return {
      severity: RULE.severity,
      code: RULE.id,
      at: first === undefined ? ['access', 'grants'] : placeOf(first),
      problem: same.length === 1 ? RULE.info : `${RULE.info} (${same.length} assignments)`,
      allowed: 'acknowledge it on the grant, with the reason; the group is not synchronized yet',
    };
  });
}

function isAcknowledged({ causes }: Assignment): boolean {
  return causes.some(({ grant }) => grant.acknowledgements.some(({ rule }) => rule === RULE.id));
}

function placeOf({ causes }: Assignment): Path {
  return causes[0]?.grant.at ?? ['access', 'grants'];
}
