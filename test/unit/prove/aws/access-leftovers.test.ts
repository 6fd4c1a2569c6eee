import { deleteAccessLeftovers } from '../../../../src/prove/aws/access-leftovers';
import { createAccountClients } from '../../../../src/prove/aws/account-clients';
import { answering, refusal } from '../../../support/answering-client';

const MARK = 'prove-0a1b2c3d';
const ACCOUNT = '210000000099';
const PLACE = {
  ...{ account: ACCOUNT, region: 'eu-west-1', mark: MARK },
  instanceArn: 'arn:aws:sso:::instance/ssoins-7904a1b2c3d4e5f6',
  identityStoreId: 'd-93670a1b2d',
};
const arn = (id: string): string => `arn:aws:sso:::permissionSet/ssoins-7904a1b2c3d4e5f6/ps-${id.padStart(16, '0')}`;

/** An instance with permission sets by their ids; those without a name are listed, and gone when they are looked at. */
function account(names: Map<string, string | undefined>, assigned: () => unknown) {
  const { cloudFormation, identityStore, ssoAdmin, ...others } = createAccountClients({ region: 'eu-west-1' });
  const gone = (): never => {
    throw refusal('ResourceNotFoundException', 'gone');
  };
  const unknown = (): never => {
    throw refusal('ValidationError', `Stack with id ${MARK} does not exist`);
  };
  const sso = answering(ssoAdmin, {
    ListPermissionSetsCommand: () => ({ PermissionSets: [...names.keys()] }),
    DescribePermissionSetCommand: ({ PermissionSetArn }) => {
      const Name = names.get(String(PermissionSetArn));
      return Name === undefined ? gone() : { PermissionSet: { Name } };
    },
    ListAccountsForProvisionedPermissionSetCommand: () => assigned(),
    DeletePermissionSetCommand: ({ PermissionSetArn }) => names.delete(String(PermissionSetArn)),
  });
  const clients = {
    ...others,
    cloudFormation: answering(cloudFormation, { DescribeStacksCommand: unknown }).client,
    identityStore: answering(identityStore, { GetGroupIdCommand: gone, GetUserIdCommand: gone }).client,
    ssoAdmin: sso.client,
  };
  return { clients, waiting: { pause: () => Promise.resolve() } };
}

test('what goes between a list and a look ends no clean-up', async () => {
  const names = new Map([
    [arn('1'), undefined],
    [arn('2'), `${MARK}-plain`],
    [arn('3'), 'Bystander'],
  ]);
  const found = await deleteAccessLeftovers({ ...PLACE, ...account(names, () => ({ AccountIds: [] })) });
  expect(found).toEqual({ found: 1, left: 0 });
  expect([...names.values()]).toEqual([undefined, 'Bystander']);
});

test('nor does a set that goes before its assignments are read', async () => {
  const names = new Map([[arn('2'), `${MARK}-plain`]]);
  const assigned = (): never => {
    throw refusal('ResourceNotFoundException', 'gone');
  };
  expect(await deleteAccessLeftovers({ ...PLACE, ...account(names, assigned) })).toEqual({ found: 1, left: 0 });
});

test('any other refusal does', async () => {
  const names = new Map([[arn('2'), `${MARK}-plain`]]);
  const assigned = (): never => {
    throw refusal('AccessDeniedException', 'not you');
  };
  await expect(deleteAccessLeftovers({ ...PLACE, ...account(names, assigned) })).rejects.toThrow('not you');
});
