import { type Properties, textOf } from '../../../provider/values';
import { compareText } from '../../estate/source/finding';
import type { GroupSettings } from '../facts/group-facts';
import { type Directory, HiddenError } from './directory';
import { textsOf } from './texts';

type Graph = Directory['context']['graph'];

const SETTINGS = 'id,groupTypes,membershipRule,membershipRuleProcessingState,isAssignableToRole,onPremisesSyncEnabled';

/** Reads what a group is; undefined where it is not there. @throws GraphError */
export async function readGroupSettings(graph: Graph, id: string): Promise<GroupSettings | undefined> {
  const group = await graph.find(`/v1.0/groups/${id}`, { $select: SETTINGS });
  return group && settingsOf(group, await readOwners(graph, id));
}

/** Owners of a group, service principals too, which v1.0 leaves out ('List group owners'). @throws GraphError */
export function readOwners(graph: Graph, id: string): Promise<readonly Properties[]> {
  return graph.list(`/beta/groups/${id}/owners`, { query: { $select: 'id,displayName,userPrincipalName' } });
}

/** @throws HiddenError where the names of owners are not shown */
export function settingsOf(group: Properties, owners: readonly Properties[]): GroupSettings {
  const isDynamic = textsOf(group['groupTypes']).includes('DynamicMembership');
  const people = owners.filter((owner) => owner['@odata.type'] === '#microsoft.graph.user');
  if (people.some((owner) => textOf(owner['userPrincipalName']) === '')) throw new HiddenError('User.ReadBasic.All');
  return {
    membershipRule: isDynamic ? textOf(group['membershipRule']) : undefined,
    isPaused: isDynamic && group['membershipRuleProcessingState'] !== 'On',
    isAssignableToRoles: group['isAssignableToRole'] === true,
    isSynchronized: group['onPremisesSyncEnabled'] === true,
    owners: people.map((owner) => textOf(owner['userPrincipalName'])).toSorted(compareText),
    owningApplications: owners
      .filter((owner) => !people.includes(owner))
      .map(({ displayName }) => textOf(displayName))
      .toSorted(compareText),
  };
}
