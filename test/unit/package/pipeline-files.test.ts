import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { type NamedSettings, RENDERERS } from '../../../src/deploy/pipeline/render-settings';
import { SETTINGS as SETTING_NAMES } from '../../../src/deploy/pipeline/settings';
import { FORGES } from '../../../src/estate/sections/pipeline/forge';
import { PIPELINES } from '../../../src/package/project/pipeline/jobs';
import { pipelineFiles } from '../../../src/package/project/pipeline';
import { REPOSITORY } from '../../support/repository';
import {
  azurePipelines,
  filesOf,
  gitLabJobs,
  SCRIPTS,
  SETTINGS as SETTINGS_OF_RUN,
} from '../../support/workflows/forge-jobs';

const TWO = [{ name: 'acme' }, { name: 'beta', deployEnvironment: 'production' }];

/** Checks a value against a forge's own schema. */
function checker(file: string): (value: unknown) => readonly string[] {
  const text = readFileSync(join(REPOSITORY, 'test/support/fixtures/pipeline-schemas', file), 'utf8');
  const validate = new Ajv({
    strict: false,
    allErrors: true,
    logger: false,
    validateFormats: false,
    unicodeRegExp: false,
  }).compile(JSON.parse(text) as object);
  return (value) => {
    validate(value);
    return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
  };
}

/** Azure Pipelines takes every scalar for a text. The AWS Toolkit's task is in no schema; it has the script that is run. */
function asAzureReads(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asAzureReads);
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? String(value) : (value ?? '');
  const { task, inputs, ...rest } = value as Readonly<Record<string, unknown>>;
  const { inlineScript } = (inputs ?? {}) as Readonly<Record<string, unknown>>;
  const plain = task === 'AWSShellScript@1' ? { bash: inlineScript, ...rest } : value;
  return Object.fromEntries(Object.entries(plain).map(([key, inner]) => [key, asAzureReads(inner)]));
}

describe("GitLab's schema of pipelines", () => {
  const check = checker('gitlab-ci.json');

  test('finds a faulty pipeline', () => {
    expect(check({ job: { script: ['x'], rules: [{ if: 'x', when: 'perhaps' }] } })).not.toEqual([]);
    expect(check({ job: { scripts: ['x'] } })).not.toEqual([]);
  });

  test('finds nothing in what is written', () => {
    const files = pipelineFiles({ forge: 'gitlab', estates: TWO });
    for (const part of parseAllDocuments(files['.gitlab-ci.yml'] ?? '')) expect(check(part.toJS())).toEqual([]);
    expect(check(parse(files['.gitlab/identity-deploy.yml'] ?? ''))).toEqual([]);
    const [spec] = parseAllDocuments(files['.gitlab/identity.yml'] ?? '');
    expect(check(spec?.toJS())).toEqual([]);
    expect(check(gitLabJobs())).toEqual([]);
  });
});

describe("Azure DevOps' schema of pipelines", () => {
  const check = checker('azure-pipelines.json');

  test('finds a faulty pipeline', () => {
    expect(check({ stages: [{ stage: 'a', jobs: [{ job: 'b', step: [] }] }] })).not.toEqual([]);
  });

  test.each(['preview', 'entra', 'deploy', 'drift', 'accounts'])(
    'finds nothing in identity-%s.yml once it is expanded',
    (name) => {
      const file = `azure-pipelines/identity-${name}.yml`;
      expect(check(asAzureReads(azurePipelines()[file]))).toEqual([]);
      expect(check(asAzureReads(azurePipelines({})[file]))).toEqual([]);
    },
  );
});

const jobsOfEstate = Object.values(PIPELINES).flatMap((pipeline) => pipeline.jobs.map(({ id }) => id));
const NONE = Object.fromEntries(SETTING_NAMES.map((name) => [name, ''])) as NamedSettings['settings'];

const ALL = { ASKS_CDK: 'true', ASKS_PULUMI: 'true', DEPLOYS: 'true', TOUCHED: 'true', COMMENTS: 'true' };
const SETTINGS = { ...ALL, HAS_ACCESS: 'true', HAS_HANDOFF: 'true', HAS_IMAGES: 'true', HAS_PIPELINE: 'true' };

describe('the three forges', () => {
  const jobs = jobsOfEstate;

  test.each(jobs)('run the same commands in the job %s, in the same order', (job) => {
    const commandsAt = (forge: (typeof FORGES)[number]): readonly string[] =>
      SCRIPTS[forge](job, SETTINGS)
        .flatMap(({ text }) =>
          [...text.matchAll(/npx --no-install (?:entra-aws|cdk) [^\n;|]+/g)].map(([line]) => line.trim()),
        )
        .filter((line) => !/ ci-(settings|token) /.test(line))
        // The shell of GitLab decides which of the two is run.
        .filter(
          (line) => !(line.includes(' ci-comment ') && line.endsWith('--summary') && !line.includes('--deployed')),
        );
    const [github, ...others] = (['github', 'gitlab', 'azure-devops'] as const).map(commandsAt);
    expect(github?.length).toBeGreaterThan(0);
    for (const other of others) expect(other).toEqual(github);
  });

  test.each(FORGES)('put nothing of the forge or the estate into a script at %s, but by variables', (forge) => {
    for (const job of jobs)
      for (const { text } of SCRIPTS[forge](job, SETTINGS)) expect(text).not.toMatch(/\$\{\{|\$\[\[|\$\(/);
  });

  test.each(FORGES)('take every variable in quotes at %s', (forge) => {
    for (const job of jobs)
      for (const { text } of SCRIPTS[forge](job, SETTINGS)) expect(text.replaceAll(/"[^"]*"/g, '')).not.toMatch(/\$/);
  });
});

describe('a deployment', () => {
  test.each([
    ['github', '--output github --deployment "$DEPLOYMENT"'],
    ['gitlab', '--deployment "${IDENTITY_ESTATE:-touched}" --output gitlab-child --out identity-deploy.yml'],
    ['azure-devops', '--estate "$ESTATE" --output azure-devops --deployment "$DEPLOYMENT"'],
  ] as const)('asks %s what was deployed last, before anything else', (forge, options) => {
    const lines = SCRIPTS[forge](SETTINGS_OF_RUN, SETTINGS).flatMap(({ text }) => text.split('\n'));
    expect(lines).toEqual(['npm ci --no-audit --no-fund', `npx --no-install entra-aws ci-settings ${options}`]);
  });

  test.each(FORGES)('alone does so at %s: no other job, and no look for drift', (forge) => {
    const texts = jobsOfEstate.flatMap((job) => SCRIPTS[forge](job, SETTINGS).map(({ text }) => text));
    expect(texts.join('\n')).not.toContain('--deployment');
    const { '.github/workflows/identity-drift.yaml': drift = '' } = filesOf('github');
    expect(drift).not.toMatch(/--deployment|actions: read/);
  });

  test('takes no stage of Azure DevOps further where nothing touched the estate, and asks no one for an approval', () => {
    const { stages } = azurePipelines()['azure-pipelines/identity-deploy.yml'] as {
      stages: readonly { stage: string; dependsOn: readonly string[]; condition?: string }[];
    };
    const said = "eq(dependencies.touched_sandbox.outputs['touched.settings.TOUCHED'], 'true')";
    expect(Object.fromEntries(stages.map(({ stage, condition }) => [stage, condition]))).toEqual({
      touched_sandbox: undefined,
      plan_entra_sandbox: `and(succeeded(), ${said})`,
      plan_aws_sandbox: `and(succeeded(), ${said})`,
      images_sandbox: `and(succeeded(), ${said})`,
      preflight_sandbox: `and(succeeded(), ${said})`,
      show_sandbox: `and(succeeded(), ${said})`,
      deploy_sandbox: "and(succeeded(), eq(dependencies.show_sandbox.outputs['show.settings.DEPLOYS'], 'true'))",
      access_sandbox: `and(not(canceled()), ${said})`,
    });
    for (const { dependsOn, condition = '' } of stages)
      for (const [, stage] of condition.matchAll(/dependencies\.(\w+)\./g)) expect(dependsOn).toContain(stage);
  });

  test('has jobs of GitLab in a pipeline of their own, for the estates that it names', () => {
    const jobs = gitLabJobs() as Readonly<Record<string, { rules: readonly { if: string }[]; trigger?: object }>>;
    const own =
      '$CI_COMMIT_BRANCH == "main" && $CI_PIPELINE_SOURCE == "parent_pipeline" && ' +
      '($IDENTITY_TOUCHED !~ /^,/ || $IDENTITY_TOUCHED =~ /,sandbox,/)';
    for (const { id } of PIPELINES.deploy.jobs)
      expect(jobs[`${id === 'deploy' ? 'Deploy' : id} sandbox`]?.rules.map((rule) => rule.if)).toEqual([own]);
    expect(jobs['identity-deployments']).toMatchObject({
      needs: ['identity-settings'],
      trigger: { include: [{ artifact: 'identity-deploy.yml', job: 'identity-settings' }], strategy: 'depend' },
    });
    const child = parse(
      RENDERERS['gitlab-child'](['acme', 'beta'].map((name) => ({ name, settings: NONE }))),
    ) as object;
    expect(child).toEqual({
      include: [{ local: '/.gitlab/identity-deploy.yml' }],
      variables: { IDENTITY_TOUCHED: ',acme,beta,' },
    });
    const { '.gitlab/identity-deploy.yml': text = '' } = filesOf('gitlab');
    expect(parse(text)).toMatchObject({ nothing: { rules: [{ if: '$IDENTITY_TOUCHED == ","' }] } });
    expect(parse(RENDERERS['gitlab-child']([]))).toMatchObject({ variables: { IDENTITY_TOUCHED: ',' } });
  });

  test('may be asked for by the name of an estate at every forge', () => {
    const files = { ...filesOf('github'), ...filesOf('gitlab'), ...filesOf('azure-devops') };
    expect(parse(files['.github/workflows/identity-deploy.yaml'] ?? '')).toMatchObject({
      on: { workflow_dispatch: { inputs: { estate: { type: 'string', default: 'touched' } } } },
    });
    const [header] = parseAllDocuments(files['.gitlab-ci.yml'] ?? '');
    expect(header?.toJS()).toMatchObject({ spec: { inputs: { estate: { default: 'touched' } } } });
    expect(parse(files['azure-pipelines/identity-deploy.yml'] ?? '')).toMatchObject({
      parameters: [{ name: 'estate', default: 'touched', values: ['touched', 'sandbox'] }],
      stages: [{ parameters: { deployment: '${{ parameters.estate }}' } }],
    });
    const workflows = { repository: 'example/entra-aws-identity', tag: 'v1.2.3' };
    const called = pipelineFiles({ forge: 'github', estates: TWO, workflows });
    expect(parse(called['.github/workflows/identity-deploy.yaml'] ?? '')).toMatchObject({
      jobs: { identity: { with: { estate: "${{ inputs.estate || 'touched' }}" } } },
    });
  });
});

describe('several estates', () => {
  test('have the jobs and stages of each, with its own environment', () => {
    const files = pipelineFiles({ forge: 'gitlab', estates: TWO });
    for (const file of ['.gitlab-ci.yml', '.gitlab/identity-deploy.yml']) {
      const gitlab = parseAllDocuments(files[file] ?? '')
        .at(-1)
        ?.toJS() as { include: { inputs: object }[] };
      expect(gitlab.include.map(({ inputs }) => inputs)).toEqual([
        { estate: 'acme', 'deploy-environment': 'acme', 'preview-environment': 'preview' },
        { estate: 'beta', 'deploy-environment': 'production', 'preview-environment': 'preview' },
      ]);
    }
    const azure = pipelineFiles({ forge: 'azure-devops', estates: TWO })['azure-pipelines/identity-deploy.yml'];
    expect(azure).toContain('deployEnvironment: acme\n');
    expect(azure).toContain('deployEnvironment: production\n');
  });

  test('need no change of the workflows of GitHub: a matrix is made from the estates', () => {
    expect(pipelineFiles({ forge: 'github', estates: TWO })).toEqual(filesOf('github'));
  });
});

test('at Azure DevOps no step names a connection that the estate does not name', () => {
  expect(JSON.stringify(azurePipelines({}))).not.toMatch(/AzureCLI|AWSShellScript/);
  expect(JSON.stringify(azurePipelines())).toContain('"azureSubscription":"workforce-deploy"');
});

test('workflows at a tag are called there; without one they are written out', () => {
  const workflows = { repository: 'example/entra-aws-identity', tag: 'v1.2.3' };
  const called = pipelineFiles({ forge: 'github', estates: TWO, workflows });
  const names = ['accounts', 'deploy', 'drift', 'preview'].map((name) => `.github/workflows/identity-${name}.yaml`);
  expect(Object.keys(called).toSorted()).toEqual(names);
  expect(called['.github/workflows/identity-deploy.yaml']).toContain(
    'uses: example/entra-aws-identity/.github/workflows/identity-deploy.yaml@v1.2.3 #',
  );
  expect(JSON.stringify(filesOf('github'))).not.toContain('example/');
});

test('at GitLab every image is one by its digest', () => {
  const images = Object.values(filesOf('gitlab')).flatMap((text) => [...text.matchAll(/\bnode:[^\s'"]+/g)]);
  expect(images.length).toBeGreaterThan(1);
  for (const [image] of images) expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
});

test('an image with all tools is named in one input', () => {
  const toolImage = `ghcr.io/example/tools@sha256:${'a'.repeat(64)}`;
  for (const forge of FORGES)
    expect(JSON.stringify(pipelineFiles({ forge, estates: TWO, toolImage }))).toContain(toolImage);
});

describe('CODEOWNERS', () => {
  test.each(['github', 'gitlab'] as const)('of %s covers every file that judges, and itself', (forge) => {
    const files = pipelineFiles({ forge, estates: TWO, owners: ['@example/identity'] });
    const [path = '', text = ''] = Object.entries(files).find(([name]) => name.endsWith('CODEOWNERS')) ?? [];
    const patterns = [...text.matchAll(/^(\/\S+) @example\/identity$/gm)].map(([, pattern = '']) => pattern);
    const isCovered = (file: string): boolean =>
      patterns.some((pattern) =>
        pattern.endsWith('/')
          ? `/${file}`.startsWith(pattern)
          : new RegExp(`^${pattern.replaceAll('.', '\\.').replace('*', '.*')}$`).test(`/${file}`),
      );
    const judges = [
      'package.json',
      'package-lock.json',
      '.npmrc',
      'cdk.json',
      'Pulumi.yaml',
      'Pulumi.acme-customers.yaml',
      '.entra-aws.json',
    ];
    // Each is taken instead of a file above, or beside it, once somebody adds it.
    const added = [
      ...['npm-shrinkwrap.json', 'binding.gyp', 'cdk.context.json', 'Pulumi.json', 'Pulumi.acme-customers.json'],
      ...(forge === 'gitlab' ? ['CODEOWNERS', 'docs/CODEOWNERS'] : []),
    ];
    const team = ['estates/acme/estate.yaml', 'bicep/acme/azure.bicep', '.vscode/settings.json'];
    for (const file of [path, ...Object.keys(files), ...judges, ...added, ...team])
      expect([file, isCovered(file)]).toEqual([file, true]);
  });

  test('is not written without owners, nor for Azure DevOps, which has none', () => {
    for (const forge of FORGES) {
      const owners = forge === 'azure-devops' ? ['@example/identity'] : undefined;
      expect(Object.keys(pipelineFiles({ forge, estates: TWO, owners })).join()).not.toContain('CODEOWNERS');
    }
  });
});

test.each(FORGES)(
  'on %s AWS is asked what a deployment would fail on, and what it finds comes before anything is removed',
  (forge) => {
    const texts = Object.values(pipelineFiles({ forge, estates: TWO })).join('\n');
    const job = { id: 'preflight', run: 'npx --no-install entra-aws preflight --estate "$ESTATE"' };
    if (forge !== 'github') expect(texts).toContain(job.run);
    const { jobs } = PIPELINES.deploy;
    const before = (id: string): readonly string[] => {
      const needs = jobs.find((one) => one.id === id)?.needs ?? [];
      return [...needs, ...needs.flatMap(before)];
    };
    const removing = jobs.filter(({ steps }) =>
      steps.some((step) => step.kind === 'run' && step.run.includes('apply-stack')),
    );
    expect(removing.map(({ id }) => id)).toEqual(['deploy']);
    expect(before('deploy')).toContain(job.id);
    // A failure of it is one of the job: only those after a failure go on.
    expect(jobs.filter(({ id, afterFailure }) => afterFailure && before('deploy').includes(id))).toEqual([]);
  },
);
