import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../../../src/deploy/steps/step';
import packageJson from '../../../package.json';
import { ENGINES, STEPS } from '../../../src/deploy/pipeline/steps';
import { PIPELINE_KINDS, STACKS } from '../../../src/estate/plan/stacks';
import { sandboxSteps } from '../../support/deploy/steps/sandbox-clouds';
import { hostedSandboxFiles, planFiles } from '../../support/sandbox';
import type { Step } from '../../support/workflows/workflow-files';
import { REPOSITORY } from '../../support/repository';
import { allSteps, FILES, jobOf, textOf, WORKFLOWS } from '../../support/workflows/workflow-files';

const steps = allSteps();
const runs = steps.flatMap(({ run, file }) => (run === undefined ? [] : [{ run, file }]));

test('there are six workflows and two actions', () => {
  expect(FILES).toEqual([
    '.github/actions/install/action.yaml',
    '.github/actions/report/action.yaml',
    '.github/workflows/ask-aws.yaml',
    '.github/workflows/ask-entra.yaml',
    '.github/workflows/deploy.yaml',
    '.github/workflows/docs.yaml',
    '.github/workflows/drift.yaml',
    '.github/workflows/preview.yaml',
  ]);
});

test('no event runs the code of a stranger with the rights of the repository', () => {
  const events = [...WORKFLOWS].map(([name, { on }]) => [name, Object.keys(on)]);
  expect(events).toEqual([
    ['ask-aws', ['workflow_call']],
    ['ask-entra', ['workflow_call']],
    ['deploy', ['push', 'workflow_dispatch']],
    ['docs', ['pull_request', 'release']],
    ['drift', ['schedule', 'workflow_dispatch']],
    ['preview', ['pull_request']],
  ]);
});

test('a workflow may do nothing, and each of its jobs exactly this', () => {
  expect([...WORKFLOWS.values()].map(({ permissions }) => permissions)).toEqual([{}, {}, {}, {}, {}, {}]);
  const jobs = [...WORKFLOWS].flatMap(([name, workflow]) =>
    Object.entries(workflow.jobs).map(([job, { permissions }]) => [`${name}.${job}`, permissions]),
  );
  const reads = { contents: 'read' };
  const signsIn = { ...reads, 'id-token': 'write' };
  expect(Object.fromEntries(jobs)).toEqual({
    'ask-aws.ask': signsIn,
    'ask-entra.ask': signsIn,
    'deploy.plan-aws': signsIn,
    'deploy.plan-entra': signsIn,
    // The runs of the workflow say what was deployed last.
    'deploy.show': { ...reads, actions: 'read' },
    // It asks once more before it deploys.
    'deploy.deploy': { ...signsIn, actions: 'read' },
    'deploy.access': signsIn,
    'docs.build': reads,
    // It keeps the site of a version as a file of its release, and publishes.
    'docs.publish': { contents: 'write', 'id-token': 'write', pages: 'write' },
    'drift.look-aws': signsIn,
    'drift.look-entra': signsIn,
    'drift.report': { ...reads, issues: 'write' },
    'preview.check': reads,
    'preview.offline': reads,
    'preview.aws': signsIn,
    'preview.entra': signsIn,
    'preview.report': { ...reads, 'pull-requests': 'write' },
    'preview.report-entra': { ...reads, 'pull-requests': 'write' },
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

test('nothing secret is configured: no workflow reads a secret of the repository', () => {
  for (const file of FILES) expect(textOf(file)).not.toContain('secrets.');
});

/** What a step runs, beside the repository's commands: one command line of a tool each. */
const TOOLS = [
  /^\.ci\/run$/,
  /^\.ci\/docs-site (build|gather)$/,
  /^npm ci --no-audit --no-fund$/,
  /^pulumi up --stack "\$ESTATE-\w+" --plan /,
  /^npx cdk deploy /,
];

test('a step runs one command: of the repository, with a test, or a plain one of an engine', () => {
  const scripts: Readonly<Record<string, string>> = packageJson.scripts;
  for (const { run } of runs) {
    expect(run.trim()).not.toMatch(/[\n;|&<>`]|\$\(/);
    const [, name = ''] = /^npm run ([\w-]+)\b/.exec(run) ?? [];
    if (name === '') {
      expect(TOOLS.some((tool) => tool.test(run))).toBe(true);
    } else {
      expect(scripts[name]).toMatch(/ src\/cli\/entra-aws\.cjs [\w-]+$|^cdk synth --quiet$/);
    }
  }
});

test('every command of the pipeline has tests', () => {
  const names = new Set(runs.flatMap(({ run }) => /^npm run ([\w-]+)/.exec(run)?.[1] ?? []));
  const tests = (name: string): readonly string[] => [
    join(REPOSITORY, `test/system/cli/${name}.test.ts`),
    join(REPOSITORY, 'test/system/cli/pipeline.test.ts'),
    join(REPOSITORY, 'test/system/stacks/cdk.test.ts'),
  ];
  for (const name of names) {
    const texts = tests(name)
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, 'utf8'));
    expect([name, texts.some((text) => text.includes(name))]).toEqual([name, true]);
  }
});

test('the clouds are not asked for a fork, and not before the pipeline is set up', () => {
  for (const job of ['aws', 'entra']) {
    expect(jobOf('preview', job).if).toBe(
      "vars.PIPELINE == 'on' && github.event.pull_request.head.repo.full_name == github.repository",
    );
  }
  for (const [workflow, job] of [
    ['deploy', 'plan-aws'],
    ['deploy', 'plan-entra'],
    ['drift', 'look-aws'],
    ['drift', 'look-entra'],
  ] as const) {
    expect(jobOf(workflow, job).if).toContain("vars.PIPELINE == 'on'");
  }
});

test('the deployment is in an environment, after what is to be approved was shown', () => {
  const environments = [...WORKFLOWS].flatMap(([name, workflow]) =>
    Object.entries(workflow.jobs).flatMap(([job, { environment }]) =>
      environment === undefined ? [] : [`${name}.${job}: ${environment}`],
    ),
  );
  expect(environments).toEqual([
    'ask-entra.ask: ${{ inputs.environment }}',
    'deploy.deploy: sandbox',
    'docs.publish: github-pages',
  ]);
  expect(jobOf('deploy', 'deploy').needs).toBe('show');
  expect(jobOf('deploy', 'show').needs).toEqual(['plan-entra', 'plan-aws']);
});

test('what is to be approved is compared with what was deployed last, with the history that this takes', () => {
  const { steps: shown } = jobOf('deploy', 'show');
  expect(shown.find(({ uses }) => uses?.startsWith('actions/checkout@'))?.with?.['fetch-depth']).toBe(0);
  expect(shown.flatMap(({ run }) => run ?? [])).toEqual([
    'npm run deployed-commit -- --out plan/deployed.json',
    'npm run preview -- --estate "$ESTATE" --deployed plan/deployed.json',
    'npm run ci-comment -- --estate "$ESTATE" --deployed plan/deployed.json --summary',
  ]);
});

test.each(ENGINES)('the workflows ask %s about each of its stacks, and about what drifts beside them', (engine) => {
  const { steps: asking } = jobOf(engine === 'cdk' ? 'ask-aws' : 'ask-entra', 'ask');
  const asked = asking.flatMap(({ run }) => / --step ([\w-]+) /.exec(run ?? '')?.[1] ?? []);
  const looks = engine === 'cdk' ? STEPS.filter((step) => !(step in STACKS)) : [];
  expect(asked.toSorted()).toEqual([...stacksOf(engine), ...looks].toSorted());
});

test.each(ENGINES)('the deployment deploys each stack of %s that the pipeline deploys, in their order', (engine) => {
  const { steps: deploying } = jobOf('deploy', 'deploy');
  const line = engine === 'cdk' ? /^npx cdk deploy "\$ESTATE-([\w-]+)"/ : /^pulumi up --stack "\$ESTATE-(\w+)"/;
  const deployed = deploying.flatMap(({ run }) => line.exec(run ?? '')?.[1] ?? []);
  // The stack of the management account needs other credentials, so it comes after all stacks of the account of access.
  const inOrder = (kinds: readonly string[]) => kinds.filter((kind) => kind !== 'access-management');
  expect(inOrder(deployed)).toEqual(inOrder(stacksOf(engine)));
  expect(deployed.toSorted()).toEqual(stacksOf(engine).toSorted());
});

/** Stacks that the pipeline deploys by an engine. */
function stacksOf(engine: string): readonly string[] {
  return PIPELINE_KINDS.filter((kind) => STACKS[kind].engine === engine);
}

test('a deployment first asks whether what was approved still holds, before it signs in anywhere', () => {
  const { steps: shown } = jobOf('deploy', 'show');
  const uploaded = shown.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'))?.with;
  expect(uploaded).toMatchObject({ name: 'shown', path: 'plan/deployed.json' });
  const approved = Object.values(WORKFLOWS.get('deploy')?.jobs ?? {}).filter(
    ({ environment }) => environment !== undefined,
  );
  expect(approved).toHaveLength(1);
  for (const { steps: deploying } of approved) {
    const at = (isIt: (step: Step) => boolean): number => deploying.findIndex(isIt);
    const checks = at(({ run }) => run === 'npm run deployed-commit -- --shown plan/shown/deployed.json');
    expect(deploying[checks]).toMatchObject({ env: { GITHUB_TOKEN: '${{ github.token }}' } });
    expect(deploying[checks]?.if).toBeUndefined();
    expect(deploying.findIndex(({ run }) => run !== undefined)).toBe(checks);
    expect(at(({ uses }) => /^(azure\/login|aws-actions\/)/.test(uses ?? ''))).toBeGreaterThan(checks);
    const download = at(({ with: inputs }) => inputs?.['name'] === 'shown');
    expect(deploying[download]?.with).toMatchObject({ path: 'plan/shown' });
    expect(download).toBeLessThan(checks);
    expect(deploying.find(({ uses }) => uses?.startsWith('actions/checkout@'))?.with?.['fetch-depth']).toBe(0);
  }
});

test('a pull request asks Pulumi in the environment that the identities of the estate trust, and so after an approval', () => {
  const { azure } = planFiles(hostedSandboxFiles()).estate;
  expect(azure?.previewTrust).toBe(`environment:${jobOf('preview', 'entra').with?.['environment'] ?? 'none'}`);
  // Jobs on the deployed branch are trusted as they are.
  for (const job of [jobOf('deploy', 'plan-entra'), jobOf('drift', 'look-entra')])
    expect(job.with).not.toHaveProperty('environment');
});

test('no other job of a pull request signs in to Azure or runs Pulumi', () => {
  const preview = Object.entries(WORKFLOWS.get('preview')?.jobs ?? {});
  const asking = preview.filter(([, { uses = '' }]) => uses.endsWith('ask-entra.yaml')).map(([job]) => job);
  expect(asking).toEqual(['entra']);
  const signsIn = steps.filter(({ uses, run }) => uses?.startsWith('azure/login@') ?? /^pulumi /.test(run ?? ''));
  expect(new Set(signsIn.map(({ file }) => file))).toEqual(
    new Set(['.github/workflows/ask-entra.yaml', '.github/workflows/deploy.yaml']),
  );
  const asksPulumi = /--step (customers|workforce) /;
  expect(runs.filter(({ run, file }) => asksPulumi.test(run) && !file.endsWith('ask-entra.yaml'))).toEqual([]);
});

test('what runs with the secrets takes nothing from the cache of a pull request', () => {
  const caches = jobOf('ask-entra', 'ask').steps.filter(({ uses }) => uses?.startsWith('actions/cache'));
  expect(caches.map(({ if: condition }) => condition)).toEqual(["inputs.environment == ''"]);
});

test('a pull request is commented on without waiting for a reviewer, and again with what Pulumi says', () => {
  expect(jobOf('preview', 'report').needs).toEqual(['offline', 'aws']);
  expect(jobOf('preview', 'report').env?.['ASKED']).toContain("'none' || 'cdk'");
  expect(jobOf('preview', 'report-entra')).toMatchObject({ needs: ['report', 'entra'], env: { ASKED: 'pulumi,cdk' } });
});

test('after the deployment, also where a part of it failed, access is read back as npm run deploy does it', () => {
  const { needs, if: condition, steps: reading } = jobOf('deploy', 'access');
  expect(needs).toBe('deploy');
  expect(condition).toBe("${{ !cancelled() && needs.deploy.result != 'skipped' }}");
  const [check] = sandboxSteps().find(({ id }) => id === 'assignments')?.verification as readonly Check[];
  const words = check?.command.words.join(' ').replace('--silent ', '').replace('sandbox', '"$ESTATE"');
  expect(reading.flatMap(({ run }) => run ?? [])).toEqual([words]);
  const roles = reading.flatMap(({ with: inputs }) => inputs?.['role-to-assume'] ?? []);
  expect(roles).toEqual(['arn:aws:iam::${{ vars.AWS_ACCESS_ACCOUNT }}:role/sandbox-pipeline-preview']);
});

test('every job ends by itself, and runs of one kind do not overlap', () => {
  for (const [name, { jobs, concurrency }] of WORKFLOWS) {
    for (const job of Object.values(jobs))
      if (job.uses === undefined) expect(job['timeout-minutes']).toBeGreaterThan(0);
    if (!name.startsWith('ask-')) expect(concurrency?.['cancel-in-progress']).toBe(name === 'preview');
  }
});

test('the guide tells where the value of each variable comes from, and of no other', () => {
  const used = new Set(FILES.flatMap((file) => [...textOf(file).matchAll(/vars\.([A-Z_]+)/g)].map(([, name]) => name)));
  const told = [...textOf('docs/pipeline.md').matchAll(/^ +\| `([A-Z_]+)` +\|/gm)].map(([, name]) => name);
  expect(told.toSorted()).toEqual([...used].toSorted());
});
