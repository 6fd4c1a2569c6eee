import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import azuread from '@pulumi/azuread/package.json';
import { parse } from 'yaml';
import { bin } from '../../../.ci/node/package.json';
import lock from '../../../package-lock.json';
import { workspaces } from '../../../package.json';
import { wholeWorkflows } from '../../../src/package/project/pipeline/github';
import { CHANGES_NOTHING } from '../../../src/package/project/pipeline/github';
import type { Check } from '../../../src/deploy/steps/step';
import { reusableWorkflows } from '../../../src/package/project/pipeline';
import { REUSABLE_WORKFLOWS } from '../../../src/estate/sections/pipeline/forges/github/rules';
import { ENGINES, STEPS } from '../../../src/deploy/pipeline/steps';
import { JOBS, PIPELINES } from '../../../src/deploy/ci/jobs';
import type { Job } from '../../../src/deploy/ci/model';
import { PIPELINE_KINDS, STACKS } from '../../../src/estate/plan/stacks/stacks';
import { sandboxSteps } from '../../support/deploy/steps/sandbox-clouds';
import { REPOSITORY } from '../../support/repository';
import {
  ACTION,
  ACTION_STEPS,
  allSteps,
  FILES,
  jobOf,
  textOf,
  WORKFLOWS,
} from '../../support/workflows/workflow-files';

const steps = allSteps();
const runs = steps.flatMap(({ run, file }) => (run === undefined ? [] : [{ run, file }]));

test('the reusable workflows are those that the list of steps is written as', () => {
  const written = Object.entries(reusableWorkflows());
  for (const [file = '', text] of written) expect([file, textOf(file)]).toEqual([file, text]);
  // Nothing is deployed from here: the estate is an example, whose accounts nobody has.
  const own = ['docs', 'preview'].map((name) => `.github/workflows/${name}.yaml`);
  expect([...FILES, ACTION].toSorted()).toEqual([...own, ...written.map(([file]) => file)].toSorted());
});

test('no event runs the code of a stranger with the rights of the repository', () => {
  const events = [...WORKFLOWS].map(([name, { on }]) => [name, Object.keys(on)]);
  expect(events.filter(([name]) => !String(name).startsWith('identity-'))).toEqual([
    ['docs', ['pull_request', 'release']],
    ['preview', ['pull_request', 'merge_group']],
  ]);
  for (const [name, on] of events.filter(([one]) => String(one).startsWith('identity-')))
    expect([name, on]).toEqual([name, ['workflow_call']]);
});

test('a workflow may do nothing, and each of its jobs exactly this', () => {
  for (const { permissions } of WORKFLOWS.values()) expect(permissions).toEqual({});
  const jobs = [...WORKFLOWS].flatMap(([name, workflow]) =>
    Object.entries(workflow.jobs).map(([job, { permissions }]) => [`${name}.${job}`, permissions]),
  );
  const reads = { contents: 'read' };
  const signsIn = { ...reads, 'id-token': 'write' };
  const comments = { ...reads, 'pull-requests': 'write' };
  const previews = { ...signsIn, 'pull-requests': 'write' };
  // It keeps who approved what.
  const deploys = { ...signsIn, actions: 'read', 'pull-requests': 'read' };
  const looks = { ...signsIn, issues: 'write' };
  const proposes = { contents: 'write', 'pull-requests': 'write' };
  expect(Object.fromEntries(jobs)).toEqual({
    'docs.build': reads,
    // It keeps the site of a version as a file of its release, and publishes.
    'docs.publish': { contents: 'write', 'id-token': 'write', pages: 'write' },
    'preview.check': reads,
    'preview.identity': previews,
    'identity-preview.settings': reads,
    'identity-preview.estate': previews,
    'identity-preview.entra': previews,
    'identity-preview.cancelled': {},
    'identity-preview.result': {},
    'identity-preview-estate.preview': reads,
    'identity-preview-estate.ask-aws': signsIn,
    'identity-preview-estate.report': comments,
    // A secret of the team's pushes; the token of the job reads.
    'identity-preview-estate.place': reads,
    'identity-entra-estate.ask-entra': signsIn,
    'identity-entra-estate.report-entra': comments,
    // The record in the cloud says what was deployed last of each estate.
    'identity-deploy.settings': signsIn,
    'identity-deploy.estate': deploys,
    'identity-deploy-estate.plan-entra': signsIn,
    'identity-deploy-estate.plan-aws': signsIn,
    // Before an approval, so in no environment.
    'identity-deploy-estate.images': signsIn,
    'identity-deploy-estate.preflight': signsIn,
    'identity-deploy-estate.show': signsIn,
    'identity-deploy-estate.deploy': deploys,
    'identity-deploy-estate.access': signsIn,
    'identity-drift.settings': reads,
    'identity-drift.estate': looks,
    'identity-drift-estate.look-entra': signsIn,
    'identity-drift-estate.look-aws': signsIn,
    'identity-drift-estate.look-doctor': signsIn,
    'identity-drift-estate.drift': { ...reads, issues: 'write' },
    'identity-watch.settings': reads,
    'identity-watch.estate': signsIn,
    'identity-watch-estate.watch': signsIn,
    'identity-accounts.settings': reads,
    'identity-accounts.estate': { ...signsIn, ...proposes },
    // What reads AWS can't write here, and what writes here signs in nowhere.
    'identity-accounts-estate.organization': signsIn,
    'identity-accounts-estate.propose': proposes,
  });
});

test('an action is pinned by its commit, the same everywhere, with its version for people', () => {
  const lines = [...FILES, ACTION]
    .flatMap((file) => textOf(file).split('\n'))
    .filter((line) => /^\s*(- )?(\{ )?uses: /.test(line));
  const foreign = lines
    .map((line) =>
      line
        .trim()
        .replace(/^(?:- )?(?:\{ )?uses: /, '')
        .replace(/, with: .*\}(?= #|$)/, '')
        .replace(/ \}$/, ''),
    )
    .filter((use) => !use.startsWith('./'));
  expect(foreign.length).toBeGreaterThan(10);
  for (const use of foreign) expect(use).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  const pins = Map.groupBy(new Set(foreign), (use) => use.split('@')[0]);
  expect([...pins.values()].filter((versions) => versions.length > 1)).toEqual([]);
});

test('an action or a workflow of the repository is there', () => {
  const ofJobs = [...WORKFLOWS.values()].flatMap(({ jobs }) => Object.values(jobs));
  const own = [...ofJobs, ...steps].flatMap(({ uses = '' }) => (uses.startsWith('./') ? [uses] : []));
  expect(own.length).toBeGreaterThan(5);
  const files = own.map((use) => (use.endsWith('.yaml') ? use : `${use}/action.yaml`));
  expect(files.filter((file) => !existsSync(join(REPOSITORY, file)))).toEqual([]);
});

// npm links no program of the package at the root.
test('npm ci links the program that the jobs run, in this repository too', () => {
  expect(workspaces).toContain('.ci/node');
  expect(lock.packages['.ci/node'].bin).toEqual(bin);
  accessSync(join(REPOSITORY, '.ci/node', bin['entra-aws']), constants.X_OK);
});

test('nothing that GitHub puts into a workflow becomes shell', () => {
  expect(runs.filter(({ run }) => run.includes('${{'))).toEqual([]);
});

test('no step keeps a token for later ones', () => {
  const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  expect(checkouts.length).toBeGreaterThan(5);
  for (const { with: inputs } of checkouts) expect(inputs?.['persist-credentials']).toBe(false);
});

test('nothing has to be configured in a repository: no workflow reads a variable of it, or a secret but two that may be missing', () => {
  const read = FILES.flatMap((file) =>
    [...textOf(file).matchAll(/(?:secrets|vars)\.(?!NPM_TOKEN\b)\w+/g)].map(
      ([name]) => `${file.split('/').at(-1) ?? ''} ${name}`,
    ),
  );
  expect([...new Set(read)].toSorted()).toEqual([
    'identity-accounts-estate.yaml secrets.PROPOSAL_TOKEN',
    'identity-accounts.yaml secrets.PROPOSAL_TOKEN',
    'identity-preview-estate.yaml secrets.PROPOSAL_TOKEN',
    'identity-preview.yaml secrets.PROPOSAL_TOKEN',
    'preview.yaml secrets.PROPOSAL_TOKEN',
  ]);
  const { steps: proposing } = jobOf('identity-accounts-estate', 'propose');
  expect(proposing.at(-1)?.with).toMatchObject({ token: '${{ secrets.PROPOSAL_TOKEN || github.token }}' });
});

test('what may push to a pull request runs the code of the default branch, and no other job of it has the token', () => {
  const { jobs } = WORKFLOWS.get('identity-preview-estate') ?? { jobs: {} };
  const withToken = Object.entries(jobs).filter(([, job]) => JSON.stringify(job).includes('PROPOSAL_TOKEN'));
  expect(withToken.map(([id]) => id)).toEqual(['place']);
  const [checkout] = jobOf('identity-preview-estate', 'place').steps;
  expect(checkout?.with).toMatchObject({ ref: '${{ github.event.repository.default_branch }}' });
});

test('a job of a workflow is the job of the command, takes what it takes, and leaves what it leaves', () => {
  for (const pipeline of Object.values(PIPELINES))
    for (const job of pipeline.jobs) {
      const { steps: found } = jobOf(`identity-${pipeline.occasion}-estate`, job.id);
      const inputs = found.find(({ uses }) => uses === './.github/actions/identity')?.with;
      expect(inputs).toMatchObject({ estate: '${{ inputs.estate }}' });
      expect([inputs?.['takes'] ?? '', inputs?.['leaves']]).toEqual([job.takes.join(','), job.leaves?.name]);
      if (job.id !== 'deploy') expect(inputs?.['job']).toBe(job.id);
    }
});

test('nothing runs after a failed installation: no command, and nothing is kept', () => {
  const [node, install, ...rest] = ACTION_STEPS;
  expect([node?.if, install?.if, install?.run?.replace(/^env (-u \w+ )+/, '')]).toEqual([
    undefined,
    undefined,
    'npm ci --no-audit --no-fund',
  ]);
  // A condition without a function of its own is that everything before succeeded.
  const always = rest.filter(({ if: condition = '' }) => /always|cancelled|failure/.test(condition));
  expect(always.map(({ if: condition }) => condition)).toEqual([
    "${{ !cancelled() && inputs.leaves != '' && steps.ci.outcome != 'skipped' }}",
  ]);
  const ofJobs = FILES.filter((file) => file.endsWith('-estate.yaml')).flatMap((file) => [
    ...textOf(file).matchAll(/^ {6}- .*\bif:/gm),
  ]);
  expect(ofJobs).toEqual([]);
});

/** Command lines that no command of the package is. */
const TOOLS = [
  /^diff -r \S+ \S+$/,
  /^\.ci\/run "\$SHARD"$/,
  /^\.ci\/docs-site (build|gather)$/,
  /^(env (-u \w+ )+)?npm ci --no-audit --no-fund$/,
  new RegExp(`^pulumi plugin install resource azuread ${azuread.version.replaceAll('.', '\\.')}$`),
  /^exit 1$/,
];

test('a step runs one command: of the package, with a test, or a plain one of an engine', () => {
  for (const { run } of runs) {
    expect(run.trim()).not.toMatch(/[\n;|&<>`]|\$\(/);
    const [, name] = /^exec node_modules\/\.bin\/entra-aws ([\w-]+)\b/.exec(run) ?? [];
    if (name === undefined) expect([run, TOOLS.some((tool) => tool.test(run))]).toEqual([run, true]);
    else expect(existsSync(join(REPOSITORY, 'src/cli', name, 'index.ts'))).toBe(true);
  }
});

test('every command of the pipeline has tests', () => {
  const names = new Set(
    JOBS.flatMap((job) => job.steps).flatMap(({ run }) => /^entra-aws (?:ci )?([\w-]+)/.exec(run)?.[1] ?? []),
  );
  const files = ['cli/pipeline', 'package/package', 'cli/ci-settings', 'cli/apply-stack', 'doctor/preflight'];
  for (const name of names) {
    const tests = [`test/system/cli/${name}.test.ts`, ...files.map((file) => `test/system/${file}.test.ts`)];
    const texts = tests
      .map((file) => join(REPOSITORY, file))
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, 'utf8'));
    expect([name, texts.some((text) => text.includes(name))]).toEqual([name, true]);
  }
});

test('a job starts only where the estate has something for it', () => {
  for (const pipeline of Object.values(PIPELINES))
    for (const { id } of pipeline.jobs) {
      const { if: condition = '' } = jobOf(`identity-${pipeline.occasion}-estate`, id);
      expect(condition).toContain(`contains(fromJSON(inputs.settings).jobs, '${id}')`);
    }
  const asking = JOBS.filter(({ rights }) => rights.includes('sign-in'));
  expect(Object.fromEntries(asking.map(({ id, when }) => [id, when]))).toEqual({
    'ask-aws': 'asks-cdk',
    'ask-entra': 'asks-pulumi',
    'plan-entra': 'asks-pulumi',
    'plan-aws': 'asks-cdk',
    images: 'has-images',
    preflight: 'has-access',
    show: 'has-pipeline',
    deploy: 'deploys',
    access: 'has-access',
    'look-entra': 'asks-pulumi',
    'look-aws': 'asks-cdk',
    'look-doctor': 'deploys',
    watch: 'watches',
    organization: 'has-access',
  });
});

test('the deployment is in an environment, after what is to be approved was shown', () => {
  const environments = [...WORKFLOWS].flatMap(([name, workflow]) =>
    Object.entries(workflow.jobs).flatMap(([job, { environment }]) =>
      environment === undefined ? [] : [`${name}.${job}: ${environment}`],
    ),
  );
  expect(environments).toEqual([
    'docs.publish: github-pages',
    'identity-deploy-estate.deploy: ${{ fromJSON(inputs.settings).deployEnvironment }}',
    'identity-entra-estate.ask-entra: ${{ fromJSON(inputs.settings).previewEnvironment }}',
  ]);
  expect(jobOf('identity-deploy-estate', 'deploy').needs).toEqual(['show']);
  expect(jobOf('identity-deploy-estate', 'show').needs).toEqual(['plan-entra', 'plan-aws', 'images', 'preflight']);
});

test('only what is on the branch is deployed, looked at for drift, and proposes', () => {
  for (const name of ['identity-deploy', 'identity-drift', 'identity-watch', 'identity-accounts'])
    expect(jobOf(name, 'settings').if).toBe("github.ref == format('refs/heads/{0}', inputs.branch)");
});

/** A job of the command. */
function commandOf(id: string): Job {
  const found = JOBS.find((job) => job.id === id);
  if (found === undefined) throw new Error(`no job ${id}`);
  return found;
}

test('what is to be approved is compared with what was deployed last, with the history that this takes', () => {
  const { steps: shown } = jobOf('identity-deploy-estate', 'show');
  expect(shown.find(({ uses }) => uses?.startsWith('actions/checkout@'))?.with?.['fetch-depth']).toBe(0);
  expect(commandOf('show').steps.map(({ run }) => run)).toEqual([
    'entra-aws ci deployed-commit --estate $ESTATE --forward --out plan/shown/deployed.json',
    'entra-aws preview --estate $ESTATE --deployed plan/shown/deployed.json',
    'entra-aws ci comment --estate $ESTATE --deployed plan/shown/deployed.json --summary',
    'entra-aws upgrade --check',
  ]);
});

test.each(ENGINES)('%s is asked about each of its stacks, and about what drifts beside them', (engine) => {
  const { steps: asking } = commandOf(engine === 'cdk' ? 'look-aws' : 'look-entra');
  const looks = engine === 'cdk' ? ['snapshot'] : [];
  expect(asking.flatMap(({ about }) => about ?? []).toSorted()).toEqual([...stacksOf(engine), ...looks].toSorted());
});

test('the doctor is asked about everything, each part with the identity and the role that it needs', () => {
  const { steps: asking, role } = commandOf('look-doctor');
  expect([role, asking.map(({ about, program, aws }) => [about, program, aws])]).toEqual([
    'preview',
    [
      // What was deployed last.
      [undefined, undefined, undefined],
      ['doctor-customers', 'customers', undefined],
      ['doctor-access', undefined, 'access'],
      ['doctor-workforce', 'workforce', 'access'],
      ['doctor-emergency', 'workforce', 'access'],
      ['doctor-hosting', undefined, 'hosting'],
    ],
  ]);
  const looks = STEPS.filter((step) => !(step in STACKS) && step !== 'snapshot');
  expect(asking.flatMap(({ about }) => about ?? []).toSorted()).toEqual([...looks].toSorted());
});

test.each(ENGINES)('the deployment deploys each stack of %s that the pipeline deploys, in their order', (engine) => {
  const { steps: deploying } = commandOf('deploy');
  const applied = deploying.flatMap(({ run }) => / apply-stack .*--step ([\w-]+)$/.exec(run)?.[1] ?? []);
  const deployed = applied.filter((kind) => stacksOf(engine).includes(kind));
  // Stacks of the management account need other credentials, so they come after all stacks of the account of access.
  const inOrder = (kinds: readonly string[]) => kinds.filter((kind) => !kind.endsWith('-management'));
  expect(inOrder(deployed)).toEqual(inOrder(stacksOf(engine)));
  expect(deployed.toSorted()).toEqual(stacksOf(engine).toSorted());
});

/** Stacks that the pipeline deploys by an engine. */
function stacksOf(engine: string): readonly string[] {
  return PIPELINE_KINDS.filter((kind) => STACKS[kind].engine === engine);
}

test('a deployment first asks whether what was approved still holds, and last notes down that it is done', () => {
  const { steps: all } = jobOf('identity-deploy-estate', 'deploy');
  const [checkout, take] = all;
  expect(checkout?.with?.['fetch-depth']).toBe(0);
  expect(take?.with?.['takes']).toContain('shown');
  const { steps: deploying } = commandOf('deploy');
  expect(deploying.flatMap(({ run, keepsRecord }, index) => (keepsRecord ? [[index, run]] : []))).toEqual([
    [0, 'entra-aws ci deployed-commit --estate $ESTATE --shown plan/shown/deployed.json --out plan/deployed.json'],
    [deploying.length - 2, 'entra-aws ci deployed-commit --estate $ESTATE --done'],
    [deploying.length - 1, 'entra-aws ci evidence --estate $ESTATE --deployed plan/shown/deployed.json'],
  ]);
});

test('no job of a pull request but the reviewed one signs in to a directory or runs Pulumi', () => {
  const signsIn = JOBS.filter(({ steps: all }) =>
    all.some(({ program, readsState }) => program !== undefined || readsState),
  );
  expect(signsIn.map(({ id }) => id)).toEqual(['ask-entra', 'plan-entra', 'deploy', 'look-entra', 'look-doctor']);
});

test('what runs with the secrets takes nothing from a cache', () => {
  const cached = steps.filter(
    ({ uses = '', with: inputs }) => uses.startsWith('actions/cache') || inputs?.['cache'] !== undefined,
  );
  // It signs in nowhere.
  expect(cached.map(({ file }) => file)).toEqual(['.github/workflows/preview.yaml']);
});

test('an event that changes nothing of a preview neither stops one nor takes the place of its result', () => {
  const team = wholeWorkflows({})['.github/workflows/identity-preview.yaml'] ?? '';
  const { on, concurrency, jobs } = parse(team) as {
    on: { pull_request: { types: readonly string[] } };
    concurrency: { group: string };
    jobs: Readonly<Record<string, { name: string; if: string }>>;
  };
  expect(on.pull_request.types).toEqual(expect.arrayContaining(['edited', 'closed', 'labeled']));
  const nothing = `(${CHANGES_NOTHING})`;
  expect(concurrency.group).toContain(`${nothing} && github.run_id || `);
  expect(jobs['settings']?.if).toContain(`!(${CHANGES_NOTHING} || github.event.action == 'closed')`);
  expect(jobs['result']?.name).toMatch(/&& 'Nothing to do' \|\| 'Result' \}\}$/);
});

test('the required check reports also where nothing is touched', () => {
  expect(jobOf('identity-preview', 'result').if).toBe('always()');
  expect(jobOf('identity-preview', 'estate').if).toBe("needs.settings.outputs.estates != '[]'");
  // No rule of a branch requires the build of the site.
  const required = [...WORKFLOWS].filter(([name]) => name !== 'docs');
  for (const [, { on }] of required) expect(JSON.stringify(on)).not.toContain('paths');
});

test('a pull request is commented on without waiting for a reviewer, and again with what Pulumi says', () => {
  expect(jobOf('identity-preview-estate', 'report').needs).toEqual(['preview', 'ask-aws']);
  expect(jobOf('identity-entra-estate', 'report-entra').needs).toEqual(['ask-entra']);
});

test('after the deployment, also where a part of it failed, access is read back as npx --no entra-aws deploy does it', () => {
  const { needs, if: condition } = jobOf('identity-deploy-estate', 'access');
  expect(needs).toEqual(['deploy']);
  expect(condition).toContain("!cancelled() && needs.deploy.result != 'skipped'");
  const [check] = sandboxSteps().find(({ id }) => id === 'assignments')?.verification as readonly Check[];
  const [, words = ''] = /^npx --no entra-aws (.*)$/.exec(check?.command.words.join(' ') ?? '') ?? [];
  const { role, steps: reading } = commandOf('access');
  expect(role).toBe('preview');
  expect(reading).toEqual([{ run: `entra-aws ${words.replace('sandbox', '$ESTATE')}`, aws: 'access' }]);
});

test('every job ends by itself, and deployments of one estate do not overlap', () => {
  for (const { jobs } of WORKFLOWS.values())
    for (const job of Object.values(jobs))
      if (job.uses === undefined) expect(job['timeout-minutes']).toBeGreaterThan(0);
  expect(jobOf('identity-deploy', 'estate').concurrency).toEqual({
    group: 'identity-deploy-${{ matrix.estate.name }}',
    'cancel-in-progress': false,
  });
  expect(WORKFLOWS.get('preview')?.concurrency?.['cancel-in-progress']).toBe(true);
});

test('the clouds trust the workflows whose jobs sign in', () => {
  const signsIn = (file: string) =>
    Object.values(WORKFLOWS.get(file.replace('.yaml', ''))?.jobs ?? {}).some(
      ({ permissions, uses }) => uses === undefined && permissions?.['id-token'] === 'write',
    );
  for (const files of Object.values(REUSABLE_WORKFLOWS))
    for (const file of files) expect([file, signsIn(file)]).toEqual([file, true]);
});
