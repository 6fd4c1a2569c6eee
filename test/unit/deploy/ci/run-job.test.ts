import { factsOf } from '../../../../src/deploy/ci/facts';
import { JOBS } from '../../../../src/deploy/ci/jobs';
import { logGroups } from '../../../../src/deploy/forges/registry';
import { explainJob, type JobRun, type Machine, runJob } from '../../../../src/deploy/ci/run-job';
import { ESTATE_FILE } from '../../../../src/estate/source/estate-folder';
import type { WantedToken } from '../../../../src/deploy/forges/runner';
import { pipelinePlan, stateInCloud, stateInS3 } from '../../../support/pipeline';
import { hostedSandboxFiles, planFiles } from '../../../support/sandbox';

const ID = (digit: string): string => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const IDENTITIES = `pipeline:
  identities:
    workforce: { preview: ${ID('1')}, deploy: ${ID('2')} }
    customers: { preview: ${ID('3')}, deploy: ${ID('4')} }
`;
const files = hostedSandboxFiles();
const PLAN = planFiles({ ...files, [ESTATE_FILE]: (files[ESTATE_FILE] ?? '').replace(/^pipeline:\n/m, IDENTITIES) });

function runOf(id: string, plan = PLAN): JobRun {
  const job = JOBS.find((one) => one.id === id);
  if (job === undefined) throw new Error(`no job ${id}`);
  const facts = factsOf(plan, { run: undefined, isTouched: true });
  return { job, facts, base: 'HEAD^1' };
}

interface Ran {
  readonly words: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** What a runner has lying around, which no step gets by accident. */
const AROUND = {
  PATH: '/bin',
  GITHUB_ACTIONS: 'true',
  GITHUB_RUN_ID: '12',
  GITHUB_TOKEN: 'of-the-job',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'asks-for-any-token',
  AWS_ACCESS_KEY_ID: 'of-the-machine',
  ARM_CLIENT_ID: 'of-the-machine',
  PULUMI_STATE_AWS_PROFILE: 'of-the-machine',
  GITLAB_PROPOSAL_TOKEN: 'pushes',
  NPM_TOKEN: 'reads-packages',
};

function machine(
  codes: Readonly<Record<string, number | undefined>> = {},
  variables: Readonly<Record<string, string>> = AROUND,
) {
  const ran: Ran[] = [];
  const said: string[] = [];
  const made: Machine = {
    run: (words, variables) => {
      const line = words.join(' ');
      ran.push({ words: line, variables });
      const found = Object.keys(codes).find((part) => line.includes(part));
      return Promise.resolve(found === undefined ? 0 : codes[found]);
    },
    token: ({ audience, connection }) =>
      Promise.resolve({
        file: `/job/${connection ?? audience}`,
        text: `token for ${connection ?? audience}`,
        folder: '/job',
      }),
    pulumi: () => Promise.resolve('/job/pulumi'),
    say: (text) => said.push(text),
    now: () => new Date(0),
    groups: logGroups({ GITHUB_ACTIONS: 'true' }, () => 0),
    variables,
  };
  return { made, ran, said };
}

/** Where the SDKs of AWS find nothing of the machine's. */
const CLOSED = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_EC2_METADATA_DISABLED'];
const SECRETS = /^(?:AWS_|PULUMI_STATE_|AZURE_|ARM_|ENTRAGRAPH_|GITHUB_TOKEN|ACTIONS_|GITLAB_|NPM_|PULUMI_BACKEND)/;
const secretsOf = ({ variables }: Ran): readonly string[] =>
  Object.keys(variables)
    .filter((name) => SECRETS.test(name) && !CLOSED.includes(name))
    .toSorted();
const AWS = ['AWS_REGION', 'AWS_ROLE_ARN', 'AWS_ROLE_SESSION_NAME', 'AWS_WEB_IDENTITY_TOKEN_FILE'];
const STATE = ['AZURE_CLIENT_ID', 'AZURE_FEDERATED_TOKEN_FILE', 'AZURE_TENANT_ID', 'PULUMI_BACKEND_URL'];
const PROGRAM = [
  ...['ARM_CLIENT_ID', 'ARM_OIDC_TOKEN', 'ARM_TENANT_ID', 'ARM_USE_OIDC', 'ENTRAGRAPH_OIDC_TOKEN_FILE_PATH'],
  ...STATE,
].toSorted();

test('each step of a deployment gets the identity that it declares and no other', async () => {
  const { made, ran } = machine();
  expect(await runJob(runOf('deploy'), made)).toEqual([]);
  const apply = (step: string): string => `entra-aws ci apply-stack --estate sandbox --step ${step}`;
  const record = 'entra-aws ci deployed-commit --estate sandbox';
  expect(ran.map((one) => [one.words, secretsOf(one)])).toEqual([
    [`${record} --shown plan/shown/deployed.json --out plan/deployed.json`, AWS],
    [apply('customers'), PROGRAM],
    [apply('workforce'), PROGRAM],
    ['entra-aws snapshot --estate sandbox --check --access-only --deployed plan/deployed.json', AWS],
    [apply('policies'), AWS],
    [apply('access'), AWS],
    [apply('workforce-watch'), AWS],
    [apply('policies --removals'), AWS],
    [apply('hosting-data'), AWS],
    ['entra-aws deploy handoff --estate sandbox', [...AWS, ...STATE]],
    [apply('hosting'), AWS],
    [`${record} --done`, AWS],
  ]);
  expect(ran[1]?.variables).toMatchObject({
    ARM_CLIENT_ID: ID('4'),
    AZURE_CLIENT_ID: ID('2'),
    PATH: '/job/pulumi:/bin',
    AZURE_FEDERATED_TOKEN_FILE: '/job/api://AzureADTokenExchange',
    ARM_OIDC_TOKEN: 'token for api://AzureADTokenExchange',
    ENTRAGRAPH_OIDC_TOKEN_FILE_PATH: '/job/api://AzureADTokenExchange',
  });
  expect(ran[3]?.variables).toMatchObject({
    AWS_ROLE_ARN: 'arn:aws:iam::210000000001:role/sandbox-pipeline-deploy',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/job/sts.amazonaws.com',
    AWS_ROLE_SESSION_NAME: 'github-12',
    PATH: '/bin',
  });
  expect(ran[8]?.variables['AWS_ROLE_ARN']).toBe('arn:aws:iam::210000000011:role/sandbox-pipeline-deploy');
});

test('what is to be approved is asked about with the snapshot that it rests on', async () => {
  const { made, ran } = machine();
  await runJob(runOf('plan-aws'), made);
  const asked = ran.flatMap(({ words }) => / --step (\S+) --mode plan$/.exec(words)?.[1] ?? []);
  expect(asked).toEqual(['snapshot', 'policies', 'access', 'workforce-watch', 'hosting-data', 'hosting']);
});

test('only a step that signs in gets an identity, and the token of the job only one that asks the forge', async () => {
  const { made, ran } = machine();
  await runJob(runOf('show'), made);
  expect(ran.map((one) => [one.words.split(' ').slice(1, 3).join(' '), secretsOf(one)])).toEqual([
    ['ci deployed-commit', AWS],
    ['preview --estate', []],
    ['ci comment', ['GITHUB_TOKEN']],
    ['upgrade --check', []],
  ]);
});

test('the token that proposes goes to the step that proposes alone', async () => {
  const { made, ran } = machine();
  await runJob(runOf('propose'), made);
  expect(ran.map(secretsOf)).toEqual([['GITHUB_TOKEN', 'GITLAB_PROPOSAL_TOKEN']]);
});

test.each(JOBS.map(({ id }) => id))('no step of %s finds a profile or a role of the machine', async (id) => {
  const lying = ['AWS_DEFAULT_PROFILE', 'AWS_ACCESS_KEY', 'AWS_CONTAINER_AUTHORIZATION_TOKEN', 'AZURE_STORAGE_KEY'];
  const around = Object.fromEntries([...lying, ...CLOSED].map((name) => [name, 'of-the-machine']));
  const { made, ran } = machine({}, { ...AROUND, ...around });
  await runJob(runOf(id), made);
  expect(ran).not.toEqual([]);
  for (const { variables } of ran) {
    expect(CLOSED.map((name) => variables[name])).toEqual(['/dev/null', '/dev/null', 'true']);
    expect(Object.values(variables)).not.toContain('of-the-machine');
  }
});

test('the token of the job reaches no step by another name, unless it asks the forge', async () => {
  const around = {
    CI_JOB_TOKEN: 'of-the-job',
    CI_REGISTRY_PASSWORD: 'of-the-job',
    CI_REPOSITORY_URL: 'https://gitlab-ci-token:of-the-job@gitlab.example/a/b.git',
    // The registry of the forge takes it.
    NPM_TOKEN: 'of-the-job',
    CI_JOB_ID: '1',
    EMPTY: '',
  };
  const { made, ran } = machine({}, { ...around, GITLAB_TOKEN: '' });
  await runJob(runOf('show'), made);
  const asks = { ...around, GITLAB_TOKEN: '', NPM_TOKEN: undefined };
  const nothing = { CI_JOB_ID: '1', EMPTY: '' };
  const got = ran.map(({ variables }) =>
    Object.fromEntries(Object.entries(variables).filter(([name]) => !CLOSED.includes(name))),
  );
  expect(got).toEqual([expect.not.objectContaining({ CI_JOB_TOKEN: 'of-the-job' }), nothing, asks, nothing]);
});

test('a word of the run is taken as it is', async () => {
  const { made, ran } = machine();
  await runJob({ ...runOf('preview'), base: "origin/$&-$'-$ASKED" }, made);
  expect(ran[0]?.words).toBe("entra-aws preview --estate sandbox --base origin/$&-$'-$ASKED");
});

test('after a failure only what is always run goes on, and each failure is named once', async () => {
  const { made, ran } = machine({ 'entra-aws preview': 1, 'upgrade --check': 3 });
  expect(await runJob(runOf('preview'), made)).toEqual([
    { step: 'entra-aws preview --estate sandbox --base "HEAD^1"', why: 'exit code 1' },
    { step: 'entra-aws upgrade --check', why: 'exit code 3' },
  ]);
  expect(ran.map(({ words }) => words.split(' ').slice(0, 2).join(' '))).toEqual([
    'entra-aws preview',
    'cdk synth',
    'entra-aws upgrade',
  ]);
});

test('a deployment ends with the first step that fails', async () => {
  const { made, ran } = machine({ '--step workforce': 1 });
  expect(await runJob(runOf('deploy'), made)).toHaveLength(1);
  expect(ran).toHaveLength(3);
});

test('nothing is compared where the templates could not be made', async () => {
  const { made, ran } = machine({ 'cdk synth': 1 });
  expect(await runJob(runOf('ask-aws'), made)).toEqual([
    { step: 'cdk synth --quiet --output plan/cdk.out --context estate=sandbox', why: 'exit code 1' },
  ]);
  expect(ran).toHaveLength(1);
});

test('a job that is cancelled runs nothing more, not even what is always run', async () => {
  const { made, ran } = machine({ 'entra-aws preview': undefined });
  expect(await runJob(runOf('preview'), made)).toMatchObject([{ why: 'cancelled' }]);
  expect(ran).toHaveLength(1);
});

test('a step without its token fails, and signs in as nothing else', async () => {
  const { made, ran, said } = machine();
  const refused = { ...made, token: () => Promise.reject(new Error('no token here')) };
  expect(await runJob(runOf('preflight'), refused)).toEqual([
    { step: 'entra-aws deploy check --estate sandbox', why: 'no token here' },
  ]);
  expect(ran).toEqual([]);
  expect(said.join('')).toBe(
    '::group::entra-aws deploy check --estate sandbox (as sandbox-pipeline-preview in 210000000001)\n::endgroup::\n',
  );
});

test.each([
  [{ GITHUB_ACTIONS: 'true' }, '::group::a\n::endgroup::\n'],
  [{ TF_BUILD: 'True' }, '##[group]a\n##[endgroup]\n'],
  [
    { GITLAB_CI: 'true' },
    '\u001B[0Ksection_start:7:identity_1[collapsed=true]\r\u001B[0Ka\n\u001B[0Ksection_end:7:identity_1\r\u001B[0K\n',
  ],
])('the log of %j has its groups', (variables, text) => {
  const groups = logGroups(variables, () => 7.5);
  expect(groups.open('a') + groups.close()).toBe(text);
});

test.each(JOBS.map(({ id }) => id))('%s is explained by its steps, each with its identity', (id) => {
  expect(explainJob(runOf(id))).toMatchSnapshot();
});

test('a deployment of an estate whose pipeline leaves the CDK out has the steps of Pulumi alone', async () => {
  const { made, ran } = machine();
  const run = runOf('deploy');
  const holds = { ...run.facts.holds, 'asks-cdk': false, 'has-access': false, 'has-handoff': false };
  expect(await runJob({ ...run, facts: { ...run.facts, holds } }, made)).toEqual([]);
  const steps = ran.map(({ words }) => words.split('--step ')[1]);
  expect(steps).toEqual([undefined, 'customers', 'workforce', undefined]);
  // The history of Pulumi's updates is the record.
  for (const one of [ran[0], ran[3]]) expect(one && secretsOf(one)).toEqual(STATE);
});

test('a state in S3 is read by roles of its own, which no step has beside another but Pulumi under the hand-over', async () => {
  const { made, ran } = machine();
  await runJob(runOf('deploy', pipelinePlan(stateInS3)), made);
  const variablesOf = (part: string) => ran.find(({ words }) => words.includes(part))?.variables;
  const role = 'arn:aws:iam::210000000009:role/sandbox-pipeline-state-deploy';
  expect(variablesOf('--step workforce')).toMatchObject({
    AWS_ROLE_ARN: role,
    AWS_REGION: 'eu-central-1',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/job/sts.amazonaws.com',
    PULUMI_BACKEND_URL: 's3://insurance-pulumi?region=eu-central-1',
  });
  expect(variablesOf('--step workforce')).not.toHaveProperty('AZURE_CLIENT_ID');
  expect(variablesOf('deploy handoff')).toMatchObject({
    AWS_ROLE_ARN: 'arn:aws:iam::210000000011:role/sandbox-pipeline-deploy',
    PULUMI_STATE_AWS_ROLE_ARN: role,
  });
  const asked = machine();
  await runJob(runOf('ask-entra', pipelinePlan(stateInS3)), asked.made);
  expect(new Set(asked.ran.map(({ variables }) => variables['AWS_ROLE_ARN']))).toEqual(
    new Set(['arn:aws:iam::210000000009:role/sandbox-pipeline-state-preview']),
  );
});

test('a state in Pulumi Cloud is read with a token that is given for that of the job, and nothing of the machine', async () => {
  const { made, ran } = machine({}, { ...AROUND, PULUMI_ACCESS_TOKEN: 'of-the-machine' });
  const wanted: WantedToken[] = [];
  const token: Machine['token'] = (one) => {
    wanted.push(one);
    return made.token(one);
  };
  await runJob(runOf('deploy', pipelinePlan(stateInCloud)), { ...made, token });
  const variablesOf = (part: string) => ran.find(({ words }) => words.includes(part))?.variables;
  expect(variablesOf('--step workforce')).toMatchObject({
    PULUMI_ACCESS_TOKEN: 'token for urn:pulumi:org:insurance',
    PULUMI_CREDENTIALS_PATH: '/job',
    PULUMI_BACKEND_URL: 'https://api.pulumi.com',
  });
  expect(variablesOf('--step workforce')).not.toHaveProperty('AZURE_CLIENT_ID');
  expect(variablesOf('--step access')).not.toHaveProperty('PULUMI_ACCESS_TOKEN');
  const exchanged = wanted.filter(({ exchangedAt }) => exchangedAt !== undefined);
  expect(new Set(exchanged.map(({ audience }) => audience))).toEqual(new Set(['urn:pulumi:org:insurance']));
  expect(exchanged[0]?.exchangedAt).toEqual({ url: 'https://api.pulumi.com', organization: 'insurance' });
});
