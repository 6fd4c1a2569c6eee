import type {
  AccessControlAttribute,
  Acknowledgement,
  CustomerManagedPolicy,
  Grant,
  InlinePolicy,
  PermissionsBoundary,
  PermissionSet,
  Selection,
  Selector,
  Tag,
} from '../estate';
import type { Path } from '../../source/finding';
import { DEFAULT_SESSION } from '../limits';
import type { AttributeEntry, GrantEntry, PermissionSetEntry } from './schema';
import type { SelectionEntry, SelectorEntry } from './selector-schema';
import { withoutUndefined } from '../shared/without-undefined';

export function readAttribute(entry: AttributeEntry, at: Path): AccessControlAttribute {
  return { ...entry, at };
}

export function readPermissionSet(
  entry: PermissionSetEntry,
  at: Path,
  policy: InlinePolicy | undefined,
): PermissionSet {
  return {
    at,
    name: entry.name,
    sessionDuration: entry.sessionDuration ?? DEFAULT_SESSION,
    managedPolicies: entry.managedPolicies ?? [],
    customerManagedPolicies: (entry.customerManagedPolicies ?? []).map(readCustomerManagedPolicy),
    tags: readTags(entry.tags),
    acknowledgements: readAcknowledgements(entry.acknowledge, at),
    ...withoutUndefined({
      description: entry.description,
      relayState: entry.relayState,
      inlinePolicy: policy,
      permissionsBoundary: entry.permissionsBoundary && readBoundary(entry.permissionsBoundary),
      grantable: entry.grantable && readGrantable(entry.grantable, [...at, 'grantable']),
    }),
  };
}

function readGrantable(
  entry: NonNullable<PermissionSetEntry['grantable']>,
  at: Path,
): NonNullable<PermissionSet['grantable']> {
  const accounts = entry.accounts && readSelection(entry.accounts, [...at, 'accounts']);
  return withoutUndefined({ groups: entry.groups, accounts });
}

export function readBoundary(
  entry: NonNullable<PermissionSetEntry['permissionsBoundary']>,
): PermissionsBoundary | undefined {
  if (entry.managedPolicy !== undefined) return { kind: 'managed', policy: entry.managedPolicy };
  if (entry.customerManagedPolicy === undefined) return undefined;
  return { kind: 'customer-managed', policy: readCustomerManagedPolicy(entry.customerManagedPolicy) };
}

export function readCustomerManagedPolicy(entry: { name: string; path?: string | undefined }): CustomerManagedPolicy {
  return { name: entry.name, path: entry.path ?? '/' };
}

export function readGrant(entry: GrantEntry, at: Path): Grant {
  return {
    at,
    group: entry.group,
    permissionSets: entry.permissionSets,
    accounts: readSelection(entry.accounts, [...at, 'accounts']),
    acknowledgements: readAcknowledgements(entry.acknowledge, at),
  };
}

function readAcknowledgements(entries: PermissionSetEntry['acknowledge'], at: Path): readonly Acknowledgement[] {
  return (entries ?? []).map((entry, index) => ({ ...entry, at: [...at, 'acknowledge', index] }));
}

function readSelection(entry: SelectionEntry, at: Path): Selection {
  return {
    include: entry.include.map((selector, index) => readSelector(selector, [...at, 'include', index])),
    exclude: (entry.exclude ?? []).map((selector, index) => readSelector(selector, [...at, 'exclude', index])),
  };
}

function readSelector(entry: SelectorEntry, at: Path): Selector {
  if (entry.ou !== undefined) return { kind: 'ou', at, ou: entry.ou, descendants: entry.descendants ?? true };
  if (entry.id !== undefined) return { kind: 'id', at, id: entry.id };
  if (entry.name !== undefined) return { kind: 'name', at, name: entry.name };
  if (entry.tags !== undefined) return { kind: 'tags', at, tags: readTags(entry.tags) };
  return { kind: 'all', at };
}

function readTags(tags: Readonly<Record<string, string>> | undefined): readonly Tag[] {
  return Object.entries(tags ?? {}).map(([key, value]) => ({ key, value }));
}
