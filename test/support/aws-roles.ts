import type { AwsRoles, ReadRole } from '../../src/estate/source/aws-snapshots';

type Document = ReadRole['trust'];

/** Text of an `aws-roles.json`, with the roles of each account and documents of managed policies by ARN. */
export function rolesText(
  accounts: Readonly<Record<string, readonly ReadRole[] | string>>,
  permissionSets: Readonly<Record<string, readonly string[]>> = {},
  documents: Readonly<Record<string, Document>> = {},
): string {
  const entries = Object.entries(accounts).map(([id, roles]) =>
    typeof roles === 'string'
      ? { id, state: 'not read', reason: roles }
      : { id, state: 'read', permissionSets: permissionSets[id] ?? [], roles },
  );
  const policies = Object.entries(documents).map(([arn, document]) => ({ arn, document }));
  return JSON.stringify({ version: 1, accounts: entries, policies } satisfies Record<keyof AwsRoles, unknown>);
}

export function policyDocument(...Statement: readonly object[]): Document {
  return { Version: '2012-10-17', Statement };
}

/** A role that a principal may take on, with one inline policy. */
export function readRole(name: string, principal: unknown, ...statements: readonly object[]): ReadRole {
  const trust = policyDocument({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' });
  return { name, trust, attached: [], inline: [{ name: 'own', document: policyDocument(...statements) }] };
}
