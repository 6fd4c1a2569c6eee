import { parse } from 'yaml';
import { allFindings } from '../../../../src/estate/plan/estate-plan';
import { accountEventsOf } from '../../../../src/estate/sections/pipeline/account-events';
import { ACCOUNTS_WORKFLOW } from '../../../../src/estate/sections/pipeline/forges/github/rules';
import type { EstateFile } from '../../../../src/estate/sections/estate-schema';
import { ESTATE_FILE } from '../../../../src/estate/source/estate-folder';
import { formatFinding } from '../../../../src/estate/source/finding';
import { wholeWorkflows } from '../../../../src/package/project/pipeline/github';
import { MANAGEMENT_ACCOUNT, pipelinePlan } from '../../../support/pipeline';
import { estateFile } from '../../../support/estate-file';
import { hostedSandboxFiles } from '../../../support/sandbox';

type Events = NonNullable<NonNullable<EstateFile['pipeline']>['accountEvents']>;

const SOUND: Events = {
  tokenSecret: `arn:aws:secretsmanager:us-east-1:${MANAGEMENT_ACCOUNT}:secret:sandbox/accounts-token-a1B2c3`,
  emails: ['platform@insurance.example.com'],
};

const withEvents =
  (events: Partial<Events>, forge: Partial<NonNullable<EstateFile['pipeline']>> = {}, repository?: string) =>
  (estate: EstateFile): void => {
    estate.pipeline = { ...estate.pipeline, ...forge, accountEvents: { ...SOUND, ...events } };
    if (repository !== undefined && estate.azure !== undefined) estate.azure.repository = repository;
  };

function linesOf(edit: (estate: EstateFile) => void): readonly string[] {
  return allFindings(pipelinePlan(edit)).map((finding) => formatFinding(finding).replace(/^\S+ /, ''));
}

const before = new Set(linesOf(() => undefined));
const findingsOf = (edit: (estate: EstateFile) => void): readonly string[] =>
  linesOf(edit).filter((line) => !before.has(line) && line.includes('accountEvents'));

test('nothing is found in a sound section', () => {
  expect(findingsOf(withEvents({}))).toEqual([]);
});

test.each([
  [
    'a token instead of a secret',
    { tokenSecret: 'github_pat_1' },
    {},
    'pipeline.accountEvents.tokenSecret: "github_pat_1" is not the ARN of a secret (arn:aws:secretsmanager:us-east-1:<account>:secret:<name>-<six characters>) (account-events)',
  ],
  [
    'a secret in another Region',
    { tokenSecret: SOUND.tokenSecret.replace('us-east-1', 'eu-west-1') },
    {},
    'is in eu-west-1 (a secret in us-east-1, where the events of the organization are) (account-events)',
  ],
  [
    'a secret of another account',
    { tokenSecret: SOUND.tokenSecret.replace(MANAGEMENT_ACCOUNT, '210000000003') },
    {},
    'is of account 210000000003 (a secret of the management account 210000000001) (account-events)',
  ],
  [
    'no one to tell',
    { emails: [] },
    {},
    'pipeline.accountEvents.emails: lists no one (at least one address: without it a lost event is not told) (no-alarm-email)',
  ],
  [
    'an address that is none',
    { emails: ['platform'] },
    {},
    'pipeline.accountEvents.emails[0]: "platform" is not a valid e-mail address (name@example.com) (alarm-email)',
  ],
  [
    'no pipeline at Azure DevOps',
    {},
    { forge: 'azure-devops' as const },
    'pipeline.accountEvents: does not say which pipeline of Azure DevOps to run (pipelineId: the definitionId in the address of identity-accounts) (account-events)',
  ],
  [
    'a pipeline of Azure DevOps at GitHub',
    { pipelineId: 12 },
    {},
    "pipeline.accountEvents.pipelineId: has no meaning at GitHub (remove it, or 'forge: azure-devops')",
  ],
])('refuses %s', (...[, events, forge, expected]) => {
  expect(findingsOf(withEvents(events, forge))).toEqual([expect.stringContaining(expected)]);
});

test('refuses an estate without access', () => {
  const edit = (estate: EstateFile): void => {
    withEvents({})(estate);
    delete estate.access;
  };
  expect(findingsOf(edit)).toEqual([
    "pipeline.accountEvents: starts a job that proposes accounts, and the estate gives access to none (a section 'access', or no accountEvents) (account-events)",
  ]);
});

test.each([
  ['GitHub', {}, {}, undefined],
  ['GitHub with ids in its subjects', {}, {}, 'insurance@123456/identity@456789'],
  ['GitHub Enterprise Server', {}, { server: 'https://github.example.com' }, undefined],
  ['GitHub with data residency', {}, { server: 'https://insurance.ghe.com' }, undefined],
  ['GitLab', {}, { forge: 'gitlab' as const }, 'insurance/platform/identity'],
  ['a GitLab of its own', {}, { forge: 'gitlab' as const, server: 'https://gitlab.example.com' }, 'insurance/identity'],
  ['Azure DevOps', { pipelineId: 12 }, { forge: 'azure-devops' as const }, 'insurance/Cloud Platform/identity'],
])('the call of %s', (...[what, events, forge, repository]) => {
  const plan = pipelinePlan(withEvents(events, forge, repository));
  expect(accountEventsOf(plan)?.call).toMatchSnapshot(what);
});

test('the workflow that GitHub is asked for is one that a repository gets, and that can be started so', () => {
  expect(parse(wholeWorkflows({})[`.github/workflows/${ACCOUNTS_WORKFLOW}`] ?? '')).toMatchObject({
    on: { workflow_dispatch: null },
  });
});

test('the sandbox has no such stack', () => {
  const sandbox = estateFile(parse(hostedSandboxFiles()[ESTATE_FILE] ?? ''));
  expect(sandbox.pipeline?.accountEvents).toBeUndefined();
});
