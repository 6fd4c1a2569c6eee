import { type Context, makersOf, param, type Route } from '../../context';
import type { Directory, EntityType } from '../../directory/directory';
import { createEntity } from '../../directory/objects';
import { badRequest, forbidden, invalidValue } from '../../graph-error';
import { mixedListReply } from '../../http/reply';
import { findText, type JsonObject, textOf, textsOf } from '../../json';
import { mayDo } from '../../permissions/access';
import type { Entity } from '../../store/store';
import { moveToBin } from '../directory/deleted-items';
import { boundIds, getDirectoryObject, linkedObjects, ownersOf } from '../directory/directory-objects';
import { change, type Change, create, type Creation, entityRoutes } from '../entity-routes';
import { type ReferenceChange, referenceRoutes } from '../reference-routes';

/** Microsoft Entra, 'Rules for dynamic membership groups': characters of a rule's body. */
const RULE_LENGTH = 3072;

/** Refuses a change of a group that comes from on-premises: there alone it is changed. @throws GraphError 400 */
function checkChange(group: Entity): void {
  if (group['onPremisesSyncEnabled'] !== true) return;
  throw badRequest(
    'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.',
  );
}

/** Refuses a change of members. @throws GraphError 400 */
function checkMembers(group: Entity, target: string): void {
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
function checkDynamics(group: Entity): void {
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

const NAME_LENGTH = 256;
const NICKNAME_LENGTH = 64;
const MANAGE_ROLES = 'RoleManagement.ReadWrite.Directory';
const UPDATE = { method: 'PATCH', path: '/groups/{id}' };

export const GROUP: EntityType = {
  collection: 'groups',
  name: 'group',
  set: 'groups',
  initial: { mailEnabled: false, securityEnabled: true, writebackConfiguration: {} },
  required: ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled'],
  readOnly: ['renewedDateTime', 'mail', 'proxyAddresses', 'securityIdentifier'],
  // A group from on-premises is made as one, which Graph's own clients can't.
  fixed: ['isAssignableToRole', 'onPremisesSyncEnabled'],
  unsupported: ['uniqueName', 'writebackConfiguration', 'theme', 'classification'],
  binds: ['owners', 'members'],
  check: checkGroup,
  expand: {
    owners: ownersOf,
    members: (directory, { id }) => linkedObjects(directory, directory.readLinks(id, 'members')),
  },
};

/** An entry of Entra ID's audit log ('directoryAudit resource type'). Only memberships are recorded here. */
const DIRECTORY_AUDIT: EntityType = {
  collection: 'directoryAudits',
  name: 'directoryAudit',
  set: 'auditLogs/directoryAudits',
  initial: { category: 'GroupManagement', result: 'success', resultReason: '', loggedByService: 'Core Directory' },
};

export const groupRoutes: readonly Route[] = [
  ...entityRoutes({ type: DIRECTORY_AUDIT, actions: ['list'] }),
  ...entityRoutes({
    type: GROUP,
    // The caller becomes an owner only of what it creates with no more than Group.Create.
    create: ({ directory, body, caller }) => {
      // 'Use Microsoft Entra groups to manage role assignments'
      if (body['isAssignableToRole'] === true && !caller.permissions.includes(MANAGE_ROLES)) throw forbidden();
      return createGroup(directory, { body, owner: mayDo(caller, UPDATE) ? undefined : caller.objectId });
    },
    update: updateGroup,
    // 'Delete group': one of Microsoft 365 and a security group alike can be restored for 30 days.
    remove: (directory, group) => {
      checkChange(group);
      moveToBin(directory, 'groups', group);
    },
  }),
  ...referenceRoutes({ relation: 'owners', collection: 'groups', checkChange }),
  ...referenceRoutes({
    collection: 'groups',
    relation: 'members',
    checkChange: checkMembers,
    onChange: recordMembership,
  }),
  ...(['groups', 'users', 'servicePrincipals'] as const).map((collection) =>
    makersOf().get(
      `/${collection}/{id}/memberOf`,
      (c) => {
        const { id } = c.directory.read(collection, param(c, 'id'));
        return mixedListReply(c, 'directoryObjects', linkedObjects(c.directory, groupsOf(c.directory, id)));
      },
      'references',
    ),
  ),
];

/** @throws GraphError where Graph refuses it */
export function createGroup(directory: Directory, { body, owner, given = {} }: Creation): Entity {
  const id = findText(given, 'id') ?? directory.newId();
  const set = { id, renewedDateTime: directory.now(), securityIdentifier: securityIdentifierOf(id) };
  const group = create(directory, GROUP, { body, given: set, owner });
  refuseMembers(directory, { ...group, onPremisesSyncEnabled: null }, body);
  return group;
}

function updateGroup(directory: Directory, asked: Change): Entity {
  const { id, body } = asked;
  checkChange(directory.get('groups', id));
  const group = change(directory, GROUP, asked);
  const added = refuseMembers(directory, group, body);
  if (added.length > 0) directory.setLinks(id, 'members', [...new Set([...directory.links(id, 'members'), ...added])]);
  return group;
}

function groupsOf(directory: Directory, id: string): readonly string[] {
  const groups = directory.list('groups').filter((group) => directory.readLinks(group.id, 'members').includes(id));
  return groups.map((group) => group.id);
}

/** Ids of the members in a body. @throws GraphError for one that the group does not take */
function refuseMembers(directory: Directory, group: Entity, body: JsonObject): readonly string[] {
  const members = boundIds(directory, body, 'members');
  for (const one of members) checkMembers(group, getDirectoryObject(directory, one).type);
  return members;
}

function checkGroup(_directory: Directory, group: Entity): void {
  const name = textOf(group, 'displayName');
  if (name === '' || name.length > NAME_LENGTH) throw invalidValue('displayName', 'Group');
  if (!isNickname(textOf(group, 'mailNickname'))) throw invalidValue('mailNickname', 'Group');
  checkDynamics(group);
  if (textsOf(group, 'groupTypes').includes('Unified')) return;
  if (group['mailEnabled'] === true) {
    throw badRequest(
      'The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.',
    );
  }
  if (group['securityEnabled'] !== true) throw invalidValue('securityEnabled', 'Group');
}

function isNickname(name: string): boolean {
  return name.length > 0 && name.length <= NICKNAME_LENGTH && /^[!-~]+$/.test(name) && !/[@()\\[\]";:<>,]/.test(name);
}

/** `S-1-12-1-` and the four quarters of the id as numbers, little-endian, as Entra derives it. */
export function securityIdentifierOf(id: string): string {
  const hex = id.replaceAll('-', '');
  const mixed = `${swap(hex.slice(0, 8))}${swap(hex.slice(8, 12))}${swap(hex.slice(12, 16))}${hex.slice(16)}`;
  const bytes = Buffer.from(mixed, 'hex');
  return `S-1-12-1-${[0, 4, 8, 12].map((offset) => bytes.readUInt32LE(offset)).join('-')}`;
}

/** A GUID writes its first three parts with the last byte first. */
function swap(hex: string): string {
  return Buffer.from(hex, 'hex').reverse().toString('hex');
}

function recordMembership({ directory, caller }: Context, { from, to, isAdded }: ReferenceChange): void {
  const group = directory.get('groups', from);
  const { type, entity } = getDirectoryObject(directory, to);
  const changed = (displayName: string, value: string): JsonObject => {
    const quoted = JSON.stringify(value);
    return { displayName, oldValue: isAdded ? null : quoted, newValue: isAdded ? quoted : null };
  };
  const modifiedProperties = [
    changed('Group.ObjectID', group.id),
    changed('Group.DisplayName', textOf(group, 'displayName')),
  ];
  const entry = createEntity(
    DIRECTORY_AUDIT,
    {},
    {
      id: directory.newId(),
      correlationId: directory.newId(),
      activityDisplayName: isAdded ? 'Add member to group' : 'Remove member from group',
      activityDateTime: directory.now(),
      operationType: isAdded ? 'Assign' : 'Unassign',
      initiatedBy: { user: null, app: { servicePrincipalId: caller.objectId, displayName: caller.appId } },
      targetResources: [
        {
          id: entity.id,
          displayName: null,
          type: type === 'user' ? 'User' : 'Other',
          userPrincipalName: entity['userPrincipalName'] ?? null,
          modifiedProperties,
        },
        { id: group.id, displayName: null, type: 'Group', groupType: 'azureAD', modifiedProperties: [] },
      ],
    },
  );
  directory.put('directoryAudits', entry);
}
