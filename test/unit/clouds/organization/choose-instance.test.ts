import type { InstanceMetadata } from '@aws-sdk/client-sso-admin';
import { chooseInstance } from '../../../../src/clouds/aws/organization/read-identity-center';
import { INSTANCE } from '../../../support/clouds/organization/sample-organization';

const choice = { managementAccountId: '100000000001', region: 'eu-central-1' };
const OTHER = INSTANCE.replace('1234', '9999');
const organizations: InstanceMetadata = { InstanceArn: INSTANCE, OwnerAccountId: '100000000001', Status: 'ACTIVE' };
const ofOneAccount: InstanceMetadata = { InstanceArn: OTHER, OwnerAccountId: '100000000007', Status: 'ACTIVE' };

test('takes the instance of the organization and leaves those of single accounts', () => {
  expect(chooseInstance([ofOneAccount, organizations], choice)).toBe(organizations);
});

test('takes an instance whose owner is not told', () => {
  expect(chooseInstance([{ InstanceArn: INSTANCE }], choice).InstanceArn).toBe(INSTANCE);
});

test('takes the instance that was named', () => {
  const both = [organizations, { ...organizations, InstanceArn: OTHER }];
  expect(chooseInstance(both, { ...choice, instanceArn: OTHER }).InstanceArn).toBe(OTHER);
});

test('asks to choose where there are several', () => {
  expect(() => chooseInstance([organizations, { ...organizations, InstanceArn: OTHER }], choice)).toThrow(
    'There are 2 instances of IAM Identity Center in eu-central-1.\n' +
      '  What to do: choose one with --instance ARN:\n' +
      `    ${INSTANCE} (account 100000000001)\n` +
      `    ${OTHER} (account 100000000001)`,
  );
});

test('points to Region and credentials where there is none', () => {
  expect(() => chooseInstance([], choice)).toThrow(
    'There is no IAM Identity Center instance of the organization in eu-central-1.\n' +
      '  What to do: pass the Region in which IAM Identity Center is enabled (--region), and use ' +
      'credentials of the management account or of its delegated administrator',
  );
});

test('says that an instance of a single account does not do', () => {
  expect(() => chooseInstance([ofOneAccount], choice)).toThrow(
    "(only instances of single accounts, which can't assign access:\n" + `    ${OTHER} (account 100000000007))`,
  );
});

test('lists what there is where the named one is not there', () => {
  expect(() => chooseInstance([organizations], { ...choice, instanceArn: OTHER })).toThrow(
    `There is no instance ${OTHER} in eu-central-1.\n` +
      '  What to do: choose one of these, or another --region:\n' +
      `    ${INSTANCE} (account 100000000001)`,
  );
});

test('refuses an instance that is not active, with the reason', () => {
  const failed: InstanceMetadata = { ...organizations, Status: 'CREATE_FAILED', StatusReason: 'key is disabled' };
  expect(() => chooseInstance([failed], choice)).toThrow(
    `the instance ${INSTANCE} must be ACTIVE, got CREATE_FAILED: key is disabled`,
  );
});
