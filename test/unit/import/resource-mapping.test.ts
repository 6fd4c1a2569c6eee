import { type DeployedAccess, resourceMapping } from '../../../src/import/adopt';
import { deployedSet, INSTANCE_ARN } from '../../support/deployed-access';

const admin = deployedSet('Admin');
const deployed: DeployedAccess = {
  permissionSets: [admin],
  assignments: [],
  attributes: { CostCenter: ['${path:enterprise.costCenter}'] },
};
const template = {
  Resources: {
    SetAdmin: { Type: 'AWS::SSO::PermissionSet', Properties: { Name: 'Admin' } },
    SetNew: { Type: 'AWS::SSO::PermissionSet', Properties: { Name: 'New' } },
    Shard: { Type: 'AWS::CloudFormation::Stack', Properties: {} },
    Attributes: { Type: 'AWS::SSO::InstanceAccessControlAttributeConfiguration', Properties: {} },
  },
};

test('maps what exists by its logical id, and leaves what is new and what is nested', () => {
  expect(resourceMapping(template, deployed, INSTANCE_ARN)).toEqual({
    SetAdmin: { InstanceArn: INSTANCE_ARN, PermissionSetArn: admin.arn },
    Attributes: { InstanceArn: INSTANCE_ARN },
  });
});

test('has no attributes where the instance has no configuration of them', () => {
  expect(resourceMapping(template, { ...deployed, attributes: {} }, INSTANCE_ARN)).not.toHaveProperty('Attributes');
});
