import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { parse } from 'yaml';
import { estateJsonSchema } from '../../../src/estate/reference/json-schema';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import { withTexts } from '../../../src/estate/source/estate-folder';
import { parseYaml } from '../../../src/estate/source/yaml-source';
import { estateReference, EXAMPLE } from '../../../src/estate/reference/reference';
import { EDITOR_KEYWORDS } from '../../support/editor-keywords';
import { AZURE, changed, CUSTOMERS, WORKFORCE } from '../../support/entra-estate';
import { MISTAKES, mistaken } from '../../support/estate-mistakes';
import { MANAGEMENT, planOf, report } from '../../support/estate-files';
import { EXAMPLE_ESTATES, REPOSITORY, SANDBOX } from '../../support/repository';

const read = (...path: readonly string[]): string => readFileSync(join(REPOSITORY, ...path), 'utf8');
const sandbox = readFileSync(join(SANDBOX, 'estate.yaml'), 'utf8');

const validate = new Ajv2020({ allErrors: true, keywords: EDITOR_KEYWORDS }).compile(estateJsonSchema());

/** Faults that the JSON Schema finds in a YAML text: where, and which keyword. */
function faultsOf(yaml: string): readonly string[] {
  validate(parse(yaml));
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

test('the committed schema and reference are fresh (npm run reference writes them)', () => {
  expect(read('docs', 'estate.schema.json')).toBe(`${JSON.stringify(estateJsonSchema(), undefined, 2)}\n`);
  expect(read('docs', 'estate-reference.md')).toBe(estateReference(estateJsonSchema()));
});

test('mappings with the same keys share a section of the reference', () => {
  const reference = estateReference(estateJsonSchema());
  const headings = [...reference.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  const [first, ...others] = headings.filter((heading) => heading?.endsWith('.signingCertificates[]'));
  expect([first, others]).toEqual(['workforce.awsApplication.saml.signingCertificates[]', []]);
  const links = reference.match(
    /- `signingCertificates` \(\[list\]\(#workforceawsapplicationsamlsigningcertificates\)/g,
  );
  expect(links).toHaveLength(2);
});

test('the sandbox estate is valid', () => {
  expect(faultsOf(sandbox)).toEqual([]);
});

test('the example of the reference is valid, and has no finding', () => {
  expect(faultsOf(EXAMPLE)).toEqual([]);
  const organization = {
    ous: ['/Sandbox'],
    accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }, { id: '100000000002', name: 'play', ou: '/Sandbox' }],
    groups: ['Security Auditors'],
  };
  expect(report(planOf(EXAMPLE, organization))).toEqual([]);
});

const set = (rest: string): string => `access: { permissionSets: [{ name: A, ${rest} }], grants: [] }`;
const select = (selector: string): string =>
  `access: { permissionSets: [], grants: [{ group: G, permissionSets: [A], accounts: { include: [${selector}] } }] }`;
const SELECTOR = '/access/grants/0/accounts/include/0';
const SET = '/access/permissionSets/0';

test.each(['ou: /A', 'ou: /A, descendants: false', "id: '000000000001'", 'name: a*', 'tags: { a: b }', 'all: true'])(
  'the selector { %s } is valid',
  (words) => {
    expect(faultsOf(select(`{ ${words} }`))).toEqual([]);
  },
);

test.each<readonly [string, string, readonly string[]]>([
  ['an unknown section', 'acess: {}', [' additionalProperties']],
  ['a list at the top', '[]', [' type']],
  ['access without grants', 'access: { permissionSets: [] }', ['/access required']],
  ['another way to deploy', 'access: { deployFrom: x, permissionSets: [], grants: [] }', ['/access/deployFrom enum']],
  ['an unknown key', set('sesionDuration: PT1H'), [`${SET} additionalProperties`]],
  ['a duration that is none', set('sessionDuration: 1h'), [`${SET}/sessionDuration pattern`]],
  ['an empty description', set("description: ''"), [`${SET}/description minLength`]],
  ['21 policies', set(`managedPolicies: [${Array(21).fill('P').join(', ')}]`), [`${SET}/managedPolicies maxItems`]],
  ['a relay state of another scheme', set("relayState: 'javascript:x'"), [`${SET}/relayState pattern`]],
  ['a tag that is a number', set('tags: { a: 1 }'), [`${SET}/tags/a type`]],
  [
    'no kind of boundary',
    set('permissionsBoundary: {}'),
    [`${SET}/permissionsBoundary required`, `${SET}/permissionsBoundary if`],
  ],
  [
    'both kinds of boundary',
    set('permissionsBoundary: { managedPolicy: A, customerManagedPolicy: { name: B } }'),
    [`${SET}/permissionsBoundary/customerManagedPolicy false schema`],
  ],
  ['a short reason', set('acknowledge: [{ rule: A, reason: no }]'), [`${SET}/acknowledge/0/reason minLength`]],
  ['no kind in a selector', select('{}'), [`${SELECTOR} required`, `${SELECTOR} if`]],
  ['two kinds in a selector', select('{ ou: /, all: true }'), [`${SELECTOR}/all false schema`]],
  ['all that is false', select('{ all: false }'), [`${SELECTOR}/all const`]],
  ['no tag', select('{ tags: {} }'), [`${SELECTOR}/tags minProperties`]],
  ['an id of eleven digits', select("{ id: '00000000001' }"), [`${SELECTOR}/id pattern`]],
  ['an id that is a number', select('{ id: 100000000001 }'), [`${SELECTOR}/id type`]],
  ['descendants of a name', select('{ name: a, descendants: true }'), [`${SELECTOR} dependentRequired`]],
  ['an empty include', select(''), ['/access/grants/0/accounts/include minItems']],
])('%s is refused', (_, yaml, faults) => {
  expect(faultsOf(yaml)).toEqual(faults);
});

/** Faults of a text in which one word was changed. */
const faultsAfter = (text: string, from: string, to: string): readonly string[] => faultsOf(changed(text, from, to));

test.each([CUSTOMERS, WORKFORCE, AZURE])('a sound section is valid (%#)', (text) => {
  expect(faultsOf(text)).toEqual([]);
});

test.each<readonly [string, string, string]>([
  ['directory: contosoclaims', 'directory: contoso-claims', '/customers/directory pattern'],
  ['tenantId: c1a6', 'tenantId: xyz', '/customers/tenantId pattern'],
  ['displayName: Claims API', `displayName: ${'n'.repeat(91)}`, '/customers/apiApplication/displayName maxLength'],
  ['value: Accounts.Read', `value: ${'v'.repeat(41)}`, '/customers/apiApplication/scopes/0/value maxLength'],
  ['hosts: [', 'host: [', '/customers/webApplication required'],
  ['    client', '    callbacks: { signIn: x }\n    client', '/customers/webApplication/callbacks/signIn pattern'],
  ['start: 2026-01-01', 'start: soon', '/customers/webApplication/clientSecret/start pattern'],
  ['P180D', 'P6M', '/customers/webApplication/clientSecret/period pattern'],
  ['use: signIn', 'use: signin', '/customers/userFlows/0/use enum'],
  ['use: stepUp', 'use: step-up', '/customers/userFlows/1/use enum'],
  ['state: on', 'state: true', '/customers/userFlows/1/multifactor/state type'],
])('of the customers, %s as %s is refused', (from, to, fault) => {
  expect(faultsAfter(CUSTOMERS, from, to)).toContain(fault);
});

test.each<readonly [string, string, string]>([
  ['expires: 2027-01-31', 'expires: 2027', '/workforce/awsApplication/saml/signingCertificates/0/expires type'],
  ['displayName: AWS', 'displayName: AWS\n    template: other', '/workforce/awsApplication/template enum'],
  ['scim:\n', 'scim:\n      token: x\n', '/workforce/awsApplication/scim additionalProperties'],
])('of the workforce, %s as %s is refused', (from, to, fault) => {
  expect(faultsAfter(WORKFORCE, from, to)).toContain(fault);
});

test.each<readonly [string, string, string]>([
  ['retentionDays: 90', 'retentionDays: 29', '/azure/logs/retentionDays minimum'],
  ['identitystate', 'Identity', '/azure/pulumiState/storageAccount pattern'],
  ['example/identity', 'identity', '/azure/repository pattern'],
])('of azure, %s as %s is refused', (from, to, fault) => {
  expect(faultsAfter(AZURE, from, to)).toContain(fault);
});

test.each(MISTAKES)(
  'the preview finds $title, and the schema if one place shows it',
  ({ isBetweenPlaces = false, ...mistake }) => {
    const text = mistaken(sandbox, mistake);
    const folder = withTexts(diskFolder(EXAMPLE_ESTATES, 'sandbox'), { 'estate.yaml': text });
    expect(planEstate(folder).findings.filter(({ severity }) => severity === 'error')).not.toEqual([]);
    const { value } = parseYaml('estate.yaml', text);
    if (value !== undefined) expect(validate(value)).toBe(isBetweenPlaces);
  },
);

test('a session is refused by the schema if it is by the rule', () => {
  const hours = [...Array(14).keys()].flatMap((hour) => [`PT${hour}H`, `PT0${hour}H`, `PT${hour}H30M`]);
  const minutes = [...Array(800).keys()].map((minute) => `PT${minute}M`);
  const isRefused = (text: string): boolean => faultsOf(set(`sessionDuration: ${text}`)).length > 0;
  const breaks = (text: string): boolean =>
    planOf(set(`sessionDuration: ${text}`)).findings.some(({ code }) => code === 'session-duration');
  // Sums of minutes beyond twelve hours are left to the rule.
  for (const text of [...hours, ...minutes.slice(0, 720), 'PT3600S', 'PT59M60S'])
    expect([text, isRefused(text)]).toEqual([text, breaks(text)]);
});

test('the schema refuses nothing that the model accepts in shape', () => {
  const shapes = ['{ ou: / }', '{ name: "*" }', '{ tags: { "": "" } }'];
  for (const shape of shapes) {
    const codes = planOf(select(shape)).findings.map((finding) => finding.code);
    expect(codes).not.toContain('invalid-value');
    expect(faultsOf(select(shape))).toEqual([]);
  }
});
