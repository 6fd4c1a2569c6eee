import { callAws } from '../../handoff/aws-call';

const CALL = {
  action: 'secretsmanager:PutSecretValue',
  subject: 'Writing the secret sandbox/customers/web-client-secret',
};

async function messageOf(name: string): Promise<unknown> {
  const fault = Object.assign(new Error('no'), { name });
  return callAws(CALL, () => Promise.reject(fault)).catch((error: unknown) => (error as Error).message);
}

const failed = (name: string): string => `${CALL.subject} failed.\n  secretsmanager:PutSecretValue: ${name}: no`;

test.each([
  ['AccessDeniedException', 'allow secretsmanager:PutSecretValue'],
  ['ExpiredTokenException', 'log in (aws sso login), or set AWS_PROFILE, then run this again'],
  ['ThrottlingException', 'AWS is limiting the rate of calls: run this again later; it goes on where it stopped'],
])('says which call failed with %s, and what to do', async (name, advice) => {
  expect(await messageOf(name)).toBe(`${failed(name)}\n  What to do: ${advice}`);
});

test('says what AWS answered where there is no advice', async () => {
  expect(await messageOf('InternalServiceError')).toBe(failed('InternalServiceError'));
});
