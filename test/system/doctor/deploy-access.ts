import {
  AttachCustomerManagedPolicyReferenceToPermissionSetCommand,
  AttachManagedPolicyToPermissionSetCommand,
  CreateAccountAssignmentCommand,
  CreateInstanceAccessControlAttributeConfigurationCommand,
  CreatePermissionSetCommand,
  PutInlinePolicyToPermissionSetCommand,
  PutPermissionsBoundaryToPermissionSetCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import pMap from 'p-map';
import { principalTypeOf } from '../../../src/estate/sections/access/holder';
import type { PermissionSet } from '../../../src/estate/sections/estate';
import { managedPolicyArn } from '../../../src/estate/sections/estate';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import type { Moto } from '../../support/moto';

const AT_ONCE = { concurrency: 8 };

/** Makes the permission sets and assignments of a plan as its stacks would. @returns the sets' ARNs by name */
export async function deployAccess(moto: Moto, { estate, access }: EstatePlan): Promise<ReadonlyMap<string, string>> {
  if (estate.access === undefined || access === undefined) throw new Error('the estate has no access');
  const { instanceArn: InstanceArn, partition } = access.organization;
  const client = new SSOAdminClient(moto.client);
  const arns = new Map<string, string>();
  for (const set of estate.access.permissionSets) {
    arns.set(set.name, await createSet({ client, InstanceArn, partition }, set));
  }
  const AccessControlAttributes = estate.access.attributes.map(({ key, source }) => ({
    Key: key,
    Value: { Source: [source] },
  }));
  const InstanceAccessControlAttributeConfiguration = { AccessControlAttributes };
  const attributes = { InstanceArn, InstanceAccessControlAttributeConfiguration };
  await client.send(new CreateInstanceAccessControlAttributeConfigurationCommand(attributes));
  await pMap(
    access.expansion.assignments.filter(({ principalId }) => principalId !== undefined),
    ({ holder, principalId, permissionSet, account }) =>
      client.send(
        new CreateAccountAssignmentCommand({
          InstanceArn,
          PermissionSetArn: arns.get(permissionSet),
          PrincipalType: principalTypeOf(holder),
          PrincipalId: principalId,
          TargetType: 'AWS_ACCOUNT',
          TargetId: account.id,
        }),
      ),
    AT_ONCE,
  );
  client.destroy();
  return arns;
}

interface Place {
  readonly client: SSOAdminClient;
  readonly InstanceArn: string;
  readonly partition: string;
}

async function createSet({ client, InstanceArn, partition }: Place, set: PermissionSet): Promise<string> {
  const created = await client.send(
    new CreatePermissionSetCommand({
      InstanceArn,
      Name: set.name,
      Description: set.description,
      SessionDuration: set.sessionDuration.text,
      RelayState: set.relayState,
      Tags: set.tags.map(({ key, value }) => ({ Key: key, Value: value })),
    }),
  );
  const PermissionSetArn = created.PermissionSet?.PermissionSetArn ?? '';
  const key = { InstanceArn, PermissionSetArn };
  for (const policy of set.managedPolicies) {
    const ManagedPolicyArn = managedPolicyArn(policy, partition);
    await client.send(new AttachManagedPolicyToPermissionSetCommand({ ...key, ManagedPolicyArn }));
  }
  for (const { name: Name, path: Path } of set.customerManagedPolicies) {
    const reference = { ...key, CustomerManagedPolicyReference: { Name, Path } };
    await client.send(new AttachCustomerManagedPolicyReferenceToPermissionSetCommand(reference));
  }
  if (set.inlinePolicy !== undefined) {
    const InlinePolicy = JSON.stringify(set.inlinePolicy.document);
    await client.send(new PutInlinePolicyToPermissionSetCommand({ ...key, InlinePolicy }));
  }
  const { permissionsBoundary: boundary } = set;
  if (boundary !== undefined) {
    const PermissionsBoundary =
      boundary.kind === 'managed'
        ? { ManagedPolicyArn: managedPolicyArn(boundary.policy, partition) }
        : { CustomerManagedPolicyReference: { Name: boundary.policy.name, Path: boundary.policy.path } };
    await client.send(new PutPermissionsBoundaryToPermissionSetCommand({ ...key, PermissionsBoundary }));
  }
  return PermissionSetArn;
}
