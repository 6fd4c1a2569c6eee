import { DescribeInstanceCommand } from '@aws-sdk/client-sso-admin';
import { setOf } from '../../clouds/aws/access/assignment-identifier';
import { readAssignments } from '../../clouds/aws/read-assignments';
import { readPermissionSet } from '../../clouds/aws/read-permission-sets';
import type { StackResource } from '../../clouds/facts/hosting-facts';
import type { AccessStack } from '../../estate/sections/access/plan/access-stacks';
import { driftedProperties } from '../../estate/sections/access/sets/set-forms';
import type { PermissionSetArn } from '../../estate/source/ids';
import type { Instance } from '../../../constructs/aws/access/instance';
import type { AccountClients } from './recorded-clients';

/** Permission sets of a stack by their names. */
export type SetArns = ReadonlyMap<string, PermissionSetArn>;

/** The permission sets among the resources of a stack: a logical id has the name of its set, without marks between words. */
export function setArnsIn(resources: readonly StackResource[], plan: AccessStack): SetArns {
  const found = plan.permissionSets.flatMap(({ name }) => {
    const word = name.replaceAll('-', '');
    const resource = resources.find(
      ({ type, logicalId }) => type === 'AWS::SSO::PermissionSet' && logicalId.includes(word),
    );
    const arn = setOf(resource?.physicalId ?? '');
    return arn === undefined ? [] : [[name, arn] as const];
  });
  return new Map(found);
}

interface Reading {
  readonly clients: Pick<AccountClients, 'ssoAdmin' | 'concurrency' | 'onProgress' | 'organizations' | 'identityStore'>;
  readonly instance: Instance;
  readonly plan: AccessStack;
  readonly arns: SetArns;
}

/**
 * Reads what the doctor reads, and compares it with what is declared.
 *
 * @returns what is not as declared, in words that have no value of the account's
 * @throws AwsCallError
 */
export async function readBack({ clients, instance, plan, arns }: Reading): Promise<readonly string[]> {
  await clients.ssoAdmin.send(new DescribeInstanceCommand({ InstanceArn: instance.arn }));
  const differing: string[] = [];
  for (const set of plan.permissionSets) {
    const PermissionSetArn = arns.get(set.name);
    if (PermissionSetArn === undefined) {
      differing.push('a permission set is missing');
      continue;
    }
    const found = await readPermissionSet(clients, { InstanceArn: instance.arn, PermissionSetArn });
    differing.push(...driftedProperties(set, found, instance.partition));
    if (found.outdatedIn.length > 0) differing.push('the account has an older version of a set');
  }
  const sets = [...arns.values()].map((arn) => ({ arn }));
  const assignments = await readAssignments(clients, { instanceArn: instance.arn, sets });
  const declared = plan.shards.flatMap((shard) =>
    shard.assignments.map(
      ({ assignment, principalId }) => `${arns.get(assignment.permissionSet) ?? ''} ${principalId}`,
    ),
  );
  const found = assignments.map(({ set, principalId }) => `${set} ${principalId}`);
  if (declared.toSorted().join() !== found.toSorted().join()) differing.push('assignments');
  return differing;
}
