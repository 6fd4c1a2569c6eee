import { command } from '../../../../src/deploy/steps/command';
import { identityTrustsOnly, type Trust } from '../../../../src/deploy/steps/identity-steps';
import type { Reading } from '../../../../src/deploy/steps/step';

const TRUST: Trust = {
  forge: 'github',
  issuer: 'https://token.actions.githubusercontent.com',
  audience: 'api://AzureADTokenExchange',
  subjects: ['repo:o/n:environment:preview', 'repo:o/n:ref:refs/heads/main'],
  remove: (credential) => command('delete --name', credential),
};

const credential = (name: string, subject: string) => ({
  name,
  issuer: 'https://token.actions.githubusercontent.com',
  subject,
  audiences: ['api://AzureADTokenExchange'],
});
const PREVIEW = credential('github-environment-preview', 'repo:o/n:environment:preview');
const MAIN = credential('github-ref-refs-heads-main', 'repo:o/n:ref:refs/heads/main');

const answer = (value: unknown) => ({ code: 0, stdout: JSON.stringify(value), stderr: '' });
const ofIdentity = (...credentials: readonly object[]): Reading => identityTrustsOnly(TRUST)(answer(credentials));

test('an identity is done with the two runs that the estate names, in any order', () => {
  expect(ofIdentity(MAIN, { ...PREVIEW, claimsMatchingExpression: null, id: '/subscriptions/1' })).toEqual({
    state: 'done',
  });
});

test('a run of another subject is named with the command that deletes its credential', () => {
  expect(ofIdentity(PREVIEW, MAIN, credential('left open', 'repo:o/n:pull_request'))).toEqual({
    state: 'pending',
    why:
      "it still trusts 'repo:o/n:pull_request' of https://token.actions.githubusercontent.com for 'api://AzureADTokenExchange', by the credential left open\n" +
      '$ delete --name "left open"',
  });
});

test.each<[string, object, string]>([
  [
    'issuer',
    { ...PREVIEW, issuer: 'https://token.example' },
    "'repo:o/n:environment:preview' of https://token.example for 'api://AzureADTokenExchange'",
  ],
  [
    'audience',
    { ...PREVIEW, audiences: ['another'] },
    "'repo:o/n:environment:preview' of https://token.actions.githubusercontent.com for 'another'",
  ],
  [
    'case of the subject',
    { ...PREVIEW, subject: 'repo:O/n:environment:preview' },
    "'repo:O/n:environment:preview' of https://token.actions.githubusercontent.com for 'api://AzureADTokenExchange'",
  ],
  [
    'expression in place of a subject',
    { ...PREVIEW, subject: null, claimsMatchingExpression: { value: "claims['sub'] matches 'repo:o/*'" } },
    "whatever matches an expression of https://token.actions.githubusercontent.com for 'api://AzureADTokenExchange'",
  ],
  [
    'expression beside the subject',
    { ...PREVIEW, claimsMatchingExpression: { value: "claims['sub'] matches 'repo:o/*'" } },
    "whatever matches an expression of https://token.actions.githubusercontent.com for 'api://AzureADTokenExchange'",
  ],
])('a credential with another %s is too much, and the right one is missing', (_, wrong, named) => {
  expect(ofIdentity(wrong, MAIN)).toEqual({
    state: 'pending',
    why:
      `it still trusts ${named}, by the credential github-environment-preview; ` +
      "it does not trust 'repo:o/n:environment:preview' of GitHub yet\n" +
      '$ delete --name github-environment-preview',
  });
});

test('a run that is missing takes no deletion', () => {
  expect(ofIdentity(PREVIEW)).toEqual({
    state: 'pending',
    why: "it does not trust 'repo:o/n:ref:refs/heads/main' of GitHub yet",
  });
});

test('a run of another forge is one of another issuer', () => {
  const subject = 'project_path:g/p:ref_protected:true:environment_protected:true:deployment_tier:production';
  const trust: Trust = { ...TRUST, forge: 'gitlab', issuer: 'https://gitlab.example.com', subjects: [subject] };
  const read = (...some: readonly object[]): Reading => identityTrustsOnly(trust)(answer(some));
  expect(read({ ...credential('a', subject), issuer: 'https://gitlab.example.com' })).toEqual({ state: 'done' });
  expect(read(credential('a', subject))).toMatchObject({
    state: 'pending',
    why: expect.stringMatching(/^it still trusts .+ of GitLab yet\n/) as string,
  });
});

test('what is not an answer leaves it open whom it trusts', () => {
  const failed = { code: 1, stdout: '', stderr: 'ERROR: AuthorizationFailed\n' };
  expect(identityTrustsOnly(TRUST)(failed)).toEqual({ state: 'unknown', why: 'ERROR: AuthorizationFailed' });
  expect(identityTrustsOnly(TRUST)(answer({ value: [] }))).toMatchObject({ state: 'unknown' });
});
