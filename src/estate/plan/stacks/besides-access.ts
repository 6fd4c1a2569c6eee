import { isUserGrant } from '../../sections/access/plan/expand';
import type { InstanceHome } from '../../sections/access/instance-key';
import { known } from '../../../text/values';
import type { StackPlan } from './stacks';

/** A plan without what is granted to groups, and by which permission sets: all that stacks of other sections than access depend on. */
export function planBesidesAccess({ estate, access: placed, watch, emergency }: StackPlan): StackPlan {
  const { access } = estate;
  const users = access && { ...access, permissionSets: [], grants: access.grants.filter(isUserGrant) };
  return known({
    estate: { ...estate, ...known({ access: users }) },
    access: placed && {
      organization: homeOf(placed.organization),
      stacks: placed.stacks.map(({ role, account, region }) => ({ role, account, region })),
    },
    watch,
    emergency,
  });
}

function homeOf({ instanceArn, identityStoreId, managementAccountId, partition, region }: InstanceHome): InstanceHome {
  return { instanceArn, identityStoreId, managementAccountId, partition, region };
}
