import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { z } from 'zod';
import { FIELD } from '../../support/application-changes';
import { runCdkOk } from '../../support/cdk-cli';
import { REPOSITORY } from '../../support/repository';
import { InstalledPackage } from './installed-package';

/** A team's repository with an application of its own, by the packed package. */
let installed: InstalledPackage;
let team: string;

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], { cwd = team, ...variables }: NodeJS.ProcessEnv = {}): Run {
  const { PATH: path = '', HOME } = process.env;
  const PATH = [dirname(process.execPath), path].join(delimiter);
  const env = { PATH, HOME, NO_COLOR: '1', CI: 'true', ...variables };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', env });
  return { status, stdout, stderr };
}

const entraAws = (...args: readonly string[]): Run => run(process.execPath, [installed.program, ...args]);
const inApplication = (...args: readonly string[]): Run => run('npm', args, { cwd: join(team, 'application') });
const at = (path: string): string => join(team, path);
const read = (path: string): string => readFileSync(at(path), 'utf8');

function change(path: string, from: string, to: string): void {
  const text = read(path);
  expect([path, text.includes(from)]).toEqual([path, true]);
  writeFileSync(at(path), text.replace(from, to));
}

const Assets = z.object({
  dockerImages: z.record(z.string(), z.object({ source: z.object({ executable: z.array(z.string()) }) })),
});

/** Images that an assembly names, by their hashes. */
function imagesIn(assembly: string): z.output<typeof Assets>['dockerImages'] {
  return Assets.parse(JSON.parse(read(`${assembly}/acme-hosting.assets.json`))).dockerImages;
}

beforeAll(() => {
  installed = InstalledPackage.create();
  team = mkdtempSync(join(tmpdir(), 'acme-'));
  symlinkSync(join(installed.folder, 'node_modules'), join(team, 'node_modules'));
  run('git', ['init', '--quiet', '--initial-branch', 'main']);
  expect(entraAws('init', 'acme', '--yes')).toMatchObject({ status: 0, stderr: '' });
});

afterAll(() => {
  installed.remove();
  rmSync(team, { recursive: true });
});

test('asks for a repository first, and takes no name', () => {
  expect(entraAws('init', 'beta', '--application')).toMatchObject({ status: 2 });
  expect(existsSync(at('application'))).toBe(false);
});

test('says what to do where the estate names an application that is not there', () => {
  const estate = read('estates/acme/estate.yaml');
  change('estates/acme/estate.yaml', '\nhosting:\n', '\nhosting:\n  application: repository\n');
  const { status, stderr } = entraAws('preview');
  expect(status).not.toBe(0);
  expect(stderr).toContain('init --application');
  writeFileSync(at('estates/acme/estate.yaml'), estate);
});

describe('an application of the repository', () => {
  beforeAll(() => {
    expect(entraAws('init', '--application', '--yes')).toMatchObject({ status: 0, stderr: '' });
    // As npm install, which has no registry here, leaves it.
    symlinkSync(join(REPOSITORY, 'node_modules'), at('application/node_modules'));
    symlinkSync(join(REPOSITORY, 'apps/service/node_modules'), at('application/apps/service/node_modules'));
    writeFileSync(at('application/package-lock.json'), '{}');
    writeFileSync(at('package-lock.json'), '{}');
  });

  test('is written as the package has it, readable, with no file that its own build does not need', () => {
    expect(read('application/apps/web/views/welcome.eta')).toBe(
      readFileSync(join(REPOSITORY, 'apps/web/views/welcome.eta'), 'utf8'),
    );
    expect(readdirSync(at('application')).toSorted()).toEqual(
      [
        ...['.dockerignore', '.gitignore', 'apps', 'build.mjs', 'jest.config.cjs', 'node_modules'],
        ...['package-lock.json', 'package.json', 'test', 'tsconfig.json'],
      ].toSorted(),
    );
  });

  test('is the team’s: neither init nor upgrade writes over it or brings back what it deleted', () => {
    change('application/apps/web/views/welcome.eta', 'Your policy, always in reach', 'Acme, always in reach');
    rmSync(at('application/apps/service/Dockerfile'));
    expect(entraAws('upgrade')).toMatchObject({ status: 0 });
    expect(existsSync(at('application/apps/service/Dockerfile'))).toBe(false);
    expect(entraAws('init', '--application', '--yes')).toMatchObject({ status: 0 });
    expect(existsSync(at('application/apps/service/Dockerfile'))).toBe(true);
    expect(read('application/apps/web/views/welcome.eta')).toContain('Acme, always in reach');
  });

  test('gets a field, by the files that the documentation lists, and its own tests pass', () => {
    for (const { file, from, to } of FIELD) change(`application/${file}`, from, to);
    const tested = inApplication('test', '--', '--testPathPatterns', 'unit|policy.test|listen');
    expect({ status: tested.status, output: tested.status === 0 ? '' : tested.stdout + tested.stderr }).toEqual({
      status: 0,
      output: '',
    });
  });

  test('is built from what was changed, and started in place of the package’s', () => {
    expect(inApplication('run', 'build')).toMatchObject({ status: 0 });
    expect(read('application/dist/web/views/welcome.eta')).toContain('Acme, always in reach');
    expect(read('application/dist/api/main.js')).toContain('relationship');
    const started = run(process.execPath, [at('application/dist/web/main.js')]);
    expect(started).toMatchObject({ status: 2, stderr: expect.stringContaining('BASE_URL: is missing') as string });
  });

  test('is what the hosting deploys: a change of a page is another image, also before it is committed', async () => {
    const hashOf = (from: string): string => {
      const image = JSON.stringify({ kind: 'example', app: 'web', from });
      const script = `console.log(require('@entra-aws-identity/cli/aws').imageSourceOf(${image}).hash)`;
      return run(process.execPath, ['-e', script]).stdout.trim();
    };
    const own = hashOf('repository');
    writeFileSync(at('application/apps/web/views/terms.eta'), '<p>Terms</p>');
    const hashes = [hashOf('package'), own, hashOf('repository')];
    rmSync(at('application/apps/web/views/terms.eta'));
    expect(new Set(hashes.filter((hash) => /^[0-9a-f]{64}$/.test(hash))).size).toBe(3);

    change('estates/acme/estate.yaml', '\nhosting:\n', '\nhosting:\n  application: repository\n');
    await runCdkOk(['synth', '--quiet', '--output', 'out'], { cwd: team });
    expect(Object.keys(imagesIn('out'))).toContain(own);
    const preview = entraAws('preview');
    expect(preview).toMatchObject({ status: 0, stderr: '' });
    expect(read('plan/acme/preview.md')).toContain('built from application/');
  });

  test('is built by the command that the CDK runs, in the assembly’s folder', () => {
    const command = Object.values(imagesIn('out')).find(({ source }) => source.executable.includes('web'))?.source;
    const [program = '', ...args] = command?.executable ?? [];
    writeFileSync(at('application/docker'), '#!/bin/sh\necho "$PWD $*"\n');
    chmodSync(at('application/docker'), 0o755);
    rmSync(at('application/dist'), { recursive: true });
    const PATH = [at('application'), dirname(process.execPath), process.env['PATH']].join(delimiter);
    const { status, stdout } = run(program, args, { cwd: at('out'), PATH });
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `${at('application')} build --quiet --platform linux/amd64 --file apps/service/Dockerfile --build-arg SERVICE=web .\n`,
    });
    expect(readdirSync(at('application/dist'))).toEqual(['web']);
  });
});
