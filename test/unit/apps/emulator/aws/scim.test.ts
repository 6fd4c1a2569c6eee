import * as fc from 'fast-check';
import { IdentityStore } from '../../../../../apps/emulator/aws/identity-store';
import { KeptUser } from '../../../../../apps/emulator/aws/resources';
import { ScimEndpoint, type ScimReply } from '../../../../../apps/emulator/aws/scim/endpoint';

const ADA = {
  userName: 'ada@example.com',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  displayName: 'Ada Lovelace',
  active: true,
  emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
};

interface Client {
  readonly store: IdentityStore;
  readonly endpoint: ScimEndpoint;
  readonly send: (request: string, body?: object) => ScimReply;
  /** Sends operations of a PATCH. */
  readonly patch: (path: string, ...operations: readonly object[]) => ScimReply;
}

function openEndpoint(): Client {
  const store = new IdentityStore();
  const endpoint = new ScimEndpoint({ store, tenant: 't1' });
  const send: Client['send'] = (request, body) => {
    const [method = '', path = ''] = request.split(/ (.*)/s);
    const authorization = `Bearer ${endpoint.token}`;
    return endpoint.handle({ method, url: `${endpoint.path}${path}`, authorization, body: JSON.stringify(body) });
  };
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
  return {
    store,
    endpoint,
    send,
    patch: (path, ...Operations) => send(`PATCH ${path}`, { schemas, Operations }),
  };
}

const filtered = (path: string, filter: string): string => `GET ${path}?filter=${encodeURIComponent(filter)}`;

test('a user is created, found by name in any case, disabled and deleted, and the page of requests shows it newest first', () => {
  const { store, endpoint, send, patch } = openEndpoint();
  expect(send('POST /Users', ADA).status).toBe(201);
  const [{ id } = { id: '' }] = store.users.all;
  expect(send(filtered('/Users', 'userName eq "ADA@example.com"'))).toMatchObject({
    status: 200,
    body: { totalResults: 1, Resources: [{ id }] },
  });
  expect(patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: false })).toMatchObject({
    status: 200,
    body: { active: false },
  });
  expect(store.users.findByName('ADA@EXAMPLE.COM')?.active).toBe(false);
  expect(send(`DELETE /Users/${id}`)).toEqual({ status: 204 });
  expect(store.users.all).toEqual([]);
  expect(endpoint.requests.map(({ method, token }) => [method, token])).toEqual(
    ['DELETE', 'PATCH', 'GET', 'POST'].map((method) => [method, `…${endpoint.token.slice(-4)}`]),
  );
  expect(JSON.stringify(endpoint.requests)).not.toContain(endpoint.token);
});

test.each([
  ['no family name', { ...ADA, name: { givenName: 'Ada' } }],
  ['two e-mail addresses', { ...ADA, emails: [...ADA.emails, { value: 'a@b.c', type: 'home', primary: true }] }],
  ['an address that is not primary', { ...ADA, emails: [{ value: 'a@b.c', type: 'work' }] }],
  ['active null', { ...ADA, active: null }],
  ['a password', { ...ADA, password: 'secret' }],
  ['groups', { ...ADA, groups: [] }],
])('a user with %s is refused', (_, body) => {
  const { store, send } = openEndpoint();
  expect(send('POST /Users', body).status).toBe(400);
  expect(store.users.all).toEqual([]);
});

test('names and addresses are unique, also after a change', () => {
  const { store, send, patch } = openEndpoint();
  send('POST /Users', ADA);
  expect(send('POST /Users', { ...ADA, userName: 'other@example.com' }).status).toBe(409);
  send('POST /Users', { ...ADA, userName: 'berta@example.com', emails: undefined });
  const berta = store.users.findByName('berta@example.com')?.id ?? '';
  expect(patch(`/Users/${berta}`, { op: 'Replace', path: 'userName', value: 'ADA@example.com' }).status).toBe(409);
  const path = 'emails[type eq "work"].value';
  expect(patch(`/Users/${berta}`, { op: 'Add', path, value: 'ada@example.com' }).status).toBe(409);
  expect(store.users.findByName('berta@example.com')?.emails).toBeUndefined();
});

test.each([
  ['active to null', [{ op: 'Replace', path: 'active', value: null }]],
  [
    'active twice',
    [
      { op: 'Replace', path: 'active', value: false },
      { op: 'Replace', path: 'active', value: true },
    ],
  ],
  ['active away', [{ op: 'Remove', path: 'active' }]],
  ['a required name away', [{ op: 'Remove', path: 'name.familyName' }]],
  ['something without a path away', [{ op: 'Remove' }]],
  ['photos', [{ op: 'Add', path: 'photos', value: [] }]],
])('a PATCH of %s is refused, and changes nothing', (_, operations) => {
  const { store, send, patch } = openEndpoint();
  send('POST /Users', ADA);
  const [before] = store.users.all;
  expect(patch(`/Users/${before?.id ?? ''}`, { op: 'Replace', path: 'title', value: 'Dr' }, ...operations).status).toBe(
    400,
  );
  expect(store.users.all).toEqual([before]);
});

test('a PATCH changes names, addresses and attributes of the extension', () => {
  const { store, send, patch } = openEndpoint();
  send('POST /Users', ADA);
  const { id } = store.users.all[0] ?? { id: '' };
  const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  patch(
    `/Users/${id}`,
    { op: 'Replace', path: 'name.familyName', value: 'King' },
    { op: 'Add', path: `${enterprise}:department`, value: 'Claims' },
    { op: 'Add', path: 'phoneNumbers[type eq "work"].value', value: '+49 1' },
    { op: 'Remove', path: 'emails[type eq "work"].value' },
  );
  expect(store.users.find(id)).toMatchObject({
    name: { givenName: 'Ada', familyName: 'King' },
    phoneNumbers: [{ type: 'work', value: '+49 1' }],
    [enterprise]: { department: 'Claims' },
  });
  expect(store.users.find(id)?.emails).toBeUndefined();
});

test.each(['userName sw "a"', 'displayName eq "Ada"', 'userName eq "a" or userName eq "b"', 'userName eq ada'])(
  'the filter %s is refused',
  (filter) => {
    expect(openEndpoint().send(filtered('/Users', filter)).status).toBe(400);
  },
);

test('members come and go one by one; a group shows none, and a filter tells', () => {
  const { store, send, patch } = openEndpoint();
  send('POST /Users', ADA);
  send('POST /Groups', { displayName: 'Network Operators', externalId: 'e1' });
  const [user, group] = [store.users.all[0]?.id ?? '', store.groups.all[0]?.id ?? ''];
  expect(patch(`/Groups/${group}`, { op: 'Add', path: 'members', value: [{ value: user }] })).toEqual({ status: 204 });
  expect(send(`GET /Groups/${group}`)).toMatchObject({ body: { members: [] } });
  expect(send(filtered('/Groups', `id eq "${group}" and members eq "${user}"`))).toMatchObject({
    body: { totalResults: 1 },
  });
  expect(store.groupsOf(user).map(({ displayName }) => displayName)).toEqual(['Network Operators']);
  expect(patch(`/Groups/${group}`, { op: 'Remove', path: 'members' }).status).toBe(400);
  expect(patch(`/Groups/${group}`, { op: 'Replace', path: 'members', value: [] }).status).toBe(400);
  const many = Array.from({ length: 101 }, () => ({ value: user }));
  expect(patch(`/Groups/${group}`, { op: 'Add', path: 'members', value: many }).status).toBe(400);
  const [some, rest] = [many.slice(0, 50), many.slice(50)];
  const together = [
    { op: 'Add', path: 'members', value: some },
    { op: 'Remove', path: 'members', value: rest },
  ];
  expect(patch(`/Groups/${group}`, ...together).status).toBe(400);
  expect(patch(`/Groups/${group}`, { op: 'Add', path: 'members', value: [{ value: 'unknown' }] }).status).toBe(404);
  patch(`/Groups/${group}`, { op: 'Remove', path: 'members', value: [{ value: user }] });
  expect(store.groupsOf(user)).toEqual([]);
  expect(send('POST /Groups', { displayName: 'network operators' }).status).toBe(409);
});

test('a wrong token and a wrong tenant are refused alike, before anything else', () => {
  const { endpoint } = openEndpoint();
  const authorization = `Bearer ${endpoint.token}`;
  for (const request of [
    { method: 'GET', url: `${endpoint.path}/Users` },
    { method: 'GET', url: `${endpoint.path}/Users`, authorization: 'Bearer wrong' },
    { method: 'GET', url: '/t2/scim/v2/Users', authorization },
  ]) {
    expect(endpoint.handle(request)).toMatchObject({ status: 401, body: { status: '401' } });
  }
  expect(endpoint.handle({ method: 'POST', url: `${endpoint.path}/Bulk`, authorization }).status).toBe(400);
});

test('a group takes the id that the organization has for its name, and goes with nobody in it', () => {
  const store = new IdentityStore({ groupIds: new Map([['Network Operators', 'g-1']]) });
  const group = store.groups.add({ displayName: 'Network Operators', members: [] });
  expect(group.id).toBe('g-1');
  store.groups.remove('g-1');
  expect(store.groups.all).toEqual([]);
});

test('whatever is sent is answered, and never half done', () => {
  const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE');
  const paths = fc.oneof(
    fc.constantFrom('/Users', '/Groups', '/Users/1', '/Groups/1', '/Users/%', '/Users?filter=%22', '/Users?count=-1'),
    fc.webPath().map((path) => `/Users${path}`),
  );
  const operation = fc.record(
    {
      op: fc.constantFrom('add', 'Replace', 'remove', 'move'),
      path: fc.constantFrom(
        'members',
        'active',
        'name',
        'emails[type eq "work"]',
        '__proto__',
        'constructor.name',
        '[',
      ),
      value: fc.jsonValue(),
    },
    { requiredKeys: ['op'] },
  );
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
  const bodies = fc.oneof(
    fc.json(),
    fc.string(),
    fc.array(operation, { maxLength: 3 }).map((Operations) => JSON.stringify({ schemas, Operations })),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(methods, paths, bodies), { maxLength: 8 }), (requests) => {
      const store = new IdentityStore();
      const endpoint = new ScimEndpoint({ store, tenant: 't' });
      const authorization = `Bearer ${endpoint.token}`;
      store.users.add({ ...ADA, emails: undefined });
      store.groups.add({ displayName: 'Operators', members: [] });
      const [user, group] = [store.users.all[0]?.id ?? '', store.groups.all[0]?.id ?? ''];
      for (const [method, path, body] of requests) {
        const place = path.replace('Users/1', `Users/${user}`).replace('Groups/1', `Groups/${group}`);
        const { status } = endpoint.handle({ method, url: `${endpoint.path}${place}`, authorization, body });
        expect([200, 201, 204, 400, 404, 409]).toContain(status);
      }
      // Whoever is there is whole.
      for (const one of store.users.all) expect(KeptUser.safeParse(one).success).toBe(true);
    }),
  );
});
