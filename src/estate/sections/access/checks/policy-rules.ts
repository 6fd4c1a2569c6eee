import type { Access, Acknowledgement, CustomerManagedPolicy, Grant, OwnPolicy, PermissionSet } from '../../estate';
import { type Assignment, type Expansion, permissionSetsByName } from '../plan/expand';
import type { Path, Violation } from '../../../source/finding';
import { ruleName } from '../../../source/finding-codes';
import type { Organization } from '../../../source/organization';
import { boundaryName, pathAndName } from '../sets/policy-changes';
import { attachedPolicies, knownPolicies, statementsOf } from '../policy-document';
import { unboundedActions } from '../policy-power';
import type { RuledSet } from '../permission-set-rules';
import { SET_RULES } from '../permission-set-rules';
import type { PolicyRule } from '../policy-rules';
import { POLICY_RULES } from '../policy-rules';

export interface RuleContext {
  /** Absent where the organization is unknown: then no rule on assignments can be judged. */
  readonly expanded: { readonly expansion: Expansion; readonly organization: Organization } | undefined;
  /** Tells whether a policy of the set could not be read. */
  readonly hasUnreadPolicy: (set: PermissionSet) => boolean;
  /** Tells whether a policy of the estate has errors, so that its document is not known. */
  readonly isSetAside: (policy: CustomerManagedPolicy) => boolean;
  /** True if a grant has errors, so that it may give less than it was meant to. */
  readonly lacksGrants: boolean;
}

/**
 * Every rule of `POLICY_RULES` that the estate breaks without an acknowledgement, whatever else is wrong with it. The
 * access of a group that is not synchronized yet counts like any other.
 */
export function checkPolicyRules(access: Access, context: RuleContext): readonly Violation[] {
  const { expanded } = context;
  const sets = [...permissionSetsByName(access).values()];
  return [
    ...sets.flatMap((set) => brokenBySet(set, access, context)),
    ...(expanded === undefined ? [] : managementAccess(expanded.expansion, expanded.organization)),
  ];
}

function brokenBySet(set: PermissionSet, access: Access, context: RuleContext): readonly Violation[] {
  const { permissionsBoundary: boundary } = set;
  const isUnknown = (rule: PolicyRule): boolean =>
    (rule === POLICY_RULES.noPolicy && context.hasUnreadPolicy(set)) ||
    (rule === POLICY_RULES.noBoundary && boundary?.kind === 'customer-managed' && context.isSetAside(boundary.policy));
  const unbounded = unboundedActions(boundary, knownPolicies(access.policies));
  const ruled = { ...ruledSet(set, isGranted(set.name, access, context)), unbounded };
  const attached = attachedPolicies(set, access.policies);
  const whole = { ...ruled, attachedStatements: attached.flatMap(({ document }) => statementsOf(document.document)) };
  return SET_RULES.filter(
    ({ rule, isBroken }) => isBroken(whole) && !isUnknown(rule) && !acknowledges(set.acknowledgements, rule),
  ).map(({ rule, isBroken }) => {
    const by = isBroken(ruled) ? [] : attached.filter((policy) => isBroken(withOnly(ruled, policy))).map(pathAndName);
    const where = [
      ...(by.length === 0 ? [] : [`by the policy ${by.join(', ')}`]),
      ...(rule === POLICY_RULES.noBoundary ? boundaryText(set, unbounded) : []),
    ];
    return violation(rule, set, `${rule.info} ${rule.explanation}${parenthesized(where)}`);
  });
}

function parenthesized(texts: readonly string[]): string {
  return texts.length === 0 ? '' : ` (${texts.join('; ')})`;
}

/** Names the boundary that does not bound, and what it leaves. */
function boundaryText(
  { permissionsBoundary: boundary }: PermissionSet,
  [action, ...others]: readonly string[],
): readonly string[] {
  if (boundary === undefined || action === undefined) return [];
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return [`the boundary ${boundaryName(boundary)} leaves ${action}${more}`];
}

function withOnly(ruled: RuledSet, { document }: OwnPolicy): RuledSet {
  return { ...ruled, attachedStatements: statementsOf(document.document) };
}

function ruledSet(set: PermissionSet, granted: boolean): Omit<RuledSet, 'unbounded'> {
  return {
    description: set.description,
    sessionSeconds: set.sessionDuration.seconds,
    managedPolicies: set.managedPolicies,
    hasCustomerManagedPolicies: set.customerManagedPolicies.length > 0,
    inlineStatements: set.inlinePolicy && statementsOf(set.inlinePolicy.document),
    isGranted: granted,
  };
}

/** Tells whether a set is granted; where not all access is known, a grant that names it is enough. */
function isGranted(name: string, { grants }: Access, { expanded, lacksGrants }: RuleContext): boolean {
  if (lacksGrants) return true;
  if (expanded === undefined) return grants.some(({ permissionSets }) => permissionSets.includes(name));
  return expanded.expansion.assignments.some(({ permissionSet }) => permissionSet === name);
}

function acknowledges(acknowledgements: readonly Acknowledgement[], { id }: PolicyRule): boolean {
  return acknowledgements.some(({ rule }) => rule === id);
}

/** One violation a grant, however many assignments it gives there. */
function managementAccess({ assignments }: Expansion, { managementAccountId }: Organization): readonly Violation[] {
  const rule = POLICY_RULES.managementAccount;
  const broken = assignments.filter(
    ({ account, causes }) =>
      account.id === managementAccountId && !causes.some(({ grant }) => acknowledges(grant.acknowledgements, rule)),
  );
  return [...Map.groupBy(broken, grantOf)].flatMap(([grant, same]) =>
    grant === undefined ? [] : [violation(rule, grant, `${rule.info} ${rule.explanation}${sizeText(same)}`)],
  );
}

function grantOf({ causes }: Assignment): Grant | undefined {
  return causes[0]?.grant;
}

function sizeText(assignments: readonly Assignment[]): string {
  const waiting = assignments.find(({ principalId }) => principalId === undefined);
  const pending = waiting && `the ${waiting.holder.kind} is not synchronized yet`;
  const parts = [
    ...(assignments.length > 1 ? [`${assignments.length} assignments`] : []),
    ...(pending ? [pending] : []),
  ];
  return parenthesized(parts);
}

function violation(rule: PolicyRule, { at }: { readonly at: Path }, problem: string): Violation {
  return { severity: rule.severity, code: ruleName(rule.id), at, problem, acknowledgedOn: rule.acknowledgedOn };
}
