import { IAMClient } from '@aws-sdk/client-iam';
import type { PermissionSet } from '../../../../src/estate/sections/estate';
import { planAccess } from '../../../../src/prove/aws/marked-access';
import { areRolesThere } from '../../../../src/prove/aws/prove-access';
import { deployedForm } from '../../../../src/estate/sections/access/sets/set-properties';
import { answering, refusal } from '../../../support/answering-client';

const MARK = 'prove-0a1b2c3d';
const { permissionSets: sets } = planAccess(
  {
    ...{ mark: MARK, day: '2026-11-28', account: '210000000099', region: 'eu-west-1' },
    instanceArn: 'arn:aws:sso:::instance/ssoins-7904a1b2c3d4e5f6',
    identityStoreId: 'd-93670a1b2d',
    principals: undefined,
  },
  'changed',
);

const roleOf = ({ name }: PermissionSet): string => `AWSReservedSSO_${name}_0123456789abcdef`;

/** IAM, which lists the roles of the sets after so many looks. */
function iam(looks: number, has: readonly PermissionSet[] = sets) {
  let asked = 0;
  const formOf = (RoleName: unknown) => {
    const set = sets.find((one) => roleOf(one) === RoleName);
    if (set === undefined) throw refusal('NoSuchEntityException');
    return deployedForm(set, 'aws');
  };
  return answering(new IAMClient({ region: 'eu-west-1' }), {
    ListRolesCommand: () => {
      asked += 1;
      return { Roles: asked > looks ? has.map((set) => ({ RoleName: roleOf(set) })) : [] };
    },
    ListAttachedRolePoliciesCommand: ({ RoleName }) => ({
      AttachedPolicies: (formOf(RoleName).managedPolicies as readonly string[]).map((PolicyArn) => ({ PolicyArn })),
    }),
    ListRolePoliciesCommand: ({ RoleName }) => ({
      PolicyNames: formOf(RoleName).inlinePolicy === undefined ? [] : ['AwsSSOInlinePolicy'],
    }),
    GetRolePolicyCommand: ({ RoleName }) => ({
      PolicyDocument: encodeURIComponent(JSON.stringify(formOf(RoleName).inlinePolicy)),
    }),
    GetRoleCommand: ({ RoleName }) => ({
      Role: {
        AssumeRolePolicyDocument: '{}',
        PermissionsBoundary: { PermissionsBoundaryArn: formOf(RoleName).permissionsBoundary },
      },
    }),
  });
}

/** Three looks. */
async function until(isThere: () => Promise<boolean>): Promise<boolean> {
  return (await isThere()) || (await isThere()) || (await isThere());
}

const declared = { sets, mark: MARK, partition: 'aws' };

test('a role that IAM shows after a while is waited for', async () => {
  expect(await areRolesThere(iam(2).client, declared, until)).toBe(true);
});

test.each([
  ['no role', iam(3)],
  ['a role of one set alone', iam(0, sets.slice(1))],
])('%s is a failure, and not left out', async (_, { client }) => {
  expect(await areRolesThere(client, declared, until)).toBe(false);
});

test.each(['AccessDenied', 'AccessDeniedException'])('where IAM refuses to tell (%s) it is left out', async (name) => {
  const { client } = answering(new IAMClient({ region: 'eu-west-1' }), {
    ListRolesCommand: () => {
      throw refusal(name);
    },
  });
  expect(await areRolesThere(client, declared, until)).toBeUndefined();
});
