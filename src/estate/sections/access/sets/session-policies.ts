import { parsePolicy, type Statement, unread } from '../../../../permissions/policy';
import { type Side, sideOf } from '../../../../permissions/side';
import type { Path } from '../../../source/finding';
import { ownPolicy } from '../policy-document';
import { policyName } from '../policy-power';
import type { Access, CustomerManagedPolicy, InlinePolicy, PermissionSet } from '../../estate';
import { pathAndName } from './policy-changes';
import type { PolicyDocuments } from './policy-documents';

/** Statements of one policy, and where the estate has it. */
export interface PlacedPolicy {
  readonly statements: readonly Statement[];
  /** The document, or the reference to it. */
  readonly at: Path;
  /** Name of the document. @default it is in the estate */
  readonly file?: string;
}

/** Policies that decide in a session of a permission set. */
export interface SessionPolicies {
  readonly identity: readonly PlacedPolicy[];
  /** @default no boundary */
  readonly boundary?: PlacedPolicy;
}

/** Policies of a permission set, within its boundary. Documents that were not read are statements that nobody has read. */
export function sessionPolicies(set: PermissionSet, access: Access, documents: PolicyDocuments): SessionPolicies {
  const boundary = boundaryOf(set, access, documents);
  return { identity: identityOf(set, access, documents), ...(boundary !== undefined && { boundary }) };
}

/** What a session of these policies may do in an account; without one, whatever control policies say. */
export function sessionSide(
  { identity, boundary }: SessionPolicies,
  documents: PolicyDocuments,
  account?: string,
): Side {
  return sideOf({
    identity: identity.flatMap(({ statements }) => statements),
    boundary: boundary?.statements,
    scps: account === undefined ? [] : (documents.scps?.(account) ?? []),
    rcps: account === undefined ? [] : (documents.rcps?.(account) ?? []),
  });
}

function identityOf(set: PermissionSet, { policies }: Access, documents: PolicyDocuments): readonly PlacedPolicy[] {
  return [
    ...(set.inlinePolicy === undefined
      ? []
      : [documentOf(set.inlinePolicy, [...set.at, 'inlinePolicy'], 'the inline policy')]),
    ...set.managedPolicies.map((policy, index) => managed(policy, [...set.at, 'managedPolicies', index], documents)),
    ...set.customerManagedPolicies.map((policy, index) =>
      customerManaged(policy, policies, [...set.at, 'customerManagedPolicies', index]),
    ),
  ];
}

function boundaryOf(set: PermissionSet, access: Access, documents: PolicyDocuments): PlacedPolicy | undefined {
  const { permissionsBoundary: boundary, at } = set;
  if (boundary === undefined) return undefined;
  const place = [...at, 'permissionsBoundary'];
  return boundary.kind === 'managed'
    ? managed(boundary.policy, place, documents)
    : customerManaged(boundary.policy, access.policies, place);
}

function documentOf(policy: InlinePolicy, at: Path, source: string): PlacedPolicy {
  const statements = parsePolicy(policy.document, source);
  return policy.kind === 'inline' ? { statements, at } : { statements, at, file: policy.file };
}

function customerManaged(reference: CustomerManagedPolicy, policies: Access['policies'], at: Path): PlacedPolicy {
  const own = ownPolicy(policies, reference);
  const source = `the policy ${pathAndName(reference)}`;
  if (own === undefined) return { statements: unread(source), at, file: source };
  return documentOf(own.document, [...own.at, 'document'], source);
}

function managed(policy: string, at: Path, documents: PolicyDocuments): PlacedPolicy {
  const file = policyName(policy);
  const document = documents.managed(policy);
  const statements = document === undefined ? unread(`the AWS managed policy ${file}`) : parsePolicy(document, file);
  return { statements, at, file };
}
