import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runCdkOk } from '../../support/cdk-cli';
import { PROGRAM, REPOSITORY } from '../../support/repository';
import { FakeEngine } from './fake-engine';
import { InstalledPackage } from './installed-package';

/** Flags and settings that change templates, were they heard. */
const FOREIGN = { '@aws-cdk/core:enablePartitionLiterals': false, '@aws-cdk/aws-iam:minimizePolicies': false };
const CDK_APP = 'node node_modules/entra-aws-identity/dist/cdk.cjs';

let installed: InstalledPackage;

beforeAll(() => {
  installed = InstalledPackage.create();
  installed.copyEstate('estates', 'sandbox');
  installed.write('cdk.json', JSON.stringify({ app: CDK_APP, context: FOREIGN, versionReporting: true }));
});

afterAll(() => {
  installed.remove();
});

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of Node in the team's folder. */
function node(args: readonly string[], cwd = installed.folder, variables: NodeJS.ProcessEnv = {}): Run {
  const env = { ...environment(), ...variables };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', env });
  return { status, stdout, stderr };
}

/** Nothing that leads into the repository. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { ...(PATH !== undefined && { PATH }), ...(HOME !== undefined && { HOME }), NO_COLOR: '1' };
}

test('packs what is compiled, and what it reads: no test, no source, no secret', () => {
  const { files } = installed;
  expect(files.filter((file) => /(^|\/)(test|bench|node_modules)\//.test(file))).toEqual([]);
  expect(files.filter((file) => /\.[cm]?ts$/.test(file) && !file.endsWith('.d.ts'))).toEqual([]);
  expect(files.filter((file) => file.startsWith('dist/compose') || file.startsWith('dist/program'))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist/THIRD-PARTY-NOTICES.txt']));
});

test('needs fewer than 250 packages to plan and to deploy', () => {
  expect(installed.installed.length).toBeLessThan(250);
});

test('has the commands of a team, and not those that write what the package brings', () => {
  const { status, stdout } = node([installed.program, '--help']);
  expect(status).toBe(0);
  for (const command of ['preview', 'schema', 'watch']) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  expect(stdout).not.toMatch(/^ {2}(build|reference) /m);
});

test('previews the estate of the folder, to the byte as the repository does', () => {
  const preview = (program: string, out: string): Run =>
    node([program, 'preview', '--day', '2026-11-26', '--out', out]);
  const [packed, sources] = [preview(installed.program, 'packed'), preview(PROGRAM, 'sources')];
  expect(packed).toEqual({ ...sources, stdout: sources.stdout.replaceAll('sources/', 'packed/') });
  expect(packed.status).toBe(0);
  const read = (out: string) =>
    readdirSync(join(installed.folder, out)).map((file) => [
      file,
      readFileSync(join(installed.folder, out, file), 'utf8'),
    ]);
  expect(read('packed')).toHaveLength(3);
  expect(read('packed')).toEqual(read('sources'));
});

describe('a preview of the package', () => {
  const cache = (): string => join(installed.folder, 'node_modules/.cache');
  const lists = (): string => join(installed.folder, 'node_modules/.package-lock.json');
  const preview = (variables?: NodeJS.ProcessEnv): Run =>
    node([installed.program, 'preview', '--day', '2026-11-26', '--out', 'known'], installed.folder, variables);
  const answersIn = (folder: string): readonly string[] => {
    const answers = join(folder, 'entra-aws/answers');
    return existsSync(answers) ? readdirSync(answers) : [];
  };

  beforeEach(() => {
    // As npm leaves it, for what the answers depend on.
    writeFileSync(lists(), '{}');
    rmSync(cache(), { recursive: true, force: true });
  });

  afterEach(() => {
    rmSync(lists());
    rmSync(cache(), { recursive: true, force: true });
  });

  test('remembers what it found out beside the packages, validated by a thread of its own', () => {
    const first = preview();
    expect(first).toMatchObject({ status: 0, stderr: '' });
    const answers = answersIn(cache());
    expect(answers.length).toBeGreaterThan(2);
    expect(preview()).toEqual(first);
    expect(answersIn(cache())).toEqual(answers);
  });

  test("remembers it in the user's cache where there can be none beside the packages, or not at all", () => {
    writeFileSync(cache(), 'a file, where a folder is needed');
    const own = mkdtempSync(join(tmpdir(), 'cache-'));
    const first = preview({ XDG_CACHE_HOME: own });
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(answersIn(own).length).toBeGreaterThan(2);
    rmSync(own, { recursive: true });
    expect(preview({ XDG_CACHE_HOME: cache() })).toEqual(first);
  });
});

test("writes the schema of a team's estate", () => {
  expect(node([installed.program, 'schema'])).toMatchObject({ status: 0, stderr: '' });
  const text = readFileSync(join(installed.folder, 'estates/sandbox/estate.schema.json'), 'utf8');
  expect(text).toContain('claims-test');
});

test('prints the page of a finding, and the list of all, as the repository does', () => {
  for (const args of [['finding'], ['finding', 'AwsSolutions-IAM4'], ['finding', 'sesion-duration']]) {
    const packed = node([installed.program, ...args]);
    expect(packed).toEqual(node([PROGRAM, ...args]));
    expect(packed.stdout + packed.stderr).toMatch(/session-duration|cdk-nag/);
  }
  expect(installed.files.filter((file) => file.startsWith('docs/'))).toEqual(['docs/estate.schema.json']);
});

test('explains a grant from another working directory', () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
  const question = ['--group', 'Claims Developers', '--account', 'claims-test'];
  const explain = (program: string): Run =>
    node([program, 'explain', '--estates', join(installed.folder, 'estates'), ...question], elsewhere);
  const answer = explain(installed.program);
  rmSync(elsewhere, { recursive: true });
  expect(answer).toMatchObject({ status: 0, stderr: '' });
  expect(answer.stdout).toContain('Claims Developers');
});

test('synthesises the templates of the repository, whatever the flags of the cdk.json in the folder', async () => {
  const out = join(installed.folder, 'repository.out');
  await runCdkOk(['synth', '--quiet', '-c', 'estate=sandbox', '--output', out], { cwd: REPOSITORY });
  await runCdkOk(['synth', '--quiet', '--output', 'package.out'], { cwd: installed.folder });
  const templates = (folder: string) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.template.json'))
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]);
  const packed = templates(join(installed.folder, 'package.out'));
  expect(packed.length).toBeGreaterThan(5);
  expect(packed).toEqual(templates(out));
});

test('brings each function as the repository bundles it', () => {
  const names = readdirSync(join(REPOSITORY, 'lambda'));
  for (const name of names) {
    expect(installed.files).toContain(`dist/lambda/${name}/index.js`);
    // By require, a fault in the bundle would show; the clients of AWS are the runtime's.
    const { status, stderr } = node(['--check', installed.place('dist/lambda', name, 'index.js')]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }
});

test('builds the images from what it brings', () => {
  const bin = join(installed.folder, 'bin');
  installed.write('bin/docker', '#!/bin/sh\necho "$PWD $*"\n');
  spawnSync('chmod', ['755', join(bin, 'docker')]);
  const build = spawnSync(process.execPath, [installed.place('dist/library/build-image.cjs'), 'web'], {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { ...environment(), PATH: `${bin}:${process.env['PATH'] ?? ''}` },
  });
  expect(build.stderr).toBe('');
  expect(build.stdout).toContain(`${installed.place()} build --quiet`);
  const sources = /^COPY .*?(dist\/\S+)\/ /m.exec(readFileSync(installed.place('apps/web/Dockerfile'), 'utf8'));
  expect(installed.files).toContain(`${sources?.[1] ?? ''}/main.js`);
});

test('runs the Pulumi program of the folder as the host for Node starts it', async () => {
  const engine = new FakeEngine();
  const address = await engine.start();
  const config = {
    'entra-aws-identity:estate': 'sandbox',
    'entra-aws-identity:program': 'customers',
    'azuread:tenantId': 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73',
  };
  const host = [
    ...['--monitor', address, '--engine', address, '--project', 'entra-aws-identity', '--stack', 'sandbox-customers'],
    ...['--root-directory', installed.folder, '--pwd', installed.place('dist'), '--dry-run', '--parallel', '4'],
  ];
  const child = spawn(
    process.execPath,
    [join(installed.folder, 'node_modules/@pulumi/pulumi/cmd/run'), ...host, installed.place('dist/pulumi.cjs')],
    { cwd: installed.folder, env: { ...environment(), PULUMI_CONFIG: JSON.stringify(config) } },
  );
  const { code, output } = await ended(child);
  engine.stop();
  expect({ code, output, messages: engine.messages }).toEqual({ code: 0, output: '', messages: [] });
  expect(engine.types).toEqual(
    expect.arrayContaining(['azuread:index/application:Application', 'entragraph:index:UserFlow']),
  );
});

test('brings the plug-in under the name by which the engine starts it', async () => {
  const plugin = spawn(installed.place('dist/provider/pulumi-resource-entragraph'), { env: environment() });
  const [port] = (await once(plugin.stdout, 'data')) as [Buffer];
  expect(port.toString()).toMatch(/^\d+\n$/);
  plugin.kill();
  await once(plugin, 'close');
});

/** The line with the URL of what runs. */
const INTRODUCTION = /runs: {2}(\S+)/;

test('starts the application of the customers without a compiler', async () => {
  mkdirSync(join(installed.folder, 'state'));
  const args = ['--disable-warning=ExperimentalWarning', installed.program, 'start', '--state', 'state'];
  const child = spawn(process.execPath, args, { cwd: installed.folder, env: environment() });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout }))
    if (lines.push(line) && INTRODUCTION.test(line)) break;
  const url = INTRODUCTION.exec(lines.at(-1) ?? '')?.[1];
  expect({ lines, url }).toMatchObject({ url: expect.stringMatching(/^http:/) as string });
  // What it goes on writing is read, so that it never waits for that.
  child.stdout.resume();
  const response = await fetch(String(url));
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('</html>');
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'close');
});

test('gives its constructs, components and model to programs of either kind of module, with their types', () => {
  installed.write(
    'own.mts',
    [
      "import { addEstateStacks, CDK_FLAGS, imageSourceOf } from 'entra-aws-identity/aws';",
      "import { WorkforceGroups } from 'entra-aws-identity/entra';",
      "import { diskFolder, planEstate, type EstatePlan } from 'entra-aws-identity/estate';",
      "import { App } from 'aws-cdk-lib';",
      "const plan: EstatePlan = planEstate(diskFolder('estates', 'sandbox'));",
      "const app = new App({ postCliContext: { ...CDK_FLAGS }, outdir: 'own.out' });",
      'addEstateStacks(app, plan, { imageOf: imageSourceOf });',
      'const name: string = plan.estate.name;',
      '// @ts-expect-error -- a text is no number',
      'const fault: number = plan.estate.name;',
      'console.log(name, app.node.children.length, WorkforceGroups.name, typeof fault);',
      '',
    ].join('\n'),
  );
  installed.write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: { module: 'nodenext', target: 'es2024', strict: true, skipLibCheck: true, types: [] },
      files: ['own.mts'],
    }),
  );
  const compiled = node([join(REPOSITORY, 'node_modules/typescript/bin/tsc'), '--project', '.']);
  expect(compiled).toEqual({ status: 0, stdout: '', stderr: '' });
  const { status, stdout, stderr } = node(['own.mjs']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^sandbox [5-9] WorkforceGroups string\n$/);
});

describe('a repository of a team', () => {
  let team: string;

  beforeEach(() => {
    team = mkdtempSync(join(tmpdir(), 'acme-'));
    symlinkSync(join(installed.folder, 'node_modules'), join(team, 'node_modules'));
  });

  afterEach(() => {
    rmSync(team, { recursive: true });
  });

  const entraAws = (...args: readonly string[]): Run => node([installed.program, ...args], team);
  const read = (path: string): string => readFileSync(join(team, path), 'utf8');

  test('is made of an empty folder, plans without an error, and gives templates', async () => {
    expect(entraAws('init', '--estate', 'acme').stdout).toMatch(/^Nothing was written; --yes writes it\.$/m);
    expect(readdirSync(team)).toEqual(['node_modules']);
    expect(entraAws('init', '--estate', 'acme', '--yes')).toMatchObject({ status: 0, stderr: '' });
    expect(entraAws('upgrade', '--check')).toMatchObject({ status: 0, stdout: 'The managed files are up to date.\n' });
    expect(entraAws('preview', '--out', 'plan').status).toBe(0);
    await runCdkOk(['synth', '--quiet', '--output', 'out'], { cwd: team });
    expect(readdirSync(join(team, 'out'))).toContain('acme-access.template.json');
    const text = readdirSync(team, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /^(bicep|estates)/.test(path),
    );
    expect(text.filter((path) => path.includes('sandbox'))).toEqual([]);
  });

  test('keeps what is there, and names the package in a package.json of its own', () => {
    const own = {
      name: 'identity',
      scripts: { preview: 'mine' },
      dependencies: { 'entra-aws-identity': 'file:x.tgz' },
    };
    writeFileSync(join(team, 'package.json'), JSON.stringify(own));
    writeFileSync(join(team, 'cdk.json'), '{}');
    entraAws('init', '--estate', 'acme', '--yes', '--no-github');
    expect(JSON.parse(read('package.json'))).toMatchObject({
      ...own,
      scripts: { preview: 'mine', handoff: 'entra-aws handoff', synth: 'cdk synth --quiet' },
    });
    expect(read('cdk.json')).toBe('{}');
    expect(readdirSync(team)).not.toContain('.github');
    expect(entraAws('init', '--estate', 'acme', '--yes').stderr).toMatch(/^estates.acme.estate\.yaml exists/);
  });

  test('goes on where an earlier run was stopped', () => {
    entraAws('init', '--estate', 'acme', '--yes');
    // It is written last.
    rmSync(join(team, 'estates/acme/estate.yaml'));
    rmSync(join(team, 'bicep'), { recursive: true });
    expect(entraAws('init', '--estate', 'acme', '--yes').status).toBe(0);
    expect(readdirSync(join(team, 'bicep'))).toEqual(['acme']);
    expect(entraAws('preview', '--out', 'plan').status).toBe(0);
  });

  test.each(['{bad', '', '{"dependencies":["a"]}'])(
    'says what is wrong with a package.json of %j, and writes nothing',
    (text) => {
      writeFileSync(join(team, 'package.json'), text);
      const { status, stderr } = entraAws('init', '--estate', 'acme', '--yes');
      expect(status).toBe(1);
      expect(stderr).toMatch(
        /^package\.json: \S.* must be a JSON object of texts\. Correct it and run init again; nothing was written\.\n$/,
      );
      expect(readdirSync(team).toSorted()).toEqual(['node_modules', 'package.json']);
    },
  );

  test('managed files with the line endings of Windows are fresh; a folder without any is not the right one', () => {
    expect(entraAws('upgrade', '--check')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('This folder has no managed files') as string,
    });
    entraAws('init', '--estate', 'acme', '--yes');
    writeFileSync(join(team, 'Pulumi.yaml'), read('Pulumi.yaml').replaceAll('\n', '\r\n'));
    expect(entraAws('upgrade', '--check').status).toBe(0);
  });

  test('gets managed files again as a version has them, and no other', () => {
    entraAws('init', '--estate', 'acme', '--yes');
    const written = read('Pulumi.yaml');
    writeFileSync(join(team, 'Pulumi.yaml'), `${written}# older\n`);
    writeFileSync(join(team, 'cdk.json'), '{"app":"mine"}');
    writeFileSync(join(team, 'estates/acme/estate.yaml'), '{}');
    rmSync(join(team, '.vscode'), { recursive: true });
    const stale = { status: 1, stdout: 'Pulumi.yaml is stale; run entra-aws upgrade to update it\n' };
    expect(entraAws('upgrade', '--check')).toMatchObject(stale);
    expect(entraAws('upgrade')).toMatchObject({ status: 0, stdout: 'Pulumi.yaml written\n' });
    expect(read('Pulumi.yaml')).toBe(written);
    expect([read('cdk.json'), read('estates/acme/estate.yaml')]).toEqual(['{"app":"mine"}', '{}']);
    expect(readdirSync(team)).not.toContain('.vscode');
  });

  test.each([
    [['init', '--yes'], 'Give the estate a name: --estate NAME.\n'],
    [['init', '--estate', '9'], '--estate "9" must be a letter, then at most 109 letters, digits and hyphens\n'],
    [['init', '--estate', 'a', '--estates', 'b'], '--estates must be estates, where the engines look, got "b"\n'],
  ])('refuses %j', (args, stderr) => {
    expect(entraAws(...args)).toEqual({ status: 2, stdout: '', stderr });
  });
});

async function ended(
  child: ChildProcessWithoutNullStreams,
): Promise<{ readonly code: number; readonly output: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}
