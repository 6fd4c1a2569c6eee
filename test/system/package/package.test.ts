import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { version } from '../../../package.json';
import { compareText } from '../../../src/estate/source/finding';
import { FORMATS } from '../../../src/text/formats';
import { runCdkOk } from '../../support/cdk-cli';
import { EXAMPLE_ESTATES, PROGRAM, REPOSITORY, UNVALIDATED } from '../../support/repository';
import { describeInEngine } from './engine-suite';
import { FakeEngine } from './fake-engine';
import { InstalledPackage } from './installed-package';

/** Flags and settings that change templates, were they heard. */
const FOREIGN = { '@aws-cdk/core:enablePartitionLiterals': false, '@aws-cdk/aws-iam:minimizePolicies': false };
const CDK_APP = `node ${UNVALIDATED.NODE_OPTIONS} node_modules/@entra-aws-identity/cli/dist/cdk.cjs`;

const AssetManifest = z.object({
  dockerImages: z.record(z.string(), z.object({ source: z.object({ executable: z.array(z.string()) }) })).default({}),
});

let installed: InstalledPackage;

beforeAll(() => {
  installed = InstalledPackage.create();
  installed.copySandbox();
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

test('packs what is compiled, and what it reads: no test, no source but the application’s, no secret', () => {
  const files = installed.files.filter((file) => !/^(apps\/(api|service|web)|test)\//.test(file));
  expect(files.filter((file) => /(^|\/)(test|bench|node_modules)\//.test(file))).toEqual([]);
  expect(files.filter((file) => /\.[cm]?ts$/.test(file) && !file.endsWith('.d.ts'))).toEqual([]);
  expect(files.filter((file) => file.startsWith('dist/compose') || file.startsWith('dist/program'))).toEqual([]);
  expect(installed.files.filter((file) => file.includes('node_modules'))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist/THIRD-PARTY-NOTICES.txt']));
});

test('is what npm would publish, for anybody', () => {
  const dry = ['publish', installed.tarball, '--dry-run', '--offline', '--json'];
  const { status, stdout } = spawnSync('npm', dry, { cwd: installed.folder, encoding: 'utf8' });
  expect(status).toBe(0);
  // Its form is another one from version to version of npm.
  expect(stdout).toContain(`"id": "@entra-aws-identity/cli@${version}"`);
  expect(stdout).toContain(`"entryCount": ${installed.files.length}`);
});

test('needs fewer than 250 packages to plan and to deploy', () => {
  expect(installed.installed.length).toBeLessThan(250);
});

test('has the commands of a team, and not those that write what the package brings', () => {
  const { status, stdout } = node([installed.program, '--help']);
  expect(status).toBe(0);
  for (const command of ['preview', 'deploy', 'docs']) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
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
    // By what it names, npm's list is the one that the answers depend on. The packages here are links.
    const packages = join(installed.folder, 'node_modules');
    const constructs = relative(packages, realpathSync(join(packages, 'constructs')));
    writeFileSync(lists(), JSON.stringify({ packages: { [`node_modules/${constructs}`]: {} } }));
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
  expect(node([installed.program, 'docs', 'schema'])).toMatchObject({ status: 0, stderr: '' });
  const text = readFileSync(join(installed.folder, 'estates/estate.schema.json'), 'utf8');
  expect(text).toContain('claims-test');
});

test('prints a page of the docs, and the list of all, as the repository does', () => {
  for (const names of [[], ['AwsSolutions-IAM4'], ['leaving'], ['sesion-duration']]) {
    const packed = node([installed.program, 'docs', ...names]);
    expect(packed).toEqual(node([PROGRAM, 'docs', ...names]));
    expect(packed.stdout + packed.stderr).toMatch(/leaving|eject|session-duration|cdk-nag/i);
  }
  expect(installed.files.filter((file) => file.startsWith('docs/') && !file.endsWith('.md'))).toEqual([
    'docs/estate.schema.json',
    ...Object.keys(FORMATS)
      .map((format) => `docs/schemas/${format}.json`)
      .toSorted(compareText),
  ]);
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

describe('a cloud assembly of the package', () => {
  beforeAll(async () => {
    await runCdkOk(['synth', '--quiet', '--output', 'package.out'], { cwd: installed.folder });
  });

  const assembly = (): string => join(installed.folder, 'package.out');

  test('has the templates of the repository, whatever the flags of the cdk.json in the folder', async () => {
    const out = join(installed.folder, 'repository.out');
    await runCdkOk(['synth', '--quiet', '-c', `estates=${EXAMPLE_ESTATES}`, '-c', 'estate=sandbox', '--output', out], {
      cwd: REPOSITORY,
    });
    const templates = (folder: string) =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.template.json'))
        .map((file) => [file, readFileSync(join(folder, file), 'utf8')]);
    const packed = templates(assembly());
    expect(packed.length).toBeGreaterThan(5);
    expect(packed).toEqual(templates(out));
  });

  test('names no folder of the machine that made it in what is deployed', () => {
    // Metadata has the places in the code that a warning comes from, which no deployment reads.
    const files = readdirSync(assembly(), { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && !entry.name.endsWith('.metadata.json'),
    );
    const naming = files.filter((entry) => {
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      return [installed.folder, REPOSITORY, process.execPath].some((path) => text.includes(path));
    });
    expect(naming.map(({ name }) => name)).toEqual([]);
  });

  test('builds its images from the package of another folder', () => {
    const other = mkdtempSync(join(tmpdir(), 'other-'));
    cpSync(assembly(), join(other, 'artifact'), { recursive: true });
    cpSync(installed.place(), join(other, 'node_modules/@entra-aws-identity/cli'), { recursive: true });
    const built = dockerCommandsOf(join(other, 'artifact')).map((command) =>
      runAsCdk(command, join(other, 'artifact')),
    );
    const elsewhere = dockerCommandsOf(assembly()).map((command) => runAsCdk(command, tmpdir()));
    rmSync(other, { recursive: true });
    const folder = join(other, 'node_modules/@entra-aws-identity/cli');
    expect(built).toEqual(
      ['api', 'web'].map((app) => ({
        status: 0,
        stdout: `${folder} build --quiet --platform linux/amd64 --file apps/service/Dockerfile --build-arg SERVICE=${app} .\n`,
        stderr: '',
      })),
    );
    expect(elsewhere).toHaveLength(2);
    for (const { status, stderr } of elsewhere)
      expect({ status, stderr }).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('is not installed here') as string,
      });
  });

  /** Commands that build the images, as the manifests of assets have them. */
  function dockerCommandsOf(folder: string): readonly (readonly string[])[] {
    const manifests = readdirSync(folder).filter((file) => file.endsWith('.assets.json'));
    return manifests.flatMap((file) => {
      const { dockerImages } = AssetManifest.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      return Object.values(dockerImages).map(({ source }) => source.executable);
    });
  }

  /** Runs a command as the CDK does, with a `docker` that says what it was told. */
  function runAsCdk([program = '', ...args]: readonly string[], cwd: string): Run {
    const bin = join(installed.folder, 'bin');
    installed.write('bin/docker', '#!/bin/sh\necho "$PWD $*"\n');
    chmodSync(join(bin, 'docker'), 0o755);
    const path = [bin, dirname(process.execPath), process.env['PATH']].join(delimiter);
    const env = { ...environment(), PATH: path };
    const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', env });
    return { status, stdout, stderr };
  }
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

test('brings what the images are built from', () => {
  const [, sources = ''] =
    /^COPY .*?(dist\/\S+)\/ /m.exec(readFileSync(installed.place('apps/service/Dockerfile'), 'utf8')) ?? [];
  for (const app of ['api', 'web']) expect(installed.files).toContain(`${sources.replace('${SERVICE}', app)}/main.js`);
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

describeInEngine(() => installed);

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
  expect(await startedPage(installed.folder)).toContain('</html>');
});

/** The first page of the application of the customers, started for the estate of a folder. */
async function startedPage(folder: string): Promise<string> {
  mkdirSync(join(folder, '.local'), { recursive: true });
  const args = ['--disable-warning=ExperimentalWarning', installed.program, 'start', '--state', '.local/state'];
  const child = spawn(process.execPath, args, { cwd: folder, env: environment() });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout }))
    if (lines.push(line) && INTRODUCTION.test(line)) break;
  const url = INTRODUCTION.exec(lines.at(-1) ?? '')?.[1];
  expect({ lines, url }).toMatchObject({ url: expect.stringMatching(/^http:/) as string });
  // What it goes on writing is read, so that it never waits for that.
  child.stdout.resume();
  const response = await fetch(String(url));
  expect(response.status).toBe(200);
  const page = await response.text();
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'close');
  return page;
}

test('gives its constructs, components and model to programs of either kind of module, with their types', () => {
  installed.write(
    'own.mts',
    [
      "import { addEstateStacks, CDK_FLAGS, imageSourceOf } from '@entra-aws-identity/cli/aws';",
      "import { WorkforceGroups } from '@entra-aws-identity/cli/entra';",
      "import { diskFolder, planEstate, type EstatePlan } from '@entra-aws-identity/cli/estate';",
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

  const entraAws = (...args: readonly string[]): Run => {
    // As npm install, which has no registry here, leaves it.
    if (args[0] === 'upgrade') write('package-lock.json', '{}');
    return node([installed.program, ...args], team);
  };
  const read = (path: string): string => readFileSync(join(team, path), 'utf8');
  const write = (path: string, text: string): void => {
    writeFileSync(join(team, path), text);
  };
  const git = (...args: readonly string[]): void => {
    const identity = ['-c', 'user.name=Team', '-c', 'user.email=team@example.com'];
    const { status, stderr } = spawnSync('git', [...identity, ...args], { cwd: team, encoding: 'utf8' });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  };
  const commit = (message: string): void => {
    git('add', '--all');
    git('commit', '--quiet', '--message', message);
  };

  test('goes from an empty folder to an upgrade that changes nothing', async () => {
    git('init', '--quiet', '--initial-branch', 'main');
    expect(entraAws('init', 'acme').stdout).toMatch(/^Nothing was written; --yes writes it\.$/m);
    expect(readdirSync(team).toSorted()).toEqual(['.git', 'node_modules']);
    expect(entraAws('init', 'acme', '--yes')).toMatchObject({ status: 0, stderr: '' });
    expect(read('package.json')).toContain('"@entra-aws-identity/cli": "file:');
    expect(entraAws('upgrade', '--check')).toMatchObject({ status: 0, stdout: 'The managed files are up to date.\n' });

    const preview = entraAws('preview');
    expect(preview).toMatchObject({ status: 0, stderr: '' });
    expect(preview.stdout).toMatch(/^Findings: 0 errors, 3 warnings$/m);
    await runCdkOk(['synth', '--quiet', '--output', 'out'], { cwd: team });
    expect(readdirSync(join(team, 'out'))).toEqual(
      expect.arrayContaining(['acme-access.template.json', 'acme-hosting.template.json']),
    );
    rmSync(join(team, 'out'), { recursive: true });
    expect(entraAws('docs', 'schema')).toMatchObject({ status: 0, stderr: '' });
    const text = readdirSync(team, { recursive: true, encoding: 'utf8' }).filter((path) => path.startsWith('estates'));
    expect(text.filter((path) => path.includes('sandbox'))).toEqual([]);
    expect(await startedPage(team)).toContain('</html>');

    commit('Begin');
    const pulumi = read('Pulumi.yaml');
    const restore = installed.become('0.2.0', {
      'Entra ID and Azure AD B2C of an estate.': 'What an estate has in Entra.',
    });
    try {
      expect(entraAws('upgrade', '--check')).toMatchObject({
        status: 1,
        stdout:
          'Pulumi.yaml is stale; run npx --no entra-aws upgrade to update it\n.entra-aws.json is stale; run npx --no entra-aws upgrade to update it\n',
      });
      const upgrade = entraAws('upgrade');
      expect(upgrade).toMatchObject({ status: 0, stderr: '' });
      expect(upgrade.stdout).toMatch(
        /^Pulumi\.yaml written\n\.entra-aws\.json written\n\nChanged from 0\.1\.0 to 0\.2\.0:\n/,
      );
      expect(read('Pulumi.yaml')).not.toBe(pulumi);
      expect(entraAws('upgrade', '--check').status).toBe(0);
      commit('Upgrade');
      const compared = entraAws('preview', '--base', 'HEAD~1');
      expect(compared).toMatchObject({ status: 0, stderr: '' });
      expect(compared.stdout).toMatch(/^Changes against HEAD~1 .*: 0 assignments gained, 0 lost$/m);
      expect(compared.stdout).toMatch(/^Changes in Entra ID: 0 created, 0 changed, 0 replaced, 0 deleted$/m);
      expect(compared.stdout).not.toMatch(/^Changes in (stacks|the hosting)/im);
    } finally {
      restore();
    }
  });

  test('keeps what is there, and names the package in a package.json of its own', () => {
    const own = {
      name: 'identity',
      scripts: { preview: 'mine' },
      dependencies: { '@entra-aws-identity/cli': 'file:x.tgz' },
    };
    write('package.json', JSON.stringify(own));
    write('cdk.json', '{}');
    entraAws('init', 'acme', '--yes', '--forge', 'none');
    expect(JSON.parse(read('package.json'))).toMatchObject({
      ...own,
      scripts: { preview: 'mine' },
    });
    expect(read('cdk.json')).toBe('{}');
    expect(readdirSync(team)).not.toContain('.github');
    expect(entraAws('init', 'acme', '--yes').stderr).toMatch(/^estates.acme.estate\.yaml exists/);
  });

  test('goes on where an earlier run was stopped, and takes another estate', () => {
    entraAws('init', 'acme', '--yes', '--customers', 'b2c', '--platform', 'app-runner');
    // It is written last.
    rmSync(join(team, 'estates/acme/estate.yaml'));
    expect(entraAws('init', 'acme', '--yes', '--start', 'empty').status).toBe(0);
    expect(entraAws('init', 'beta', '--yes', '--customers', 'none').status).toBe(0);
    expect(read('.github/workflows/identity-preview.yaml')).toContain('entra-aws ci settings');
    expect(entraAws('preview', '--estate', 'beta').status).toBe(0);
    expect(entraAws('upgrade', '--check').status).toBe(0);
  });

  test.each(['{bad', '', '{"dependencies":["a"]}'])(
    'says what is wrong with a package.json of %j, and writes nothing',
    (text) => {
      write('package.json', text);
      const { status, stderr } = entraAws('init', 'acme', '--yes');
      expect(status).toBe(1);
      expect(stderr).toMatch(
        /^package\.json: \S.* must be a JSON object of texts\. Correct it and run init again; nothing was written\.\n$/,
      );
      expect(readdirSync(team).toSorted()).toEqual(['node_modules', 'package.json']);
    },
  );

  test('says all that is in the way, and writes nothing', () => {
    mkdirSync(join(team, 'cdk.json'));
    write('.vscode', 'a file');
    symlinkSync(tmpdir(), join(team, '.github'));
    expect(entraAws('init', 'acme', '--yes')).toEqual({
      status: 1,
      stdout: '',
      stderr: [
        'cdk.json must be a file, got a folder',
        '.github is a link that leads out of this folder',
        '.vscode must be a folder, got a file',
        'Nothing was written. Correct this and run init again.',
        '',
      ].join('\n'),
    });
    expect(readdirSync(team).toSorted()).toEqual(['.github', '.vscode', 'cdk.json', 'node_modules']);
  });

  test('managed files with the line endings of Windows are fresh; a folder without any is not the right one', () => {
    expect(entraAws('upgrade', '--check')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('This folder has no managed files') as string,
    });
    entraAws('init', 'acme', '--yes');
    for (const path of ['Pulumi.yaml', '.entra-aws.json', 'estates/acme/estate.yaml'])
      write(path, read(path).replaceAll('\n', '\r\n'));
    expect(entraAws('upgrade', '--check').status).toBe(0);
  });

  test('gets managed files again as a version has them, and no other', () => {
    entraAws('init', 'acme', '--yes');
    const written = read('Pulumi.yaml');
    write('Pulumi.yaml', `${written}# older\n`);
    write('cdk.json', '{"app":"mine"}');
    rmSync(join(team, '.vscode'), { recursive: true });
    const stale = { status: 1, stdout: 'Pulumi.yaml is stale; run npx --no entra-aws upgrade to update it\n' };
    expect(entraAws('upgrade', '--check')).toMatchObject(stale);
    expect(entraAws('upgrade')).toMatchObject({ status: 0, stdout: 'Pulumi.yaml written\n' });
    expect(read('Pulumi.yaml')).toBe(written);
    expect(read('cdk.json')).toBe('{"app":"mine"}');
    expect(readdirSync(team)).not.toContain('.vscode');
  });

  test('gets files that are new in a version once, and loses managed ones that nothing needs', () => {
    entraAws('init', 'acme', '--yes', '--customers', 'b2c');
    // As an older version left it, which had no settings for an editor.
    const ledger = read('.entra-aws.json');
    const [mark = ''] = read('.vscode/settings.json').split('\n', 1);
    const entries = '    "bicep/acme/azure.bicep",\n    "bicep/acme/customers.bicep",\n';
    write('.entra-aws.json', ledger.replace('    ".vscode/settings.json",\n', entries));
    rmSync(join(team, '.vscode'), { recursive: true });
    mkdirSync(join(team, 'bicep/acme'), { recursive: true });
    write('bicep/acme/azure.bicep', `${mark}\nvar a = 1\n`);
    write('bicep/acme/customers.bicep', '// Ours.\n');
    expect(entraAws('upgrade').stdout).toBe(
      [
        '.vscode/settings.json written: it is new',
        'bicep/acme/azure.bicep deleted: nothing needs it',
        '.entra-aws.json written',
        'bicep/acme/customers.bicep stays, since you changed it: nothing needs it',
        '',
      ].join('\n'),
    );
    expect(readdirSync(join(team, 'bicep/acme'))).toEqual(['customers.bicep']);
    expect(entraAws('upgrade', '--check').status).toBe(0);
    rmSync(join(team, '.vscode'), { recursive: true });
    expect(entraAws('upgrade').stdout).toBe('The managed files are up to date.\n');
  });

  test('is told of an estate that a newer package wrote', () => {
    entraAws('init', 'acme', '--yes');
    const newer = read('estates/acme/estate.yaml').replace('entra-aws-identity/v1', 'entra-aws-identity/v2');
    write('estates/acme/estate.yaml', newer);
    expect(entraAws('upgrade')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^Fix the estate first: estates\/acme\/estate\.yaml:3:13 .*2\.0\.0 or newer/,
      ) as string,
    });
  });

  test.each([
    [['init', '--yes'], 'Give the estate a name: npx --no entra-aws init NAME.\n'],
    [
      ['init', 'my acme'],
      'The name of an estate must be a letter, then at most 109 letters, digits and hyphens, got "my acme"; did you mean \'my-acme\'?\n',
    ],
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
