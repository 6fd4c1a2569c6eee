import { accessOf } from '../../../src/estate/plan/explanation/who';
import { MANAGEMENT, planOf } from '../../support/estate-files';

const ESTATE = `workforce: { groups: [{ name: Newcomers }, { name: Idle }] }
access:
  permissionSets: [{ name: Audit }, { name: Admin }]
  grants:
    - { group: Developers, permissionSets: [Audit], accounts: { include: [{ all: true }] } }
    - { group: Developers, permissionSets: [Audit], accounts: { include: [{ name: app }] } }
    - { group: Newcomers, permissionSets: [Admin], accounts: { include: [{ name: app }] } }
`;
const ORGANIZATION = { accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }], groups: ['Developers'] };
const held = (...groups: readonly string[]) => accessOf(planOf(ESTATE, ORGANIZATION), 'jane@example.com', groups);

test('lists what a group has once, with every grant that gives it', () => {
  const [set, ...others] = held('Developers').sets;
  expect(others).toEqual([]);
  expect(set).toMatchObject({
    group: 'Developers',
    permissionSet: 'Audit',
    accounts: ['100000000001 app'],
    isSynchronized: true,
  });
  expect(set?.grants.map(({ line }) => line)).toEqual([5, 6]);
});

test('says of a group that AWS does not know yet that nobody has its access', () => {
  expect(held('Newcomers').sets).toMatchObject([{ permissionSet: 'Admin', isSynchronized: false }]);
});

test('tells groups without access from groups that are none', () => {
  expect(held('Idle', 'Nobody')).toEqual({ sets: [], withoutAccess: ['Idle'], unknown: ['Nobody'] });
});
