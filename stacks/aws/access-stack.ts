import type { App } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { AccessControlAttributes, type Instance, PermissionSets } from '../../constructs/aws/access/permission-sets';
import { type AdoptedSets, ApplicationAssignments, Assignments } from '../../constructs/aws/access/assignments';
import { StackAnchor } from '../../constructs/aws/access/policies';
import { KeptResources, type StackPart } from '../../constructs/aws/access/kept';
import { type AccessStack as AccessStackPlan, isEmpty } from '../../src/estate/sections/access/plan/access-plan';

export interface AccessStackProps {
  readonly instance: Instance;
  readonly plan: AccessStackPlan;
  /** Given for the one deployment that adopts what exists. @default none */
  readonly adopted?: AdoptedSets | undefined;
  /** Given for an operation that changes a part of the stack. @default all of it is as declared */
  readonly part?: StackPart | undefined;
}

/** Permission sets, attributes and assignments that one AWS account deploys. */
export class AccessStack extends Stack {
  constructor(scope: App, id: string, props: AccessStackProps) {
    const { instance, plan, adopted, part } = props;
    super(scope, id, {
      env: { account: plan.account, region: plan.region },
      description: `IAM Identity Center access (${plan.role})`,
      terminationProtection: true,
      // It names every permission set to every shard: indented, it passes a megabyte at some twenty thousand assignments.
      suppressTemplateIndentation: true,
    });
    const permissionSets = new PermissionSets(this, 'PermissionSets', { instance, definitions: plan.permissionSets });
    const { shards, attributes, applications } = plan;
    new Assignments(this, 'Assignments', { instance, permissionSets: permissionSets.byName, shards, adopted, part });
    if (attributes.length > 0) new AccessControlAttributes(this, 'AccessControlAttributes', { instance, attributes });
    if (applications.length > 0) {
      const isAdopting = adopted !== undefined;
      new ApplicationAssignments(this, 'Applications', { assignments: applications, isAdopting });
    }
    if (isEmpty(plan)) new StackAnchor(this, 'Anchor');
    if (part !== undefined) new KeptResources(this, 'Kept', part.deployed.root);
  }
}
