import type { Access } from '../../estate';
import type { Assignment, Expansion } from '../plan/expand';
import type { Issue } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import { quotedList } from '../../../../text/suggest';
import { error } from '../../shared/issue';

/**
 * Checks the limits of a delegated administrator: there must be one, and a permission set that is provisioned in the management
 * account is out of its reach (IAM Identity Center User Guide, 'Delegated administration').
 */
export function checkDeployment(access: Access, expansion: Expansion, organization: Organization): readonly Issue[] {
  if (access.deployFrom === 'management') return [];
  return [...administratorExists(organization), ...mixedSets(access, expansion, organization)];
}

function administratorExists(organization: Organization): readonly Issue[] {
  if (organization.delegatedAdministrator !== undefined) return [];
  return [
    error('no-delegated-administrator', ['access', 'deployFrom'], {
      value: 'delegated-admin',
      problem: 'needs a delegated administrator, and the organization has none for IAM Identity Center',
      allowed: 'register one for sso.amazonaws.com and run npx --no entra-aws snapshot, or deployFrom: management',
    }),
  ];
}

function mixedSets(access: Access, expansion: Expansion, organization: Organization): readonly Issue[] {
  const isInside = ({ account }: Assignment): boolean => account.id === organization.managementAccountId;
  const bySet = Map.groupBy(expansion.assignments, (assignment) => assignment.permissionSet);
  return access.permissionSets.flatMap((set): readonly Issue[] => {
    const assignments = bySet.get(set.name) ?? [];
    const first = assignments.find(isInside);
    const outside = new Set(assignments.filter((one) => !isInside(one)).map(({ account }) => account.name));
    if (first === undefined || outside.size === 0) return [];
    return [
      error('mixed-permission-set', [...set.at, 'name'], {
        value: set.name,
        problem: `is granted in the management account and in others (${quotedList(outside)})`,
        allowed: 'a separate set for the management account, which a delegated administrator may not touch',
        related: first.causes.map((cause) => cause.grant.at),
      }),
    ];
  });
}
