import { dayOf } from '../../../constructs/entra/periods';
import type { JsonObject } from '../../../apps/emulator/graph/json';
import { objectOf, objectsOf, textOf, textsOf } from '../../../apps/emulator/graph/json';
import type { Estate } from '../../../src/estate/sections/estate';
import type {
  AwsApplication,
  ConditionalAccess,
  SigningCertificate,
} from '../../../src/estate/sections/workforce/workforce';
import { compareText } from '../../../src/estate/source/finding';
import { workforce } from '../../../stacks/entra/workforce';
import { EngineGraph, FOR_AZUREAD, FOR_REVIEWERS, OWNED_BY_MAKER, reviewerOf } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeWithAzuread, SECRET } from '../../support/engine-suite';
import { GRAPH_PERMISSIONS } from '../../support/graph-permissions';
import { APPLICATION, AUDITORS, certificate, estateWith, SCIM } from '../../support/workforce-estate';

const TOKEN = 'scim-token-of-the-whole-program';
const NEXT_TOKEN = 'next-token-of-the-whole-program';
const SAFEGUARDS = { at: [...SCIM.at, 'safeguards'], notificationEmail: 'identity@example.com', deletionThreshold: 20 };
const PROVISIONING = { ...SCIM, safeguards: SAFEGUARDS };
const ACCESS: ConditionalAccess = {
  at: [...APPLICATION.at, 'conditionalAccess'],
  displayName: 'Sign in to AWS',
  state: 'enabled',
  requirement: { kind: 'mfa' },
  device: 'compliant',
  block: { signInRisk: 'medium', userRisk: 'high', outside: ['trusted'] },
  excludedGroups: [],
};
const TODAY = new Date();
const REVIEWER = reviewerOf('workforce');
const inDays = (days: number): Date => new Date(TODAY.getTime() + days * 86_400_000);
const day = (days: number): string => dayOf(inDays(days));

describeWithAzuread('the workforce program on the real engine', (cli) => {
  const first = certificate('aws-first', day(-30), day(400));
  const second = certificate('aws-second', day(20), day(900));
  const imported = { ...second, importedAtAws: { at: [], day: day(10), by: 'Ada Lovelace' } };
  let graph: EngineGraph;
  let engine: EngineStack;
  let application: AwsApplication;
  let now = TODAY;
  const printed: string[] = [];
  const onOutput = (text: string): void => {
    printed.push(text);
  };
  const warnings: string[] = [];
  const program = () => {
    const estate: Estate = estateWith({ awsApplication: application, tenantId: graph.emulator.tenant.id });
    return Promise.resolve({ ...workforce(estate, { now, warn: (message) => warnings.push(message) }) });
  };
  const signedBy = (...signingCertificates: readonly SigningCertificate[]): AwsApplication => ({
    ...application,
    saml: { ...application.saml, signingCertificates },
  });

  const list = async (path: string): Promise<readonly JsonObject[]> =>
    objectsOf((await graph.call(`GET ${path}`)).body, 'value');
  const principal = async (): Promise<JsonObject> => {
    const all = await list('/v1.0/servicePrincipals');
    const found = all.find(({ displayName }) => displayName === application.displayName);
    if (found === undefined) throw new Error('no service principal');
    return found;
  };
  const principalPath = async (): Promise<string> => `/v1.0/servicePrincipals/${textOf(await principal(), 'id')}`;
  const job = async (): Promise<JsonObject> => {
    const [only, ...more] = await list(`${await principalPath()}/synchronization/jobs`);
    if (only === undefined || more.length > 0) throw new Error('not exactly one job');
    return only;
  };
  const jobPath = async (): Promise<string> =>
    `${await principalPath()}/synchronization/jobs/${textOf(await job(), 'id')}`;
  const certificatesByName = async (): Promise<Readonly<Record<string, string>>> => {
    const outputs = (await engine.stack.outputs())['signingCertificates']?.value as readonly {
      readonly name: string;
      readonly thumbprint: string;
    }[];
    return Object.fromEntries(outputs.map(({ name, thumbprint }) => [name, thumbprint]));
  };
  const active = async (): Promise<unknown> => (await principal())['preferredTokenSigningKeyThumbprint'];
  const unchanged = async (): Promise<void> => {
    await engine.stack.preview({ onOutput, expectNoChanges: true });
    await engine.stack.preview({ onOutput, expectNoChanges: true, refresh: true });
  };

  beforeAll(async () => {
    graph = await EngineGraph.start({
      groups: [`Auditors=${AUDITORS}`],
      deployer: { roles: GRAPH_PERMISSIONS.workforce.deploy },
      clients: [REVIEWER],
      quirks: { ...FOR_AZUREAD, ...FOR_REVIEWERS, ...OWNED_BY_MAKER },
    });
    application = { ...APPLICATION, scim: PROVISIONING, conditionalAccess: ACCESS };
    application = signedBy(first);
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
    await graph.signInAs(engine.stack, graph.emulator.deployer);
    await engine.stack.setConfig('scimToken', { value: TOKEN, secret: true });
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  test('up takes the tenant from nothing to the declared application', async () => {
    const { outputs } = await engine.stack.up({ onOutput });
    const sp = await principal();
    expect(sp).toMatchObject({
      preferredSingleSignOnMode: 'saml',
      loginUrl: application.saml.signOnUrl,
      appRoleAssignmentRequired: true,
      notificationEmailAddresses: application.saml.notificationEmails,
      replyUrls: [application.saml.replyUrl, ...application.saml.additionalReplyUrls],
    });
    expect(textsOf(sp, 'servicePrincipalNames')).toContain(application.saml.identifier);
    expect(textsOf(sp, 'tags')).toContain('WindowsAzureActiveDirectoryIntegratedApp');
    expect(outputs['applicationId']?.value).toBe(sp['appId']);
    expect(outputs['servicePrincipalId']?.value).toBe(sp['id']);
    expect(await active()).toBe((await certificatesByName())['aws-first']);
    const assigned = await list(`${await principalPath()}/appRoleAssignedTo`);
    expect(assigned.map(({ principalDisplayName }) => principalDisplayName).toSorted()).toEqual([
      'Auditors',
      'Security Admins',
    ]);
    const policies = await list('/v1.0/identity/conditionalAccess/policies');
    const block = { builtInControls: ['block'] };
    expect(policies.toSorted((a, b) => compareText(textOf(a, 'displayName'), textOf(b, 'displayName')))).toMatchObject([
      { state: 'enabled', grantControls: { operator: 'AND', builtInControls: ['mfa', 'compliantDevice'] } },
      {
        conditions: { locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted'] } },
        grantControls: block,
      },
      { conditions: { userRiskLevels: ['high'] }, grantControls: block },
      { conditions: { signInRiskLevels: ['medium', 'high'] }, grantControls: block },
    ]);
    expect(outputs['provisioningStatus']?.value).toBe('NotRun');
    expect(objectOf(await job(), 'schedule')['state']).toBe('Active');
    const schema = await graph.call(`GET ${await jobPath()}/schema`);
    expect(schema.text).toContain('objectId');
    expect(schema.text).not.toMatch(/"name":"mailNickname"[^}]*\}[^}]*"targetAttributeName":"externalId"/);
  });

  test('a second preview shows no change, with and without a refresh', unchanged);

  test('another identity, which may only read, sees no change either', async () => {
    await graph.signInAs(engine.stack, REVIEWER);
    await unchanged();
    await graph.signInAs(engine.stack, graph.emulator.deployer);
  });

  test('an owner that somebody added is no change, and stays', async () => {
    const reference = { '@odata.id': `${graph.emulator.graphUrl}/v1.0/directoryObjects/${REVIEWER.objectId}` };
    const owners = `${await principalPath()}/owners`;
    expect((await graph.call(`POST ${owners}/$ref`, reference)).status).toBe(204);
    await unchanged();
    expect(await list(owners)).toHaveLength(2);
  });

  test('a refresh finds nothing, and still nothing after it', async () => {
    await engine.stack.refresh({ onOutput });
    await unchanged();
  });

  test('no secret is in plain in state, outputs or what was printed', () => {
    const everything = `${engine.storedState()}${printed.join('')}`;
    for (const secret of [TOKEN, SECRET]) expect(everything).not.toContain(secret);
  });

  test('settings of provisioning that somebody made in the portal are no change, and stay', async () => {
    const secrets = `${await principalPath()}/synchronization/secrets`;
    const value = [{ key: 'AuthenticationType', value: 'BearerToken' }];
    expect((await graph.call(`PUT ${secrets}`, { value })).status).toBe(204);
    await unchanged();
    await engine.stack.up({ onOutput, refresh: true });
    const keys = ['BaseAddress', 'SecretToken', 'SyncAll', 'SyncNotificationSettings', 'AuthenticationType'];
    expect((await list(secrets)).map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
  });

  test('a job that somebody paused is found by a refresh, and runs again after up', async () => {
    await graph.call(`POST ${await jobPath()}/pause`);
    const { changeSummary } = await engine.stack.preview({ onOutput, refresh: true });
    expect(changeSummary).toMatchObject({ update: 1 });
    await engine.stack.up({ onOutput, refresh: true });
    expect(objectOf(await job(), 'schedule')['state']).toBe('Active');
    await unchanged();
  });

  test('an assignment that somebody took away comes back with a refresh', async () => {
    const path = `${await principalPath()}/appRoleAssignedTo`;
    const [taken] = await list(path);
    await graph.call(`DELETE ${path}/${textOf(taken ?? {}, 'id')}`);
    await engine.stack.up({ onOutput, refresh: true });
    expect(await list(path)).toHaveLength(2);
    await unchanged();
  });

  test('another name, sign-on URL and token change in place, and the token is validated anew', async () => {
    application = {
      ...application,
      displayName: 'AWS',
      saml: { ...application.saml, signOnUrl: 'https://x.awsapps.com/start' },
    };
    await engine.stack.setConfig('scimToken', { value: NEXT_TOKEN, secret: true });
    graph.take();
    const { summary } = await engine.stack.up({ onOutput });
    expect(summary.resourceChanges).not.toHaveProperty('replace');
    expect(summary.resourceChanges).not.toHaveProperty('delete');
    expect(graph.take().graph.some((request) => request.endsWith('/validateCredentials'))).toBe(true);
    expect(await principal()).toMatchObject({
      loginUrl: 'https://x.awsapps.com/start',
      preferredSingleSignOnMode: 'saml',
    });
    expect(textsOf(await principal(), 'tags')).toContain('WindowsAzureActiveDirectoryIntegratedApp');
    expect(await active()).toBe((await certificatesByName())['aws-first']);
    await unchanged();
  });

  test('a certificate is added before its turn, signs on its day, and only the retired one is removed', async () => {
    application = signedBy(second, first);
    expect((await engine.stack.up({ onOutput })).summary.resourceChanges).toMatchObject({ create: 1 });
    expect(await active()).toBe((await certificatesByName())['aws-first']);
    expect(warnings.at(-1)).toContain("'aws-second' begins to sign on");
    await unchanged();

    // On its day alone it signs nothing: a program that throws is tested without the engine, in test/unit/stacks.
    now = inDays(20);
    application = signedBy(imported, first);
    expect((await engine.stack.up({ onOutput })).summary.resourceChanges).toMatchObject({ update: 2 });
    const names = await certificatesByName();
    expect(await active()).toBe(names['aws-second']);
    const outputs = (await engine.stack.outputs())['signingCertificates']?.value as readonly JsonObject[];
    expect(outputs.map(({ name, active: signs }) => [name, signs])).toEqual([
      ['aws-first', false],
      ['aws-second', true],
    ]);
    await unchanged();

    application = signedBy(imported);
    expect((await engine.stack.up({ onOutput })).summary.resourceChanges).toMatchObject({ delete: 1 });
    expect(await active()).toBe(names['aws-second']);
    const keys = objectsOf(await principal(), 'keyCredentials').map(({ displayName }) => displayName);
    expect(new Set(keys)).toEqual(new Set(['CN=aws-second']));
    await unchanged();
  });

  test('a declared pause pauses the job', async () => {
    application = { ...application, scim: { ...PROVISIONING, running: false } };
    await engine.stack.up({ onOutput });
    expect(objectOf(await job(), 'schedule')['state']).toBe('Disabled');
    application = { ...application, scim: PROVISIONING };
    await engine.stack.up({ onOutput });
    expect(objectOf(await job(), 'schedule')['state']).toBe('Active');
    await unchanged();
  });

  test('another template replaces the application and all that is made for it, and the job starts once more', async () => {
    const { appId } = await principal();
    application = { ...application, template: 'non-gallery' };
    graph.take();
    await engine.stack.up({ onOutput });
    expect((await principal())['appId']).not.toBe(appId);
    expect(await active()).toBe((await certificatesByName())['aws-second']);
    const commands = graph.takeDone().filter((request) => /POST .*\/(start|validateCredentials)$/.test(request));
    expect(commands.map((request) => request.split('/').at(-1))).toEqual(['validateCredentials', 'start']);
    expect((await job())['templateId']).toBe('scim');
    await unchanged();
  });

  test('destroy leaves SAML mode in time, and nothing behind but the adopted group', async () => {
    application = signedBy(imported, { ...first, name: 'aws-third' });
    await engine.stack.up({ onOutput });
    const { appId } = await principal();
    await engine.stack.destroy({ onOutput });
    const principals = await list('/v1.0/servicePrincipals');
    expect(principals.map((one) => one['appId'])).not.toContain(appId);
    expect((await list('/v1.0/applications')).map((one) => one['appId'])).not.toContain(appId);
    expect(await list('/v1.0/policies/claimsMappingPolicies')).toEqual([]);
    expect((await list('/v1.0/groups')).map(({ displayName }) => displayName)).toEqual(['Auditors']);
    const everything = `${engine.storedState()}${printed.join('')}`;
    for (const secret of [TOKEN, NEXT_TOKEN, SECRET]) expect(everything).not.toContain(secret);
  });
});
