import { checkAccessPolicies, checkDocument, checkPolicyReferences } from './checks/access-policies';
import { checkAcknowledgements } from './checks/acknowledgements';
import { checkApplicationReferences } from './checks/applications';
import { checkDeployment } from './checks/deployment';
import { checkExcludedAccounts } from './checks/excluded-accounts';
import { checkDuplicateGrants, checkGrantable } from './checks/grants';
import { checkInlinePolicy } from './checks/inline-policy';
import { checkInstance, checkInstanceHome } from './checks/instance';
import { checkManagedElsewhere } from './checks/managed-elsewhere';
import { checkPolicies } from './checks/policies';
import { checkQuotas } from './checks/quotas';
import { checkReasons } from './checks/reasons';
import { checkReferences } from './checks/references';
import { checkUserGrants } from './checks/user-grants';
import type { Access, Estate } from '../estate';
import type { ExpandedAccess } from './plan/access-stacks';
import { checkRenamedGroups } from './plan/renamed-groups';
import type { Issue } from '../../source/finding';
import { INLINE_KEYS } from './policy-files';
import { POLICY_RULES } from './policy-rules';
import { AccessEntry } from './schema';
import type { Section } from '../section';
import { AccountFinder } from './plan/select';

export const access = {
  schema: AccessEntry,
  check: ({ estate, organization, access: expanded, latestDay }) => {
    if (estate.access === undefined) return [];
    return [
      ...checkDefinitions(estate.access, organization?.partition ?? 'aws'),
      ...checkUserGrants(estate.access, latestDay),
      ...(expanded === undefined ? [] : checkExpanded(estate, estate.access, expanded)),
    ];
  },
} satisfies Section;

/** Checks that need the estate file alone. */
function checkDefinitions(section: Access, partition: string): readonly Issue[] {
  return [
    ...section.permissionSets.flatMap((set) => [
      ...checkPolicies(set, partition),
      ...checkInlinePolicy(set),
      ...(set.inlinePolicy === undefined
        ? []
        : checkDocument({ at: set.at, policy: set.inlinePolicy, keys: INLINE_KEYS }, partition)),
    ]),
    ...checkAccessPolicies(section, partition),
    ...(section.identityCenter === undefined ? [] : checkInstance(section.identityCenter)),
    ...checkManagedElsewhere(section),
    ...checkDuplicateGrants(section),
    ...checkAcknowledgements(section, Object.values(POLICY_RULES)),
    ...checkReasons(section),
  ];
}

/** Checks that need the organization too. */
function checkExpanded(estate: Estate, section: Access, expanded: ExpandedAccess): readonly Issue[] {
  const { organization, expansion, stacks } = expanded;
  const finder = new AccountFinder(organization);
  return [
    ...(section.identityCenter === undefined ? [] : checkInstanceHome(section.identityCenter, organization)),
    ...checkExcludedAccounts(section, organization),
    ...checkReferences(estate, section, { organization, finder }),
    ...checkPolicyReferences(estate, section, { organization, finder, expansion }),
    ...checkApplicationReferences(estate, section, organization),
    ...checkRenamedGroups(estate, section, organization),
    ...checkGrantable(section, expansion, finder),
    ...checkDeployment(section, expansion, organization),
    ...checkQuotas(section, expansion, stacks),
  ];
}
