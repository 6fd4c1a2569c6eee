import { renderHtml } from '../../../../src/preview/render-html';
import { MAX_MARKDOWN_CHARACTERS, renderJson, renderMarkdown, renderTerminal } from '../../../../src/preview/render';
import { emergencyFiles } from '../../../support/emergency';
import { EXTERNAL } from '../../../support/entra-estate';
import { hostedSandboxFiles, itemOf, sandboxFiles } from '../../../support/sandbox';
import type { Report } from '../../../../src/preview/report';
import { changeEntra, entraReportOf } from '../../../support/preview/entra-reports';

let sandbox: Report;

beforeAll(async () => {
  sandbox = await entraReportOf(sandboxFiles());
});

const programOf = ({ entra }: Report, name: string) => {
  if (entra === undefined) throw new Error('the report has no programs');
  return itemOf(entra.programs, ({ program }) => program === name);
};

test('the customers of the sandbox: registrations, scopes, consent and user flows', () => {
  const { resources, ...customers } = programOf(sandbox, 'customers');
  expect(customers).toMatchSnapshot();
  expect(resources.filter(({ kind }) => kind === 'resource').length).toBeGreaterThan(10);
});

test('the workforce of the sandbox: groups, the AWS application and provisioning', () => {
  const { resources, ...workforce } = programOf(sandbox, 'workforce');
  expect(workforce).toMatchSnapshot();
  expect(resources.filter(({ kind }) => kind === 'resource').length).toBeGreaterThan(20);
});

test('resources are told in words, with what they need and with their inputs as text', () => {
  const { resources } = programOf(sandbox, 'customers');
  const consent = itemOf(resources, ({ label }) => label === 'Claims to Microsoft Graph');
  expect(consent).toMatchObject({
    what: 'admin consent',
    component: 'consent',
    inputs: [
      { name: 'claimValues', value: '["offline_access", "openid"]' },
      { name: 'resourceServicePrincipalObjectId', value: '{00000003-0000-0000-c000-000000000000: objectId}' },
      { name: 'servicePrincipalObjectId', value: '{web-service-principal: objectId}' },
    ],
  });
  const keys = new Set(resources.map(({ key }) => key));
  expect(resources.flatMap(({ dependsOn }) => dependsOn).filter((key) => !keys.has(key))).toEqual([]);
});

test('every type of the programs has words of its own', async () => {
  const reports = [
    await entraReportOf(hostedSandboxFiles()),
    await entraReportOf({ 'estate.yaml': EXTERNAL }),
    await entraReportOf(emergencyFiles()),
  ];
  const words = reports.flatMap(({ entra }) =>
    (entra?.programs ?? []).flatMap(({ resources }) =>
      resources.filter(({ kind }) => kind !== 'component').map(({ what }) => what),
    ),
  );
  expect(words).toContain('federated credential');
  expect(words.filter((what) => /^[A-Z]\w*[A-Z]/.test(what))).toEqual([]);
});

test('identity providers and attributes are told by name, in the flows too, and no secret is told', async () => {
  const files = changeEntra(sandboxFiles(), ({ customers }) => {
    customers.identityProviders = [
      { name: 'google', type: 'google', clientId: 'client-1', secret: { config: 'googleSecret', version: '7' } },
    ];
    customers.attributes = [{ name: 'LoyaltyNumber', description: 'Number of the card.' }];
    const signIn = itemOf(customers.userFlows, ({ use }) => use === 'signIn');
    signIn.identityProviders = ['EmailPassword-OAUTH', 'google'];
    signIn.attributes = [{ id: 'LoyaltyNumber', label: 'Your number' }];
    const strings = [{ id: 'UxElement/alert_message', text: 'Abbrechen?' }];
    signIn.languages = {
      default: 'en',
      shown: ['en', 'de'],
      texts: [{ language: 'de', page: 'phonefactor', strings }],
    };
  });
  const report = await entraReportOf(files);
  const { identityProviders, customAttributes, userFlows } = programOf(report, 'customers');
  expect([identityProviders, customAttributes]).toEqual([
    [{ name: 'Google', kind: 'Google', clientId: 'client-1', secretVersion: '7' }],
    [{ name: 'LoyaltyNumber', dataType: 'string', description: 'Number of the card.' }],
  ]);
  expect(itemOf(userFlows, ({ use }) => use === 'signIn')).toMatchObject({
    attributes: ["LoyaltyNumber (labelled 'Your number')"],
    identityProviders: ['EmailPassword-OAUTH', 'Google'],
    languages: ['de', 'en'],
    texts: [{ language: 'de', page: 'phonefactor', id: 'UxElement/alert_message', text: 'Abbrechen?' }],
  });
  expect(renderMarkdown(report)).toContain(
    "<code>B2C&#95;1&#95;signupsignin1</code> (phonefactor, de) | <code>UxElement/alert&#95;message</code> 'Abbrechen?' |",
  );
});

test('an adopted group is looked up, and as good as a created one for the application', async () => {
  const files = changeEntra(sandboxFiles(), ({ workforce }) => {
    itemOf(workforce.groups, ({ name }) => name === 'Security Auditors').adopt = {
      id: '3e2d1c0b-5555-4666-8777-888899990000',
    };
  });
  const { groups, applications } = programOf(await entraReportOf(files), 'workforce');
  expect(itemOf(groups, ({ name }) => name === 'Security Auditors')).toEqual({
    name: 'Security Auditors',
    origin: 'adopted',
    owners: [],
    assignableToRoles: false,
    nestedGroups: [],
    assignedTo: ['AWS IAM Identity Center'],
  });
  expect(applications[0]?.assignedGroups).toContain('Security Auditors');
});

test('every format has what the programs register', () => {
  const terminal = renderTerminal(sandbox, { colour: false, files: [] });
  expect(terminal).toContain(
    'Entra ID on 2026-11-25\n' +
      '  sandbox-customers  2 applications, 2 scopes, 2 admin consents, 4 user flows, 13 resources\n' +
      '  sandbox-workforce  1 application, 7 groups, 1 provisioning job, 1 Conditional Access policy, 26 resources\n' +
      "  Azure AD B2C is not sold to new customers since 1 May 2025, and supported until at least May 2030 (Azure AD B2C FAQ, 'Azure AD B2C end of sale'). What is sold today is Microsoft Entra External ID: customers.directoryType external-id.\n",
  );
  expect(renderMarkdown(sandbox)).toContain('### User flows\n');
  expect(renderHtml(sandbox)).toContain('<h2 id="entra-title">Entra ID on 2026-11-25</h2>');
  expect(JSON.parse(renderJson(sandbox))).toMatchObject({ version: 4, entra: { day: '2026-11-25' } });
});

test('customers in an external tenant: what differs is said, and everybody is asked for a second factor', async () => {
  const external = await entraReportOf({ 'estate.yaml': EXTERNAL });
  const { notes, userFlows, conditionalAccess, applications } = programOf(external, 'customers');
  expect(notes).toEqual([
    'Microsoft Entra External ID is what is sold today; it takes the place of Azure AD B2C.',
    'A Conditional Access policy asks for the second factor, at the application that customers.stepUp names; no user flow does.',
    "There is no user flow to edit a profile; 'Forgot password?' is a part of the sign-in.",
    '2 steps are open that only a person can do: tenant/password-reset, tenant/email-otp. npx --no entra-aws steps says what to set, and where.',
  ]);
  expect(userFlows).toMatchObject([
    { id: 'Sign up and sign in', type: 'signUpOrSignIn', use: 'signIn', multifactor: 'by Conditional Access' },
  ]);
  expect(conditionalAccess).toEqual([
    {
      name: 'Second factor for changes',
      application: 'Claims API with a second factor',
      isEnforced: true,
      requires: 'mfa',
      covered: ['everybody'],
      excluded: [],
    },
  ]);
  expect(applications.map(({ name, scopes }) => [name, scopes.map(({ value }) => value)])).toEqual([
    ['Claims', []],
    ['Claims API', ['Accounts.Read']],
    ['Claims API with a second factor', ['Accounts.Write']],
  ]);
  expect(renderMarkdown(external)).toContain("'Forgot password?' is a part of the sign-in.");
  expect(renderHtml(external)).toContain('External ID is what is sold today');
});

test('an estate without such sections has no part about Entra ID', async () => {
  const estate = 'access: { permissionSets: [], grants: [] }\n';
  const report = await entraReportOf({ ...sandboxFiles(), 'estate.yaml': estate });
  expect(report.entra).toBeUndefined();
  expect(renderHtml(report)).not.toContain('#entra"');
  expect(renderMarkdown(report)).not.toContain('Entra');
});

test('a program that fails is an error at its section, and the report still comes', async () => {
  const report = await entraReportOf(
    changeEntra(sandboxFiles(), ({ workforce }) => {
      for (const certificate of workforce.awsApplication?.saml.signingCertificates ?? [])
        certificate.expires = '2026-11-01';
    }),
  );
  expect(report.status).toBe('errors');
  const [finding] = report.findings.filter(({ code }) => code === 'program-failed');
  expect(finding).toMatchObject({ severity: 'error', path: 'workforce', file: 'estates/sandbox/estate.yaml' });
  expect(finding?.problem).toMatch(/'insurance-aws-2026' ended on 2026-11-01/);
  expect(renderTerminal(report, { colour: false, files: [] })).toMatch(/sandbox-workforce {2}0 resources \[fails\]/);
  expect(renderHtml(report)).toContain('<strong>It fails.</strong>');
});

test('a warning of a program is a warning at its section', async () => {
  const report = await entraReportOf(sandboxFiles({ tokenExpires: '2026-12-31' }));
  const [finding] = report.findings.filter(({ code }) => code === 'program-warning');
  expect(finding).toMatchObject({ severity: 'warning', path: 'workforce' });
});

test('a name is only ever text, in the picture too', async () => {
  const name = '</title><img src=x onerror=alert(1)>';
  const files = changeEntra(sandboxFiles(), ({ workforce }) => {
    workforce.groups.push({ name });
    workforce.awsApplication?.assignedGroups?.push(name);
  });
  const report = await entraReportOf(files, sandboxFiles());
  expect(programOf(report, 'workforce').groups.map((group) => group.name)).toContain(name);
  const page = renderHtml(report);
  expect(page).toContain('app role assignment: &lt;/title&gt;&lt;img');
  expect(page).not.toContain('<img');
  expect(renderMarkdown(report)).not.toContain('<img');
});

test('hundreds of groups are one box of the picture, and stay within the budget of a comment', async () => {
  const names = Array.from({ length: 300 }, (_, index) => `Team ${index}, ${'with a long name '.repeat(6)}`);
  const files = changeEntra(sandboxFiles(), ({ workforce }) => {
    workforce.groups.push(...names.map((name) => ({ name })));
    workforce.awsApplication?.assignedGroups?.push(...names);
  });
  const report = await entraReportOf(files, sandboxFiles());
  expect(report.changes?.entra?.counts.created).toBe(600);
  expect(renderMarkdown(report).length).toBeLessThanOrEqual(MAX_MARKDOWN_CHARACTERS);
  const page = renderHtml(report);
  expect(page).toContain('>307 groups</text>');
  expect(page.match(/<g class="node/g)?.length).toBeLessThan(40);
});
