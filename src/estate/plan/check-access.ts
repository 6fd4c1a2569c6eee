import type { AccessStack } from './access-stacks';
import { checkAcknowledgements } from '../sections/access/checks/acknowledgements';
import { checkAttributes } from '../sections/access/checks/attributes';
import { checkDeployment } from '../sections/access/checks/deployment';
import { checkDuplicateGrants, checkDuplicateSets, checkGrantable } from '../sections/access/checks/grants';
import { checkInlinePolicy } from '../sections/access/checks/inline-policy';
import { checkPermissionSet } from '../sections/access/checks/permission-set';
import { checkPolicies } from '../sections/access/checks/policies';
import { checkQuotas } from '../sections/access/checks/quotas';
import { checkReferences } from '../sections/access/checks/references';
import type { Access, Estate } from '../sections/estate';
import type { Expansion } from './expand';
import type { Issue } from '../source/finding';
import type { Organization } from '../source/organization';
import { POLICY_RULES } from '../sections/access/policy-rules';
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
