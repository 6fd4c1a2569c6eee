import type { JsonObject } from '../../../../apps/emulator/graph/json';
import { textOf } from '../../../../apps/emulator/graph/json';
import { errorCode, errorMessage, idOf, valuesOf } from '../../../support/apps/emulator/support/client';
import { CALM, create, group, useEmulator } from './support/use-emulator';

const { emulator, call } = useEmulator({ quirks: CALM });
const EVENTUAL = { headers: { ConsistencyLevel: 'eventual' } };

beforeAll(async () => {
  for (const name of ['Alpha', "O'Neil", 'beta', 'Gamma 50%', 'a and b']) {
    await create(call, '/v1.0/groups', group(name, { description: name === 'beta' ? 'second' : null }));
  }
});

const find = async (filter: string, more = '', options = {}): Promise<readonly unknown[]> => {
  const answer = await call(`GET /v1.0/groups?$filter=${encodeURIComponent(filter)}${more}`, undefined, options);
  return valuesOf(answer, 'displayName');
};

test.each([
  ["displayName eq 'Alpha'", ['Alpha']],
  ["displayName eq 'ALPHA'", ['Alpha']],
  ["displayName eq 'O''Neil'", ["O'Neil"]],
  ["displayName eq 'Gamma 50%'", ['Gamma 50%']],
  ["displayName eq 'a and b'", ['a and b']],
  ["displayName eq 'nobody'", []],
  ["displayName eq 'Alpha' and securityEnabled eq true", ['Alpha']],
  ["displayName eq 'Alpha' and mailEnabled eq true", []],
  ["displayName eq 'Alpha' or displayName eq 'beta'", ['Alpha', 'beta']],
  ["displayName eq 'Alpha' or displayName eq 'beta' and mailEnabled eq true", ['Alpha']],
  ["(displayName eq 'Alpha' or displayName eq 'beta') and description eq 'second'", ['beta']],
  ["displayName in ('Alpha', 'beta')", ['Alpha', 'beta']],
  ["startswith(displayName,'a')", ['Alpha', 'a and b']],
  ["description eq null and startswith(displayName, 'g')", ['Gamma 50%']],
  ['createdDateTime ge 2020-01-01T00:00:00Z and createdDateTime lt 2020-01-02T00:00:00Z', []],
  ["createdDateTime gt 2020-01-01T00:00:00Z and displayName le 'Alpha'", ['Alpha', 'a and b']],
  ["groupTypes/any(t:t eq 'Unified')", []],
])('$filter=%s', async (filter, names) => {
  expect(await find(filter)).toEqual(names);
});

test('understands the form-encoded query that azuread sends', async () => {
  const answer = await call(`GET /beta/groups?%24filter=displayName+eq+%27Alpha%27+and+securityEnabled+eq+true`);
  expect(valuesOf(answer, 'displayName')).toEqual(['Alpha']);
});

test('filters items of lists, by themselves and by their parts', async () => {
  const uri = 'https://contosob2c.onmicrosoft.com/odata';
  await create(call, '/v1.0/applications', { displayName: 'x', identifierUris: [uri], signInAudience: 'AzureADMyOrg' });
  const byItem = await call(`GET /v1.0/applications?$filter=identifierUris/any(u:u eq '${uri}')`);
  const byPart = await call("GET /v1.0/servicePrincipals?$filter=appRoles/any(r:r/value eq 'Group.Create')");
  expect(valuesOf(byItem, 'displayName')).toEqual(['x']);
  expect(valuesOf(byPart, 'displayName')).toEqual(['Microsoft Graph']);
});

test.each([
  ["colour eq 'blue'", "Could not find a property named 'colour' on type 'microsoft.graph.group'."],
  ["displayName like 'a'", "Unknown operator 'like'"],
  ["displayName eq 'a", 'unterminated string literal'],
  ['displayName eq', 'A value is missing'],
  ["displayName eq 'a' displayName", "Syntax error at 'displayName'"],
  ["(displayName eq 'a'", "')' is missing"],
  ["startswith(displayName 'a')", "',' is missing"],
  ["displayName constructor 'a'", "Unknown operator 'constructor'"],
  ["startswith(writebackConfiguration/constructor,'a')", "'writebackConfiguration/constructor'"],
  ["assignedLicenses/colour eq 'blue'", "'assignedLicenses/colour'"],
  ['displayName eq 5', "'displayName' is of another type than its value"],
  ["securityEnabled eq 'true'", "'securityEnabled' is of another type than its value"],
])('refuses $filter=%s', async (filter, problem) => {
  const answer = await call(`GET /v1.0/groups?$filter=${encodeURIComponent(filter)}`);
  expect([answer.status, errorCode(answer)]).toEqual([400, 'BadRequest']);
  expect(errorMessage(answer)).toContain(problem);
});

const clauses = (count: number): string =>
  Array.from({ length: count }, (_, index) => `displayName eq '${index}'`).join(' or ');
const values = (count: number): string => Array.from({ length: count }, (_, index) => `'${index}'`).join(',');

// https://learn.microsoft.com/graph/known-issues
test.each([
  ['16 expressions of `or`', clauses(16)],
  ['16 values of `in`', `displayName in (${values(16)})`],
  ['a value of 121 characters', `displayName eq '${'a'.repeat(121)}'`],
])('only an advanced query takes %s', async (_what, filter) => {
  const path = `GET /v1.0/groups?$filter=${encodeURIComponent(filter)}`;
  const plain = await call(path);
  const advanced = await call(`${path}&$count=true`, undefined, EVENTUAL);
  expect([plain.status, errorCode(plain), advanced.status]).toEqual([400, 'Request_UnsupportedQuery', 200]);
});

test.each([
  ['15 expressions of `or`', clauses(15)],
  ['15 values of `in`', `displayName in (${values(15)})`],
  ['a value of 120 characters', `displayName eq '${'a'.repeat(120)}'`],
])('any query takes %s', async (_what, filter) => {
  expect((await call(`GET /v1.0/groups?$filter=${encodeURIComponent(filter)}`)).status).toBe(200);
});

test('a list of members refuses too many expressions as well', async () => {
  const made = await create(call, '/v1.0/groups', group('filtered'));
  const filter = encodeURIComponent(clauses(16));
  const answer = await call(`GET /v1.0/groups/${idOf(made)}/members?$filter=${filter}`);
  await call(`DELETE /v1.0/groups/${idOf(made)}`);
  expect([answer.status, errorCode(answer)]).toEqual([400, 'Request_UnsupportedQuery']);
});

// https://learn.microsoft.com/graph/aad-advanced-queries
test('$filter with $orderby is an advanced query of directory objects alone', async () => {
  const query = "$filter=startswith(displayName,'a')&$orderby=displayName";
  const plain = await call(`GET /v1.0/groups?${query}`);
  const advanced = await call(`GET /v1.0/groups?${query}&$count=true`, undefined, EVENTUAL);
  const other = await call(`GET /v1.0/identity/conditionalAccess/policies?${query}`);
  expect([plain.status, errorCode(plain), other.status]).toEqual([400, 'Request_UnsupportedQuery', 200]);
  expect(valuesOf(advanced, 'displayName')).toEqual(['a and b', 'Alpha']);
});

test('says 501 to a function that it does not know', async () => {
  const answer = await call("GET /v1.0/groups?$filter=contains(displayName,'a')");
  expect([answer.status, errorMessage(answer)]).toEqual([
    501,
    "The emulator does not implement the filter function 'contains'.",
  ]);
});

test.each(["displayName ne 'Alpha'", "not startswith(displayName,'a')", "endswith(displayName,'a')"])(
  '%s is an advanced query',
  async (filter) => {
    const plain = await call(`GET /v1.0/groups?$filter=${encodeURIComponent(filter)}`);
    const advanced = await find(filter, '&$count=true', EVENTUAL);
    expect([plain.status, errorCode(plain)]).toEqual([400, 'Request_UnsupportedQuery']);
    expect(advanced).toContain('beta');
  },
);

test('counts in a list and on its own', async () => {
  const listed = await call(
    "GET /v1.0/groups?$count=true&$top=1&$filter=startswith(displayName,'a')",
    undefined,
    EVENTUAL,
  );
  const alone = await call('GET /v1.0/groups/$count', undefined, EVENTUAL);
  const without = await call('GET /v1.0/groups/$count');
  expect(listed.body).toMatchObject({ '@odata.count': 2 });
  expect([alone.text, alone.headers.get('content-type')]).toEqual(['5', 'text/plain']);
  expect(without.status).toBe(400);
});

test('pages follow nextLink to the end, and keep the rest of the query', async () => {
  const seen: unknown[] = [];
  let path = `/beta/groups?$top=2&$select=displayName`;
  for (let pages = 0; path !== '' && pages < 9; pages += 1) {
    const { body } = await call(`GET ${path}`);
    seen.push(...(body['value'] as object[]));
    path = textOf(body, '@odata.nextLink').replace(emulator().graphUrl, '');
  }
  expect(seen).toEqual(['Alpha', "O'Neil", 'beta', 'Gamma 50%', 'a and b'].map((displayName) => ({ displayName })));
});

test.each(['0', '1000', 'x', '-1'])('refuses a page of %s', async (top) => {
  const answer = await call(`GET /v1.0/groups?$top=${top}`);
  expect([answer.status, errorCode(answer)]).toEqual([400, 'Request_UnsupportedQuery']);
});

test('refuses a skip token that it did not give', async () => {
  expect(errorCode(await call('GET /v1.0/groups?$skiptoken=abc'))).toBe('Directory_ExpiredPageToken');
});

test('selects exactly what is named', async () => {
  const { body } = await call("GET /v1.0/groups?$select=displayName,mail&$filter=displayName eq 'beta'");
  expect(body['value']).toEqual([{ displayName: 'beta', mail: null }]);
});

test.each(['$select=colour', '$expand=colour'])('refuses %s', async (option) => {
  const answer = await call(`GET /v1.0/groups?${option}`);
  expect([answer.status, errorMessage(answer)]).toEqual([
    400,
    "Parsing OData Select and Expand failed: Could not find a property named 'colour' on type 'microsoft.graph.group'.",
  ]);
});

test('a property that Microsoft has at /beta alone is none at /v1.0', async () => {
  const id = '44444444-4444-4444-8444-444444444444';
  const [stable, beta, named] = [
    await call(`GET /v1.0/servicePrincipals/${id}`),
    await call(`GET /beta/servicePrincipals/${id}`),
    await call(`GET /v1.0/servicePrincipals/${id}?$select=samlMetadataUrl`),
  ];
  expect([stable.body, beta.body].map((body) => 'samlMetadataUrl' in body)).toEqual([false, true]);
  expect(named.status).toBe(400);
});

test('orders by one property, both ways', async () => {
  const up = await call('GET /v1.0/groups?$orderby=displayName');
  const down = await call('GET /v1.0/groups?$orderby=displayName desc&$top=1');
  expect(valuesOf(up, 'displayName')).toEqual(['a and b', 'Alpha', 'beta', 'Gamma 50%', "O'Neil"]);
  expect(valuesOf(down, 'displayName')).toEqual(["O'Neil"]);
});

test('$search finds words that begin with a text, with the header that it needs', async () => {
  await create(call, '/v1.0/groups', group('Search Operators'));
  const path = 'GET /v1.0/groups?$search="displayName:oper"';
  const without = await call(path);
  const found = await call(path, undefined, EVENTUAL);
  expect(without.status).toBe(400);
  expect(valuesOf(found, 'displayName')).toContain('Search Operators');
});

test('members are counted as plain text', async () => {
  const made = await create(call, '/v1.0/groups', group('counted'));
  const answer = await call(`GET /v1.0/groups/${idOf(made)}/members/$count`, undefined, EVENTUAL);
  expect([answer.status, answer.text]).toEqual([200, '0']);
});

test('a batch sends each of its requests with its token, and none after one that it depends on and that failed', async () => {
  const requests = [
    { id: '1', method: 'GET', url: '/groups?$top=1' },
    {
      id: '2',
      method: 'POST',
      url: '/groups',
      headers: { 'content-type': 'application/json' },
      body: group('batched'),
    },
    { id: '3', method: 'GET', url: '/groups/00000000-aaaa-4aaa-8aaa-000000000000' },
    { id: '4', method: 'GET', url: '/groups', dependsOn: ['3'] },
  ];
  const whole = await call('POST /v1.0/$batch', { requests });
  const powerless = await call('POST /v1.0/$batch', { requests }, { token: emulator().token([]) });
  const statuses = (answer: typeof whole): readonly unknown[] =>
    (answer.body['responses'] as readonly JsonObject[]).map(({ status }) => status);
  expect(statuses(whole)).toEqual([200, 201, 404, 424]);
  expect(statuses(powerless)).toEqual([403, 403, 403, 424]);
});
