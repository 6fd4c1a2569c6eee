import { departuresOf, leftBehindOf, type OwnedAssignment } from '../../../../src/clouds/facts/revocations';
import type { AccessPlan } from '../../../../src/estate/sections/access/plan/access-plan';
import { accountId, principalId, setArn } from '../../../support/ids';
import { planOf } from '../../../support/estate-files';

const APP = '222222222221';
const SHOP = '222222222222';
const arnOf = (name: string) => setArn(`arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-${name}`);
const NAMES = ['Old', 'New', 'Audit', 'Gone'];
const setNames = new Map(NAMES.map((name) => [arnOf(name), name]));

/** The estate after it renamed Old to New: Admins have it in app and shop, and Auditors have Audit in app. */
function accessOf(accounts: readonly { id: string; name: string; state?: 'SUSPENDED' }[] = ACCOUNTS): AccessPlan {
  const estate = `access:
  permissionSets: [{ name: New }, { name: Audit }]
  grants:
    - { group: Admins, permissionSets: [New], accounts: { include: [{ name: app }, { name: shop }] } }
    - { group: Auditors, permissionSets: [Audit], accounts: { include: [{ name: app }] } }
`;
  const { access } = planOf(estate, { accounts: [...accounts], groups: ['Admins', 'Auditors'] });
  if (access === undefined) throw new Error('no access');
  return access;
}
const ACCOUNTS = [
  { id: APP, name: 'app' },
  { id: SHOP, name: 'shop' },
];

/** An assignment that the stack owns; a group without a name in the estate has an id of its own. */
function owned(access: AccessPlan, [who, set, account]: readonly [string, string, string]): OwnedAssignment {
  const id = access.organization.groupByName.get(who)?.id ?? principalId('00000000-0000-0000-0000-0000000000ff');
  return { account: accountId(account), set: arnOf(set), principalType: 'GROUP', principalId: id };
}

test('what a renamed permission set gave is exchanged; what its people lose where they gain nothing is not', () => {
  const access = accessOf();
  const inApp = owned(access, ['Admins', 'Old', APP]);
  const elsewhere = owned(access, ['Admins', 'Old', '222222222223']);
  const auditors = owned(access, ['Auditors', 'Audit', APP]);
  const lost = owned(access, ['Auditors', 'Old', APP]);
  const assignments = [inApp, elsewhere, auditors, lost];
  expect(departuresOf(access, { assignments, setNames })).toEqual({ losses: [elsewhere, lost], exchanges: [inApp] });
});

test('once the new permission set stands, what is left of the old one is a loss', () => {
  const access = accessOf();
  const old = owned(access, ['Admins', 'Old', APP]);
  const assignments = [old, owned(access, ['Admins', 'New', APP]), owned(access, ['Admins', 'New', SHOP])];
  expect(departuresOf(access, { assignments, setNames })).toEqual({ losses: [old], exchanges: [] });
});

test('a group that was made again keeps what it had until the new one has it, under a new name of the set too', () => {
  const access = accessOf();
  const assignments = [owned(access, ['former', 'New', APP]), owned(access, ['former', 'Old', SHOP])];
  expect(departuresOf(access, { assignments, setNames })).toEqual({ losses: [], exchanges: assignments });
});

test('a group that goes loses its access at once where another gains that the stack knew before', () => {
  const access = accessOf();
  const former = owned(access, ['former', 'Old', APP]);
  const assignments = [former, owned(access, ['Admins', 'New', SHOP]), owned(access, ['Auditors', 'Audit', APP])];
  expect(departuresOf(access, { assignments, setNames })).toEqual({ losses: [former], exchanges: [] });
});

describe('what CloudFormation gave up to delete', () => {
  const nothing = { assignments: [], setNames };

  test('is removed with its set, but not what the estate declares or a stack has again', () => {
    const access = accessOf();
    const left = owned(access, ['Admins', 'Gone', APP]);
    const again = owned(access, ['Auditors', 'Gone', APP]);
    const declared = owned(access, ['Admins', 'New', APP]);
    const found = { assignments: [left, again, declared], sets: [arnOf('Gone'), arnOf('New')], setNames };
    expect(leftBehindOf(access, { assignments: [again], setNames }, found)).toEqual({
      assignments: [left],
      sets: [arnOf('Gone')],
      setNames,
    });
  });

  test('stays in an account that can not be used, and its set with it', () => {
    const access = accessOf([...ACCOUNTS.slice(0, 1), { id: SHOP, name: 'shop', state: 'SUSPENDED' }]);
    const found = { assignments: [owned(access, ['Admins', 'Gone', SHOP])], sets: [arnOf('Gone')], setNames };
    expect(leftBehindOf(access, nothing, found)).toMatchObject({ assignments: [], sets: [] });
  });
});
