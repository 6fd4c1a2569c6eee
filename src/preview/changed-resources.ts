import type { ResourceDifference, TemplateDiff } from '@aws-cdk/cloudformation-diff';
import { ResourceImpact } from '@aws-cdk/cloudformation-diff';
import type { Action } from './blocks/actions';

/** Resources by which the CDK speaks of itself: no operation counts them. */
export const METADATA = 'AWS::CDK::Metadata';

/** A resource that a deployment changes. */
export interface ChangedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly action: Action;
  /** True if CloudFormation only may replace it. */
  readonly isDoubtful: boolean;
  /** True if a resource that goes stays in the account. */
  readonly isKept: boolean;
  /** Properties that differ, of a resource that is updated or replaced. */
  readonly properties: readonly string[];
  /** 0 for the top stack. */
  readonly shard: number;
}

const ACTIONS: Readonly<Record<ResourceImpact, Action | undefined>> = {
  [ResourceImpact.WILL_CREATE]: 'create',
  [ResourceImpact.WILL_IMPORT]: 'create',
  [ResourceImpact.WILL_UPDATE]: 'update',
  [ResourceImpact.WILL_REPLACE]: 'replace',
  [ResourceImpact.MAY_REPLACE]: 'replace',
  [ResourceImpact.WILL_DESTROY]: 'delete',
  [ResourceImpact.WILL_ORPHAN]: 'delete',
  [ResourceImpact.NO_CHANGE]: undefined,
};

/** Lists what happens to each changed resource. CloudFormation does nothing for another order or other metadata. */
export function changedResources(diff: TemplateDiff, shard: number): readonly ChangedResource[] {
  return Object.entries(diff.resources.changes).flatMap(([logicalId, change]) => {
    const { changeImpact: impact, resourceType: type = '' } = change;
    const action = ACTIONS[impact];
    if (action === undefined || type === METADATA) return [];
    if (action === 'update' && isBookkeeping(change)) return [];
    return [
      {
        logicalId,
        type,
        action,
        isDoubtful: impact === ResourceImpact.MAY_REPLACE,
        isKept: change.oldValue?.DeletionPolicy === 'Retain',
        properties: action === 'update' || action === 'replace' ? Object.keys(change.propertyUpdates) : [],
        shard,
      },
    ];
  });
}

const BOOKKEEPING: ReadonlySet<string> = new Set(['DependsOn', 'Metadata']);

function isBookkeeping({ propertyUpdates, otherChanges }: ResourceDifference): boolean {
  return Object.keys(propertyUpdates).length === 0 && Object.keys(otherChanges).every((key) => BOOKKEEPING.has(key));
}
