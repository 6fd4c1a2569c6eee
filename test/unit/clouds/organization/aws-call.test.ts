import { AwsCallError, type AwsFault, isGone, readAws, required } from '../../../../src/clouds/aws/aws-call';

const call = { action: 'organizations:ListRoots', subject: 'the root of the organization' };
const textOf = (fault: AwsFault): string => new AwsCallError(call, fault).message;

test('names the call, the answer of AWS, the attempts and the request', () => {
  const $metadata = { attempts: 10, requestId: 'abc-123' };
  expect(textOf({ name: 'TooManyRequestsException', message: 'Rate exceeded', $metadata })).toBe(
    'Reading the root of the organization failed.\n' +
      '  organizations:ListRoots: TooManyRequestsException: Rate exceeded (after 10 attempts, request abc-123)\n' +
      '  What to do: AWS is limiting the rate of calls: run this again later, or with a lower --concurrency where there is one',
  );
});

test('lists the IAM actions that are needed where one is denied', () => {
  expect(textOf({ name: 'AccessDeniedException', message: 'not authorized' })).toBe(
    'Reading the root of the organization failed.\n' +
      '  organizations:ListRoots: AccessDeniedException: not authorized\n' +
      '  What to do: allow organizations:ListRoots, and run this in the management account of the organization, or the ' +
      'account that administers IAM Identity Center for it. A snapshot needs: identitystore:ListGroups, ' +
      'organizations:DescribeOrganization, organizations:ListAccounts, organizations:ListAccountsForParent, ' +
      'organizations:ListDelegatedAdministrators, organizations:ListOrganizationalUnitsForParent, ' +
      'organizations:ListRoots, organizations:ListTagsForResource, sso:ListInstances',
  );
});

test.each([
  ['CredentialsProviderError', 'What to do: log in (aws sso login), or set AWS_PROFILE'],
  ['ExpiredTokenException', 'What to do: the credentials are no longer or not yet valid: log in again'],
  ['UnrecognizedClientException', 'What to do: the credentials are no longer or not yet valid: log in again'],
  [
    'AWSOrganizationsNotInUseException',
    'What to do: these credentials belong to an account outside of any organization',
  ],
  ['InvalidSignatureException', 'What to do: check the secret key, and that the clock'],
])('advises on %s', (name, advice) => {
  expect(textOf({ name, message: 'm' })).toContain(advice);
});

test('says what was being written, and of other services only what was refused', () => {
  const writing = { action: 'ssm:PutParameter', subject: 'the parameter /sandbox/version', writes: true };
  expect(new AwsCallError(writing, { name: 'AccessDeniedException', message: 'not authorized' }).message).toBe(
    'Writing the parameter /sandbox/version failed.\n' +
      '  ssm:PutParameter: AccessDeniedException: not authorized\n' +
      '  What to do: allow ssm:PutParameter',
  );
});

test('names a network error by its code', () => {
  expect(textOf({ name: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:9' })).toContain(
    '  organizations:ListRoots: ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:9\n  What to do: check the network',
  );
});

test('asks for the Region where the SDK found none', () => {
  expect(textOf({ name: 'Error', message: 'Region is missing' })).toBe(
    'Reading the root of the organization failed.\n' +
      '  organizations:ListRoots: Region is missing\n' +
      '  What to do: name the Region of IAM Identity Center: --region, or AWS_REGION',
  );
});

test('gives no advice on what it does not know', () => {
  expect(textOf({ name: 'ServiceException', message: 'm' })).not.toContain('What to do');
});

test('says which field an answer lacks', () => {
  const read = (): string => required<string>(undefined, call, 'Id');
  expect(read).toThrow('organizations:ListRoots answered without Id, which AWS documents as always there');
});

const KEY = 'arn:aws:kms:eu-west-1:210000000001:key/mrk-0123456789abcdef0123456789abcdef';
const WHO = 'User: arn:aws:sts::210000000001:assumed-role/r/s is not authorized to perform:';

test.each([
  ['by a reason', { name: 'AccessDeniedException', message: 'denied', Reason: 'KMS_AccessDeniedException' }],
  ['by its message', { name: 'AccessDeniedException', message: `${WHO} kms:Decrypt on resource: ${KEY} because` }],
])('names the key of IAM Identity Center that may not be used, told %s', (_how, fault) => {
  const told = new AwsCallError(call, fault, KEY).message;
  expect(told).toContain(
    `What to do: allow kms:Decrypt on the KMS key ${KEY}, by the policy of the caller and by that of the key: npx --no entra-aws docs operations`,
  );
  expect(
    textOf({ name: 'AccessDeniedException', message: `${WHO} kms:Decrypt on resource: ${KEY} because` }),
  ).toContain(`allow kms:Decrypt on the KMS key ${KEY}, by`);
  expect(told).not.toContain('A snapshot needs');
});

test('says of a key that is off that it is to be enabled', () => {
  const fault = { name: 'ValidationException', message: 'm', Reason: 'KMS_DISABLED' };
  expect(new AwsCallError(call, fault).message).toContain(
    "What to do: the customer-managed KMS key of IAM Identity Center can't be used: enable it, or cancel its deletion, in the management account",
  );
});

test('what a key that is gone encrypts is not gone', () => {
  const gone = { name: 'ResourceNotFoundException', message: 'm' };
  expect(isGone(new AwsCallError(call, gone))).toBe(true);
  expect(isGone(new AwsCallError(call, { ...gone, Reason: null }))).toBe(true);
  expect(isGone(new AwsCallError(call, { ...gone, Reason: 'KMS_NotFoundException' }))).toBe(false);
  expect(isGone(gone)).toBe(false);
});

test('a fault of the way to AWS reads the same for each call, so that it can be told once', async () => {
  const read = (subject: string, name: string) =>
    readAws(() => Promise.reject(new AwsCallError({ ...call, subject }, { name, message: 'no credentials.' })));
  const reason = expect.stringMatching(/^AWS can't be asked: no credentials\. What to do: log in/) as string;
  const failed = { state: 'failed', reason };
  expect(await read('the root', 'CredentialsProviderError')).toEqual(failed);
  expect(await read('the groups', 'CredentialsProviderError')).toEqual(
    await read('the root', 'CredentialsProviderError'),
  );
  expect(await read('the groups', 'ValidationException')).toEqual({
    state: 'failed',
    reason: 'Reading the groups failed. organizations:ListRoots: ValidationException: no credentials.',
  });
});
