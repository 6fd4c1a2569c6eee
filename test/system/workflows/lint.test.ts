import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipelineFiles } from '../../../src/package/project/pipeline';
import { describeWithTool } from '../../support/tools';
import { describeWithPython, pythonEnvironment } from '../../support/python';
import { temporaryFolder } from '../../support/templates';
import { REPOSITORY } from '../../support/repository';
import { FILES, RELEASE } from '../../support/workflows/workflow-files';

const TOOL = join(REPOSITORY, '.ci/actionlint');
const PACKAGE = 'github.com/rhysd/actionlint/cmd/actionlint';
const workflows = [...FILES, RELEASE].map((file) => join(REPOSITORY, file));

/** A step that runs what a stranger calls a pull request, with an input that no event has. */
const FAULTY = `on: pull_request
jobs:
  job:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v7
      - run: echo \${{ github.event.pull_request.title }} \${{ inputs.nothing }}
`;

const folder = temporaryFolder();
const faulty = join(folder, '.github/workflows/faulty.yaml');
mkdirSync(join(folder, '.github/workflows'), { recursive: true });
writeFileSync(faulty, FAULTY);

/** What `entra-aws init` writes: the whole workflows, and those that call this repository's. */
const TEAMS = [undefined, { repository: 'example/entra-aws-identity', tag: 'v1.2.3' }].map((workflows, index) => {
  const team = join(folder, `team-${index}`);
  for (const [path, text] of Object.entries(
    pipelineFiles({ forge: 'github', estates: [{ name: 'acme' }], workflows }),
  )) {
    mkdirSync(dirname(join(team, path)), { recursive: true });
    writeFileSync(join(team, path), text);
  }
  const made = join(team, '.github/workflows');
  return { team, files: readdirSync(made).map((file) => join(made, file)) };
});

function hasGo(): boolean {
  return spawnSync('go', ['version']).status === 0;
}

function actionlint(...files: readonly string[]): string {
  const args = ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=', ...files];
  const { stdout, stderr } = spawnSync(join(folder, 'actionlint'), args, { encoding: 'utf8' });
  return stdout + stderr;
}

const missing = hasGo() ? undefined : 'Go is not installed';

describeWithTool({ tool: 'go', title: 'actionlint', missing }, () => {
  beforeAll(() => {
    // As .ci/build-tools builds, so that Go has compiled its own packages already.
    const args = ['build', '-trimpath', '-gcflags=all=-dwarf=false', '-o', folder, PACKAGE];
    const { status, stderr } = spawnSync('go', args, { cwd: TOOL, encoding: 'utf8' });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('finds a faulty workflow', () => {
    expect(actionlint(faulty)).toContain('"github.event.pull_request.title" is potentially untrusted');
  });

  test('finds nothing in the workflows', () => {
    expect(actionlint(...workflows)).toBe('');
  });

  test('finds nothing in the workflows of a team', () => {
    for (const { files } of TEAMS) expect(actionlint(...files)).toBe('');
  });
});

describeWithPython('zizmor', () => {
  const zizmor = (path: string) => {
    const python = pythonEnvironment();
    if (!python.ok) throw new Error(python.reason);
    const args = [
      '--config',
      join(REPOSITORY, '.github/zizmor.yml'),
      '--offline',
      '--no-progress',
      '--color',
      'never',
      '--format',
      'plain',
      path,
    ];
    return spawnSync(python.bin('zizmor'), args, { cwd: REPOSITORY, encoding: 'utf8' });
  };

  test('finds a faulty workflow', () => {
    const { status, stdout } = zizmor(faulty);
    expect(status).not.toBe(0);
    expect(stdout).toContain('template-injection');
    expect(stdout).toContain('unpinned-uses');
  });

  test('finds nothing in the workflows and actions', () => {
    expect(zizmor('.github')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('No findings to report') as string,
    });
  });

  test('finds nothing in the workflows of a team', () => {
    for (const { team } of TEAMS) {
      const { status, stdout } = zizmor(team);
      expect({ status, stdout }).toEqual({
        status: 0,
        stdout: expect.stringContaining('No findings to report') as string,
      });
    }
  });
});
