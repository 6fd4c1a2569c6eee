import { ClientSecretCredential } from '@azure/identity';
import {
  BatchRequestContent,
  type BatchResponseBody,
  BatchResponseContent,
  Client,
  GraphError,
  type PageCollection,
  PageIterator,
} from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials';
import { isObject, type JsonObject, textOf } from '../../../../apps/emulator/graph/json';
import { trustCertificateFile } from '../../../../provider/trust';
import { CALM, application, group, useEmulator, user } from './support/use-emulator';

/* Microsoft's own client of Graph, signed in by Microsoft's own library: neither knows that this is an emulator. */

const { emulator } = useEmulator({ quirks: CALM });
let client: Client;

beforeAll(() => {
  const { ARM_TENANT_ID = '', ARM_CLIENT_ID = '', ARM_CLIENT_SECRET = '' } = emulator().env;
  trustCertificateFile(emulator().caFile);
  const options = { authorityHost: emulator().tlsUrl, disableInstanceDiscovery: true };
  const credential = new ClientSecretCredential(ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET, options);
  const scopes = [`${emulator().graphUrl}/.default`];
  const authProvider = new TokenCredentialAuthenticationProvider(credential, { scopes });
  const { origin, hostname } = new URL(emulator().tlsUrl);
  client = Client.initWithMiddleware({ baseUrl: `${origin}/`, authProvider, customHosts: new Set([hostname]) });
});

afterEach(() => {
  emulator().faults.clear();
});

const post = async (path: string, body: JsonObject): Promise<JsonObject> => objectIn(await client.api(path).post(body));

function objectIn(answer: unknown): JsonObject {
  if (isObject(answer as JsonObject)) return answer as JsonObject;
  throw new Error('the client returned no object');
}

test('signs in, and makes, reads, changes and deletes an object', async () => {
  const made = await post('/applications', application({ displayName: 'by the client' }));
  const path = `/applications/${textOf(made, 'id')}`;
  await client.api(path).patch({ displayName: 'changed by the client' });
  expect(await client.api(path).select('displayName').get()).toMatchObject({ displayName: 'changed by the client' });
  await client.api(path).delete();
  await expect(client.api(path).get()).rejects.toMatchObject({ statusCode: 404, code: 'Request_ResourceNotFound' });
});

test('iterates over all pages, with filter, order and count', async () => {
  const names = Array.from({ length: 7 }, (_, index) => `page-${index}`);
  for (const name of names) await post('/users', user(name));
  const query = client.api('/users').filter("startswith(displayName,'page-')").select('displayName').top(3);
  const found: string[] = [];
  const iterator = new PageIterator(
    client,
    (await query.get()) as PageCollection,
    (one: JsonObject) => found.push(textOf(one, 'displayName')) > 0,
  );
  await iterator.iterate();
  expect(found.toSorted()).toEqual(names);
  const counted = client.api('/users').header('ConsistencyLevel', 'eventual').count(true).search('"displayName:page"');
  expect(objectIn(await counted.get())['@odata.count']).toBe(7);
});

test('sends several requests as one batch, and tells their answers apart', async () => {
  const made = await post('/groups', group('Batched'));
  const urls = [`/groups/${textOf(made, 'id')}?$select=displayName`, '/groups/00000000-aaaa-4aaa-8aaa-000000000000'];
  const steps = urls.map((url, index) => ({ id: String(index), request: new Request(`${emulator().tlsUrl}${url}`) }));
  const content = await new BatchRequestContent(steps).getContent();
  const responses = new BatchResponseContent(
    (await client.api('/$batch').post(content)) as BatchResponseBody,
  ).getResponses();
  expect([...responses].map(([id, { status }]) => `${id} ${status}`).toSorted()).toEqual(['0 200', '1 404']);
});

test('waits as Retry-After says after 429, and repeats', async () => {
  emulator().faults.add({ kind: 'throttled', method: 'GET', path: '/v1.0/organization', times: 1, retryAfter: 1 });
  expect(objectIn(await client.api('/organization').get())['value']).toHaveLength(1);
});

test('throws its own error, with the code and the words of the answer', async () => {
  const refused = client.api('/groups').post({ displayName: 'without the rest' });
  await expect(refused).rejects.toBeInstanceOf(GraphError);
  await expect(refused).rejects.toMatchObject({ statusCode: 400, requestId: expect.any(String) as string });
});
