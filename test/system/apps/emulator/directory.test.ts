import { type JsonObject, textOf } from '../../../../apps/emulator/graph/json';
import { securityIdentifierOf } from '../../../../apps/emulator/graph/resources/groups/group';
import { errorCode, errorMessage, idOf, valuesOf } from '../../../support/apps/emulator/support/client';
import {
  CALM,
  create,
  group,
  GRAPH_PRINCIPAL,
  instantiate,
  NO_SUCH_ID,
  register,
  scope,
  useEmulator,
  user,
} from './support/use-emulator';

const { emulator, call } = useEmulator({
  quirks: CALM,
  groups: ['Operators'],
  users: ['ada@contosob2c.onmicrosoft.com'],
});
const USER_ROLE = '8774f594-1d59-4279-b9d9-59ef09a23530';

test.each([
  ['without a name', { displayName: '' }, "A value is required for property 'displayName' of resource 'Group'."],
  [
    'without a nickname',
    { mailNickname: null },
    "A value is required for property 'mailNickname' of resource 'Group'.",
  ],
  ['with a blank in its nickname', { mailNickname: 'a b' }, "property 'mailNickname'"],
  ['with a nickname of 65 characters', { mailNickname: 'a'.repeat(65) }, "property 'mailNickname'"],
  ['with a name of 257 characters', { displayName: 'a'.repeat(257) }, "property 'displayName'"],
  ['with mail and without Microsoft 365', { mailEnabled: true }, 'mail-enabled groups'],
  ['with a rule and without dynamic members', { membershipRule: 'x' }, "property 'membershipRule'"],
  ['without security', { securityEnabled: false }, "property 'securityEnabled'"],
])('refuses a group %s', async (_what, changes, message) => {
  const answer = await call('POST /v1.0/groups', group('g', changes));
  expect([answer.status, errorCode(answer)]).toEqual([400, 'Request_BadRequest']);
  expect(errorMessage(answer)).toContain(message);
});

test('a group shows the fields that azuread compares, and writeback to beta alone', async () => {
  const beta = await create(call, '/beta/groups', group('fields'));
  const stable = await call(`GET /v1.0/groups/${idOf(beta)}`);
  expect(beta.body).toMatchObject({ membershipRule: null, writebackConfiguration: { isEnabled: null } });
  expect(stable.body).not.toHaveProperty('writebackConfiguration');
});

test('derives the security identifier from the id as Entra does', () => {
  expect(securityIdentifierOf('01020304-0506-0708-090a-0b0c0d0e0f10')).toBe(
    'S-1-12-1-16909060-117966086-202050057-269422093',
  );
});

test('whether roles can be assigned to a group is fixed at its creation', async () => {
  const made = await create(call, '/v1.0/groups', group('fixed', { isAssignableToRole: false }));
  const answer = await call(`PATCH /v1.0/groups/${idOf(made)}`, { isAssignableToRole: true });
  expect(errorMessage(answer)).toBe(
    "Property 'isAssignableToRole' of resource 'group' is read-only and cannot be set.",
  );
});

describe('a group with a rule', () => {
  const dynamic = (rule: string, more: JsonObject = {}) =>
    group('dynamic', {
      groupTypes: ['DynamicMembership'],
      membershipRule: rule,
      membershipRuleProcessingState: 'On',
      ...more,
    });

  test('keeps it, and has no members of others', async () => {
    const made = await create(call, '/v1.0/groups', dynamic('user.department -eq "a (b"'));
    const person = await create(call, '/v1.0/users', user('ruled'));
    const reference = { '@odata.id': `${emulator().graphUrl}/v1.0/directoryObjects/${idOf(person)}` };
    const answer = await call(`POST /v1.0/groups/${idOf(made)}/members/$ref`, reference);
    expect([answer.status, errorMessage(answer)]).toEqual([
      400,
      'Members of a group with dynamic membership cannot be added or removed.',
    ]);
    expect(made.body).toMatchObject({
      membershipRule: 'user.department -eq "a (b"',
      groupTypes: ['DynamicMembership'],
    });
  });

  test.each(['user.department -eq "a', '(user.department -eq "a"', 'department -eq "a"'])(
    'is refused: %s',
    async (rule) => {
      const answer = await call('POST /v1.0/groups', dynamic(rule));
      expect([answer.status, errorMessage(answer)]).toEqual([400, 'Invalid membership rule: it could not be parsed.']);
    },
  );

  // https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership
  test.each(['user.shoeSize -eq 43', 'user.department -eq "a" -and user.constructor -eq "b"'])(
    'is refused for what users do not have: %s',
    async (rule) => {
      const answer = await call('POST /v1.0/groups', dynamic(rule));
      expect([answer.status, errorMessage(answer)]).toEqual([
        400,
        expect.stringContaining('unknown property') as string,
      ]);
    },
  );

  test.each(['user.extensionAttribute15 -eq "a"', 'user.extension_0a_b -eq "a"', 'user.UserType -eq "user.shoeSize"'])(
    'is kept: %s',
    async (rule) => {
      expect((await call('POST /v1.0/groups', dynamic(rule))).status).toBe(201);
    },
  );

  test('is not for roles', async () => {
    const answer = await call('POST /v1.0/groups', dynamic('user.a -eq 1', { isAssignableToRole: true }));
    expect(errorMessage(answer)).toContain("property 'isAssignableToRole'");
  });
});

// https://learn.microsoft.com/graph/api/group-post-members
test.each(['owners', 'members'])('a new group takes 20 %s, and not 21', async (relation) => {
  const { deployer, graphUrl } = emulator();
  const bind = (count: number): JsonObject => ({
    [`${relation}@odata.bind`]: Array.from(
      { length: count },
      () => `${graphUrl}/v1.0/directoryObjects/${deployer.objectId}`,
    ),
  });
  const most = await call('POST /v1.0/groups', group('bound', bind(20)));
  const more = await call('POST /v1.0/groups', group('bound', bind(21)));
  expect([most.status, more.status, errorMessage(more)]).toEqual([
    201,
    400,
    `'${relation}@odata.bind' can have at most 20 references.`,
  ]);
});

test('a group from on-premises is changed there alone', async () => {
  const { graphUrl } = emulator();
  const made = await create(call, '/v1.0/groups', group('synced', { onPremisesSyncEnabled: true }));
  const person = await create(call, '/v1.0/users', user('synced'));
  const reference = { '@odata.id': `${graphUrl}/v1.0/directoryObjects/${idOf(person)}` };
  const path = `/v1.0/groups/${idOf(made)}`;
  const answers = [
    await call(`PATCH ${path}`, { description: 'x' }),
    await call(`POST ${path}/members/$ref`, reference),
    await call(`POST ${path}/owners/$ref`, reference),
    await call(`DELETE ${path}`),
  ];
  const message =
    'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.';
  expect(answers.map((answer) => [answer.status, errorMessage(answer)])).toEqual(answers.map(() => [400, message]));
});

test('a group for roles takes no groups', async () => {
  const made = await create(call, '/v1.0/groups', group('for roles', { isAssignableToRole: true }));
  const inner = await create(call, '/v1.0/groups', group('inner'));
  const reference = { '@odata.id': `${emulator().graphUrl}/v1.0/directoryObjects/${idOf(inner)}` };
  const answer = await call(`POST /v1.0/groups/${idOf(made)}/members/$ref`, reference);
  expect(errorMessage(answer)).toBe('Nesting is currently not supported for groups that can be assigned to a role.');
});

test('members come and go, and know what they belong to', async () => {
  const { graphUrl } = emulator();
  const made = await create(call, '/v1.0/groups', group('with members'));
  const person = await create(call, '/v1.0/users', user('grace'));
  const members = `/v1.0/groups/${idOf(made)}/members`;
  const reference = { '@odata.id': `${graphUrl}/v1.0/directoryObjects/${idOf(person)}` };
  const added = await call(`POST ${members}/$ref`, reference);
  const listed = await call(`GET ${members}`);
  const memberOf = await call(`GET /v1.0/users/${idOf(person)}/memberOf`);
  await call(`DELETE /v1.0/users/${idOf(person)}`);
  const after = await call(`GET ${members}`);
  expect([added.status, valuesOf(listed, 'id'), valuesOf(memberOf, 'displayName')]).toEqual([
    204,
    [idOf(person)],
    ['with members'],
  ]);
  expect(after.body['value']).toEqual([]);
});

test('groups wait in the bin, security groups too, and come back with their members', async () => {
  const security = await create(call, '/v1.0/groups', group('security'));
  const unified = { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false };
  const office = await create(call, '/v1.0/groups', group('office', unified));
  const [first, second] = [idOf(security), idOf(office)];
  const member = idOf(await create(call, '/v1.0/users', user('member')));
  await call(`POST /v1.0/groups/${first}/members/$ref`, {
    '@odata.id': `${emulator().graphUrl}/v1.0/directoryObjects/${member}`,
  });
  for (const id of [first, second]) await call(`DELETE /v1.0/groups/${id}`);
  const inBin = await Promise.all([first, second].map((id) => call(`GET /v1.0/directory/deletedItems/${id}`)));
  expect(inBin.map(({ status }) => status)).toEqual([200, 200]);
  await call(`POST /v1.0/directory/deletedItems/${first}/restore`);
  expect(valuesOf(await call(`GET /v1.0/groups/${first}/members`), 'id')).toEqual([member]);
  expect(valuesOf(await call('GET /v1.0/users/member@contosob2c.onmicrosoft.com/memberOf'), 'id')).toEqual([first]);
});

test.each([
  ['of another domain', { userPrincipalName: 'eve@example.com' }, 'domain portion of the userPrincipalName'],
  ['that exists', { userPrincipalName: 'ada@contosob2c.onmicrosoft.com' }, 'userPrincipalName already exists'],
  ['without a password', { passwordProfile: null }, "'passwordProfile'"],
  ['with a weak password', { passwordProfile: { password: 'a long pass phrase' } }, 'password complexity'],
  ['without a name', { displayName: '' }, "'displayName'"],
])('refuses a user %s', async (_what, changes, message) => {
  const answer = await call('POST /v1.0/users', user('eve', changes));
  expect(answer.status).toBe(400);
  expect(errorMessage(answer)).toContain(message);
});

test('users are found by their principal name, and their passwords are not kept', async () => {
  await create(call, '/v1.0/users', user('joan'));
  const answer = await call('GET /v1.0/users/joan@contosob2c.onmicrosoft.com');
  const chosen = await call('GET /v1.0/users/joan@contosob2c.onmicrosoft.com?$select=passwordProfile,accountEnabled');
  expect(answer.body).toMatchObject({ displayName: 'joan', officeLocation: null });
  expect(answer.body).not.toHaveProperty('accountEnabled');
  expect(chosen.body).toMatchObject({ passwordProfile: null, accountEnabled: true });
  expect(JSON.stringify(emulator().store.state())).not.toContain('A long pass phrase');
});

describe('a customer who signs in by an identity', () => {
  const issuer = 'contosob2c.onmicrosoft.com';
  const mail = (issuerAssignedId: string): JsonObject => ({ signInType: 'emailAddress', issuer, issuerAssignedId });
  const customer = (identities: readonly JsonObject[], changes: JsonObject = {}): JsonObject => ({
    displayName: 'customer',
    identities,
    passwordProfile: { password: 'A long pass phrase', forceChangePasswordNextSignIn: false },
    passwordPolicies: 'DisablePasswordExpiration',
    ...changes,
  });

  test('needs no principal name, and is found by the identity', async () => {
    const id = idOf(await create(call, '/v1.0/users', customer([mail('joan@example.com')])));
    const chosen = await call(`GET /v1.0/users/${id}?$select=userPrincipalName,identities,creationType`);
    const userPrincipalName = `${id}@${issuer}`;
    expect(chosen.body).toMatchObject({
      userPrincipalName,
      identities: [
        mail('joan@example.com'),
        { signInType: 'userPrincipalName', issuer, issuerAssignedId: userPrincipalName },
      ],
      creationType: 'LocalAccount',
    });
    const filter = `identities/any(c:c/issuerAssignedId eq 'joan@example.com' and c/issuer eq '${issuer}')`;
    expect(valuesOf(await call(`GET /v1.0/users?$filter=${filter}`), 'id')).toEqual([id]);
  });

  test('of another provider needs no password', async () => {
    const federated = { signInType: 'federated', issuer: 'facebook.com', issuerAssignedId: '5eecb0cd' };
    const body = { displayName: 'customer', identities: [federated] };
    const answer = await call('POST /v1.0/users', body);
    expect([answer.status, answer.body['userPrincipalName']]).toEqual([201, `${idOf(answer)}@${issuer}`]);
  });

  test.each([
    ['of a taken name', customer([mail('taken@example.com')]), 'identities already exists'],
    ['of another directory', customer([{ ...mail('a@example.com'), issuer: 'example.com' }]), "'identities'"],
    ['whose address is none', customer([mail('nobody')]), "'identities'"],
    ['whose name is none', customer([{ ...mail('_x'), signInType: 'userName' }]), "'identities'"],
    ['twice the same', customer([mail('b@example.com'), mail('B@example.com')]), 'identities already exists'],
    ['without a password', customer([mail('c@example.com')], { passwordProfile: null }), "'passwordProfile'"],
    ['whose password ends', customer([mail('d@example.com')], { passwordPolicies: null }), "'passwordPolicies'"],
  ])('is refused %s', async (_what, body, message) => {
    await call('POST /v1.0/users', customer([mail('taken@example.com')]));
    const answer = await call('POST /v1.0/users', body);
    expect([answer.status, errorMessage(answer)]).toEqual([400, expect.stringContaining(message)]);
  });
});

test('without $select everybody shows what is documented, in owners and in the recycle bin too', async () => {
  const person = await create(call, '/v1.0/users', user('shown'));
  const { applicationId } = await register(call);
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${idOf(person)}` };
  await call(`POST /v1.0/applications/${applicationId}/owners/$ref`, reference);
  const { body } = await call(`GET /v1.0/applications/${applicationId}?$expand=owners`);
  await call(`DELETE /v1.0/users/${idOf(person)}`);
  const deleted = await call(`GET /v1.0/directory/deletedItems/${idOf(person)}`);
  const owners = body['owners'] as readonly JsonObject[];
  const inOwners = owners.find(({ id }) => id === idOf(person));
  const isDefault = (shown: JsonObject | undefined): readonly boolean[] =>
    ['surname', 'accountEnabled', 'identities', 'userType'].map((name) => shown !== undefined && name in shown);
  for (const shown of [person.body, inOwners, deleted.body]) {
    expect(isDefault(shown)).toEqual([true, false, false, false]);
  }
  // Microsoft's SDK for .NET writes the short name of the namespace.
  const bin = await call('GET /v1.0/directory/deletedItems/graph.user');
  expect(valuesOf(bin, 'id')).toContain(idOf(person));
});

test('an application has no /me', async () => {
  const answer = await call('GET /v1.0/me');
  expect([answer.status, errorMessage(answer)]).toEqual([
    400,
    '/me request is only valid with delegated authentication flow.',
  ]);
});

test('one grant for a client, resource and principal; its scopes can change', async () => {
  const [client, resource] = [
    await register(call),
    await register(call, { api: { oauth2PermissionScopes: [scope('a')] } }),
  ];
  const grant = {
    clientId: client.principalId,
    resourceId: resource.principalId,
    consentType: 'AllPrincipals',
    scope: 'a',
  };
  const path = '/v1.0/oauth2PermissionGrants';
  const made = await create(call, path, grant);
  const second = await call(`POST ${path}`, { ...grant, scope: 'b' });
  const changed = await call(`PATCH ${path}/${idOf(made)}`, { scope: 'a b' });
  const moved = await call(`PATCH ${path}/${idOf(made)}`, { resourceId: GRAPH_PRINCIPAL });
  const found = await call(
    `GET ${path}?$filter=clientId eq '${client.principalId}' and consentType eq 'AllPrincipals'`,
  );
  expect([second.status, errorCode(second), errorMessage(second)]).toEqual([
    409,
    'Request_MultipleObjectsWithSameKeyValue',
    'Permission entry already exists.',
  ]);
  expect([changed.status, moved.status, valuesOf(found, 'scope')]).toEqual([204, 400, ['a b']]);
});

test.each([
  [{ clientId: NO_SUCH_ID }, 404],
  [{ resourceId: NO_SUCH_ID }, 404],
  [{ consentType: 'Principal' }, 400],
  [{ consentType: 'Principal', principalId: NO_SUCH_ID }, 404],
  [{ principalId: NO_SUCH_ID }, 400],
  [{ consentType: 'Everybody' }, 400],
])('refuses a grant with %j', async (changes, status) => {
  const { principalId: clientId } = await register(call);
  const grant = { clientId, resourceId: GRAPH_PRINCIPAL, consentType: 'AllPrincipals', scope: 'openid' };
  expect((await call('POST /v1.0/oauth2PermissionGrants', { ...grant, ...changes })).status).toBe(status);
});

test('a role goes to a group once, shows both names, and goes with either of them', async () => {
  const { principalId: resourceId } = await instantiate(call, 'AWS');
  const made = await create(call, '/v1.0/groups', group('assigned'));
  const path = `/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo`;
  const body = { appRoleId: USER_ROLE, principalId: idOf(made), resourceId };
  const assigned = await create(call, path, body);
  const again = await call(`POST ${path}`, body);
  const bySide = await call(`GET /v1.0/groups/${idOf(made)}/appRoleAssignments`);
  await call(`DELETE /v1.0/groups/${idOf(made)}`);
  const after = await call(`GET ${path}`);
  expect(assigned.body).toMatchObject({
    principalType: 'Group',
    principalDisplayName: 'assigned',
    resourceDisplayName: 'AWS',
  });
  expect([again.status, errorMessage(again)]).toEqual([400, 'Permission being assigned already exists on the object']);
  expect(valuesOf(bySide, 'id')).toEqual([idOf(assigned)]);
  expect(after.body['value']).toEqual([]);
});

test.each([
  [
    'a role that the application does not have',
    { appRoleId: NO_SUCH_ID },
    400,
    'Permission being assigned was not found',
  ],
  ['the default role where it has roles', { appRoleId: '00000000-0000-0000-0000-000000000000' }, 400, 'was not found'],
  ['nobody', { principalId: NO_SUCH_ID }, 404, NO_SUCH_ID],
  ['another resource than that of the path', { resourceId: GRAPH_PRINCIPAL }, 400, "'resourceId' must be"],
])('refuses to assign %s', async (...[, changes, status, message]) => {
  const { principalId: resourceId } = await instantiate(call);
  const made = await create(call, '/v1.0/groups', group('g'));
  const body = { appRoleId: USER_ROLE, principalId: idOf(made), resourceId, ...changes };
  const answer = await call(`POST /v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo`, body);
  expect(answer.status).toBe(status);
  expect(errorMessage(answer)).toContain(message);
});

test('a role that is for users cannot be given to an application', async () => {
  const { principalId: resourceId } = await instantiate(call);
  const { principalId } = await register(call);
  const body = { appRoleId: USER_ROLE, principalId, resourceId };
  expect((await call(`POST /v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo`, body)).status).toBe(400);
});

test('deleting a service principal takes its grants, assignments and policies along', async () => {
  const { principalId: clientId } = await register(call);
  const grant = { clientId, resourceId: GRAPH_PRINCIPAL, consentType: 'AllPrincipals', scope: 'openid' };
  const made = await create(call, '/v1.0/oauth2PermissionGrants', grant);
  await call(`DELETE /v1.0/servicePrincipals/${clientId}`);
  expect((await call(`GET /v1.0/oauth2PermissionGrants/${idOf(made)}`)).status).toBe(404);
});

const definition = ['{"ClaimsMappingPolicy":{"Version":1,"IncludeBasicClaimSet":"true","ClaimsSchema":[]}}'];
const policy = { definition, displayName: 'nameid' };

test('a claims policy comes back byte for byte, and a service principal has one at most', async () => {
  const odd = ['{"ClaimsMappingPolicy":  {"Version":1, "ClaimsSchema":[ ]}}'];
  const first = await create(call, '/v1.0/policies/claimsMappingPolicies', { ...policy, definition: odd });
  const second = await create(call, '/v1.0/policies/claimsMappingPolicies', policy);
  const { principalId } = await instantiate(call);
  const path = `/v1.0/servicePrincipals/${principalId}/claimsMappingPolicies`;
  const assign = (id: string) => call(`POST ${path}/$ref`, { '@odata.id': `https://x/v1.0/directoryObjects/${id}` });
  const answers = [
    await assign(idOf(first)),
    await assign(idOf(first)),
    await assign(idOf(second)),
    await assign(NO_SUCH_ID),
  ];
  const listed = await call(`GET ${path}`);
  await call(`DELETE /v1.0/policies/claimsMappingPolicies/${idOf(first)}`);
  const after = await call(`GET ${path}`);
  expect(answers.map(({ status }) => status)).toEqual([204, 400, 400, 404]);
  expect(valuesOf(listed, 'definition')).toEqual([odd]);
  expect(after.body['value']).toEqual([]);
});

test.each([
  ['[]', { definition: [] }],
  ['two', { definition: [...definition, ...definition] }],
  ['no JSON', { definition: ['x'] }],
  ['another kind', { definition: ['{"TokenLifetimePolicy":{"Version":1}}'] }],
  ['no name', { displayName: '' }],
])('refuses a claims policy with %s', async (_what, changes) => {
  expect((await call('POST /v1.0/policies/claimsMappingPolicies', { ...policy, ...changes })).status).toBe(400);
});

const access = {
  displayName: 'MFA',
  state: 'enabled',
  conditions: {
    clientAppTypes: ['all'],
    applications: { includeApplications: ['All'] },
    users: { includeUsers: ['All'] },
  },
  grantControls: { operator: 'OR', builtInControls: ['mfa'] },
};

test.each([
  ['no name', { displayName: '' }, '1012'],
  ['no control', { grantControls: null }, '1034'],
  [
    'an unknown application',
    { conditions: { ...access.conditions, applications: { includeApplications: [NO_SUCH_ID] } } },
    '1011',
  ],
  ['an unknown user', { conditions: { ...access.conditions, users: { includeUsers: [NO_SUCH_ID] } } }, '1009'],
  ['an unknown group', { conditions: { ...access.conditions, users: { includeGroups: [NO_SUCH_ID] } } }, '1010'],
  ['nobody', { conditions: { ...access.conditions, users: {} } }, '1040'],
  ['no client', { conditions: { ...access.conditions, clientAppTypes: [] } }, '1024'],
])('refuses a conditional access policy with %s', async (_what, changes, code) => {
  const answer = await call('POST /v1.0/identity/conditionalAccess/policies', { ...access, ...changes });
  expect([answer.status, errorCode(answer)]).toEqual([400, 'BadRequest']);
  expect(errorMessage(answer)).toMatch(`${code}: Policy `);
});

test('knows the organization, and any object by its id', async () => {
  const organization = await call('GET /v1.0/organization');
  const found = await call('GET /v1.0/groups?$filter=displayName eq %27Operators%27');
  const id = String(valuesOf(found, 'id')[0]);
  const object = await call(`GET /v1.0/directoryObjects/${id}`);
  const several = await call('POST /v1.0/directoryObjects/getByIds', { ids: [id, GRAPH_PRINCIPAL], types: ['group'] });
  expect(valuesOf(organization, 'tenantType')).toEqual(['AAD B2C']);
  expect(object.body).toMatchObject({ '@odata.type': '#microsoft.graph.group', displayName: 'Operators' });
  expect(valuesOf(several, 'id')).toEqual([id]);
});

test('members come in pages, with the chosen properties that each type has', async () => {
  const parent = idOf(await create(call, '/v1.0/groups', group('Paged')));
  const inner = idOf(await create(call, '/v1.0/groups', group('Paged inner')));
  const person = idOf(await create(call, '/v1.0/users', user('paged')));
  for (const id of [inner, person]) {
    await call(`POST /v1.0/groups/${parent}/members/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
    });
  }
  const path = `/v1.0/groups/${parent}/members`;
  const first = await call(`GET ${path}?$select=id,accountEnabled&$top=1`);
  const next = new URL(textOf(first.body, '@odata.nextLink'));
  const second = await call(`GET ${next.pathname}${next.search}`);
  expect([first.body['value'], second.body['value'], second.body['@odata.nextLink']]).toEqual([
    [{ '@odata.type': '#microsoft.graph.group', id: inner }],
    [{ '@odata.type': '#microsoft.graph.user', id: person, accountEnabled: true }],
    undefined,
  ]);
});
