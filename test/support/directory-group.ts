import type { DirectoryGroup } from '../../src/clouds/facts/workforce-facts';
import { GROUP_PROPERTIES, valuesIn } from '../../src/estate/records/group-properties';
import { objectId } from './ids';

/** A security group to which people are added by hand. */
export function directoryGroup(displayName: string, more: Partial<DirectoryGroup> = {}): DirectoryGroup {
  return {
    ...valuesIn(GROUP_PROPERTIES, { displayName, securityEnabled: true, mailEnabled: false }),
    ...{ id: objectId(displayName), owners: [], owningApplications: [], ...more },
  };
}
