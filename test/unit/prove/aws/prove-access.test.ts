import { MEANT } from '../../../../src/prove/aws/prove-access';
import { compare, type Difference } from '../../../../src/prove/compare';
import type { RedactedExchange } from '../../../../src/prove/redact';

const exchange = (response: unknown, route = 'DescribeInstance'): RedactedExchange => ({
  ...{ step: 'read', method: 'sso-admin', route, about: '', status: 200, request: {} },
  response,
});

const STAND_IN = {
  Name: '{text}',
  OwnerAccountId: '{account}',
  PrimaryRegion: '{region}',
  Regions: [{ RegionName: '{region}', IsPrimaryRegion: true }],
  EncryptionConfigurationDetails: { KeyType: 'AWS_OWNED_KMS_KEY' },
};

const open = (account: object, route?: string): readonly Difference[] =>
  compare({ tenant: [exchange(account, route)], emulator: [exchange(STAND_IN, route)] }, MEANT).differences.filter(
    ({ meant }) => meant === undefined,
  );

test.each<readonly [string, object]>([
  ['another name', { ...STAND_IN, Name: 'string' }],
  ['no name', { ...STAND_IN, Name: undefined }],
  ['another owner', { ...STAND_IN, OwnerAccountId: '{id-1}' }],
  ['another Region', { ...STAND_IN, Regions: [...STAND_IN.Regions, { RegionName: '{text}', IsPrimaryRegion: false }] }],
  ['a Region with more to it', { ...STAND_IN, Regions: [{ ...STAND_IN.Regions[0], Status: 'ACTIVE' }] }],
  ['no Regions', { ...STAND_IN, Regions: undefined }],
  [
    'a key of its own',
    { ...STAND_IN, EncryptionConfigurationDetails: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: '{text}' } },
  ],
])('that the instance has %s is meant', (_, account) => {
  expect(open(account)).toEqual([]);
});

test.each<readonly [string, object, Partial<Difference>]>([
  ['another type', { ...STAND_IN, Name: 7 }, { kind: 'other type', path: 'response.Name' }],
  ['another Region as its first', { ...STAND_IN, PrimaryRegion: '{text}' }, { path: 'response.PrimaryRegion' }],
  ['what the stand-in lacks', { ...STAND_IN, NameSpace: 'new' }, { path: 'response.NameSpace' }],
])('that the instance has %s is not', (_, account, difference) => {
  expect(open(account)).toEqual([expect.objectContaining(difference)]);
});

test('nor is it of another answer', () => {
  expect(open({ ...STAND_IN, Name: 'string' }, 'DescribePermissionSet')).toHaveLength(1);
});
