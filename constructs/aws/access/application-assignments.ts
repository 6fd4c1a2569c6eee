import { CfnDeletionPolicy } from 'aws-cdk-lib';
import { CfnApplicationAssignment } from 'aws-cdk-lib/aws-sso';
import { Construct } from 'constructs';
import type { PlacedApplication } from '../../../src/estate/sections/access/plan/access-stacks';
import { laneOf } from './lanes';

export interface ApplicationAssignmentsProps {
  /** Sorted by key. */
  readonly assignments: readonly PlacedApplication[];
  /** True for the one deployment that adopts assignments which exist already. @default false */
  readonly isAdopting?: boolean;
}

/**
 * Groups that are assigned to applications. Logical ids come from application and group, so that others may come and go
 * without touching this one. At most ten are made at once, since IAM Identity Center throttles more.
 */
export class ApplicationAssignments extends Construct {
  constructor(scope: Construct, id: string, { assignments, isAdopting = false }: ApplicationAssignmentsProps) {
    super(scope, id);
    const last = new Map<number, CfnApplicationAssignment>();
    for (const { key, application, principalId } of assignments) {
      const resource = new CfnApplicationAssignment(this, key.replace('/', ':'), {
        applicationArn: application.arn,
        principalId,
        principalType: 'GROUP',
      });
      if (isAdopting) {
        resource.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
        resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
      }
      const lane = laneOf(key);
      const previous = last.get(lane);
      if (previous !== undefined) resource.addResourceDependency(previous);
      last.set(lane, resource);
    }
  }
}
