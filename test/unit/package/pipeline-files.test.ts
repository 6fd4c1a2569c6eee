import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { JOBS, PIPELINES } from '../../../src/deploy/ci/jobs';
import { PLAN_FOLDER } from '../../../src/deploy/pipeline/steps';
import { renderSettings } from '../../../src/deploy/ci/render-settings';
import { FORGES } from '../../../src/estate/sections/pipeline/forges/registry';
import { pipelineFiles } from '../../../src/package/project/pipeline';
import { ci, JOB } from '../../../src/package/project/pipeline/commands';
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

  test.each(['preview', 'entra', 'deploy', 'drift', 'watch', 'accounts'])(
    'finds nothing in identity-%s.yml once it is expanded',
    (name) => {
      const file = `azure-pipelines/identity-${name}.yml`;
      expect(check(asAzureReads(azurePipelines()[file]))).toEqual([]);
      expect(check(asAzureReads(azurePipelines({})[file]))).toEqual([]);
    },
  );
});

const IDS = JOBS.map(({ id }) => id);

describe('the three forges', () => {
  const lines = (forge: (typeof FORGES)[number], job: string): readonly string[] =>
    SCRIPTS[forge](job).flatMap(({ text, env }) =>
      text
        .split('\n')
        // What the forge leaves to a job, and the code that it takes, are judged elsewhere.
        .filter((line) => !/^(?:if |git checkout )/.test(line))
        .map((line) => line.replaceAll(/"?\$(ESTATE|JOB)"?/g, (_all, name: string) => env[name] ?? '')),
    );
  // What else a line does: it hides tokens, and gives its place up to the command.
  const bare = (line: string): string => line.replace(/ && echo .*$/, '').replace(/^(?:env (?:-u \w+ )+|exec )/, '');

  test.each(IDS)('install what the lock file says for the job %s, and run one command', (job) => {
    for (const forge of FORGES)
      expect([forge, lines(forge, job).map(bare)]).toEqual([
        forge,
        ['npm ci --no-audit --no-fund', `node_modules/.bin/entra-aws ci ${job} --estate sandbox`],
      ]);
  });

  test.each(FORGES)('put nothing of the forge or the estate into a script at %s, but by variables', (forge) => {
    for (const job of IDS) for (const { text } of SCRIPTS[forge](job)) expect(text).not.toMatch(/\$\{\{|\$\[\[|\$\(/);
  });

  test.each(FORGES)('run nothing of a registry at %s that was not installed', (forge) => {
    for (const text of Object.values(filesOf(forge))) expect(text).not.toMatch(/\bnpx\b|\bnpm (?!ci )/);
  });

  test.each(['github', 'azure-devops'] as const)(
    'give the place of the shell at %s to what must hear a cancel',
    (forge) => {
      for (const job of IDS) expect([job, lines(forge, job).at(-1)]).toEqual([job, expect.stringMatching(/^exec /)]);
    },
  );

  test.each([
    ['github', ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN']],
    [
      'gitlab',
      [
        ...['AWS_ID_TOKEN', 'AZURE_ID_TOKEN', 'PULUMI_ID_TOKEN'],
        ...['GITLAB_TOKEN', 'GITLAB_PROPOSAL_TOKEN', 'GITLAB_PLACEMENT_TOKEN'],
      ],
    ],
    // A step has those alone that it names.
    ['azure-devops', []],
  ] as const)('let what packages run at %s see no token of the job', (forge, tokens) => {
    for (const job of IDS) {
      const install = lines(forge, job).find((line) => line.includes('npm ci'));
      expect([job, [...(install ?? '').matchAll(/-u (\w+)/g)].map(([, name]) => name)]).toEqual([job, tokens]);
    }
  });

  test('take at most 990 lines together', () => {
    const files = FORGES.flatMap((forge) => Object.values(filesOf(forge)));
    expect(files.join('').split('\n').length - 1).toBeLessThanOrEqual(990);
  });

  test.each(FORGES)('say at %s which runners of the team take a job', (forge) => {
    const texts = Object.entries(filesOf(forge, { runners: ['own-pool'] }))
      .filter(([path]) => /\.(ya?ml)$/.test(path) && !path.includes('action'))
      .map(([, text]) => text);
    expect(texts.join('\n')).toContain('own-pool');
    if (forge !== 'github') return;
    // The check that sums up runs nothing of the repository, and yet takes a runner.
    expect(texts.join('\n')).not.toContain('ubuntu-24.04');
  });
});

describe('a deployment', () => {
  test.each([
    ['github', 'settings --deployment "$DEPLOYMENT"'],
    ['gitlab', 'settings --deployment "${IDENTITY_ESTATE:-touched}" --out identity-deploy.yml'],
    ['azure-devops', 'settings --estate "$ESTATE" ${DEPLOYMENT:+--deployment "$DEPLOYMENT"}'],
  ] as const)('asks %s what was deployed last, before anything else', (forge, command) => {
    const lines = SCRIPTS[forge](SETTINGS_OF_RUN).flatMap(({ text }) => text.split('\n'));
    expect(lines.at(-1)?.replace(/^exec /, '')).toBe(`node_modules/.bin/entra-aws ci ${command}`);
  });

  test.each(FORGES)('alone does so at %s: no other job, and no look for drift', (forge) => {
    const texts = IDS.flatMap((job) => SCRIPTS[forge](job).map(({ text }) => text));
    expect(texts.join('\n')).not.toContain('--deployment');
    const { '.github/workflows/identity-drift.yaml': drift = '' } = filesOf('github');
    expect(drift).not.toContain('--deployment');
  });

  test('takes no stage of Azure DevOps further that has nothing to do, and asks no one for an approval', () => {
    const { stages } = azurePipelines()['azure-pipelines/identity-deploy.yml'] as {
      stages: readonly { stage: string; dependsOn: readonly string[]; condition?: string }[];
    };
    const may = (job: string, condition = 'not(or(failed(), canceled()))'): string =>
      `and(${condition}, contains(dependencies.settings_sandbox.outputs['settings.settings.JOBS'], ',${job},'))`;
    expect(Object.fromEntries(stages.map(({ stage, condition }) => [stage, condition]))).toEqual({
      settings_sandbox: undefined,
      plan_entra_sandbox: may('plan-entra'),
      plan_aws_sandbox: may('plan-aws'),
      images_sandbox: may('images'),
      preflight_sandbox: may('preflight'),
      show_sandbox: may('show'),
      deploy_sandbox: may('deploy'),
      access_sandbox: may('access', "and(not(canceled()), ne(dependencies.deploy_sandbox.result, 'Skipped'))"),
    });
    for (const { dependsOn, condition = '' } of stages)
      for (const [, stage] of condition.matchAll(/dependencies\.(\w+)\./g)) expect(dependsOn).toContain(stage);
    expect(stages.find(({ stage }) => stage === 'deploy_sandbox')?.dependsOn).toContain('show_sandbox');
  });

  test('has jobs of GitLab in a pipeline of their own, those that it names', () => {
    const jobs = gitLabJobs() as Readonly<Record<string, { rules: readonly { if: string }[]; trigger?: object }>>;
    for (const { id } of PIPELINES.deploy.jobs)
      expect(jobs[`${id} sandbox`]?.rules.map((rule) => rule.if)).toEqual([
        `$CI_COMMIT_BRANCH == "main" && $CI_PIPELINE_SOURCE == "parent_pipeline" && ($IDENTITY_JOBS !~ /^,/ || $IDENTITY_JOBS =~ /,sandbox:${id},/)`,
      ]);
    expect(jobs['identity-deployments']).toMatchObject({
      needs: ['identity-settings'],
      trigger: { include: [{ artifact: 'identity-deploy.yml', job: 'identity-settings' }], strategy: 'depend' },
    });
    const made = { deployEnvironment: '', previewEnvironment: '' };
    const child = parse(renderSettings('gitlab', [{ name: 'acme', jobs: ['show', 'deploy'], ...made }])) as object;
    expect(child).toEqual({
      include: [{ local: '/.gitlab/identity-deploy.yml' }],
      variables: { IDENTITY_JOBS: ',acme:show,acme:deploy,' },
    });
    const { '.gitlab/identity-deploy.yml': text = '' } = filesOf('gitlab');
    expect(parse(text)).toMatchObject({ nothing: { rules: [{ if: '$IDENTITY_JOBS == ","' }] } });
    expect(parse(renderSettings('gitlab', []))).toMatchObject({ variables: { IDENTITY_JOBS: ',' } });
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
      stages: expect.arrayContaining([
        expect.objectContaining({
          // It reads what was deployed last.
          parameters: { estate: 'sandbox', deployment: '${{ parameters.estate }}', aws: 'aws-preview' },
        }),
      ]) as unknown,
    });
    const workflows = { repository: 'example/entra-aws-identity', tag: 'v1.2.3' };
    const called = pipelineFiles({ forge: 'github', estates: TWO, workflows });
    expect(parse(called['.github/workflows/identity-deploy.yaml'] ?? '')).toMatchObject({
      jobs: { identity: { with: { estate: "${{ inputs.estate || 'touched' }}" } } },
    });
  });
});

/** Tells whether a rule that joins comparisons by `&&` holds. */
function holds(rule: string, variables: Readonly<Record<string, string | undefined>>): boolean {
  return rule.split(' && ').every((clause) => {
    const [, name = '', operator, value] = /^\$(\w+) (==|!=) "(.*)"$/.exec(clause) ?? [];
    return (variables[name] === value) === (operator === '==');
  });
}

describe('GitLab', () => {
  const jobs = gitLabJobs() as Readonly<
    Record<
      string,
      {
        needs?: unknown;
        timeout?: string;
        rules?: readonly { if: string }[];
        artifacts?: { paths: readonly string[] };
        extends: readonly string[];
      }
    >
  >;

  test('keeps the summary that is approved, and that of a run that may not comment', () => {
    expect(jobs['show sandbox']?.extends).toContain('.identity-keeps');
    expect(jobs['.identity-keeps']).toMatchObject({ artifacts: { when: 'always', paths: ['plan/'] } });
    expect(jobs['report sandbox']).toMatchObject({ artifacts: { paths: ['plan/summary.md'] } });
  });

  test.each(JOBS)('gives $id $minutes minutes at least', ({ id, minutes }) => {
    const { timeout } = { ...jobs['.identity'], ...jobs[`${id} sandbox`] };
    expect(parseInt(timeout ?? '', 10)).toBeGreaterThanOrEqual(minutes);
  });

  test.each([
    ['drift', undefined],
    ['watch', 'watch'],
    ['accounts', 'accounts'],
  ])('starts the jobs of %s alone by a schedule whose variable is %s', (occasion, named) => {
    const run = { CI_COMMIT_BRANCH: 'main', CI_PIPELINE_SOURCE: 'schedule', IDENTITY_OCCASION: named };
    const started = ['preview', 'drift', 'watch', 'accounts'].filter((one) =>
      jobs[`.identity-${one}`]?.rules?.some(({ if: rule }) => holds(rule, run)),
    );
    expect(started).toEqual([occasion]);
  });

  test('lets the comment with Entra ID wait for the one before it', () => {
    expect(jobs['report-entra sandbox']?.needs).toEqual([
      'identity-jobs',
      'preview sandbox',
      'ask-aws sandbox',
      'report sandbox',
      'ask-entra sandbox',
    ]);
  });
});

test('jobs of GitLab have a token for the organization of Pulumi Cloud, which is the same for all estates', () => {
  const componentOf = (...pulumiOrganizations: readonly (string | undefined)[]) => {
    const estates = pulumiOrganizations.map((pulumiOrganization, index) => ({
      name: `estate-${index}`,
      pulumiOrganization,
    }));
    return pipelineFiles({ forge: 'gitlab', estates })['.gitlab/identity.yml'] ?? '';
  };
  expect(componentOf('acme', undefined, 'acme')).toContain('PULUMI_ID_TOKEN: { aud: urn:pulumi:org:acme }');
  expect(componentOf(undefined)).not.toContain('PULUMI_ID_TOKEN:');
  expect(() => componentOf('acme', 'other')).toThrow(/'acme' and 'other'|'acme', 'other'/);
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
    expect(azure).toContain('environment: acme,');
    expect(azure).toContain('environment: production,');
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
  const occasions = ['accounts', 'deploy', 'drift', 'preview', 'watch'];
  const names = occasions.map((name) => `.github/workflows/identity-${name}.yaml`);
  expect(Object.keys(called).toSorted()).toEqual(['.github/actions/identity/action.yaml', ...names]);
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
    const team = ['estates/acme/estate.yaml', '.vscode/settings.json'];
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

test('AWS is asked what a deployment would fail on, and what it finds comes before anything is removed', () => {
  const { jobs } = PIPELINES.deploy;
  const before = (id: string): readonly string[] => {
    const needs = jobs.find((one) => one.id === id)?.needs ?? [];
    return [...needs, ...needs.flatMap(before)];
  };
  const removing = jobs.filter(({ steps }) => steps.some(({ run }) => run.includes('apply-stack')));
  expect(removing.map(({ id }) => id)).toEqual(['deploy']);
  expect(before('deploy')).toContain('preflight');
  // A failure of it is one of the job: only those after a failure go on.
  expect(jobs.filter(({ id, afterFailure }) => afterFailure && before('deploy').includes(id))).toEqual([]);
});

describe('files that are the same for every team', () => {
  const azure = pipelineFiles({ forge: 'azure-devops', estates: TWO });
  const action = pipelineFiles({ forge: 'github', estates: TWO })['.github/actions/identity/action.yaml'];

  test('run a job as the other files do, and keep its folder', () => {
    for (const file of [action, azure['azure-pipelines/identity-steps.yml']]) {
      expect(file).toContain(ci(JOB));
      expect(file).toContain(PLAN_FOLDER);
    }
  });

  test('name the token of a private registry where there is one', () => {
    const registry = { address: 'https://npm.example.com', tokenSecret: 'OUR_TOKEN' };
    const named = pipelineFiles({ forge: 'azure-devops', estates: TWO, registry });
    for (const name of ['settings', 'steps']) {
      const file = `azure-pipelines/identity-${name}.yml`;
      expect(azure[file]).not.toContain('NPM_TOKEN');
      expect(named[file]).toContain('env: { NPM_TOKEN: $(OUR_TOKEN) }');
    }
  });
});

test('a value that means something in YAML or in an expression stays a value', () => {
  const branch = "it's: #odd";
  const of = (forge: 'github' | 'azure-devops', file: string): unknown =>
    parse(pipelineFiles({ forge, estates: TWO, branch, runners: [branch] })[file] ?? '');
  expect(of('github', '.github/workflows/identity-deploy.yaml')).toMatchObject({
    on: { push: { branches: [branch] } },
    jobs: { settings: { if: "github.ref == 'refs/heads/it''s: #odd'", 'runs-on': [branch] } },
  });
  expect(of('azure-devops', 'azure-pipelines/identity-deploy.yml')).toMatchObject({
    trigger: { branches: { include: [branch] } },
    pool: { name: branch },
  });
});
