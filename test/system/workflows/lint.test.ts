import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeWithTool } from '../../support/tools';
import { describeWithPython, pythonEnvironment } from '../../support/python';
import { temporaryFolder } from '../../support/templates';
import { REPOSITORY } from '../../support/repository';
import { FILES, RELEASE } from '../../support/workflows/workflow-files';

const TOOL = join(REPOSITORY, '.ci/actionlint');
const workflows = [...FILES.filter((file) => file.includes('workflows')), RELEASE].map((file) => join(REPOSITORY, file));

/** What `entra-aws init` writes. */
const OF_A_TEAM = join(REPOSITORY, 'src/package/project/identity.yaml');

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

function hasGo(): boolean {
  return spawnSync('go', ['version']).status === 0;
}

function actionlint(...files: readonly string[]): string {
  // Built on its first use, which takes half a minute; then Go keeps it.
  const args = ['tool', 'actionlint', '-no-color', '-oneline', '-shellcheck=', '-pyflakes=', ...files];
  const { stdout, stderr } = spawnSync('go', args, { cwd: TOOL, encoding: 'utf8' });
  return stdout + stderr.replaceAll(/^go: downloading .*\n/gm, '');
}

const missing = hasGo() ? undefined : 'Go is not installed';

describeWithTool({ tool: 'go', title: 'actionlint', missing }, () => {
  test('finds a faulty workflow', () => {
    expect(actionlint(faulty)).toContain('"github.event.pull_request.title" is potentially untrusted');
  });

  test('finds nothing in the workflows', () => {
    expect(actionlint(...workflows)).toBe('');
  });

  test('finds nothing in the workflow of a team', () => {
    expect(actionlint(OF_A_TEAM)).toBe('');
  });
});

describeWithPython('zizmor', () => {
  const zizmor = (path: string) => {
    const python = pythonEnvironment();
    if (!python.ok) throw new Error(python.reason);
    const args = ['--offline', '--no-progress', '--color', 'never', '--format', 'plain', path];
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

  test('finds nothing in the workflow of a team', () => {
    const copy = join(folder, 'team/.github/workflows/identity.yaml');
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(OF_A_TEAM, copy);
    const { status, stdout } = zizmor(copy);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining('No findings to report') as string,
    });
  });
});
