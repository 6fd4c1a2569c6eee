import { comparePrograms } from '../../../../src/preview/entra/compare-programs';
import type { FactInputs, ProgramResource } from '../../../../src/preview/entra/facts';
import type { ResourceChange } from '../../../../src/preview/entra/compare-programs';
import { renderMarkdown } from '../../../../src/preview/render';
import { CUSTOMERS, EXTERNAL } from '../../../support/entra-estate';
import { entraReportOf } from '../../../support/preview/entra-reports';

const CONNECTOR = 'entragraph:index:ApiConnector';
const EXTENSION = 'entragraph:index:CustomAuthenticationExtension';
const FLOW = 'entragraph:index:UserFlow';
const PROVIDER = 'entragraph:index:IdentityProvider';
const APPLICATION = 'azuread:index/application:Application';
const RESOURCE_ID = 'api://api.example.com/0a1b2c3d-1111-2222-3333-444455556666';
const URL = 'https://api.example.com/in';

function one(type: string, inputs: FactInputs, key = `${type}::one`): ProgramResource {
  const common = { dependsOn: [], aliases: [], retainOnDelete: false, kind: 'resource' } as const;
  return { ...common, key, type, name: key, inputs };
}

type Told = Pick<ResourceChange, 'action' | 'dangers' | 'notes'>;

function changesOf(before: readonly ProgramResource[], after: readonly ProgramResource[]): readonly ResourceChange[] {
  const runOf = (resources: readonly ProgramResource[]) =>
    ({ program: 'customers', stack: 'demo-customers', resources, warnings: [] }) as const;
  return comparePrograms(runOf(before), runOf(after));
}

/** Changes between two programs, in words; of those whose action is given. */
function told(before: readonly ProgramResource[], after: readonly ProgramResource[]): readonly Told[] {
  return changesOf(before, after).map(({ action, dangers, notes }) => ({ action, dangers, notes }));
}

const connector = (displayName: string) => one(CONNECTOR, { displayName, targetUrl: URL }, displayName);
const refTo = ({ key }: ProgramResource) => ({ $ref: key, property: 'id' });
const [old, other] = [connector('Invitations'), connector('Loyalty')];

/** A user flow that calls APIs, by step. */
const calling = (calls: Readonly<Record<string, ProgramResource>>) =>
  one(FLOW, {
    userFlowId: 'B2C_1_a',
    apiConnectors: Object.entries(calls).map(([step, called]) => ({ step, connector: refTo(called) })),
  });

test('another API at a step is a danger, and so is none; a new one is told', () => {
  const both = [old, other];
  const [changed] = told(
    [...both, calling({ preTokenIssuance: old })],
    [...both, calling({ preTokenIssuance: other })],
  );
  expect(changed).toEqual({
    action: 'update',
    dangers: [
      'B2C_1_a calls Loyalty at preTokenIssuance instead of Invitations: that API is told of people, and its answers count.',
    ],
    notes: [],
  });
  const [moved] = told(
    [...both, calling({ postFederationSignup: old })],
    [...both, calling({ postAttributeCollection: old })],
  );
  expect(moved).toEqual({
    action: 'update',
    dangers: ['B2C_1_a calls no API at postFederationSignup any more: what it refused there is let through.'],
    notes: [
      'B2C_1_a calls Invitations at postAttributeCollection from now on: it is told of people, and its answers count.',
    ],
  });
});

test('a changed call is shown by its step', () => {
  const calls = { preTokenIssuance: old, postFederationSignup: old };
  const [changed] = changesOf(
    [old, other, calling(calls)],
    [old, other, calling({ ...calls, preTokenIssuance: other })],
  );
  expect(changed?.inputs).toMatchObject([
    { name: 'apiConnectors.preTokenIssuance', before: '{Invitations: id}', after: '{Loyalty: id}' },
  ]);
});

test('another name of an API that is called is no other API', () => {
  const renamed = { ...old, inputs: { ...old.inputs, displayName: 'Guests' } };
  const flow = calling({ preTokenIssuance: old });
  const more = { ...flow, inputs: { ...flow.inputs, claims: ['emails'] } };
  expect(told([old, flow], [renamed, more]).flatMap(({ dangers, notes }) => [...dangers, ...notes])).toEqual([]);
});

test('an identity provider that a flow loses is named, also where the program makes it', () => {
  const google = one(PROVIDER, { displayName: 'Google' }, 'google');
  const offering = (...providers: readonly ProgramResource[]) =>
    one(FLOW, { userFlowId: 'B2C_1_a', identityProviders: ['EmailPassword-OAUTH', ...providers.map(refTo)] });
  expect(told([google, offering(google)], [google, offering()])[0]?.dangers).toEqual([
    "Whoever signs in to B2C_1_a with Google can't any more.",
  ]);
});

test('an API elsewhere is a danger, of a connector as of an extension', () => {
  for (const type of [CONNECTOR, EXTENSION]) {
    const at = (targetUrl: string) => one(type, { displayName: 'API', targetUrl });
    expect(told([at(URL)], [at('https://other.example.com/in')])[0]?.dangers).toEqual([
      `API sends what it is told of people to https://other.example.com/in instead of ${URL}, and does as that API answers.`,
    ]);
  }
});

describe('an extension', () => {
  const at = (event: string) => one(EXTENSION, { displayName: 'API', event, targetUrl: URL });
  const danger = `The custom authentication extension API is deleted: ${URL} is not called at otpSend any more, and what it refused there is let through.`;

  test('of another event is not called at the one before', () => {
    expect(told([at('otpSend')], [at('tokenIssuanceStart')])).toMatchObject([{ action: 'replace', dangers: [danger] }]);
  });

  test('that is new is told, and one that goes is a danger', () => {
    expect(told([old], [old, at('otpSend')])).toEqual([
      {
        action: 'create',
        dangers: [],
        notes: ['API is called at otpSend from now on: it is told of people, and its answers count.'],
      },
    ]);
    expect(told([at('otpSend')], [])).toMatchObject([{ action: 'delete', dangers: [danger] }]);
  });
});

test('mapped claims that an application takes no more are a danger, and new ones are told', () => {
  const web = (more: FactInputs) => one(APPLICATION, { displayName: 'Claims', api: more });
  const taking = web({ mappedClaimsEnabled: true });
  expect(told([taking], [web({})])[0]?.dangers).toEqual([
    'Claims takes no mapped claims any more: as long as some are mapped there, sign-ins fail.',
  ]);
  expect(told([web({})], [taking])).toMatchObject([
    { dangers: [], notes: ['Tokens for Claims may have claims that are mapped there, by an API for example.'] },
  ]);
});

/** The lines of a Markdown table, from its caption on. */
function tableOf(markdown: string, title: string): readonly string[] {
  const lines = markdown.split('\n');
  const rows = lines.slice(lines.indexOf(title) + 1).filter((line) => line !== '');
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? undefined : end);
}

test('API connectors have a table, and flows a column of what they call', async () => {
  const connectors = `  apiConnectors:
    - { name: invitations, url: ${URL}, username: claims, secret: { config: password, version: v1 } }
    - { name: loyalty, displayName: Loyalty levels, url: ${URL}, authentication: certificate, secret: { config: pfx, version: v1 } }
`;
  const text = CUSTOMERS.replace('  userFlows:\n', `${connectors}  userFlows:\n`).replace(
    '      use: signIn\n',
    '      use: signIn\n      apiConnectors: { preTokenIssuance: loyalty }\n',
  );
  const markdown = renderMarkdown(await entraReportOf({ 'estate.yaml': text }));
  expect(tableOf(markdown, '#### API connectors')).toMatchInlineSnapshot(`
    [
      "| Connector | Calls | Signs in as | Secret |",
      "| --- | --- | --- | --- |",
      "| <code>Loyalty levels</code> | <code>https&#58;//api.example.com/in</code> | client certificate | version v1 |",
      "| <code>invitations</code> | <code>https&#58;//api.example.com/in</code> | claims, by a password | version v1 |",
    ]
  `);
  expect(markdown).toContain('preTokenIssuance: Loyalty levels');
});

test('custom authentication extensions have a table, and what takes their claims is told', async () => {
  const entry = `name: loyalty, event: tokenIssuanceStart, url: ${URL}, resourceId: ${RESOURCE_ID}, claims: [level, card]`;
  const codes = `name: codes, event: otpSend, url: ${URL}, resourceId: ${RESOURCE_ID}, behaviorOnError: fallbackToMicrosoftProviderOnError`;
  const text = EXTERNAL.replace('  userFlows:\n', `  customExtensions: [{ ${entry} }, { ${codes} }]\n  userFlows:\n`);
  const report = await entraReportOf({ 'estate.yaml': text });
  const markdown = renderMarkdown(report);
  expect(tableOf(markdown, '#### Custom authentication extensions')).toMatchInlineSnapshot(`
    [
      "| Extension | Calls | Token for | Claims |",
      "| --- | --- | --- | --- |",
      "| <code>codes</code> (at otpSend) | <code>https&#58;//api.example.com/in</code> (where it fails, Microsoft sends the code) | <code>api&#58;//api.example.com/0a1b2c3d-1111-2222-3333-444455556666</code> |  |",
      "| <code>loyalty</code> (at tokenIssuanceStart) | <code>https&#58;//api.example.com/in</code> | <code>api&#58;//api.example.com/0a1b2c3d-1111-2222-3333-444455556666</code> | card, level |",
    ]
  `);
  expect(markdown).toContain('may be mapped at it, by an API for example');
  const taking = report.entra?.programs[0]?.applications.filter(({ mappedClaims }) => mappedClaims);
  expect(taking?.map(({ name }) => name)).toEqual(['Claims']);
});
