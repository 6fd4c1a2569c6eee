import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import azuread from '@pulumi/azuread/package.json';
import type { Check } from '../../../src/deploy/steps/step';
import { reusableWorkflows } from '../../../src/package/project/pipeline';
import { REUSABLE_WORKFLOWS } from '../../../src/estate/sections/pipeline/github-trust';
import { ENGINES, STEPS } from '../../../src/deploy/pipeline/steps';
import { SETTINGS } from '../../../src/deploy/pipeline/settings';
import { PIPELINE_KINDS, STACKS } from '../../../src/estate/plan/stacks';
import { sandboxSteps } from '../../support/deploy/steps/sandbox-clouds';
import type { Step } from '../../support/workflows/workflow-files';
import { REPOSITORY } from '../../support/repository';
import { allSteps, FILES, jobOf, textOf, WORKFLOWS } from '../../support/workflows/workflow-files';

const steps = allSteps();
const runs = steps.flatMap(({ run, file }) => (run === undefined ? [] : [{ run, file }]));

test('the reusable workflows are those that the list of steps is written as', () => {
  const written = Object.entries(reusableWorkflows()).map(([name, text]) => [`.github/workflows/${name}`, text]);
  for (const [file = '', text] of written) expect([file, textOf(file)]).toEqual([file, text]);
  // Nothing is deployed from here: the estate is an example, whose accounts nobody has.
  const own = ['docs', 'preview'].map((name) => `.github/workflows/${name}.yaml`);
  expect(FILES).toEqual([...own, ...written.map(([file]) => file)].toSorted());
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
  const deploys = { ...signsIn, actions: 'read' };
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
    'identity-preview.result': {},
    'identity-preview-estate.offline': reads,
    'identity-preview-estate.aws': signsIn,
    'identity-preview-estate.report': comments,
    'identity-entra-estate.entra': signsIn,
    'identity-entra-estate.report-entra': comments,
    // The runs of the workflow say what was deployed last of each estate.
    'identity-deploy.settings': { ...reads, actions: 'read' },
    'identity-deploy.estate': deploys,
    'identity-deploy-estate.plan-entra': signsIn,
    'identity-deploy-estate.plan-aws': signsIn,
    // Before an approval, so in no environment.
    'identity-deploy-estate.images': signsIn,
    'identity-deploy-estate.preflight': signsIn,
    // The runs of the workflow say what was deployed last.
    'identity-deploy-estate.show': { ...reads, actions: 'read' },
    // It asks once more before it deploys.
    'identity-deploy-estate.deploy': deploys,
    'identity-deploy-estate.access': signsIn,
    'identity-drift.settings': reads,
    'identity-drift.estate': looks,
    'identity-drift-estate.look-entra': signsIn,
    'identity-drift-estate.look-aws': signsIn,
    'identity-drift-estate.look-doctor': signsIn,
    'identity-drift-estate.drift-report': { ...reads, issues: 'write' },
    'identity-accounts.settings': reads,
    'identity-accounts.estate': { ...signsIn, ...proposes },
    // What reads AWS can't write here, and what writes here signs in nowhere.
    'identity-accounts-estate.read-organization': signsIn,
    'identity-accounts-estate.propose': proposes,
  });
});

test('an action is pinned by its commit, the same everywhere, with its version for people', () => {
  const lines = FILES.flatMap((file) => textOf(file).split('\n')).filter((line) => /^\s*(- )?uses: /.test(line));
  const foreign = lines.map((line) => line.trim().replace(/^(- )?uses: /, '')).filter((use) => !use.startsWith('./'));
  expect(foreign.length).toBeGreaterThan(10);
  for (const use of foreign) expect(use).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  const pins = Map.groupBy(new Set(foreign), (use) => use.split('@')[0]);
  expect([...pins.values()].filter((versions) => versions.length > 1)).toEqual([]);
});

test('nothing that GitHub puts into a workflow becomes shell', () => {
  expect(runs.filter(({ run }) => run.includes('${{'))).toEqual([]);
});

test('no step keeps a token for later ones', () => {
  const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  expect(checkouts.length).toBeGreaterThan(5);
  for (const { with: inputs } of checkouts) expect(inputs?.['persist-credentials']).toBe(false);
});

test('nothing has to be configured in a repository: no workflow reads a variable of it, or a secret but the one that proposes', () => {
  const read = FILES.flatMap((file) =>
    [...textOf(file).matchAll(/(?:secrets|vars)\.\w+/g)].map(([name]) => `${file.split('/').at(-1) ?? ''} ${name}`),
  );
  expect([...new Set(read)].toSorted()).toEqual([
    'identity-accounts-estate.yaml secrets.PROPOSAL_TOKEN',
    'identity-accounts.yaml secrets.PROPOSAL_TOKEN',
  ]);
  const { steps: proposing } = jobOf('identity-accounts-estate', 'propose');
  expect(proposing.at(-1)?.env).toEqual({ GITHUB_TOKEN: '${{ secrets.PROPOSAL_TOKEN || github.token }}' });
});

test('every setting that a workflow reads is one that ci-settings prints', () => {
  const read = FILES.flatMap((file) => [...textOf(file).matchAll(/fromJSON\(inputs\.settings\)\.(\w+)/g)]);
  expect(read.length).toBeGreaterThan(20);
  for (const [, name] of read) expect(SETTINGS).toContain(name);
});

/** Command lines that no command of the package is. */
const TOOLS = [
  /^\.ci\/run$/,
  /^\.ci\/docs-site (build|gather)$/,
  /^npm ci --no-audit --no-fund$/,
  new RegExp(`^pulumi plugin install resource azuread ${azuread.version.replaceAll('.', '\\.')}$`),
  /^npx --no-install cdk synth --quiet --context "estate=\$ESTATE"$/,
  /^exit 1$/,
];

test('a step runs one command: of the package, with a test, or a plain one of an engine', () => {
  const cli = readFileSync(join(REPOSITORY, 'src/cli/groups.ts'), 'utf8');
  for (const { run } of runs) {
    expect(run.trim()).not.toMatch(/[\n;|&<>`]|\$\(/);
    const [, name] = /^npx --no-install entra-aws ([\w-]+)\b/.exec(run) ?? [];
    if (name === undefined) expect([run, TOOLS.some((tool) => tool.test(run))]).toEqual([run, true]);
    else expect(cli).toContain(`import('./${name}.js')`);
  }
});

test('every command of the pipeline has tests', () => {
  const names = new Set(runs.flatMap(({ run }) => /^npx --no-install entra-aws ([\w-]+)/.exec(run)?.[1] ?? []));
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

test('the clouds are asked only where the settings of the estate say so', () => {
  const conditions = [...WORKFLOWS].flatMap(([name, { jobs }]) =>
    Object.entries(jobs)
      .filter(([, { permissions, uses }]) => permissions?.['id-token'] === 'write' && uses === undefined)
      .map(([job, { if: condition = '' }]) => [`${name}.${job}`, /\.(\w+) == 'true'/.exec(condition)?.[1]]),
  );
  expect(Object.fromEntries(conditions)).toEqual({
    'identity-preview-estate.aws': 'ASKS_CDK',
    'identity-entra-estate.entra': 'ASKS_PULUMI',
    'identity-deploy-estate.plan-entra': 'ASKS_PULUMI',
    'identity-deploy-estate.plan-aws': 'ASKS_CDK',
    'identity-deploy-estate.images': 'HAS_IMAGES',
    'identity-deploy-estate.preflight': 'HAS_ACCESS',
    'identity-deploy-estate.deploy': 'DEPLOYS',
    'identity-deploy-estate.access': 'HAS_ACCESS',
    'identity-drift-estate.look-entra': 'ASKS_PULUMI',
    'identity-drift-estate.look-aws': 'ASKS_CDK',
    'identity-drift-estate.look-doctor': 'DEPLOYS',
    'identity-accounts-estate.read-organization': 'HAS_ACCESS',
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
    'identity-deploy-estate.deploy: ${{ fromJSON(inputs.settings).DEPLOY_ENVIRONMENT }}',
    'identity-entra-estate.entra: ${{ fromJSON(inputs.settings).PREVIEW_ENVIRONMENT }}',
  ]);
  expect(jobOf('identity-deploy-estate', 'deploy').needs).toEqual(['show']);
  expect(jobOf('identity-deploy-estate', 'show').needs).toEqual(['plan-entra', 'plan-aws', 'images', 'preflight']);
});

test('only what is on the branch is deployed, looked at for drift, and proposes', () => {
  for (const name of ['identity-deploy', 'identity-drift', 'identity-accounts'])
    expect(jobOf(name, 'settings').if).toBe("github.ref == 'refs/heads/main'");
});

test('what is to be approved is compared with what was deployed last, with the history that this takes', () => {
  const { steps: shown } = jobOf('identity-deploy-estate', 'show');
  expect(shown.find(({ uses }) => uses?.startsWith('actions/checkout@'))?.with?.['fetch-depth']).toBe(0);
  expect(shown.flatMap(({ run }) => run ?? []).slice(1)).toEqual([
    'npx --no-install entra-aws upgrade --check',
    'npx --no-install entra-aws deployed-commit --job "Deploy $ESTATE" --out plan/shown/deployed.json',
    'npx --no-install entra-aws preview --estate "$ESTATE" --deployed plan/shown/deployed.json',
    'npx --no-install entra-aws ci-comment --estate "$ESTATE" --deployed plan/shown/deployed.json --summary',
  ]);
  expect(jobOf('identity-deploy-estate', 'deploy').name).toBe('Deploy ${{ inputs.estate }}');
});

test.each(ENGINES)('the workflows ask %s about each of its stacks, and about what drifts beside them', (engine) => {
  const { steps: asking } = jobOf('identity-drift-estate', engine === 'cdk' ? 'look-aws' : 'look-entra');
  const asked = asking.flatMap(({ run }) => / --step ([\w-]+) /.exec(run ?? '')?.[1] ?? []);
  const looks = engine === 'cdk' ? ['snapshot'] : [];
  expect(asked.toSorted()).toEqual([...stacksOf(engine), ...looks].toSorted());
});

test('the workflows ask the doctor about everything, each part with the identity and the role that it needs', () => {
  const { steps: asking } = jobOf('identity-drift-estate', 'look-doctor');
  let role = 'none';
  const asked = asking.flatMap(({ run, env, with: inputs }) => {
    role = inputs?.['role-to-assume'] === undefined ? role : String(inputs['role-to-assume']);
    const step = / --step ([\w-]+) /.exec(run ?? '')?.[1];
    return step === undefined ? [] : [[step, settingIn(env?.['ARM_CLIENT_ID']), settingIn(role)] as const];
  });
  expect(asked).toEqual([
    ['doctor-customers', 'CUSTOMERS_PREVIEW_CLIENT_ID', 'none'],
    ['doctor-access', 'none', 'AWS_ACCESS_PREVIEW_ROLE'],
    ['doctor-workforce', 'WORKFORCE_PREVIEW_CLIENT_ID', 'AWS_ACCESS_PREVIEW_ROLE'],
    ['doctor-emergency', 'WORKFORCE_PREVIEW_CLIENT_ID', 'AWS_ACCESS_PREVIEW_ROLE'],
    ['doctor-hosting', 'none', 'AWS_HOSTING_PREVIEW_ROLE'],
  ]);
  const looks = STEPS.filter((step) => !(step in STACKS) && step !== 'snapshot');
  expect(asked.map(([step]) => step).toSorted()).toEqual([...looks].toSorted());
});

/** The setting of the estate that an expression names. */
function settingIn(text: string | undefined): string {
  return /settings\)\.(\w+)/.exec(text ?? '')?.[1] ?? 'none';
}

test.each(ENGINES)('the deployment deploys each stack of %s that the pipeline deploys, in their order', (engine) => {
  const { steps: deploying } = jobOf('identity-deploy-estate', 'deploy');
  const applied = deploying.flatMap(({ run }) => / apply-stack .*--step ([\w-]+)$/.exec(run ?? '')?.[1] ?? []);
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

test('a deployment first asks whether what was approved still holds, before it signs in anywhere', () => {
  const { steps: deploying } = jobOf('identity-deploy-estate', 'deploy');
  const at = (isIt: (step: Step) => boolean): number => deploying.findIndex(isIt);
  const checks = at(({ name }) => name === 'What was approved still holds');
  expect(deploying[checks]).toMatchObject({
    run: 'npx --no-install entra-aws deployed-commit --job "Deploy $ESTATE" --shown plan/shown/deployed.json',
    env: { GITHUB_TOKEN: '${{ github.token }}' },
  });
  expect(deploying[checks]?.if).toBeUndefined();
  expect(at(({ uses }) => /^(azure\/login|aws-actions\/)/.test(uses ?? ''))).toBeGreaterThan(checks);
  const download = at(({ with: inputs }) => inputs?.['name'] === 'shown-${{ inputs.estate }}');
  expect(deploying[download]?.with).toMatchObject({ path: 'plan/shown' });
  expect(download).toBeLessThan(checks);
  expect(deploying.find(({ uses }) => uses?.startsWith('actions/checkout@'))?.with?.['fetch-depth']).toBe(0);
});

test('no job of a pull request but the reviewed one signs in to Azure or runs Pulumi', () => {
  const signsIn = steps.filter(
    ({ uses = '', run = '' }) => uses.startsWith('azure/login@') || /customers|workforce /.test(run),
  );
  expect([...new Set(signsIn.map(({ file }) => file))].toSorted()).toEqual([
    '.github/workflows/identity-deploy-estate.yaml',
    '.github/workflows/identity-drift-estate.yaml',
    '.github/workflows/identity-entra-estate.yaml',
  ]);
});

test('what runs with the secrets takes nothing from the cache of a pull request', () => {
  const cached = steps.filter(({ uses }) => uses?.startsWith('actions/cache')).map(({ file }) => file);
  expect([...new Set(cached)].toSorted()).toEqual([
    '.github/workflows/identity-deploy-estate.yaml',
    '.github/workflows/identity-drift-estate.yaml',
  ]);
  expect(jobOf('identity-deploy-estate', 'deploy').steps.some(({ uses }) => uses?.startsWith('actions/cache'))).toBe(
    false,
  );
});

test('the required check reports also where nothing is touched, and does not wait for a reviewer', () => {
  const result = jobOf('identity-preview', 'result');
  expect(result).toMatchObject({ name: 'Result', if: 'always()', needs: ['settings', 'estate'] });
  expect(jobOf('identity-preview', 'estate').if).toBe("needs.settings.outputs.estates != '[]'");
  // No rule of a branch requires the build of the site.
  const required = [...WORKFLOWS].filter(([name]) => name !== 'docs');
  for (const [, { on }] of required) expect(JSON.stringify(on)).not.toContain('paths');
});

test('a pull request is commented on without waiting for a reviewer, and again with what Pulumi says', () => {
  expect(jobOf('identity-preview-estate', 'report').needs).toEqual(['offline', 'aws']);
  expect(jobOf('identity-entra-estate', 'report-entra').needs).toEqual(['entra']);
});

test('after the deployment, also where a part of it failed, access is read back as npm run deploy does it', () => {
  const { needs, if: condition, steps: reading } = jobOf('identity-deploy-estate', 'access');
  expect(needs).toEqual(['deploy']);
  expect(condition).toContain("!cancelled() && needs.deploy.result != 'skipped'");
  const [check] = sandboxSteps().find(({ id }) => id === 'assignments')?.verification as readonly Check[];
  const [, words = ''] = /^npm run --silent (.*)$/.exec(check?.command.words.join(' ') ?? '') ?? [];
  const line = `npx --no-install entra-aws ${words.replace(' -- ', ' ').replace('sandbox', '"$ESTATE"')}`;
  expect(reading.flatMap(({ run }) => run ?? [])).toContain(line);
  const roles = reading.flatMap(({ with: inputs }) => inputs?.['role-to-assume'] ?? []);
  expect(roles).toEqual(['${{ fromJSON(inputs.settings).AWS_ACCESS_PREVIEW_ROLE }}']);
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
