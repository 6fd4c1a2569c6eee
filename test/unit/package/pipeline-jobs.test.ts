import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { HANDED_ON } from '../../../src/deploy/ci/model';
import { FORGES } from '../../../src/estate/sections/pipeline/forges/registry';
import { pipelineFiles } from '../../../src/package/project/pipeline';
import { filesOf, gitLabJobs } from '../../support/workflows/forge-jobs';

const WORKFLOWS = '.github/workflows';
const Workflow = z.object({
  jobs: z.record(
    z.string(),
    z.looseObject({
      if: z.string().optional(),
      needs: z.array(z.string()).default([]),
      'continue-on-error': z.boolean().optional(),
      outputs: z.record(z.string(), z.string()).optional(),
      secrets: z.record(z.string(), z.string()).optional(),
      steps: z.array(z.looseObject({ if: z.string().optional(), uses: z.string().optional() })).default([]),
    }),
  ),
});
const workflow = (file: string, files = filesOf('github')) =>
  Workflow.parse(parse(files[`${WORKFLOWS}/identity-${file}.yaml`] ?? '')).jobs;

describe('the required check of GitHub', () => {
  const { result } = workflow('preview');

  test('waits for Pulumi, and is red where it failed or was cancelled', () => {
    expect(result?.needs).toEqual(['settings', 'estate', 'entra', 'cancelled']);
    expect(result?.steps[0]?.if).toContain("contains(needs.*.result, 'failure')");
    expect(result?.steps[0]?.if).toContain("contains(needs.*.result, 'cancelled')");
  });

  test('passes where a reviewer did not let Pulumi be asked: who was let leaves an output, and is judged', () => {
    const { 'ask-entra': asks, 'report-entra': report } = workflow('entra-estate');
    expect(asks).toMatchObject({ 'continue-on-error': true, outputs: { asked: 'true' } });
    expect(report?.if).toContain('needs.ask-entra.outputs.asked');
    expect(report).not.toHaveProperty('continue-on-error');
  });
});

describe('a job of GitLab that has nothing to do', () => {
  const jobs = z
    .record(
      z.string(),
      z.looseObject({
        needs: z.array(z.unknown()).optional(),
        extends: z.union([z.string(), z.array(z.string())]).default([]),
      }),
    )
    .parse(Object.fromEntries(Object.entries(gitLabJobs()).filter(([name]) => !name.startsWith('.'))));

  test('says so before it installs anything', () => {
    const { '.identity': base } = gitLabJobs();
    const { script } = z.object({ script: z.array(z.string()) }).parse(base);
    expect(script[0]).toMatch(
      /^if .* identity-jobs\.yml; then echo "\$JOB has nothing to do for \$ESTATE"; exit 0; fi$/,
    );
    expect(script[1]).toContain('npm ci');
  });

  test.each([
    'preview',
    'ask-aws',
    'report',
    'ask-entra',
    'report-entra',
    'look-aws',
    'drift',
    'organization',
    'propose',
  ])('is told by a job before %s', (id) => {
    const job = jobs[`${id} sandbox`];
    const bases = gitLabJobs();
    const inherited = [job?.extends ?? []]
      .flat()
      .map((base) => z.looseObject({ needs: z.unknown().optional() }).parse(bases[base]));
    expect(job?.needs ?? inherited.findLast(({ needs }) => needs !== undefined)?.needs).toContain('identity-jobs');
  });
});

test('what jobs hand on is refused in git', () => {
  const paths = FORGES.flatMap((forge) => Object.values(filesOf(forge)).join('\n').split('\n')).flatMap((line) => [
    ...(/artifacts: .*paths: \[ ?(.*?) ?\]/.exec(line)?.[1]?.split(',') ?? []),
    ...(/- publish: .*\/(\w+)$/.exec(line)?.slice(1) ?? []),
    ...(/with: \{ name: .*, path: (\w+),/.exec(line)?.slice(1) ?? []),
    ...(/ -f (\S+) \]/.exec(line)?.slice(1) ?? []),
  ]);
  const tops = new Set(paths.map((path) => path.replaceAll(/^['"\s]+|['"\s]+$/g, '').replace(/\/.*/, '')));
  expect([...tops].toSorted()).toEqual([...HANDED_ON].toSorted());
});

test('what jobs leave is kept for 14 days, as the guide says, and the whole history is there', () => {
  const linesOf = (forge: 'github' | 'gitlab', pattern: RegExp): readonly string[] =>
    Object.values(filesOf(forge))
      .flatMap((text) => text.split('\n'))
      .flatMap((line) => pattern.exec(line)?.[1] ?? []);
  expect(new Set(linesOf('github', /retention-days: (\S+)/))).toEqual(new Set(['14']));
  const kept = linesOf('gitlab', /(artifacts: \{.*)$/).filter((line) => line.includes('paths:'));
  expect(kept.length).toBeGreaterThan(2);
  for (const line of kept) expect(line).toMatch(/access: developer.*expire_in: '?14 days/);
  expect(linesOf('gitlab', /GIT_DEPTH: (\S+)/)).toEqual(["'0'"]);
});

test('no part that estates share at GitLab names one of them: the last one would count for all', () => {
  const [, body] = parseAllDocuments(filesOf('gitlab')['.gitlab/identity.yml'] ?? '');
  const parts = z.record(z.string(), z.unknown()).parse(body?.toJS());
  const shared = Object.entries(parts).filter(([name]) => !name.includes('inputs.estate'));
  expect(shared.length).toBeGreaterThan(5);
  for (const [name, part] of shared)
    expect([name, JSON.stringify(part)]).toEqual([name, expect.not.stringMatching(/estate \]\]|-environment \]\]/)]);
});

describe('a private registry', () => {
  const registry = { address: 'https://npm.example.com/api/npm', tokenSecret: 'ACME_NPM' };
  const at = (forge: (typeof FORGES)[number]) => filesOf(forge, { registry });

  test.each(FORGES)('is named in .npmrc at %s, with a variable for its token', (forge) => {
    expect(at(forge)['.npmrc']).toMatch(
      /^# Managed .*\nregistry=https:\/\/npm\.example\.com\/api\/npm\/\n\/\/npm\.example\.com\/api\/npm\/:_authToken=\$\{NPM_TOKEN\}\n$/,
    );
    expect(filesOf(forge)).not.toHaveProperty(['.npmrc']);
  });

  test('has its token at GitHub in the step that installs, and in no other', () => {
    const files = at('github');
    for (const [path, text] of Object.entries(files).filter(([name]) => name.startsWith(WORKFLOWS)))
      for (const [name, job] of Object.entries(Workflow.parse(parse(text)).jobs)) {
        if (name === 'result' || name === 'cancelled') continue;
        const secret = path.endsWith('-estate.yaml') ? 'NPM_TOKEN' : 'ACME_NPM';
        const own = job.steps.filter(({ uses }) => uses === './.github/actions/identity');
        const given =
          job.secrets?.['NPM_TOKEN'] ?? z.object({ 'npm-token': z.string() }).parse(own[0]?.['with'])['npm-token'];
        expect([path, name, given]).toEqual([path, name, `\${{ secrets.${secret} }}`]);
        expect(JSON.stringify(job.steps.filter(({ uses }) => uses !== './.github/actions/identity'))).not.toContain(
          secret,
        );
      }
    const called = { repository: 'example/entra-aws-identity', tag: 'v1.2.3' };
    const calling = pipelineFiles({ forge: 'github', estates: [{ name: 'acme' }], workflows: called, registry });
    expect(workflow('deploy', calling)['identity']?.secrets).toEqual({ NPM_TOKEN: '${{ secrets.ACME_NPM }}' });
  });

  test('has its token at GitLab in the line that installs: the others do not see it', () => {
    const { '.gitlab/identity.yml': text = '' } = at('gitlab');
    const lines = text.split('\n').filter((line) => /npm ci|entra-aws ci/.test(line));
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines)
      expect(line).toMatch(/NPM_TOKEN="\$ACME_NPM" npm ci |- env -u ACME_NPM node_modules\/\.bin\/entra-aws ci /);
  });

  test.each(['CI_JOB_TOKEN', 'GITLAB_TOKEN'])(
    'of GitLab itself may take %s, without which no job could ask GitLab',
    (tokenSecret) => {
      const { '.gitlab/identity.yml': text = '' } = filesOf('gitlab', { registry: { ...registry, tokenSecret } });
      const lines = text.split('\n').filter((line) => /npm ci|entra-aws ci/.test(line));
      expect(lines.length).toBeGreaterThan(5);
      for (const line of lines)
        expect(line).toMatch(/NPM_TOKEN="\$(?:CI_JOB|GITLAB)_TOKEN" npm ci |- node_modules\/\.bin\/entra-aws ci /);
    },
  );

  test('has its token at Azure DevOps in the step that installs', () => {
    for (const [path, text] of Object.entries(at('azure-devops')))
      for (const line of text.split('\n').filter((one) => one.includes('ACME_NPM')))
        expect([path, line]).toEqual([path, expect.stringMatching(/npm ci .* env: \{ NPM_TOKEN: \$\(ACME_NPM\) \}/)]);
    expect(at('azure-devops')['azure-pipelines/identity-steps.yml']).toContain('$(ACME_NPM)');
    expect(at('azure-devops')['azure-pipelines/identity-settings.yml']).toContain('$(ACME_NPM)');
  });
});
