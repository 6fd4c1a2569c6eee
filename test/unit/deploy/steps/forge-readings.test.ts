import { hasChecks, hasTokens } from '../../../../src/deploy/steps/forges/azure-devops';
import { hasSubjectOfGitHub } from '../../../../src/deploy/steps/forges/github';
import { hasSubjectOfGitLab, isProtected } from '../../../../src/deploy/steps/forges/gitlab';
import type { Reading } from '../../../../src/deploy/steps/step';

const answer = (value: unknown) => ({ code: 0, stdout: JSON.stringify(value), stderr: '' });
const failed = (stderr: string) => ({ code: 1, stdout: '', stderr });
const done: Reading = { state: 'done' };
const pending = (why: string): Reading => ({ state: 'pending', why });
const unknown = (why: string): Reading => ({ state: 'unknown', why });

const GITHUB = hasSubjectOfGitHub(['repo', 'context', 'job_workflow_ref']);
const GITLAB = hasSubjectOfGitLab(['project_path', 'ref_protected']);

test.each([
  ['the wanted claims', { use_default: false, include_claim_keys: ['repo', 'context', 'job_workflow_ref'] }, done],
  ['the default', { use_default: true }, pending('the tokens of the repository have the default subject')],
  [
    'another order',
    { use_default: false, include_claim_keys: ['repo', 'job_workflow_ref', 'context'] },
    pending("the subject of the tokens is made of 'repo', 'job_workflow_ref', 'context'"),
  ],
  ['something else', [], unknown('GitHub did not answer with the claims of a subject')],
])('of GitHub, a subject with %s', (_what, value, expected) => {
  expect(GITHUB(answer(value))).toEqual(expected);
});

test.each([
  ['the wanted claims', { ci_id_token_sub_claim_components: ['project_path', 'ref_protected'] }, done],
  [
    'the default claims',
    { ci_id_token_sub_claim_components: ['project_path', 'ref_type', 'ref'] },
    pending("the subject of the tokens is made of 'project_path', 'ref_type', 'ref'"),
  ],
  [
    'no claims, as others than maintainers see it',
    { id: 1 },
    unknown('GitLab did not answer with the claims of a subject, which maintainers of the project alone see'),
  ],
])('of GitLab, a subject with %s', (_what, value, expected) => {
  expect(GITLAB(answer(value))).toEqual(expected);
});

test.each([
  ['with a rule', answer({ name: 'preview', approval_rules: [{ required_approvals: 1 }] }), done],
  ['with a count', answer({ name: 'preview', required_approval_count: 2 }), done],
  [
    'without approvals',
    answer({ name: 'preview', required_approval_count: 0, approval_rules: [] }),
    pending('the environment preview takes no approval'),
  ],
  [
    'that is not protected',
    failed('glab: 404 Not found (HTTP 404)'),
    pending('GitLab shows no protected environment preview'),
  ],
  ['without a login', failed('glab: 401 Unauthorized'), unknown('glab: 401 Unauthorized')],
])('a GitLab environment %s', (_what, result, expected) => {
  expect(isProtected('preview')(result)).toEqual(expected);
});

const APPROVAL = { type: { name: 'Approval' }, settings: { approvers: [{}] } };
const BRANCH = { type: { name: 'Task Check' }, settings: { definitionRef: { name: 'evaluatebranchProtection' } } };

const missing = (...what: readonly string[]): Reading =>
  pending(`the service connection c has no ${what.join(' and no ')}`);

test.each([
  {
    what: 'approval and branch control',
    value: [APPROVAL, BRANCH],
    previews: done,
    deployments: done,
  },
  { what: 'an approval', value: [APPROVAL], previews: done, deployments: missing('branch control') },
  {
    what: 'no checks',
    value: [],
    previews: missing('approval'),
    deployments: missing('approval', 'branch control'),
  },
  {
    what: 'an approval that is off',
    value: [{ ...APPROVAL, isDisabled: true }, BRANCH],
    previews: missing('approval'),
    deployments: missing('approval'),
  },
])('a service connection with $what', ({ value, previews, deployments }) => {
  expect(hasChecks('c', 'approval')(answer({ value }))).toEqual(previews);
  expect(hasChecks('c', 'approval', 'branch control')(answer({ value }))).toEqual(deployments);
});

const shown = (name: string, parameters?: object) => answer({ name, authorization: { scheme: 'x', parameters } });

test.each([
  [
    'gives what is trusted',
    shown('c', { workloadIdentityFederationIssuer: 'https://issuer', workloadIdentityFederationSubject: '/sc/1' }),
    done,
  ],
  ['shows neither issuer nor subject, as one of AWS', shown('c'), done],
  ['has another name', shown('d'), pending('the service connection of this id is d, not c')],
  [
    'gives tokens of the older issuer',
    shown('c', { workloadIdentityFederationIssuer: 'https://old', workloadIdentityFederationSubject: 'sc://o/p/c' }),
    pending(
      'the service connection c differs: its tokens are of https://old sc://o/p/c, and the clouds would trust https://issuer /sc/1',
    ),
  ],
  ['is not to be seen', failed('ERROR: Unauthorized'), unknown('ERROR: Unauthorized')],
])('a service connection that %s', (_what, result, expected) => {
  expect(hasTokens('c', 'https://issuer', '/sc/1')(result)).toEqual(expected);
});
