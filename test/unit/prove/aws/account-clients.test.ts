import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccountClients, endpointsOf, isAwsUrl } from '../../../../src/prove/aws/account-clients';

const folder = mkdtempSync(join(tmpdir(), 'recorded-clients-'));
const before = { ...process.env };

afterEach(() => {
  process.env = { ...before };
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Addresses that the clients of an environment use in place of AWS's. */
function endpoints(environment: NodeJS.ProcessEnv, config = ''): Promise<readonly string[]> {
  // The SDK keeps the texts of files that it has read.
  const file = join(mkdtempSync(join(folder, 'profile-')), 'config');
  writeFileSync(file, config);
  process.env = { AWS_REGION: 'eu-west-1', AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: file, ...environment };
  return endpointsOf(createAccountClients({}));
}

test.each<readonly [string, NodeJS.ProcessEnv, string]>([
  ['AWS_ENDPOINT_URL', { AWS_ENDPOINT_URL: 'http://localhost:5001' }, ''],
  ['the variable of one service', { AWS_ENDPOINT_URL_SSO_ADMIN: 'http://localhost:5001' }, ''],
  ['the variable of IAM', { AWS_ENDPOINT_URL_IAM: 'http://localhost:5001' }, ''],
  ['the profile', { AWS_PROFILE: 'away' }, '[profile away]\nendpoint_url = http://localhost:5001\n'],
  [
    'a service of the profile',
    { AWS_PROFILE: 'away' },
    '[profile away]\nservices = other\n[services other]\ncloudformation =\n  endpoint_url = http://localhost:5001\n',
  ],
])('an address is known that %s has', async (_, environment, config) => {
  expect(await endpoints(environment, config)).toEqual(['http://localhost:5001']);
});

test('without any of them no address is known', async () => {
  expect(await endpoints({})).toEqual([]);
});

test.each([
  ['https://sso.eu-west-1.amazonaws.com', true],
  ['https://vpce-0a1b.cloudformation.eu-west-1.vpce.amazonaws.com', true],
  ['https://cloudformation.cn-north-1.amazonaws.com.cn', true],
  ['https://identitystore.eu-west-1.api.aws', true],
  ['http://sso.eu-west-1.amazonaws.com', false],
  ['https://amazonaws.com.example.com', false],
  ['https://notamazonaws.com', false],
  ['http://localhost:5001', false],
  ['amazonaws.com', false],
])('%s is AWS: %s', (url, isAws) => {
  expect(isAwsUrl(url)).toBe(isAws);
});
