import type { App } from 'aws-cdk-lib';
import { Validations } from 'aws-cdk-lib';
import { IdentityCenterChecks } from '../../constructs/aws/identity-center-checks';
import { SolutionsChecks } from '../../constructs/aws/solutions-checks';
import { TemplateValidation } from '../template-validation';
import { stackNameOf } from '../../model/access-stacks';
import type { AccessPlan } from '../../model/estate-plan';
import { AccessStack } from './access-stack';

/**
 * One for all apps of the process: it keeps CloudFormation's schemas and rules loaded, which takes most of a synthesis and
 * some hundred megabytes that are never given back.
 */
const TEMPLATE_VALIDATION = new TemplateValidation();

/** Adds the stacks of the access section, and the checks that every template must pass. */
export function addAccessStacks(app: App, estateName: string, access: AccessPlan): void {
  const { instanceArn, partition, managementAccountId } = access.organization;
  for (const plan of access.stacks) {
    new AccessStack(app, stackNameOf(estateName, plan.role), { instance: { arn: instanceArn, partition }, plan });
  }
  const grantedPermissionSets = new Set(access.expansion.assignments.map(({ permissionSet }) => permissionSet));
  Validations.of(app).addPlugins(
    TEMPLATE_VALIDATION,
    new SolutionsChecks(app, { verbose: true }),
    new IdentityCenterChecks({ managementAccountId, grantedPermissionSets }),
  );
}
