import type { CfnResource, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { CfnAssignment, CfnPermissionSet } from 'aws-cdk-lib/aws-sso';
import type { IConstruct } from 'constructs';
import {
  type Boundary,
  boundaryStatements,
  type KnownPolicies,
  unboundedActions,
} from '../../../src/estate/sections/access/policy-power';
import { type Statement, statementsOf } from '../../../src/estate/sections/access/policy-document';
import { isObject } from '../../../src/estate/source/located';
import { managedStatements } from '../../../src/estate/sections/access/policy-predicates';
import type { RuledSet } from '../../../src/estate/sections/access/policy-predicates';
import {
  POLICY_RULE_PACK,
  POLICY_RULES,
  type PolicyRule,
  SET_RULES,
} from '../../../src/estate/sections/access/policy-rules';
import type { CustomerManagedPolicy, JsonObject } from '../../../src/estate/sections/estate';
import { parseDuration } from '../../../src/estate/sections/durations';
import { DEFAULT_SESSION } from '../../../src/estate/sections/limits';
import { assignmentResources } from '../access/assignments';
import { OwnPack } from './own-pack';

export interface IdentityCenterChecksProps {
  /** The organization's management account. */
  readonly managementAccountId: string;
  /** Names of permission sets that are granted somewhere, also to groups that are not synchronized yet. */
  readonly grantedPermissionSets: ReadonlySet<string>;
  /** Customer-managed policies of the estate, by path and name. @default none */
  readonly policies?: ReadonlyMap<string, JsonObject>;
}

/**
 * Rules on permission sets and assignments that neither CloudFormation's schemas nor cdk-nag's packs have; each is
 * described in `POLICY_RULES`. The model has judged the estate by them (`checkPolicyRules`); this pack judges what was
 * synthesised.
 */
export class IdentityCenterChecks extends OwnPack {
  private readonly known: KnownPolicies;

  constructor(private readonly props: IdentityCenterChecksProps) {
    super('Identity Center', POLICY_RULE_PACK);
    this.known = new Map([...(props.policies ?? [])].map(([name, document]) => [name, statementsOf(document)]));
  }

  /** Judges the resources below a scope, and the assignments of the estate, which share one element of a template. */
  override validateScope(scope: IConstruct): PolicyValidationPluginReport {
    // The pack goes on to fill the list of violations that its report has.
    const report = super.validateScope(scope);
    const { managementAccountId } = this.props;
    for (const node of assignmentResources(scope).flatMap((resources) => resources.inAccount(managementAccountId))) {
      this.apply(POLICY_RULES.managementAccount, node, true);
    }
    return { ...report, success: report.violations.length === 0 };
  }

  protected override checkResource(node: CfnResource): void {
    if (node instanceof CfnAssignment) {
      this.apply(POLICY_RULES.managementAccount, node, node.targetId === this.props.managementAccountId);
    } else if (node instanceof CfnPermissionSet) {
      const set = ruledSet(node, this.props.grantedPermissionSets.has(node.name), this.known);
      for (const rule of SET_RULES) this.apply(rule, node, rule.isBroken(set));
    }
  }

  private apply(rule: PolicyRule, node: IConstruct, isBroken: boolean): void {
    this.judge({ ...rule, id: rule.id.slice(POLICY_RULE_PACK.length + 1) }, node, isBroken);
  }
}

function ruledSet(node: CfnPermissionSet, isGranted: boolean, known: KnownPolicies): RuledSet {
  return {
    description: node.description,
    sessionSeconds: sessionSeconds(node.sessionDuration),
    managedPolicies: node.managedPolicies ?? [],
    hasCustomerManagedPolicies:
      Array.isArray(node.customerManagedPolicyReferences) && node.customerManagedPolicyReferences.length > 0,
    inlineStatements: node.inlinePolicy === undefined ? undefined : inlineStatements(node.inlinePolicy),
    attachedStatements: attachedStatements(node, known),
    boundaryStatements: boundaryStatements(boundaryOf(node), known),
    unbounded: unboundedActions(boundaryOf(node), known),
    managedStatements: (node.managedPolicies ?? []).flatMap((policy) => managedStatements(policy, undefined)),
    isGranted,
  };
}

function attachedStatements(
  { customerManagedPolicyReferences: references }: CfnPermissionSet,
  known: KnownPolicies,
): readonly Statement[] {
  if (!Array.isArray(references)) return [];
  return references.flatMap((reference: unknown) => {
    const policy = customerManaged(reference);
    return (policy && known.get(`${policy.path}${policy.name}`)) ?? [];
  });
}

function boundaryOf({ permissionsBoundary: boundary }: CfnPermissionSet): Boundary | undefined {
  if (!isObject(boundary)) return undefined;
  const { managedPolicyArn, customerManagedPolicyReference: reference } = boundary;
  if (typeof managedPolicyArn === 'string') return { kind: 'managed', policy: managedPolicyArn };
  const policy = customerManaged(reference);
  return policy && { kind: 'customer-managed', policy };
}

function customerManaged(reference: unknown): CustomerManagedPolicy | undefined {
  if (!isObject(reference)) return undefined;
  const { name, path = '/' } = reference;
  return { name: String(name), path: String(path) };
}

/** A duration of a template that can't be read counts as long, since nothing shows that it is short. */
function sessionSeconds(text = DEFAULT_SESSION): number {
  return parseDuration(text)?.seconds ?? Number.POSITIVE_INFINITY;
}

function inlineStatements(inlinePolicy: unknown): readonly Statement[] {
  const policy: unknown = typeof inlinePolicy === 'string' ? parsePolicy(inlinePolicy) : inlinePolicy;
  return isObject(policy) ? statementsOf(policy) : [];
}

function parsePolicy(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
