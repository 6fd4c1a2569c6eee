import type { App } from 'aws-cdk-lib';
import { Validations } from 'aws-cdk-lib';
import type { AdoptedSets } from '../../constructs/aws/access/assignment-shard';
import { IdentityCenterChecks } from '../../constructs/aws/checks/identity-center-checks';
import { stackNameOf } from '../../src/estate/plan/access-stacks';
import type { AccessPlan } from '../../src/estate/plan/estate-plan';
import { AccessStack } from './access-stack';

/** An access section, and the permission sets whose assignments are to be adopted. */
export interface AccessDeployment {
  readonly access: AccessPlan;
  readonly adopted?: AdoptedSets | undefined;
}

/** Adds the stacks of the access section, and the checks that only they need. */
export function addAccessStacks(app: App, estateName: string, { access, adopted }: AccessDeployment): void {
  const { instanceArn, partition, managementAccountId } = access.organization;
  for (const plan of access.stacks) {
    const instance = { arn: instanceArn, partition };
    new AccessStack(app, stackNameOf(estateName, plan.role), { instance, plan, adopted });
  }
  const grantedPermissionSets = new Set(access.expansion.assignments.map(({ permissionSet }) => permissionSet));
  Validations.of(app).addPlugins(new IdentityCenterChecks({ managementAccountId, grantedPermissionSets }));
}
