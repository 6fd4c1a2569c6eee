import { readFileSync } from 'node:fs';
import { command } from '../../../../src/deploy/steps/command';
import {
  applicationTrustsOnly,
  directoryIs,
  identityTrustsOnly,
  type Trust,
} from '../../../../src/deploy/steps/identity-trust-steps';
import type { Reading } from '../../../../src/deploy/steps/step';

const TRUST: Trust = {
  forge: 'github',
  issuer: 'https://token.actions.githubusercontent.com',
  audience: 'api://AzureADTokenExchange',
  subjects: ['repo:o/n:environment:preview', 'repo:o/n:ref:refs/heads/main'],
  remove: (credential, application) => command(`delete --of=${application} --name`, credential),
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
      '$ delete --of= --name "left open"',
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
      '$ delete --of= --name github-environment-preview',
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

test('an application is asked about by its name, and its credential is deleted by its id', () => {
  const read = (...value: readonly object[]): Reading => applicationTrustsOnly('preview', TRUST)(answer({ value }));
  const application = (appId: string, ...federatedIdentityCredentials: readonly object[]) => ({
    appId,
    federatedIdentityCredentials,
  });
  expect(read(application('a1', PREVIEW, MAIN))).toEqual({ state: 'done' });
  const open = credential('open', 'repo:o/n:pull_request');
  expect(read(application('a1', PREVIEW, MAIN, open))).toMatchObject({
    state: 'pending',
    why: expect.stringMatching(/\n\$ delete --of=a1 --name open$/) as string,
  });
  expect(read()).toEqual({ state: 'pending', why: 'the directory has no application preview' });
  expect(read(application('a1'), application('a2'))).toEqual({
    state: 'unknown',
    why: 'the directory has 2 applications preview, of which one must stay: a1, a2',
  });
});

test('Graph is asked in the directory of the customers, or not at all', () => {
  const read = directoryIs('t1');
  expect(read({ code: 0, stdout: 't1\n', stderr: '' })).toEqual({ state: 'done' });
  expect(read({ code: 0, stdout: 't2\n', stderr: '' })).toEqual({
    state: 'unknown',
    why: 'az asks Graph in the directory t2, not in t1: log in there, as below',
  });
});

test('what is not an answer leaves it open whom it trusts', () => {
  const failed = { code: 1, stdout: '', stderr: 'ERROR: AuthorizationFailed\n' };
  const readers = [identityTrustsOnly(TRUST), applicationTrustsOnly('preview', TRUST), directoryIs('t1')];
  for (const read of readers) expect(read(failed)).toEqual({ state: 'unknown', why: 'ERROR: AuthorizationFailed' });
  expect(identityTrustsOnly(TRUST)(answer({ value: [] }))).toMatchObject({ state: 'unknown' });
  expect(applicationTrustsOnly('preview', TRUST)(answer([]))).toMatchObject({ state: 'unknown' });
});

test.each(['deploy-identity', 'directory-trust'])('issuer and audience are those of bicep/%s.bicep', (file) => {
  const text = readFileSync(`bicep/${file}.bicep`, 'utf8');
  expect(text).toContain(`issuer: '${TRUST.issuer}'`);
  expect(text).toMatch(new RegExp(`audiences: \\[\\s+'${TRUST.audience}'\\s+\\]`));
});
