import type { Emergency, EmergencyRole } from '../emergency';
import { EMERGENCY_TARGETS } from '../limits';
import { accountsNamed } from '../emergency-plan';
import type { Issue } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import { isPowerfulPolicy } from '../../access/policy-power';
import { accountFaults } from './emergency-places';
import { duplicates, error, warning } from '../../shared/issue';
import type { KnownPolicies } from '../../access/boundary';
import { unboundedActions } from '../../access/boundary';
import { checkPolicies } from '../../access/checks/policies';

/** Checks the roles that people can switch to. */
export function checkEmergencyRoles(
  emergency: Emergency,
  organization: Organization | undefined,
  known: KnownPolicies,
): readonly Issue[] {
  const { at, roles } = emergency;
  const targets = roles.reduce((count, { accounts }) => count + accounts.length, 0);
  const many = { problem: `${targets} roles in accounts`, allowed: `at most ${EMERGENCY_TARGETS} in all` };
  return [
    ...(targets > EMERGENCY_TARGETS ? [error('too-many-emergency-roles', [...at, 'roles'], many)] : []),
    ...roles.flatMap((role) => [
      ...checkPower(role, organization?.partition ?? 'aws', known),
      ...(organization === undefined ? [] : checkAccounts(role, emergency, organization)),
    ]),
  ];
}

function checkPower(role: EmergencyRole, partition: string, known: KnownPolicies): readonly Issue[] {
  const { at, name, managedPolicies, customerManagedPolicies, permissionsBoundary } = role;
  const powerful = managedPolicies.find(isPowerfulPolicy);
  const idle = { value: name, problem: 'has no policy: it could do nothing', allowed: 'managedPolicies, or others' };
  const boundless = {
    value: powerful,
    problem:
      'has power over IAM and no permissionsBoundary holds it back: such a session could make itself a lasting way in',
    allowed: 'a permissionsBoundary that denies this or ties it to iam:PermissionsBoundary, or a lesser policy',
  };
  return [
    ...checkPolicies(role, partition),
    ...(managedPolicies.length + customerManagedPolicies.length === 0
      ? [error('emergency-role-without-policy', at, idle)]
      : []),
    ...(powerful !== undefined && unboundedActions(permissionsBoundary, known).length > 0
      ? [
          warning(
            'emergency-without-boundary',
            [...at, 'managedPolicies', managedPolicies.indexOf(powerful)],
            boundless,
          ),
        ]
      : []),
  ];
}

function checkAccounts(role: EmergencyRole, { account }: Emergency, organization: Organization): readonly Issue[] {
  const home = accountsNamed(organization, account.text)[0];
  const keyOf = (text: string): string => accountsNamed(organization, text)[0]?.id ?? text;
  return [
    ...role.accounts.flatMap((one) => accountFaults(one, organization)),
    ...role.accounts
      .filter(({ text }) => home !== undefined && keyOf(text) === home.id)
      .map(({ at, text }) =>
        error('emergency-role-at-home', at, {
          value: text,
          problem: 'is the account that people sign in to: its role only switches to other accounts',
          allowed: 'other accounts',
        }),
      ),
    ...duplicates('duplicate-emergency-account', role.accounts, {
      keyOf,
      allowed: 'each account once, by name or by id',
    }),
  ];
}
