import { IdentityStore } from '../../../../apps/emulator/aws/identity-store';
import { ScimEndpoint } from '../../../../apps/emulator/aws/scim/endpoint';
import { isObject, type Json, type JsonObject, objectsOf } from '../../../../apps/emulator/graph/json';
import {
  type CycleInput,
  type CycleResult,
  runCycle,
} from '../../../../apps/emulator/graph/resources/synchronization/cycle/cycle';
import { mappingsOf } from '../../../../apps/emulator/graph/resources/synchronization/cycle/mapping';
import { ScimTarget } from '../../../../apps/emulator/graph/resources/synchronization/cycle/scim';
import type { SourceObject } from '../../../../apps/emulator/graph/resources/synchronization/cycle/source';
import { FIRST } from '../../../../apps/emulator/graph/resources/synchronization/cycle/state';
import { templateSchema } from '../../../../apps/emulator/graph/resources/synchronization/schema';

function person(id: string, changes: Partial<SourceObject> = {}): SourceObject {
  const name = `${id}@example.com`;
  const attributes = {
    objectId: id,
    userPrincipalName: name,
    displayName: id,
    givenName: id,
    surname: 'Tester',
    mail: name,
    accountEnabled: 'True',
    ...changes.attributes,
  };
  return { id, kind: 'User', name, state: 'in-scope', members: [], ...changes, attributes };
}

function group(id: string, members: readonly string[], changes: Partial<SourceObject> = {}): SourceObject {
  const attributes = { objectId: id, displayName: id };
  return { id, kind: 'Group', name: id, state: 'in-scope', attributes, members, ...changes };
}

const SCHEMA = templateSchema('aWSSingleSignon');

interface World {
  readonly store: IdentityStore;
  /** Runs the next cycle over these objects. */
  readonly cycle: (objects: readonly SourceObject[], changes?: Partial<CycleInput>) => Promise<CycleResult>;
  /** Requests since the last call, `POST /Users`. */
  readonly requests: () => readonly string[];
  readonly answer: { status?: number | undefined };
  /** Loses what the job knows, as a kill in the middle of a cycle does. */
  readonly forget: () => void;
  readonly active: () => Readonly<Record<string, boolean>>;
  readonly membersOf: (name: string) => readonly string[];
}

/** A job before IAM Identity Center's endpoint, without a port. */
function openWorld(): World {
  const store = new IdentityStore();
  const endpoint = new ScimEndpoint({ store, tenant: 't' });
  const answer: World['answer'] = {};
  let sent: string[] = [];
  let state = FIRST;
  const target = new ScimTarget(({ method, path, body }) => {
    sent.push(`${method} ${path.replaceAll(/[\da-f-]{36}/g, '{id}').replace(/\?.*/, '')}`);
    if (answer.status !== undefined) return Promise.resolve({ status: answer.status, body: {} });
    const authorization = `Bearer ${endpoint.token}`;
    const request = { method, url: `${endpoint.path}${path}`, authorization, body: JSON.stringify(body) };
    const reply = endpoint.handle(request);
    const json = JSON.parse(JSON.stringify(reply.body ?? {})) as Json;
    return Promise.resolve({ status: reply.status, body: isObject(json) ? json : {} });
  });
  const nameOf = (id: string): string => store.users.find(id)?.displayName ?? id;
  return {
    store,
    answer,
    forget: () => {
      state = FIRST;
    },
    cycle: async (objects, changes = {}) => {
      const input = { objects, mappings: mappingsOf(SCHEMA), schemaVersion: 'v1', skipsOutOfScope: false, ...changes };
      const result = await runCycle(target, input, state);
      // As the job keeps it.
      state = JSON.parse(JSON.stringify(result.state)) as typeof state;
      return result;
    },
    requests: () => {
      const all = sent;
      sent = [];
      return all;
    },
    active: () => Object.fromEntries(store.users.all.map(({ displayName, active }) => [displayName, active])),
    membersOf: (name) => (store.groups.findByName(name)?.members ?? []).map(nameOf),
  };
}

const statuses = ({ outcomes }: CycleResult): readonly string[] =>
  outcomes.map(({ id, action, status, reason }) =>
    [id, action, status, reason].filter((part) => part !== '').join(' '),
  );

test('a first cycle makes users and groups with members, and the next sends nothing', async () => {
  const { cycle, requests, store, membersOf } = openWorld();
  const objects = [person('ada'), person('carl'), group('Operators', ['ada', 'carl'])];
  const first = await cycle(objects);
  expect(statuses(first)).toEqual(['ada create success', 'carl create success', 'Operators create success']);
  expect(requests()).toEqual([
    'GET /Users',
    'POST /Users',
    'GET /Users',
    'POST /Users',
    'GET /Groups',
    'POST /Groups',
    'PATCH /Groups/{id}',
  ]);
  expect(membersOf('Operators')).toEqual(['ada', 'carl']);
  expect(store.users.findByName('ada@example.com')).toMatchObject({
    active: true,
    name: { givenName: 'ada', familyName: 'Tester', formatted: 'ada Tester' },
    emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
  });
  await cycle(objects);
  expect(requests()).toEqual([]);
});

test('joining a group gains, leaving it loses; who is in no assigned group is disabled, and stays', async () => {
  const { cycle, requests, active, membersOf } = openWorld();
  await cycle([person('ada'), person('carl', { state: 'out-of-scope' }), group('Operators', ['ada'])]);
  expect(active()).toEqual({ ada: true });
  await cycle([person('ada'), person('carl'), group('Operators', ['ada', 'carl'])]);
  expect(membersOf('Operators')).toEqual(['ada', 'carl']);
  requests();
  const left = await cycle([person('ada', { state: 'out-of-scope' }), person('carl'), group('Operators', ['carl'])]);
  expect(statuses(left)).toEqual(['ada disable success', 'Operators update success']);
  expect([active(), membersOf('Operators')]).toEqual([{ ada: false, carl: true }, ['carl']]);
  // Nobody looks after ada any more: deleting her sends nothing.
  requests();
  await cycle([person('ada', { state: 'soft-deleted' }), person('carl'), group('Operators', ['carl'])]);
  await cycle([person('carl'), group('Operators', ['carl'])]);
  expect([requests(), active()]).toEqual([[], { ada: false, carl: true }]);
});

test('somebody who comes back is the same user, active again', async () => {
  const { cycle, store, active } = openWorld();
  await cycle([person('ada'), group('Operators', ['ada'])]);
  const before = store.users.all[0]?.id;
  await cycle([person('ada', { state: 'out-of-scope' }), group('Operators', [])]);
  await cycle([person('ada'), group('Operators', ['ada'])]);
  expect([store.users.all[0]?.id, active(), store.groups.all[0]?.members]).toEqual([before, { ada: true }, [before]]);
});

test('a cycle that was killed is repeated without making anybody twice', async () => {
  const { cycle, forget, store, membersOf } = openWorld();
  const objects = [person('ada'), person('carl'), group('Operators', ['ada', 'carl'])];
  await cycle(objects);
  forget();
  await cycle(objects);
  expect([store.users.all.length, store.groups.all.length, membersOf('Operators')]).toEqual([2, 1, ['ada', 'carl']]);
  // A membership that changed since is caught up with what the job was told of.
  await cycle([person('ada'), person('carl'), group('Operators', ['ada'])]);
  expect(membersOf('Operators')).toEqual(['ada']);
});

test('somebody renamed is the same user under another name', async () => {
  const { cycle, store } = openWorld();
  await cycle([person('ada')]);
  const before = store.users.all[0]?.id;
  await cycle([person('ada', { attributes: { userPrincipalName: 'king@example.com' } })]);
  expect(store.users.all.map(({ id, userName }) => [id, userName])).toEqual([[before, 'king@example.com']]);
});

test('a disabled account is disabled, and never made', async () => {
  const { cycle, active } = openWorld();
  const disabled = { attributes: { accountEnabled: 'False' } };
  await cycle([person('ada')]);
  const result = await cycle([person('ada', disabled), person('carl', disabled)]);
  expect(statuses(result)).toEqual(['ada disable success', 'carl other skipped NotActive']);
  expect(active()).toEqual({ ada: false });
});

test('the recycle bin disables and keeps memberships; deleting for good deletes', async () => {
  const { cycle, requests, active, store, membersOf } = openWorld();
  await cycle([person('ada'), person('carl'), group('Operators', ['ada', 'carl'])]);
  await cycle([person('ada', { state: 'soft-deleted' }), person('carl'), group('Operators', ['carl'])]);
  expect([active(), membersOf('Operators')]).toEqual([{ ada: false, carl: true }, ['ada', 'carl']]);
  requests();
  const gone = await cycle([person('carl'), group('Operators', ['carl'])]);
  expect([statuses(gone), requests()]).toEqual([['ada delete success'], ['DELETE /Users/{id}']]);
  expect([store.users.all.length, membersOf('Operators')]).toEqual([1, ['carl']]);
});

test('a group that is not assigned any more is deleted', async () => {
  const { cycle, store } = openWorld();
  await cycle([group('Operators', [])]);
  const result = await cycle([group('Operators', [], { state: 'out-of-scope' })]);
  expect([statuses(result), store.groups.all]).toEqual([['Operators delete success'], []]);
});

test('skipping deletions for who leaves the scope leaves them active', async () => {
  const { cycle, requests, active } = openWorld();
  await cycle([person('ada')]);
  requests();
  await cycle([person('ada', { state: 'out-of-scope' })], { skipsOutOfScope: true });
  expect([requests(), active()]).toEqual([[], { ada: true }]);
});

test('an existing user of the same name is matched, and brought up to date', async () => {
  const { cycle, store, requests } = openWorld();
  const name = { givenName: 'Old', familyName: 'Name' };
  const { id } = store.users.add({ userName: 'ADA@example.com', displayName: 'Old', name, active: true });
  const result = await cycle([person('ada')]);
  expect([statuses(result), requests()]).toEqual([['ada update success'], ['GET /Users', 'PATCH /Users/{id}']]);
  expect(store.users.find(id)).toMatchObject({ userName: 'ada@example.com', displayName: 'ada' });
});

test('a user deleted at the target by hand is made again when something changes, and by no cycle before', async () => {
  const { cycle, store, requests, membersOf } = openWorld();
  const operators = group('Operators', ['ada']);
  await cycle([person('ada'), operators]);
  store.removeUser(store.users.all[0]?.id ?? '');
  requests();
  await cycle([person('ada'), operators]);
  expect(requests()).toEqual([]);
  const again = await cycle([person('ada', { attributes: { department: 'Claims' } }), operators]);
  expect(statuses(again)).toEqual(['ada create success', 'Operators update success']);
  expect(membersOf('Operators')).toEqual(['ada']);
});

test('one that the target refuses is tried in each cycle, and others go on', async () => {
  const { cycle, requests, active, membersOf } = openWorld();
  const nameless = person('ada', { attributes: { surname: undefined } });
  const objects = [nameless, person('carl'), group('Operators', ['ada', 'carl'])];
  const first = await cycle(objects);
  expect(statuses(first)[0]).toBe('ada other failure SystemForCrossDomainIdentityManagementServiceError');
  expect([active(), membersOf('Operators')]).toEqual([{ carl: true }, ['carl']]);
  requests();
  await cycle(objects);
  expect(requests()).toEqual(['GET /Users', 'POST /Users']);
  const mended = await cycle([person('ada'), ...objects.slice(1)]);
  expect(statuses(mended)).toEqual(['ada create success', 'Operators update success']);
  expect(membersOf('Operators')).toEqual(['carl', 'ada']);
});

test('a refused token ends the cycle, what was done stays done, and the next goes on', async () => {
  const { cycle, answer, active } = openWorld();
  await cycle([person('ada')]);
  answer.status = 401;
  const refused = await cycle([person('ada', { state: 'out-of-scope' }), person('carl')]);
  expect(refused.problem).toContain('401');
  answer.status = undefined;
  await cycle([person('ada', { state: 'out-of-scope' }), person('carl')]);
  expect(active()).toEqual({ ada: false, carl: true });
});

test('more who leave than the threshold allows are held back, together, until somebody accepts', async () => {
  const { cycle, requests, active } = openWorld();
  await cycle([person('ada'), person('carl'), person('eve')]);
  requests();
  const objects = [
    person('ada', { attributes: { accountEnabled: 'False' } }),
    person('carl', { state: 'out-of-scope' }),
  ];
  const held = await cycle(objects, { mostDeletions: 2 });
  expect([held.heldBack.map(({ name }) => name), requests()]).toEqual([
    ['ada@example.com', 'carl@example.com', 'eve@example.com'],
    [],
  ]);
  await cycle(objects);
  expect(active()).toEqual({ ada: false, carl: false });
});

/** The template's schema with its mapping of users changed. */
function changedMapping(change: (mapping: JsonObject) => JsonObject): CycleInput['mappings'] {
  const synchronizationRules = objectsOf(SCHEMA, 'synchronizationRules').map((rule) => ({
    ...rule,
    objectMappings: objectsOf(rule, 'objectMappings').map((mapping) =>
      mapping['sourceObjectName'] === 'User' ? change(mapping) : mapping,
    ),
  }));
  return mappingsOf({ ...SCHEMA, synchronizationRules });
}

test('another mapping is an initial cycle; without one of active nobody is disabled', async () => {
  const { cycle, requests, active } = openWorld();
  await cycle([person('ada')]);
  requests();
  const withoutActive = changedMapping((mapping) => ({
    ...mapping,
    attributeMappings: objectsOf(mapping, 'attributeMappings').filter(
      ({ targetAttributeName }) => targetAttributeName !== 'active',
    ),
  }));
  const changes = { mappings: withoutActive, schemaVersion: 'v2' };
  expect(statuses(await cycle([person('ada')], changes))).toEqual(['ada other skipped RedundantExport']);
  await cycle([person('ada', { state: 'out-of-scope' })], changes);
  expect([requests().filter((one) => !one.startsWith('GET')), active()]).toEqual([[], { ada: true }]);
});

test('target object actions that are off are not sent', async () => {
  const { cycle, requests } = openWorld();
  await cycle([person('ada')]);
  requests();
  const mappings = changedMapping((mapping) => ({ ...mapping, flowTypes: 'Update' }));
  const result = await cycle([person('carl')], { mappings });
  expect([statuses(result), requests()]).toEqual([
    ['carl other skipped CreatesAreOff', 'ada other skipped DeletesAreOff'],
    ['GET /Users'],
  ]);
});
