import { GROUP_PROPERTIES, selected, USER_PROPERTIES, valuesIn } from '../../../src/estate/records/group-properties';
import { describedProperties } from '../../support/described-properties';

test.each([
  ['group', GROUP_PROPERTIES],
  ['user', USER_PROPERTIES],
] as const)('a reader asks for no property that Microsoft does not describe of a %s', (type, record) => {
  const described = describedProperties(type);
  const asked = selected(record).split(',');
  expect(asked.filter((property) => !described.has(property))).toEqual([]);
  expect(asked).toContain('id');
});

test('each value is read from what a reader asks for', () => {
  const group = {
    ...{
      displayName: 'Auditors',
      description: null,
      groupTypes: ['DynamicMembership'],
      membershipRule: 'user.a -eq 1',
    },
    ...{ membershipRuleProcessingState: 'Paused', isAssignableToRole: true, onPremisesSyncEnabled: true },
    ...{ mailEnabled: false, securityEnabled: true },
  };
  const asked = selected(GROUP_PROPERTIES).split(',');
  expect(asked.toSorted()).toEqual(['id', ...Object.keys(group)].toSorted());
  expect(valuesIn(GROUP_PROPERTIES, group)).toEqual({
    ...{ displayName: 'Auditors', description: '', membershipRule: 'user.a -eq 1', isPaused: true },
    ...{ isAssignableToRoles: true, isSynchronized: true, isPlain: true },
  });
});

test('a rule that a group had before it took members by hand is none, and can not be paused', () => {
  const left = { groupTypes: [], membershipRule: 'user.a -eq 1', membershipRuleProcessingState: 'Paused' };
  expect(valuesIn(GROUP_PROPERTIES, left)).toMatchObject({ membershipRule: undefined, isPaused: false });
});

test('a user without a mail has none, and counts as enabled where Graph does not tell', () => {
  expect(valuesIn(USER_PROPERTIES, { userPrincipalName: 'ann@example.com', mail: '' })).toEqual({
    ...{ displayName: '', userPrincipalName: 'ann@example.com', mail: undefined, isEnabled: true },
  });
});
