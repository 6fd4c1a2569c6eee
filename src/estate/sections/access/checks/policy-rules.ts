import { bounded, kept } from '../../../../permissions/glob';
import type { Access, Acknowledgement, CustomerManagedPolicy, PermissionSet } from '../../estate';
import { type Expansion, permissionSetsByName } from '../plan/expand';
import { writtenSets } from '../plan/management-copies';
import type { Path, Violation } from '../../../source/finding';
import { ruleName } from '../../../source/finding-codes';
import type { Organization } from '../../../source/organization';
import { boundaryName, pathAndName } from '../sets/policy-changes';
import { attachedPolicies, knownPolicies, type Statement, statementsOf } from '../policy-document';
import { managedStatements, type RuledSet } from '../policy-predicates';
import { boundaryStatements, policyName, unboundedActions } from '../policy-power';
import type { PolicyDocuments } from '../sets/policy-documents';
import { POLICY_RULES, type PolicyRule, SET_RULES } from '../policy-rules';

export interface RuleContext {
  /** Documents that the estate refers to. */
  readonly documents: PolicyDocuments;
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
  const sets = writtenSets({ permissionSets: [...permissionSetsByName(access).values()] });
  const bounds = boundsOf(access);
  return [
    ...sets.flatMap((set) => bounded(() => brokenBySet(set, access, { ...context, bounds }))),
    ...(expanded === undefined ? [] : managementAccess(expanded.expansion, expanded.organization)),
  ];
}

/** What a boundary leaves; asked once for all sets that have it. */
type Bounds = (boundary: PermissionSet['permissionsBoundary']) => Pick<RuledSet, 'boundaryStatements' | 'unbounded'>;

function boundsOf({ policies }: Access): Bounds {
  const known = knownPolicies(policies);
  const found = new Map<string, ReturnType<Bounds>>();
  return (boundary) => {
    const key = JSON.stringify(boundary ?? null);
    return kept(found, key, () => ({
      boundaryStatements: boundaryStatements(boundary, known),
      unbounded: unboundedActions(boundary, known),
    }));
  };
}

function brokenBySet(
  set: PermissionSet,
  access: Access,
  context: RuleContext & { readonly bounds: Bounds },
): readonly Violation[] {
  const { permissionsBoundary: boundary, description, managedPolicies } = set;
  const isUnknown = (rule: PolicyRule): boolean =>
    (rule === POLICY_RULES.noPolicy && context.hasUnreadPolicy(set)) ||
    (rule === POLICY_RULES.noBoundary && boundary?.kind === 'customer-managed' && context.isSetAside(boundary.policy));
  const ruled = {
    description,
    managedPolicies,
    sessionSeconds: set.sessionDuration.seconds,
    hasCustomerManagedPolicies: set.customerManagedPolicies.length > 0,
    inlineStatements: set.inlinePolicy && statementsOf(set.inlinePolicy.document),
    isGranted: isGranted(set.name, access, context),
    ...context.bounds(boundary),
    managedStatements: [],
  };
  const managed = managedPolicies.map((policy) => {
    return { name: policyName(policy), statements: managedStatements(policy, context.documents.managed(policy)) };
  });
  const attached = attachedPolicies(set, access.policies).map((policy) => {
    return { name: pathAndName(policy), statements: statementsOf(policy.document.document) };
  });
  const whole = {
    ...ruled,
    attachedStatements: attached.flatMap(({ statements }) => statements),
    managedStatements: managed.flatMap(({ statements }) => statements),
  };
  return SET_RULES.filter(
    (rule) => rule.isBroken(whole) && !isUnknown(rule) && !acknowledges(set.acknowledgements, rule),
  ).map((rule) => {
    const names = rule.isBroken(ruled) ? [] : breakingAlone(rule, ruled, { attached, managed });
    return violation(rule, set, [
      ...(names.length === 0 ? [] : [`by the policy ${names.join(', ')}`]),
      ...(rule === POLICY_RULES.noBoundary ? boundaryText(boundary, ruled.unbounded) : []),
    ]);
  });
}

interface NamedPolicy {
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** Names of the policies that break a rule alone. */
function breakingAlone(
  { isBroken }: (typeof SET_RULES)[number],
  ruled: RuledSet,
  { attached, managed }: Readonly<Record<'attached' | 'managed', readonly NamedPolicy[]>>,
): readonly string[] {
  return [
    ...attached.filter(({ statements }) => isBroken({ ...ruled, attachedStatements: statements })),
    ...managed.filter(({ statements }) => isBroken({ ...ruled, managedStatements: statements })),
  ].map(({ name }) => name);
}

/** Names the boundary that does not bound, and what it leaves. */
function boundaryText(
  boundary: PermissionSet['permissionsBoundary'],
  [action, ...others]: readonly string[],
): readonly string[] {
  if (boundary === undefined || action === undefined) return [];
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return [`the boundary ${boundaryName(boundary)} leaves ${action}${more}`];
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
  return [...Map.groupBy(broken, ({ causes }) => causes[0]?.grant)].flatMap(([grant, same]) => {
    const waiting = same.find(({ principalId }) => principalId === undefined);
    const details = [
      ...(same.length > 1 ? [`${same.length} assignments`] : []),
      ...(waiting === undefined ? [] : [`the ${waiting.holder.kind} is not synchronized yet`]),
    ];
    return grant === undefined ? [] : [violation(rule, grant, details)];
  });
}

function violation(rule: PolicyRule, { at }: { readonly at: Path }, details: readonly string[]): Violation {
  const { id, severity, acknowledgedOn, info, explanation } = rule;
  const more = details.length === 0 ? '' : ` (${details.join('; ')})`;
  return { severity, code: ruleName(id), at, problem: `${info} ${explanation}${more}`, acknowledgedOn };
}
