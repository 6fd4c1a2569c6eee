import { nameAtEngine, stackName } from '../../../../src/estate/plan/stacks/stacks';
import { missingKeys } from '../../../../src/estate/sections/pipeline/pipeline';
import { backendUrlOf, stateEnvironment } from '../../../../src/estate/sections/pipeline/pulumi-state';
import { AZURE } from '../../../support/entra-estate';
import { codesAndPlaces, planOf } from '../../../support/estate-files';

const KEY = 'awskms:///arn:aws:kms:eu-west-1:100000000001:alias/acme/pulumi?region=eu-west-1';
const VAULT = 'azurekeyvault://acme.vault.azure.net/keys/pulumi/0123456789abcdef0123456789abcdef';
const BLOB = 'azblob://state?storage_account=acmestate';
const CLOUD = 'https://api.pulumi.com';
const ORGANIZATION = '    organization: acme\n';
const IDENTITIES = `identities:
    workforce: { preview: 11111111-0000-4000-8000-000000000000, deploy: 22222222-0000-4000-8000-000000000000 }
`;
const WORKFORCE = 'workforce: { tenantId: 66946bae-c7f1-4099-b768-6ec1ac684280, groups: [{ name: admins }] }\n';

const withState = (backend: string, secretsProvider: string, more = '') => `pipeline:
  repository: example/identity
  environments: [sandbox]
  pulumi:
    backend: '${backend}'
    secretsProvider: '${secretsProvider}'
${more}  ${IDENTITIES}${WORKFORCE}`;

const atAzureDevOps = (text: string): string =>
  text.replace('  repository: example/identity', '  forge: azure-devops\n  repository: example/project/identity');

const S3 = withState('s3://acme-pulumi?region=eu-west-1', KEY);
const reportOf = (text: string): readonly string[] =>
  codesAndPlaces(planOf(text)).filter((line) => line.includes('pipeline') && !line.includes('deploys-nothing'));

test.each([
  ['S3 with KMS', S3, 's3://acme-pulumi?region=eu-west-1'],
  ['Azure with Key Vault', withState(BLOB, VAULT), BLOB],
  ['an organization of Pulumi Cloud', withState(CLOUD, 'default', ORGANIZATION), CLOUD],
  ['one of an installation', withState('https://pulumi.acme.com', 'default', ORGANIZATION), 'https://pulumi.acme.com'],
])('%s is a place from which the pipeline deploys', (_what, text, url) => {
  const { estate } = planOf(text);
  expect(reportOf(text)).toEqual([]);
  expect(backendUrlOf(estate)).toBe(url);
  expect(missingKeys(estate).pulumi).toEqual([]);
});

test.each([
  's3://acme-pulumi',
  's3://acme.pulumi?region=eu-west-1',
  's3://acme-pulumi?region=eu-wset-1',
  's3://acme-pulumi?region=eu-west-1&endpoint=evil.example.com',
  's3://acme-pulumi/../other?region=eu-west-1',
  'azblob://state',
  'azblob://state?storage_account=acmestate&domain=evil.example.com',
  'file://state',
  'http://api.pulumi.com',
  'https://api.pulumi.com/insurance',
  'https://jane@api.pulumi.com',
])('%s is no backend', (backend) => {
  expect(reportOf(withState(backend, KEY))).toEqual(['error pulumi-backend estate.yaml:5:14 pipeline.pulumi.backend']);
});

test.each([
  'awskms://alias/acme?region=eu-west-1',
  'awskms:///arn:aws:kms:eu-west-1:100000000001:alias/aws/s3?region=eu-west-1',
  'awskms:///arn:aws:kms:eu-west-1:100000000001:alias/acme?region=eu-central-1',
  'awskms:///arn:aws-cn:kms:eu-west-1:100000000001:alias/acme?region=eu-west-1',
  'passphrase',
  'azurekeyvault://acme.vault.azure.net/keys/pulumi',
])('%s is no key', (provider) => {
  expect(reportOf(withState('s3://acme-pulumi?region=eu-west-1', provider))).toEqual([
    'error pulumi-backend estate.yaml:6:22 pipeline.pulumi.secretsProvider',
  ]);
});

test.each([
  ['in another Region', 's3://acme-pulumi?region=eu-central-1', KEY],
  ['of another cloud', 's3://acme-pulumi?region=eu-west-1', VAULT],
  ['of AWS for a state in Azure', BLOB, KEY],
])('a key %s is refused', (_what, backend, provider) => {
  expect(reportOf(withState(backend, provider))).toEqual([
    'error pulumi-backend estate.yaml:6:22 pipeline.pulumi.secretsProvider [see estate.yaml:5:14]',
  ]);
});

test.each([
  ['no organization', withState(CLOUD, 'default'), 'pipeline.pulumi'],
  ['a key of AWS', withState(CLOUD, KEY, ORGANIZATION), 'pipeline.pulumi.secretsProvider [see estate.yaml:5:14]'],
  ['a name that is none', withState(CLOUD, 'default', '    organization: acme/x\n'), 'pipeline.pulumi.organization'],
  ['jobs of Azure DevOps', atAzureDevOps(withState(CLOUD, 'default', ORGANIZATION)), 'pipeline.pulumi.backend'],
])('Pulumi Cloud with %s is refused', (_what, text, place) => {
  const faults = reportOf(text).filter((line) => line.includes('pulumi-backend'));
  expect(faults.map((line) => line.replace(/estate\.yaml:\S+ /, ''))).toEqual([`error pulumi-backend ${place}`]);
});

test.each([
  ['an organization', withState('s3://acme-pulumi?region=eu-west-1', KEY, ORGANIZATION), 'organization'],
  ["Pulumi Cloud's key", withState(BLOB, 'default'), 'secretsProvider'],
])('another place with %s is refused', (_what, text, key) => {
  expect(reportOf(text)).toEqual([
    expect.stringMatching(new RegExp(`^error pulumi-backend \\S+ pipeline\\.pulumi\\.${key} `)),
  ]);
});

test('a stack of Pulumi Cloud has its organization in its name, and no other has', () => {
  const { estate } = planOf(withState(CLOUD, 'default', ORGANIZATION));
  expect(nameAtEngine(estate, 'workforce')).toBe(`acme/${stackName(estate.name, 'workforce')}`);
  expect(nameAtEngine(estate, 'access')).toBe(stackName(estate.name, 'access'));
  const elsewhere = planOf(S3).estate;
  expect(nameAtEngine(elsewhere, 'workforce')).toBe(stackName(elsewhere.name, 'workforce'));
});

test('the state is said once, and a pipeline with identities says it', () => {
  expect(reportOf(S3 + AZURE)).toContainEqual(
    expect.stringMatching(/^error pulumi-backend estate\.yaml:\d+:3 pipeline\.pulumi /),
  );
  const nowhere = S3.replace(/ {2}pulumi:\n.*\n.*\n/, '');
  expect(reportOf(nowhere)).toContainEqual(expect.stringMatching(/^warning pulumi-backend .* pipeline\.identities$/));
  expect(missingKeys(planOf(nowhere).estate).pulumi).toEqual(['pipeline.pulumi']);
});

test('pull requests decrypt the state in an environment of their own', () => {
  const withTrust = (trust: string) =>
    withState('s3://acme-pulumi?region=eu-west-1', KEY, `    previewTrust: ${trust}\n`);
  expect(reportOf(withTrust('environment:Sandbox'))).toEqual([
    'error preview-deploys estate.yaml:7:19 pipeline.pulumi.previewTrust [see estate.yaml:3:18]',
  ]);
  expect(reportOf(withTrust('pull_request'))).toEqual([
    'warning preview-without-review estate.yaml:7:19 pipeline.pulumi.previewTrust',
  ]);
});

test('a run of Pulumi beside a role takes the variables of its state', () => {
  const given = { AWS_ROLE_ARN: 'hosting', AWS_REGION: 'eu-west-1', PULUMI_STATE_AWS_ROLE_ARN: 'state' };
  expect(stateEnvironment(given)).toEqual({ ...given, AWS_ROLE_ARN: 'state' });
});
