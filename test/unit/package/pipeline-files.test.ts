import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { FORGES } from '../../../src/estate/sections/pipeline/forge';
import { PIPELINES } from '../../../src/package/project/pipeline/jobs';
import { pipelineFiles } from '../../../src/package/project/pipeline';
import { REPOSITORY } from '../../support/repository';
import { azurePipelines, filesOf, gitLabJobs, SCRIPTS } from '../../support/workflows/forge-jobs';

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
    expect(check(parse(files['.gitlab-ci.yml'] ?? ''))).toEqual([]);
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

const ALL = { ASKS_CDK: 'true', ASKS_PULUMI: 'true', DEPLOYS: 'true', TOUCHED: 'true', COMMENTS: 'true' };
const SETTINGS = { ...ALL, HAS_ACCESS: 'true', HAS_HANDOFF: 'true', HAS_IMAGES: 'true' };

describe('the three forges', () => {
  const jobs = Object.values(PIPELINES).flatMap((pipeline) => pipeline.jobs.map(({ id }) => id));

  test.each(jobs)('run the same commands in the job %s, in the same order', (job) => {
    const commandsAt = (forge: (typeof FORGES)[number]): readonly string[] =>
      SCRIPTS[forge](job, SETTINGS)
        .flatMap(({ text }) => [...text.matchAll(/npx (?:entra-aws|cdk) [^\n;|]+/g)].map(([line]) => line.trim()))
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

describe('several estates', () => {
  test('have the jobs and stages of each, with its own environment', () => {
    const gitlab = parse(pipelineFiles({ forge: 'gitlab', estates: TWO })['.gitlab-ci.yml'] ?? '') as {
      include: { inputs: object }[];
    };
    expect(gitlab.include.map(({ inputs }) => inputs)).toEqual([
      { estate: 'acme', 'deploy-environment': 'acme', 'preview-environment': 'preview' },
      { estate: 'beta', 'deploy-environment': 'production', 'preview-environment': 'preview' },
    ]);
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
