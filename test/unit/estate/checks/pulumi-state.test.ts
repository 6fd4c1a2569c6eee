import { missingKeys } from '../../../../src/estate/sections/pipeline/pipeline';
import { backendUrlOf, stateEnvironment } from '../../../../src/estate/sections/pipeline/pulumi-state';
import { AZURE } from '../../../support/entra-estate';
import { codesAndPlaces, planOf } from '../../../support/estate-files';

const KEY = 'awskms:///arn:aws:kms:eu-west-1:100000000001:alias/acme/pulumi?region=eu-west-1';
const VAULT = 'azurekeyvault://acme.vault.azure.net/keys/pulumi/0123456789abcdef0123456789abcdef';
const BLOB = 'azblob://state?storage_account=acmestate';
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

const S3 = withState('s3://acme-pulumi?region=eu-west-1', KEY);
const reportOf = (text: string): readonly string[] =>
  codesAndPlaces(planOf(text)).filter((line) => line.includes('pipeline') && !line.includes('deploys-nothing'));

test.each([
  ['S3 with KMS', S3, 's3://acme-pulumi?region=eu-west-1'],
  ['Azure with Key Vault', withState(BLOB, VAULT), BLOB],
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
  'https://api.pulumi.com',
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
