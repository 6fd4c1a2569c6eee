import type { CommandResult } from '../../../../src/deploy/steps/command';
import {
  accountIs,
  azureDeployment,
  cdkDiff,
  differsIf,
  doctorCheck,
  hasGroups,
  hasPulumiStacks,
  isListed,
  isQuiet,
  pulumiPreview,
  recoveryCheck,
  snapshotCheck,
  stackStatus,
} from '../../../../src/deploy/steps/readings';
import { isGuarded } from '../../../../src/deploy/steps/forges/github';
import type { Reading } from '../../../../src/deploy/steps/step';

const result = (stdout: string, code = 0, stderr = ''): CommandResult => ({ stdout, code, stderr });
const DONE: Reading = { state: 'done' };
const pending = (why: string): Reading => ({ state: 'pending', why });
const unknown = (why: string): Reading => ({ state: 'unknown', why });

/** As the CLI 3.248 says it of a stack in a bucket. */
const LOCKED = `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///state/locks/1.json: created by ada@laptop (pid 7) at 2026-01-31T10:00:00Z
`;
const URN =
  'urn:pulumi:sandbox-workforce::project::identity:entra:WorkforceGroups$azuread:index/group:Group::workforce-Security Admins';
const INTERRUPTED = {
  message: `Attempting to deploy or update resources with 1 pending operations from previous deployment.\n  * ${URN}, interrupted while creating\nThese resources are in an unknown state`,
  severity: 'warning',
};
const TWICE = `name stands twice: group 'A': ours is '1'; 2 is spare
  to do: npx --no entra-aws deploy repair workforce --estate sandbox --remove-spare
`;

const VALUES = { days: 365, trusted: [{ name: 'a', subject: 'z' }], files: '1f' };
/** A deployment as az lists it. */
const listed = (state: string, values: object) => {
  const parameters = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { type: 'X', value: value as unknown }]),
  );
  return result(JSON.stringify([{ state, parameters }]));
};

test.each<[string, Reading, Reading]>([
  ['a deployment with these values', azureDeployment(VALUES)(listed('Succeeded', VALUES)), DONE],
  [
    'a deployment that recorded nothing of a value that is null',
    azureDeployment({ directory: null })(listed('Succeeded', {})),
    DONE,
  ],
  [
    'a deployment with other values',
    azureDeployment(VALUES)(
      listed('Succeeded', {
        days: 30,
        trusted: [
          { name: 'b', subject: 'x' },
          { name: 'a', subject: 'y' },
        ],
      }),
    ),
    pending(
      [
        'the last deployment had other values:',
        'days: 30 there, 365 here',
        'trusted.b: {"name":"b","subject":"x"} there, nothing here',
        'trusted.a.subject: "y" there, "z" here',
        'files: nothing there, "1f" here',
      ].join('\n'),
    ),
  ],
  ['no deployment', azureDeployment(VALUES)(result('[]')), pending('never deployed')],
  [
    'a deployment that failed',
    azureDeployment(VALUES)(listed('Failed', VALUES)),
    pending('the last deployment is Failed'),
  ],
  ['another answer', azureDeployment(VALUES)(result('{}')), unknown('az did not answer with deployments')],
  [
    'az without a login',
    azureDeployment(VALUES)(result('', 1, "ERROR: Please run 'az login' to setup account.\n")),
    unknown("ERROR: Please run 'az login' to setup account."),
  ],
  [
    'an environment with reviewers',
    isGuarded('preview')(result('{"protection_rules":[{"type":"required_reviewers","reviewers":[{}]}]}')),
    DONE,
  ],
  [
    'an environment that no pull request gets into',
    isGuarded('preview')(result('{"protection_rules":[],"deployment_branch_policy":{"protected_branches":true}}')),
    DONE,
  ],
  [
    'an environment without reviewers',
    isGuarded('preview')(result('{"protection_rules":[{"type":"wait_timer"}],"deployment_branch_policy":null}')),
    pending('the environment preview has no required reviewers'),
  ],
  [
    'no environment',
    isGuarded('preview')(result('{"message":"Not Found"}', 1, 'gh: Not Found (HTTP 404)\n')),
    pending('GitHub shows no environment preview'),
  ],
  ['gh without a login', isGuarded('preview')(result('', 4, 'gh auth login\n')), unknown('gh auth login')],
  [
    'something that is not an environment',
    isGuarded('preview')(result('[]')),
    unknown('GitHub did not answer with an environment'),
  ],
  ['something in a list', isListed('none')(result('x\n')), DONE],
  ['an empty list', isListed('none')(result('\n')), pending('none')],
  ['the right account', accountIs('210000000011')(result('210000000011\n')), DONE],
  [
    'another account',
    accountIs('210000000011')(result('210000000012\n')),
    unknown('these AWS credentials belong to the account 210000000012, not to 210000000011: choose the right profile'),
  ],
  ['a stack that is complete', stackStatus(result('UPDATE_COMPLETE\n')), DONE],
  ['a stack whose update was taken back', stackStatus(result('UPDATE_ROLLBACK_COMPLETE\n')), DONE],
  ['no stack', stackStatus(result('')), pending('never deployed')],
  [
    'a stack whose creation failed',
    stackStatus(result('ROLLBACK_COMPLETE')),
    { state: 'pending', why: 'the stack is ROLLBACK_COMPLETE', isBroken: true },
  ],
  [
    'a change set of a stack that is not there yet',
    stackStatus(result('REVIEW_IN_PROGRESS')),
    pending('the stack is REVIEW_IN_PROGRESS'),
  ],
  [
    'a stack that somebody deploys',
    stackStatus(result('UPDATE_IN_PROGRESS')),
    unknown('the stack is UPDATE_IN_PROGRESS: wait until it has ended'),
  ],
  ['groups that are all there', hasGroups(['A', 'B'])(result('["B", "A", "C"]')), DONE],
  ['a group that is missing', hasGroups(['A', 'B'])(result('["A"]')), pending("not yet in IAM Identity Center: 'B'")],
  ['no groups at all', hasGroups(['A'])(result('null')), pending("not yet in IAM Identity Center: 'A'")],
  ['an answer without groups', hasGroups(['A'])(result('')), unknown('AWS did not answer with names of groups')],
  ['a clean folder', isQuiet('not committed')(result('')), DONE],
  ['a changed file', isQuiet('not committed')(result(' M a.json\n')), pending('not committed:\nM a.json')],
  [
    'no repository',
    isQuiet('not committed')(result('', 128, 'fatal: not a git repository\n')),
    unknown('fatal: not a git repository'),
  ],
  ['a command of ours with nothing to do', differsIf(/ to write; /, 'differs')(result('', 0)), DONE],
  ['one with something to do', differsIf(/ to write; /, 'differs')(result('13 to write; run', 1)), pending('differs')],
  ['one that failed', differsIf(/ to write; /, 'differs')(result('', 1, 'no stack\n')), unknown('no stack')],
  [
    'a snapshot that is fresh',
    snapshotCheck(result('estates/sandbox/organization.json is up to date: 3 accounts\n', 0)),
    DONE,
  ],
  [
    'one that is stale',
    snapshotCheck(result('organization.json is stale; run npx --no entra-aws snapshot to update it\n', 1)),
    pending('the organization has changed'),
  ],
  ['a doctor that finds nothing', doctorCheck(result('0 failures, 1 warning, 0 could not check, 1 ok\n')), DONE],
  [
    'one that finds something',
    doctorCheck(result('failure  Assignments …\n\n1 failure, 0 warnings, 1 could not check, 0 ok\n', 1)),
    pending('failure  Assignments …\n\n1 failure, 0 warnings, 1 could not check, 0 ok'),
  ],
  [
    'one that could not look',
    doctorCheck(result('0 failures, 0 warnings, 2 could not check, 0 ok\n', 1)),
    unknown('0 failures, 0 warnings, 2 could not check, 0 ok'),
  ],
  ['one that did not come to an end', doctorCheck(result('', 1, 'no login\n')), unknown('no login')],
  ['one that could not be looked at', snapshotCheck(result('', 1, 'no credentials\n')), unknown('no credentials')],
  [
    'a program that says nothing',
    isListed('none')(result('', 9)),
    unknown('it ended with exit code 9 and said nothing'),
  ],
])('reads %s', (_what, reading, expected) => {
  expect(reading).toEqual(expected);
});

// What aws-cdk 2.1148.1 wrote to standard error, against moto.
test.each<[string, CommandResult, Reading]>([
  [
    'nothing to change',
    result(
      '',
      0,
      'Stack sandbox-hosting (aws://210000000011/eu-west-1)\nThere were no differences\n\n\n✨  Number of stacks with differences: 0\n\n',
    ),
    DONE,
  ],
  [
    'a change',
    result('', 1, 'Resources\n[~] AWS::SNS::Topic Topic Topic\n\n\n✨  Number of stacks with differences: 1\n\n'),
    pending('the template differs from what is deployed'),
  ],
  [
    'no credentials',
    result('', 1, 'Need to perform AWS calls for account 210000000011, but no credentials have been configured\n'),
    unknown('Need to perform AWS calls for account 210000000011, but no credentials have been configured'),
  ],
])('reads cdk diff with %s', (_what, given, expected) => {
  expect(cdkDiff(given)).toEqual(expected);
});

const plan = (...operations: readonly string[]): string =>
  JSON.stringify({ steps: operations.map((op) => ({ op, urn: 'urn' })), changeSummary: {} });

// Stack lists, messages and digests in the form in which pulumi 3.248.0 wrote them.
test.each<[string, Reading, Reading]>([
  [
    'its stacks',
    hasPulumiStacks(['sandbox-customers'])(
      result('[\n  {\n    "name": "sandbox-customers",\n    "current": true,\n    "resourceCount": 0\n  }\n]\n'),
    ),
    DONE,
  ],
  [
    'a stack that is missing',
    hasPulumiStacks(['sandbox-customers', 'sandbox-workforce'])(result('[{"name":"acme/identity/sandbox-customers"}]')),
    pending("the backend has no stack 'sandbox-workforce'"),
  ],
  ['an answer without stacks', hasPulumiStacks(['a'])(result('{}')), unknown('Pulumi did not answer with stacks')],
  [
    'no login',
    hasPulumiStacks(['a'])(
      result('', 3, 'error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n'),
    ),
    unknown('error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions'),
  ],
  [
    'a preview of a stack that another run holds, or held',
    pulumiPreview(result('', 255, LOCKED)),
    {
      state: 'pending',
      why: `the stack is locked by a run that is at work, or was killed:\nfile:///state/locks/1.json: created by ada@laptop (pid 7) at 2026-01-31T10:00:00Z`,
      isBroken: true,
    },
  ],
  [
    'a preview after a run that was killed',
    pulumiPreview(result(JSON.stringify({ steps: [{ op: 'create', urn: 'urn' }], diagnostics: [INTERRUPTED] }))),
    {
      state: 'pending',
      why: 'the last run ended while it was at work on\ncreating Group workforce-Security Admins',
      isBroken: true,
    },
  ],
  ['a program of which every name stands once', recoveryCheck(result('nothing to recover\n')), DONE],
  [
    'a program of which a name stands twice',
    recoveryCheck(result(TWICE, 1)),
    { state: 'pending', why: TWICE.trim(), isBroken: true },
  ],
  ['a directory that could not be read', recoveryCheck(result('', 1, "can't sign in\n")), unknown("can't sign in")],
  ['a plan without changes', pulumiPreview(result(plan('same', 'same', 'read', 'read-replacement'))), DONE],
  [
    'a plan with changes',
    pulumiPreview(result(plan('same', 'create', 'update', 'create'))),
    pending('create 2, update 1'),
  ],
  [
    'a plan of nothing, not even the stack',
    pulumiPreview(result('{}')),
    unknown('it ended with exit code 0 and said nothing'),
  ],
  [
    'a program that refuses',
    pulumiPreview(
      result(
        '{"diagnostics":[{"severity":"warning","message":"w"},{"severity":"error","message":"config scimToken: is missing\\n"}]}',
        255,
      ),
    ),
    unknown('config scimToken: is missing'),
  ],
  [
    'a plan that failed',
    pulumiPreview(result('{}', 1, 'error: failed to load language plugin nodejs\n')),
    unknown('error: failed to load language plugin nodejs'),
  ],
])('reads of Pulumi %s', (_what, reading, expected) => {
  expect(reading).toEqual(expected);
});
