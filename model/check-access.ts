import type { AccessStack } from './access-stacks';
import { checkAcknowledgements } from './checks/acknowledgements';
import { checkAttributes } from './checks/attributes';
import { checkDeployment } from './checks/deployment';
import { checkDuplicateGrants, checkDuplicateSets, checkGrantable } from './checks/grants';
import { checkInlinePolicy } from './checks/inline-policy';
import { checkPermissionSet } from './checks/permission-set';
import { checkPolicies } from './checks/policies';
import { checkQuotas } from './checks/quotas';
import { checkReferences } from './checks/references';
import type { Access, Estate } from './estate';
import type { Expansion } from './expand';
import type { Issue } from './finding';
import type { Organization } from './organization';
import { POLICY_RULES } from './policy-rules';
import { AccountFinder } from './select';

/** Checks that need the estate file alone. */
export function checkDefinitions(access: Access, partition: string): readonly Issue[] {
  return [
    ...access.permissionSets.flatMap((set) => [
      ...checkPermissionSet(set),
      ...checkPolicies(set, partition),
      ...checkInlinePolicy(set),
    ]),
    ...checkAttributes(access.attributes),
    ...checkDuplicateSets(access),
    ...checkDuplicateGrants(access),
    ...checkAcknowledgements(access, Object.values(POLICY_RULES)),
  ];
}

/** What the estate grants, expanded and divided among stacks. */
export interface ExpandedAccess {
  readonly organization: Organization;
  readonly expansion: Expansion;
  readonly stacks: readonly AccessStack[];
}

/** Checks that need the organization too. */
export function checkExpanded(estate: Estate, access: Access, expanded: ExpandedAccess): readonly Issue[] {
  const { organization, expansion, stacks } = expanded;
  const finder = new AccountFinder(organization);
  return [
    ...checkReferences(estate, access, { organization, finder }),
    ...checkGrantable(access, expansion, finder),
    ...checkDeployment(access, expansion, organization),
    ...checkQuotas(access, expansion, stacks),
  ];
}
