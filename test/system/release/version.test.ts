import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { version } from '../../../package.json';
import { REPOSITORY } from '../../support/repository';
import { describeWithTool, packagesOf } from '../../support/tools';

const DOCKERFILES = ['image', 'apps/service', 'apps/emulator'].map((folder) => `${folder}/Dockerfile`);
const FILES = ['package.json', 'package-lock.json', 'CHANGELOG.md', '.changeset', ...DOCKERFILES];
const DAY = '2026-12-01';
const [major, minor] = version.split('.').map(Number);
const NEXT = `${String(major)}.${String(Number(minor) + 1)}.0`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  for (const path of FILES) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(REPOSITORY, path), join(folder, path), { recursive: true });
  }
  // Notes of the next version are none of the test's.
  for (const name of readdirSync(join(folder, '.changeset')))
    if (name.endsWith('.md') && name !== 'README.md') rmSync(join(folder, '.changeset', name));
  write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- By hand.\n');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
const write = (path: string, text: string): void => {
  writeFileSync(join(folder, path), text);
};
const note = (kind: string, text: string): void => {
  write(`.changeset/${kind}.md`, `---\n'@entra-aws-identity/cli': ${kind}\n---\n\n${text}\n`);
};

function run(script: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(join(REPOSITORY, '.ci/release', script), args, {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describeWithTool({ ...packagesOf('changesets'), title: 'a version' }, () => {
  test('is made of the notes, wherever it stands, with their texts as they were written', () => {
    note('minor', 'The preview shows more.\n\nNo resource is replaced.');
    note('patch', 'A fault is gone.');
    expect(run('version', '--date', DAY)).toMatchObject({ status: 0, stdout: `${NEXT}\n` });
    expect(read('CHANGELOG.md')).toBe(
      [
        `# Changelog\n\n## ${NEXT}, ${DAY}\n`,
        '### Minor Changes\n\n- The preview shows more.\n\n  No resource is replaced.\n',
        '### Patch Changes\n\n- A fault is gone.\n',
        '### Also\n\n- By hand.\n',
      ].join('\n'),
    );
    expect(existsSync(join(folder, '.changeset/minor.md'))).toBe(false);
    for (const path of DOCKERFILES) expect(read(path)).toContain(`\nARG VERSION=${NEXT}\n`);
    for (const path of ['package.json', 'package-lock.json']) expect(read(path)).toContain(`"version": "${NEXT}"`);
    expect(read('package.json')).toContain('"workspaces"');
    expect(run('check', `v${NEXT}`)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('stays where there is no note, and gets the day', () => {
    expect(run('version', '--date', DAY)).toMatchObject({ status: 0, stdout: `${version}\n` });
    expect(read('CHANGELOG.md')).toBe(`# Changelog\n\n## ${version}, ${DAY}\n\n- By hand.\n`);
  });
});

describe('a tag is refused', () => {
  test('that is not the version', () => {
    const stderr = `release/check: the tag must be v${version}, got v9.9.9\n`;
    expect(run('check', 'v9.9.9')).toEqual({ status: 1, stdout: '', stderr });
  });

  test('whose version has no section in the changelog', () => {
    expect(run('check', `v${version}`)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`CHANGELOG.md has no section ${version}; run .ci/release/version`) as string,
    });
  });

  test('while notes are in no version', () => {
    write('CHANGELOG.md', `# Changelog\n\n## ${version}, ${DAY}\n\n- By hand.\n`);
    note('patch', 'A fault is gone.');
    expect(run('check', `v${version}`)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('notes are in no version yet') as string,
    });
  });
});
