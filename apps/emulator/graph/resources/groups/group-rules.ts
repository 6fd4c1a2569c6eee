import { badRequest, invalidValue } from '../../graph-error';
import { findText, textsOf } from '../../json';
import type { Entity } from '../../store/store';

/** Microsoft Entra, 'Rules for dynamic membership groups': characters of a rule's body. */
const RULE_LENGTH = 3072;

/** Refuses a change of a group that comes from on-premises: there alone it is changed. @throws GraphError 400 */
export function checkChange(group: Entity): void {
  if (group['onPremisesSyncEnabled'] !== true) return;
  throw badRequest(
    'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.',
  );
}

/** Refuses a change of members. @throws GraphError 400 */
export function checkMembers(group: Entity, target: string): void {
  checkChange(group);
  if (isDynamic(group)) throw badRequest('Members of a group with dynamic membership cannot be added or removed.');
  if (group['isAssignableToRole'] === true && target === 'group')
    throw badRequest('Nesting is currently not supported for groups that can be assigned to a role.');
}

/** Properties of a user that a rule may name: 'Rules for dynamic membership groups', supported properties. */
const ATTRIBUTES = new Set(
  [
    'accountEnabled dirSyncEnabled city country companyName department displayName employeeHireDate employeeId',
    'facsimileTelephoneNumber givenName jobTitle mail mailNickName memberOf mobile objectId onPremisesDistinguishedName',
    'onPremisesSecurityIdentifier otherMails passwordPolicies physicalDeliveryOfficeName postalCode preferredLanguage',
    'proxyAddresses assignedPlans sipProxyAddress state streetAddress surname telephoneNumber usageLocation',
    'userPrincipalName userType',
  ].flatMap((line) => line.toLowerCase().split(' ')),
);

/** Refuses what cannot be a rule, or not together with it. Operators are not looked at. @throws GraphError 400 */
export function checkDynamics(group: Entity): void {
  const rule = findText(group, 'membershipRule') ?? '';
  if ((rule !== '') !== isDynamic(group)) throw invalidValue('membershipRule', 'Group');
  if (rule === '') return;
  if (group['isAssignableToRole'] === true) throw invalidValue('isAssignableToRole', 'Group');
  const bare = rule.replaceAll(/"[^"]*"/g, '');
  const isPaired = !bare.includes('"') && bare.split('(').length === bare.split(')').length;
  const named = [...bare.matchAll(/\buser\.(?<name>\w+)/gi)].map(({ groups }) => groups?.['name']?.toLowerCase() ?? '');
  const unknown = named.find(
    (name) => !ATTRIBUTES.has(name) && !/^extension(?:attribute(?:[1-9]|1[0-5])$|_)/.test(name),
  );
  if (unknown !== undefined) throw badRequest(`Invalid membership rule: unknown property 'user.${unknown}'.`);
  if (rule.length > RULE_LENGTH || !isPaired || !/\b(?:user|device)\.\w|Direct Reports for/i.test(bare))
    throw badRequest('Invalid membership rule: it could not be parsed.', 'Request_BadRequest');
}

function isDynamic(group: Entity): boolean {
  return textsOf(group, 'groupTypes').includes('DynamicMembership');
}
