import { IDENTITY_ACTIONS } from './boundary';
import type { Statement } from './policy-document';
import { allowsAction } from './policy-document';
import { allowsEverything, isPowerfulPolicy, policyName } from './policy-power';
import {
  assumesEveryRole,
  changesBoundaries,
  passesEveryRole,
  passesRolesToCode,
  reachesEverything,
  rulesOrganization,
} from './policy-reach';
import type { PolicyRule } from './policy-rules';
import { POLICY_RULES } from './policy-rules';

const ONE_HOUR = 3600;

/** A permission set as the rules see it: one of the estate, or one of a template. */
export interface RuledSet {
  readonly description: string | undefined;
  readonly sessionSeconds: number;
  /** Names or ARNs. */
  readonly managedPolicies: readonly string[];
  readonly hasCustomerManagedPolicies: boolean;
  /** Undefined where there is no inline policy. */
  readonly inlineStatements: readonly Statement[] | undefined;
  /** Statements of the customer-managed policies that are known. @default none */
  readonly attachedStatements?: readonly Statement[];
  /** Actions that make or change identities and that no permissions boundary holds back. */
  readonly unbounded: readonly string[];
  /** True if some group has it in some account, also one that is not synchronized yet. */
  readonly isGranted: boolean;
}

/** A rule on permission sets, and what breaks it. */
export interface SetRule {
  readonly rule: PolicyRule;
  readonly isBroken: (set: RuledSet) => boolean;
}

/** The rules on permission sets, in the order in which they are reported. */
export const SET_RULES: readonly SetRule[] = [
  {
    rule: POLICY_RULES.adminSession,
    isBroken: ({ managedPolicies, sessionSeconds }) =>
      managedPolicies.some((policy) => policyName(policy) === 'AdministratorAccess') && sessionSeconds > ONE_HOUR,
  },
  { rule: POLICY_RULES.everything, isBroken: (set) => statementsOf(set).some(allowsEverything) },
  { rule: POLICY_RULES.passRole, isBroken: (set) => statementsOf(set).some(passesEveryRole) },
  { rule: POLICY_RULES.noDescription, isBroken: ({ description = '' }) => description.trim() === '' },
  { rule: POLICY_RULES.grantedNowhere, isBroken: ({ isGranted }) => !isGranted },
  { rule: POLICY_RULES.noBoundary, isBroken: changesIdentities },
  {
    rule: POLICY_RULES.noPolicy,
    isBroken: ({ managedPolicies, hasCustomerManagedPolicies, inlineStatements }) =>
      managedPolicies.length === 0 && !hasCustomerManagedPolicies && inlineStatements === undefined,
  },
  {
    rule: POLICY_RULES.organization,
    isBroken: (set) => rulesOrganization(set.managedPolicies, statementsOf(set)),
  },
  { rule: POLICY_RULES.boundaries, isBroken: (set) => changesBoundaries(statementsOf(set)) },
  { rule: POLICY_RULES.passRoleToCode, isBroken: (set) => passesRolesToCode(statementsOf(set)) },
  { rule: POLICY_RULES.assumeRole, isBroken: (set) => assumesEveryRole(statementsOf(set)) },
  { rule: POLICY_RULES.reach, isBroken: (set) => reachesEverything(set.managedPolicies, statementsOf(set)) },
];

function statementsOf({ inlineStatements = [], attachedStatements = [] }: RuledSet): readonly Statement[] {
  return [...inlineStatements, ...attachedStatements];
}

/** Taking off a boundary counts with what it bounds: by itself it has a rule of its own. */
function changesIdentities(set: RuledSet): boolean {
  if (set.managedPolicies.some(isPowerfulPolicy)) return set.unbounded.length > 0;
  const allows = (action: string): boolean => statementsOf(set).some((statement) => allowsAction(statement, action));
  return set.unbounded.some(allows) && IDENTITY_ACTIONS.some(allows);
}
