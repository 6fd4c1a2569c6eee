import { actionsLike } from '../../../src/permissions/actions';
import { NOTABLE, NOTABLE_PATTERNS, notableActions } from '../../../src/permissions/notable';

test('AWS has every action that is notable', () => {
  const idle = Object.values(NOTABLE_PATTERNS).flatMap((all) => all.filter((one) => actionsLike(one).length === 0));
  expect(idle).toEqual([]);
});

test.each([
  ['permissions', 'iam:AttachRolePolicy'],
  ['secrets', 'secretsmanager:GetSecretValue'],
  ['data', 's3:GetObject'],
  ['deletion', 'rds:DeleteDBInstance'],
  ['money', 'ec2:PurchaseReservedInstancesOffering'],
] as const)('%s: %s', (kind, action) => {
  const [one] = actionsLike(action);
  expect(NOTABLE.filter((other) => one !== undefined && notableActions(other).has(one))).toEqual([kind]);
});
