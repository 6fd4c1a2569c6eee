import type { JsonObject } from '../../../../apps/emulator/graph/json';
import { objectOf, objectsOf, textOf } from '../../../../apps/emulator/graph/json';
import { errorCode, errorMessage, idOf, valuesOf } from '../../../support/apps/emulator/support/client';
import { CALM, create, instantiate, register, useEmulator, user } from './support/use-emulator';

const { emulator, call } = useEmulator({ quirks: CALM });

afterEach(() => {
  Object.assign(emulator().quirks, {
    readsUntilProvisioned: 0,
    acceptedScimToken: undefined,
    stagedDeletions: 0,
    echoesCredentials: false,
    schemaDirectories: 'inline',
  });
});

const secretsOf = (token = 'scim-token', address = 'https://scim.eu-west-1.amazonaws.com/x/scim/v2'): JsonObject => ({
  value: [
    { key: 'BaseAddress', value: address },
    { key: 'SecretToken', value: token },
    { key: 'SyncAll', value: 'false' },
  ],
});

interface Provisioning {
  readonly base: string;
  readonly job: string;
  readonly principalId: string;
}

async function provisioning(secrets: JsonObject = secretsOf()): Promise<Provisioning> {
  const { principalId } = await instantiate(call);
  const base = `/v1.0/servicePrincipals/${principalId}/synchronization`;
  await call(`PUT ${base}/secrets`, secrets);
  const job = await create(call, `${base}/jobs`, { templateId: 'aWSSingleSignon' });
  return { base, job: `${base}/jobs/${idOf(job)}`, principalId };
}

const statusOf = async (job: string): Promise<JsonObject> => objectOf((await call(`GET ${job}`)).body, 'status');

test('secrets read back masked, in the order in which they were written, and go with empty values', async () => {
  const { base } = await provisioning();
  const other = [...objectsOf(secretsOf(), 'value')].toReversed();
  const written = await call(`PUT ${base}/secrets`, { value: other });
  const read = await call(`GET ${base}/secrets`);
  const cleared = await call(`PUT ${base}/secrets`, { value: other.map(({ key }) => ({ key, value: '' })) });
  const after = await call(`GET ${base}/secrets`);
  expect(read.body['value']).toEqual(['SyncAll', 'SecretToken', 'BaseAddress'].map((key) => ({ key, value: '*' })));
  expect([written.status, cleared.status, after.body['value']]).toEqual([204, 204, []]);
  expect(JSON.stringify(emulator().store.state())).not.toContain('scim-token');
});

test.each([
  ['merged', ['BaseAddress', 'SyncAll', 'SecretToken']],
  ['replaced', ['SecretToken']],
] as const)('secrets that a PUT does not name: %s', async (synchronizationSecrets, keys) => {
  const { base } = await provisioning();
  emulator().quirks.synchronizationSecrets = synchronizationSecrets;
  await call(`PUT ${base}/secrets`, { value: [{ key: 'SecretToken', value: 'next-token' }] });
  emulator().quirks.synchronizationSecrets = 'merged';
  expect(valuesOf(await call(`GET ${base}/secrets`), 'key')).toEqual(keys);
});

test.each([
  ['{"Enabled":true,"Recipients":"a@b.c","DeleteThresholdEnabled":true,"DeleteThresholdValue":500}', 204],
  ['{"Enabled":true,"Recipients":"a@b.c","DeleteThresholdEnabled":true,"DeleteThresholdValue":0}', 400],
  ['{"Enabled":true,"Recipients":"a@b.c"}', 400],
  ['a@b.c', 400],
])('settings of notifications are taken in the form of the portal alone: %s', async (value, status) => {
  const { base } = await provisioning();
  const reply = await call(`PUT ${base}/secrets`, { value: [{ key: 'SyncNotificationSettings', value }] });
  expect(reply.status).toBe(status);
});

test('refuses an unknown secret, and one that is given twice', async () => {
  const { base } = await provisioning();
  const unknown = await call(`PUT ${base}/secrets`, { value: [{ key: 'Token', value: 'x' }] });
  const twice = await call(`PUT ${base}/secrets`, {
    value: [
      { key: 'SyncAll', value: 'a' },
      { key: 'SyncAll', value: 'b' },
    ],
  });
  expect([unknown.status, twice.status]).toEqual([400, 400]);
});

test('the templates are those of the application', async () => {
  const { principalId } = await instantiate(call);
  const plain = await register(call);
  const base = `/v1.0/servicePrincipals/${principalId}/synchronization`;
  const templates = await call(`GET ${base}/templates`);
  const schema = await call(`GET ${base}/templates/aWSSingleSignon/schema`);
  const wrong = await call(`POST ${base}/jobs`, { templateId: 'scim' });
  const none = await call(`GET /v1.0/servicePrincipals/${plain.principalId}/synchronization/templates`);
  expect(valuesOf(templates, 'id')).toEqual(['aWSSingleSignon']);
  expect(objectsOf(schema.body, 'synchronizationRules')).toHaveLength(1);
  expect([errorCode(wrong), none.body['value']]).toEqual(['TemplateNotFound', []]);
});

test('a job starts, pauses, restarts and goes', async () => {
  const { base, job } = await provisioning();
  const states: unknown[] = [];
  const look = async (): Promise<void> => {
    const { body } = await call(`GET ${job}`);
    states.push([objectOf(body, 'schedule')['state'], objectOf(body, 'status')['code']]);
  };
  await look();
  await call(`POST ${job}/start`);
  await look();
  await call(`POST ${job}/pause`);
  await look();
  await call(`POST ${job}/restart`, { criteria: { resetScope: 'Watermark, Escrows, QuarantineState' } });
  await look();
  const listed = await call(`GET ${base}/jobs`);
  const deleted = await call(`DELETE ${job}`);
  expect(states).toEqual([
    ['Disabled', 'NotConfigured'],
    ['Active', 'NotRun'],
    ['Disabled', 'Paused'],
    ['Active', 'NotRun'],
  ]);
  expect([valuesOf(listed, 'templateId'), deleted.status, (await call(`GET ${job}`)).status]).toEqual([
    ['aWSSingleSignon'],
    204,
    404,
  ]);
});

test('refuses to restart with an unknown scope', async () => {
  const { job } = await provisioning();
  const answer = await call(`POST ${job}/restart`, { criteria: { resetScope: 'Full, Everything' } });
  expect(errorMessage(answer)).toContain("'criteria.resetScope'");
});

test('a job belongs to its service principal', async () => {
  const [first, second] = [await provisioning(), await provisioning()];
  const answer = await call(`GET ${first.job.replace(first.principalId, second.principalId)}`);
  expect(answer.status).toBe(404);
});

test('the first cycle is done after so many reads as the quirk says', async () => {
  const { job } = await provisioning();
  emulator().quirks.readsUntilProvisioned = 3;
  await call(`POST ${job}/start`);
  const codes = [await statusOf(job), await statusOf(job), await statusOf(job)].map(({ code }) => code);
  expect(codes).toEqual(['NotRun', 'NotRun', 'Active']);
});

test.each([
  ['a token that says that it has expired', secretsOf('expired-token'), 'HTTP 401 Unauthorized.'],
  ['an address that is not https', secretsOf('t', 'http://x'), 'BaseAddress is not an https URL.'],
  ['no token', { value: [{ key: 'BaseAddress', value: 'https://x' }] }, 'SecretToken is missing.'],
])('with %s validation fails, and a started job is in quarantine with the reason', async (_what, secrets, problem) => {
  const { job } = await provisioning(secrets);
  const validated = await call(`POST ${job}/validateCredentials`, { useSavedCredentials: true });
  await call(`POST ${job}/start`);
  const status = await statusOf(job);
  expect([validated.status, errorMessage(validated)]).toEqual([
    400,
    `We received this unexpected response: ${problem}`,
  ]);
  expect(status).toMatchObject({ code: 'Quarantine', quarantine: { error: { message: problem } } });
});

test('too many deletions put a job into quarantine; a pause holds them back, a restart lets them through', async () => {
  const { job } = await provisioning();
  const { quirks } = emulator();
  quirks.stagedDeletions = 2;
  await call(`POST ${job}/start`);
  const quarantined = await statusOf(job);
  const filter = new URLSearchParams({ $filter: `jobId eq '${job.split('/').at(-1) ?? ''}'` });
  const log = await call(`GET /v1.0/auditLogs/provisioning?${filter.toString()}`);
  await call(`POST ${job}/pause`);
  const paused = [await statusOf(job), quirks.stagedDeletions];
  await call(`POST ${job}/restart`, { criteria: { resetScope: 'QuarantineState' } });
  expect(quarantined).toMatchObject({ code: 'Quarantine', quarantine: { reason: 'TooManyDeletes' } });
  expect(valuesOf(log, 'provisioningAction')).toEqual(['stagedDelete', 'stagedDelete']);
  expect(paused).toMatchObject([{ code: 'Paused', quarantine: { reason: 'TooManyDeletes' } }, 2]);
  expect([await statusOf(job), quirks.stagedDeletions]).toMatchObject([{ code: 'NotRun', quarantine: null }, 0]);
});

test('credentials are validated as they are sent, or as they are saved', async () => {
  const { job } = await provisioning();
  const send = (token: string) =>
    call(`POST ${job}/validateCredentials`, { credentials: secretsOf(token)['value'] ?? [] });
  const saved = () => call(`POST ${job}/validateCredentials`, { useSavedCredentials: true });
  const answers = [await send('good'), await send('invalid'), await saved()];
  emulator().quirks.acceptedScimToken = 'another';
  const strict = [await send('another'), await send('good'), await saved()];
  expect([...answers, ...strict].map(({ status }) => status)).toEqual([204, 400, 204, 204, 400, 400]);
});

test('a refusal may repeat what it was sent', async () => {
  const { job } = await provisioning();
  const send = () =>
    call(`POST ${job}/validateCredentials`, { credentials: secretsOf('invalid-token')['value'] ?? [] });
  const plain = await send();
  emulator().quirks.echoesCredentials = true;
  const echo = await send();
  expect([plain, echo].map((answer) => String(errorMessage(answer)).includes('invalid-token'))).toEqual([false, true]);
});

const mappingsOf = (schema: JsonObject): readonly JsonObject[] =>
  objectsOf(
    objectsOf(objectsOf(schema, 'synchronizationRules')[0] ?? {}, 'objectMappings')[0] ?? {},
    'attributeMappings',
  );

/** The schema with its first user mapping changed. */
function edited(schema: JsonObject, change: (lines: JsonObject[]) => JsonObject[]): JsonObject {
  const copy = structuredClone(schema) as {
    synchronizationRules: { objectMappings: { attributeMappings: JsonObject[] }[] }[];
  };
  const mapping = copy.synchronizationRules[0]?.objectMappings[0];
  if (mapping !== undefined) mapping.attributeMappings = change(mapping.attributeMappings);
  return copy;
}

const line = (target: string, source: string): JsonObject => ({
  targetAttributeName: target,
  flowType: 'Always',
  matchingPriority: 0,
  source: { expression: `[${source}]`, name: source, type: 'Attribute', parameters: [] },
});

test('the schema of a job is edited, replaced as a whole and reset', async () => {
  const { job } = await provisioning();
  const before = await call(`GET ${job}/schema`);
  const wanted = edited(before.body, (lines) => [
    ...lines.filter(({ targetAttributeName }) => targetAttributeName !== 'externalId'),
    line('externalId', 'objectId'),
  ]);
  const put = await call(`PUT ${job}/schema`, { ...wanted, version: 'chosen' });
  const unknown = await call(`PUT ${job}/schema`, { ...wanted, unknownToMany: { kept: true } });
  const after = await call(`GET ${job}/schema`);
  const reset = await call(`DELETE ${job}/schema`);
  const again = await call(`GET ${job}/schema`);
  const external = (schema: JsonObject) =>
    mappingsOf(schema).filter(({ targetAttributeName }) => targetAttributeName === 'externalId');
  expect(external(before.body)).toMatchObject([{ source: { name: 'mailNickname' } }]);
  expect([put.status, unknown.status, reset.status]).toEqual([204, 400, 204]);
  expect(external(after.body)).toMatchObject([{ source: { name: 'objectId' } }]);
  expect(after.body['version']).not.toBe(before.body['version']);
  expect(again.body).toEqual(before.body);
});

test.each<[string, (schema: JsonObject) => JsonObject, string]>([
  ['without directories', (schema) => ({ ...schema, directories: [] }), 'a PUT replaces everything'],
  ['without rules', (schema) => ({ ...schema, synchronizationRules: [] }), 'synchronizationRules is missing'],
  [
    'with an attribute that the target lacks',
    (s) => edited(s, (l) => [...l, line('shoeSize', 'objectId')]),
    "'shoeSize'",
  ],
  [
    'with an attribute that the source lacks',
    (s) =>
      edited(s, (l) =>
        [...l.slice(0, -1), line('title', 'x')].filter(
          ({ targetAttributeName, flowBehavior }) => targetAttributeName !== 'title' || flowBehavior === undefined,
        ),
      ),
    "the source has no attribute 'x'",
  ],
  ['with an attribute twice', (s) => edited(s, (l) => [...l, line('title', 'objectId')]), "'title' is mapped twice"],
  [
    'without a matching attribute',
    (s) => edited(s, (l) => l.filter(({ matchingPriority }) => matchingPriority !== 1)),
    'matchingPriority 1',
  ],
])('refuses a schema %s', async (_what, change, problem) => {
  const { job } = await provisioning();
  const { body } = await call(`GET ${job}/schema`);
  const answer = await call(`PUT ${job}/schema`, change(body));
  expect([answer.status, errorCode(answer)]).toEqual([400, 'InvalidSchema']);
  expect(errorMessage(answer)).toContain(problem);
});

test('provisions on demand who is assigned, and says why it does not provision others', async () => {
  const { job, principalId } = await provisioning();
  const person = await create(call, '/v1.0/users', user('provisioned'));
  const schema = await call(`GET ${job}/schema`);
  const ruleId = textOf(objectsOf(schema.body, 'synchronizationRules')[0] ?? {}, 'id');
  const subjects = [{ objectId: idOf(person), objectTypeName: 'User' }];
  const provision = (rule: string) =>
    call(`POST ${job}/provisionOnDemand`, { parameters: [{ ruleId: rule, subjects }] });
  const before = await provision(ruleId);
  const assignment = {
    appRoleId: '8774f594-1d59-4279-b9d9-59ef09a23530',
    principalId: idOf(person),
    resourceId: principalId,
  };
  await create(call, `/v1.0/servicePrincipals/${principalId}/appRoleAssignedTo`, assignment);
  const after = await provision(ruleId);
  const wrong = await provision('x');
  expect(before.body['key']).toContain('"result":"Skipped"');
  expect(before.body['value']).toContain('is not assigned to the application');
  expect([after.status, after.body['key']]).toEqual([200, '{"result":"Success","details":{}}']);
  expect(errorMessage(wrong)).toBe("The job has no rule 'x'.");
});

test('a deleted application takes its jobs and secrets along', async () => {
  const { job, principalId } = await provisioning();
  await call(`DELETE /v1.0/servicePrincipals/${principalId}`);
  expect((await call(`GET ${job}`)).status).toBe(404);
  expect(emulator().store.find('synchronizationSecrets', principalId)).toBeUndefined();
});

test('the directories of a schema may be a relation of their own', async () => {
  const { job } = await provisioning();
  const inline = await call(`GET ${job}/schema`);
  emulator().quirks.schemaDirectories = 'relation';
  const [without, directories] = [await call(`GET ${job}/schema`), await call(`GET ${job}/schema/directories`)];
  expect(without.body).not.toHaveProperty('directories');
  expect(directories.body['value']).toEqual(inline.body['directories']);
});

test('the discovery of a directory finds what it has, and says when it looked', async () => {
  const { job } = await provisioning();
  const directories = objectsOf((await call(`GET ${job}/schema`)).body, 'directories');
  const [, target = {}] = directories;
  const found = await call(`POST ${job}/schema/directories/${textOf(target, 'id')}/discover`);
  const none = await call(`POST ${job}/schema/directories/nowhere/discover`);
  const after = await call(`GET ${job}/schema/directories`);
  const discovered = { ...target, discoveryDateTime: expect.stringMatching(/^\d{4}-.*Z$/) as string };
  expect([found.status, none.status]).toEqual([200, 404]);
  expect(found.body).toMatchObject(discovered);
  expect(after.body['value']).toEqual([directories[0], discovered]);
});

const parse = async (expression: string): Promise<JsonObject> => {
  const { job } = await provisioning();
  return (await call(`POST ${job}/schema/parseExpression`, { expression })).body;
};

test('parses an expression into the form that a mapping has', async () => {
  const body = await parse('Replace([preferredLanguage], "-", , , "_", , )');
  expect(body).toMatchObject({
    error: null,
    parsingSucceeded: true,
    parsedExpression: {
      name: 'Replace',
      type: 'Function',
      parameters: [
        { key: 'p0', value: { name: 'preferredLanguage', type: 'Attribute' } },
        { key: 'p1', value: { name: '-', type: 'Constant' } },
        { key: 'p4', value: { name: '_', type: 'Constant' } },
      ],
    },
  });
});

test.each(['', 'Join(', 'Join(a)', '[a', 'Join([a]))', 'Join("a)', 'Join([a], (")"))'])(
  'does not parse %j',
  async (expression) => {
    expect(await parse(expression)).toMatchObject({ parsingSucceeded: false, parsedExpression: null });
  },
);
