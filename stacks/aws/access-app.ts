import type { App } from 'aws-cdk-lib';
import { Validations } from 'aws-cdk-lib';
import { IdentityCenterChecks } from '../../constructs/aws/identity-center-checks';
import { stackNameOf } from '../../model/access-stacks';
import type { AccessPlan } from '../../model/estate-plan';
import { AccessStack } from './access-stack';

/** Adds the stacks of the access section, and the checks that only they need. */
export function addAccessStacks(app: App, estateName: string, access: AccessPlan): void {
  const { instanceArn, partition, managementAccountId } = access.organization;
  for (const plan of access.stacks) {
    new AccessStack(app, stackNameOf(estateName, plan.role), { instance: { arn: instanceArn, partition }, plan });
  }
  const grantedPermissionSets = new Set(access.expansion.assignments.map(({ permissionSet }) => permissionSet));
  Validations.of(app).addPlugins(new IdentityCenterChecks({ managementAccountId, grantedPermissionSets }));
}
