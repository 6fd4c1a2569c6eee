import type { PermissionSet } from '../../estate';
import { managedPolicyArn } from '../../estate';
import type { Issue, Path } from '../../../source/finding';
import { isManagedPolicy, MANAGED_POLICIES_AS_OF, suggestManagedPolicy } from '../aws-managed-policies';
import { POLICIES_OF_A_KIND, POLICIES_OF_A_ROLE } from '../../limits';
import { duplicates, error, placed, warning } from '../../shared/issue';

const MANAGED_NAME = /^[\w+=,.@/-]{1,512}$/;
const MANAGED_ARN = /^arn:(aws[\w-]*):iam::aws:policy\/[\w+=,.@/-]{1,512}$/;
const CUSTOMER_ARN = /^arn:aws[\w-]*:iam::\d{12}:policy\//;

/** Holder of policies: a permission set, or a role. */
export type PolicyHolder = Pick<
  PermissionSet,
  'at' | 'name' | 'managedPolicies' | 'customerManagedPolicies' | 'permissionsBoundary'
>;

/** Managed and customer-managed policies and the permissions boundary of a set. */
export function checkPolicies(set: PolicyHolder, partition: string): readonly Issue[] {
  return [
    ...set.managedPolicies.flatMap((policy, index) =>
      checkManaged(policy, partition, [...set.at, 'managedPolicies', index]),
    ),
    ...checkBoundary(set, partition),
    ...checkDuplicates(set, partition),
    ...checkCounts(set),
  ];
}

function checkManaged(policy: string, partition: string, at: Path): readonly Issue[] {
  const wrong = (problem: string, allowed: string): readonly Issue[] => [
    error('managed-policy', at, { value: policy, problem, allowed }),
  ];
  if (CUSTOMER_ARN.test(policy)) {
    return wrong(
      'is a customer-managed policy',
      'name and path under customerManagedPolicies; it must exist in every account',
    );
  }
  if (/(^|:policy\/)aws-service-role\//.test(policy)) {
    return wrong('is for service-linked roles only', 'a policy that IAM attaches to other roles too');
  }
  if (!policy.startsWith('arn:')) {
    return MANAGED_NAME.test(policy)
      ? checkName(policy, at)
      : wrong('is not a valid policy name', 'a name such as job-function/ViewOnlyAccess, or an ARN');
  }
  const arn = MANAGED_ARN.exec(policy);
  if (arn === null) return wrong('is not the ARN of an AWS managed policy', `arn:${partition}:iam::aws:policy/…`);
  if (arn[1] !== partition) return wrong('belongs to another partition', `arn:${partition}:iam::aws:policy/…`);
  return checkArn(policy, at);
}

/** A name must be one that this release knows. A policy that AWS added later is written as its ARN, which only warns. */
function checkName(policy: string, at: Path): readonly Issue[] {
  if (isManagedPolicy(policy)) return [];
  const near = suggestManagedPolicy(policy);
  const newer = `AWS added it after ${MANAGED_POLICIES_AS_OF}, write its ARN`;
  return [
    error('unknown-managed-policy', at, {
      value: policy,
      problem: 'is not the path and name of an AWS managed policy',
      allowed: near === undefined ? `if ${newer}` : `did you mean '${near}'? If ${newer}`,
    }),
  ];
}

function checkArn(arn: string, at: Path): readonly Issue[] {
  if (isManagedPolicy(arn.replace(/^.*?:policy\//, ''))) return [];
  return [
    warning('unknown-managed-policy', at, {
      value: arn,
      problem: `is not among the AWS managed policies of ${MANAGED_POLICIES_AS_OF}`,
      allowed: 'a policy that exists; `aws iam get-policy --policy-arn ARN` shows it',
    }),
  ];
}

function checkBoundary(set: PolicyHolder, partition: string): readonly Issue[] {
  const boundary = set.permissionsBoundary;
  if (boundary?.kind !== 'managed') return [];
  return checkManaged(boundary.policy, partition, [...set.at, 'permissionsBoundary', 'managedPolicy']);
}

function checkDuplicates({ at, ...set }: PolicyHolder, partition: string): readonly Issue[] {
  const managed = set.managedPolicies.map((policy) => managedPolicyArn(policy, partition));
  const customer = set.customerManagedPolicies.map(({ name, path }) => `${path}${name}`);
  const texts = [
    ...placed(managed, [...at, 'managedPolicies']),
    ...placed(customer, [...at, 'customerManagedPolicies']),
  ];
  return duplicates('duplicate-policy', texts, { problem: 'is attached twice', allowed: 'each policy once' });
}

/** A list that is too long is an error of its own. */
function checkCounts({ at, name, managedPolicies, customerManagedPolicies }: PolicyHolder): readonly Issue[] {
  const counts = [managedPolicies.length, customerManagedPolicies.length];
  const all = managedPolicies.length + customerManagedPolicies.length;
  if (all <= POLICIES_OF_A_ROLE || counts.some((count) => count > POLICIES_OF_A_KIND)) return [];
  return [
    warning('role-policy-quota', at, {
      value: name,
      problem: `attaches ${all} policies to its role, more than IAM's default quota`,
      allowed: `${POLICIES_OF_A_ROLE}; raise 'Managed policies attached to an IAM role' in every account`,
    }),
  ];
}
