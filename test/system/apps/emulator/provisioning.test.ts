import express from 'express';
import { createApp } from '../../../../apps/emulator/aws/app';
import { IdentityStore } from '../../../../apps/emulator/aws/identity-store';
import { ScimEndpoint } from '../../../../apps/emulator/aws/scim/endpoint';
import { RequestLog } from '../../../../apps/emulator/base/request-log';
import { listen } from '../../../../apps/emulator/base/server';
import { type JsonObject, objectOf, objectsOf, textOf } from '../../../../apps/emulator/graph/json';
import { idOf } from '../../../support/apps/emulator/support/client';
import { CALM, create, group, instantiate, useEmulator, user } from './support/use-emulator';

const { emulator, call } = useEmulator({ quirks: CALM });
const servers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of servers.splice(0)) await stop();
});

interface Provisioning {
  readonly store: IdentityStore;
  readonly endpoint: ScimEndpoint;
  readonly principal: string;
  readonly job: string;
  /** Address of the endpoint. */
  readonly address: string;
  readonly stop: () => Promise<void>;
  /** Creates somebody in the directory. */
  readonly join: (name: string) => Promise<string>;
  readonly change: (action: 'add' | 'remove', groupId: string, id: string) => Promise<unknown>;
  readonly assigned: (name: string) => Promise<string>;
}

/** The emulator's AWS application before a SCIM endpoint on this machine. */
async function openProvisioning(secrets: JsonObject = {}): Promise<Provisioning> {
  const store = new IdentityStore();
  const endpoint = new ScimEndpoint({ store, tenant: 'tenant-1' });
  const server = await listen('127.0.0.1', 0);
  servers.push(server.stop);
  server.answerWith(express().use(createApp(endpoint, new RequestLog(undefined))));
  const { principalId } = await instantiate(call);
  const principal = `/v1.0/servicePrincipals/${principalId}`;
  const roles = objectsOf((await call(`GET ${principal}`)).body, 'appRoles');
  const appRoleId = textOf(roles.find(({ isEnabled }) => isEnabled === true) ?? {}, 'id');
  const address = `http://127.0.0.1:${server.port}${endpoint.path}`;
  const all = {
    BaseAddress: address,
    SecretToken: endpoint.token,
    SyncAll: 'false',
    ...secrets,
  };
  await call(`PUT ${principal}/synchronization/secrets`, {
    value: Object.entries(all).map(([key, value]) => ({ key, value })),
  });
  const made = await create(call, `${principal}/synchronization/jobs`, { templateId: 'aWSSingleSignon' });
  return {
    store,
    endpoint,
    principal,
    address,
    job: `${principal}/synchronization/jobs/${idOf(made)}`,
    stop: async () => {
      servers.splice(servers.indexOf(server.stop), 1);
      await server.stop();
    },
    join: async (name) =>
      idOf(await create(call, '/v1.0/users', user(name, { givenName: name, surname: 'Tester', displayName: name }))),
    change: (action, groupId, id) =>
      action === 'add'
        ? call(`POST /v1.0/groups/${groupId}/members/$ref`, {
            '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
          })
        : call(`DELETE /v1.0/groups/${groupId}/members/${id}/$ref`),
    assigned: async (name) => {
      const id = idOf(await create(call, '/v1.0/groups', group(name)));
      await create(call, `${principal}/appRoleAssignedTo`, {
        appRoleId,
        principalId: id,
        resourceId: principalId,
      });
      return id;
    },
  };
}

const statusOf = async (job: string): Promise<JsonObject> => objectOf((await call(`GET ${job}`)).body, 'status');

async function eventsOf(job: string): Promise<readonly string[]> {
  const { body } = await call('GET /v1.0/auditLogs/provisioning');
  return objectsOf(body, 'value')
    .filter((event) => job.endsWith(`/${textOf(event, 'jobId')}`))
    .map((event) => {
      const source = textOf(objectOf(event, 'sourceIdentity'), 'displayName').replace(/@.*/, '');
      const status = textOf(objectOf(event, 'provisioningStatusInfo'), 'status');
      return `${source} ${textOf(event, 'provisioningAction')} ${status}`;
    });
}

test('joining a group, a cycle, and leaving it: the Identity Store follows, and the log tells', async () => {
  const { store, job, join, change, assigned } = await openProvisioning();
  const [ada, operators] = [await join('ada1'), await assigned('Operators1')];
  await change('add', operators, ada);
  expect((await call(`POST ${job}/start`)).status).toBe(204);
  expect(store.groups.all.map(({ displayName, members }) => [displayName, members.length])).toEqual([
    ['Operators1', 1],
  ]);
  expect(await statusOf(job)).toMatchObject({
    code: 'Active',
    lastExecution: { state: 'Succeeded', countExported: 2 },
  });
  const berta = await join('berta1');
  await change('add', operators, berta);
  await change('remove', operators, ada);
  expect(store.users.all).toHaveLength(1);
  await emulator().provision();
  expect(store.users.all.map(({ displayName, active }) => [displayName, active])).toEqual([
    ['ada1', false],
    ['berta1', true],
  ]);
  expect(store.groupsOf(store.users.all[0]?.id ?? '')).toEqual([]);
  expect(await eventsOf(job)).toEqual([
    'ada1 create success',
    'Operators1 create success',
    'ada1 disable success',
    'berta1 create success',
    'Operators1 update success',
  ]);
});

test('nested groups are not followed, and nobody outside the assigned groups is provisioned', async () => {
  const { store, job, join, change, assigned } = await openProvisioning();
  const [ada, berta, operators] = [await join('ada2'), await join('berta2'), await assigned('Operators2')];
  const inner = idOf(await create(call, '/v1.0/groups', group('Inner2')));
  await change('add', inner, ada);
  await change('add', operators, inner);
  await change('add', operators, berta);
  await call(`POST ${job}/start`);
  expect(store.users.all.map(({ displayName }) => displayName)).toEqual(['berta2']);
});

test('a token that the endpoint refuses quarantines the job; the right one ends it', async () => {
  const { store, endpoint, principal, job, join, change, assigned } = await openProvisioning({
    SecretToken: 'another',
  });
  await change('add', await assigned('Operators3'), await join('ada3'));
  await call(`POST ${job}/start`);
  await emulator().provision();
  expect(await statusOf(job)).toMatchObject({
    code: 'Quarantine',
    quarantine: { reason: 'EncounteredQuarantineException', seriesCount: 2 },
  });
  expect(endpoint.requests.map(({ reply }) => reply.status)).toEqual([401, 401]);
  await call(`PUT ${principal}/synchronization/secrets`, { value: [{ key: 'SecretToken', value: endpoint.token }] });
  await emulator().provision();
  expect([textOf(await statusOf(job), 'code'), store.users.all.length]).toEqual(['Active', 1]);
});

test('a connection is tested against the endpoint, with saved credentials and with others', async () => {
  const { endpoint, job, address, stop } = await openProvisioning();
  const validate = async (body: JsonObject): Promise<number> =>
    (await call(`POST ${job}/validateCredentials`, body)).status;
  const others = (token: string): JsonObject => ({
    useSavedCredentials: false,
    credentials: [
      { key: 'BaseAddress', value: address },
      { key: 'SecretToken', value: token },
    ],
  });
  expect(await validate({ useSavedCredentials: true })).toBe(204);
  expect(await validate(others(endpoint.token))).toBe(204);
  expect(await validate(others('another'))).toBe(400);
  expect(endpoint.requests.map(({ reply }) => reply.status)).toEqual([401, 200, 200]);
  await stop();
  expect(await validate({ useSavedCredentials: true })).toBe(400);
});

test('an endpoint that is away quarantines the job, and a paused job sends nothing', async () => {
  const { store, job, stop, join, change, assigned } = await openProvisioning();
  await change('add', await assigned('Operators4'), await join('ada4'));
  await call(`POST ${job}/start`);
  await call(`POST ${job}/pause`);
  await change('add', await assigned('Others4'), await join('berta4'));
  await emulator().provision();
  expect([store.users.all.length, textOf(await statusOf(job), 'code')]).toEqual([1, 'Paused']);
  await stop();
  await call(`POST ${job}/start`);
  expect(textOf(await statusOf(job), 'code')).toBe('Quarantine');
});

test('too many deletions wait for a restart, which lets them through', async () => {
  const SyncNotificationSettings = JSON.stringify({
    Enabled: true,
    Recipients: 'a@example.com',
    DeleteThresholdEnabled: true,
    DeleteThresholdValue: 1,
  });
  const { store, job, join, change, assigned } = await openProvisioning({ SyncNotificationSettings });
  const operators = await assigned('Operators5');
  const people = [await join('ada5'), await join('berta5')];
  for (const id of people) await change('add', operators, id);
  await call(`POST ${job}/start`);
  for (const id of people) await change('remove', operators, id);
  await emulator().provision();
  await emulator().provision();
  expect(await statusOf(job)).toMatchObject({ code: 'Quarantine', quarantine: { reason: 'TooManyDeletes' } });
  expect(store.users.all.filter(({ active }) => active)).toHaveLength(2);
  expect((await eventsOf(job)).slice(-2)).toEqual(['ada5 stagedDelete skipped', 'berta5 stagedDelete skipped']);
  await call(`POST ${job}/restart`, { criteria: { resetScope: 'Watermark, QuarantineState' } });
  expect(store.users.all.filter(({ active }) => active)).toEqual([]);
  expect(textOf(await statusOf(job), 'code')).toBe('Active');
});

test('on demand, one person is sent at once, and who is not assigned is skipped', async () => {
  const { store, job, join, change, assigned } = await openProvisioning();
  const [ada, berta] = [await join('ada6'), await join('berta6')];
  await change('add', await assigned('Operators6'), ada);
  const { body: schema } = await call(`GET ${job}/schema`);
  const ruleId = textOf(objectsOf(schema, 'synchronizationRules')[0] ?? {}, 'id');
  const results: string[] = [];
  for (const objectId of [ada, ada, berta]) {
    const { body } = await call(`POST ${job}/provisionOnDemand`, {
      parameters: [{ ruleId, subjects: [{ objectId, objectTypeName: 'User' }] }],
    });
    results.push(
      textOf(body, 'key')
        .replace(/^\{"result":"(\w+)".*?(?:"errorCode":"(\w+)".*)?$/, '$1 $2')
        .trim(),
    );
  }
  expect(results.map((text) => text.split(/[^\w ]/)[0])).toEqual([
    'Success',
    'Skipped RedundantExport',
    'Skipped NotEffectivelyEntitled',
  ]);
  expect(store.users.all.map(({ displayName }) => displayName)).toEqual(['ada6']);
});

test('a restart looks at everything again and keeps the ties', async () => {
  const { store, job, join, change, assigned } = await openProvisioning();
  await change('add', await assigned('Operators7'), await join('ada7'));
  await call(`POST ${job}/start`);
  const [ada] = store.users.all;
  if (ada === undefined) throw new Error('nobody was provisioned');
  store.users.put({ ...ada, userName: 'renamed@example.com', displayName: 'By Hand' });
  await emulator().provision();
  expect(store.users.find(ada.id)?.displayName).toBe('By Hand');
  await call(`POST ${job}/restart`, { criteria: { resetScope: 'Watermark' } });
  expect(store.users.all.map(({ id, displayName }) => [id, displayName])).toEqual([[ada.id, 'ada7']]);
});

test('a token for an endpoint elsewhere is kept as a digest, and nothing is sent there', async () => {
  const { endpoint, principal, job, join, change, assigned } = await openProvisioning();
  await change('add', await assigned('Operators8'), await join('ada8'));
  await call(`PUT ${principal}/synchronization/secrets`, {
    value: [{ key: 'BaseAddress', value: 'https://scim.eu-central-1.amazonaws.com/x/scim/v2' }],
  });
  await call(`POST ${job}/start`);
  expect(JSON.stringify(emulator().store.state())).not.toContain(endpoint.token);
  expect([endpoint.requests, textOf(await statusOf(job), 'code')]).toEqual([[], 'NotRun']);
});
