import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { parse, stringify } from 'yaml';
import type { Report } from '../../../src/preview/report';
import type { TestFolder } from '../../support/git-repository';
import { makeFolder, makeSandboxRepository } from '../../support/git-repository';
import { outputFaults } from '../../support/output-faults';
import { PROGRAM, UNVALIDATED } from '../../support/repository';

const ESTATE = 'estates/sandbox/estate.yaml';
const LOCK = 'estates/sandbox/placement.lock.json';

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: TestFolder;

beforeEach(() => {
  folder = makeSandboxRepository();
});

afterEach(() => {
  folder.remove();
});

function preview(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = folder.path,
): Promise<Finished> {
  const { PATH = '' } = process.env;
  return new Promise((done) => {
    execFile(
      process.execPath,
      [PROGRAM, 'preview', ...args],
      { cwd, env: { PATH, ...UNVALIDATED, ...env } },
      (error, stdout, stderr) => {
        done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
  });
}

function read(path: string): string {
  return readFileSync(join(folder.path, path), 'utf8');
}

function edit(path: string, from: string, to: string): void {
  const text = read(path);
  if (!text.includes(from)) throw new Error(`${path} lacks ${from}`);
  folder.write(path, text.replace(from, to));
}

/** Leaves the access alone, which is planned in a fraction of the time. */
function keepAccessOnly(): void {
  const estate = parse(read(ESTATE)) as Readonly<Record<string, unknown>>;
  const groups = (estate['workforce'] as { readonly groups: unknown }).groups;
  folder.write(ESTATE, stringify({ workforce: { groups }, access: estate['access'] }));
}

test('writes three files and a summary, and exits with 0', async () => {
  const { code, stdout, stderr } = await preview([]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Estate sandbox\n');
  expect(stdout).toContain(
    'Written\n  plan/sandbox/preview.md\n  plan/sandbox/index.html\n  plan/sandbox/preview.json\n',
  );
  expect(readdirSync(join(folder.path, 'plan/sandbox')).toSorted()).toEqual([
    'index.html',
    'preview.json',
    'preview.md',
  ]);
});

test('writes the findings as SARIF, with places from the top of the repository', async () => {
  edit(ESTATE, '    - group: Network Operators\n      permission', '    - group: Network Operator\n      permission');
  const { code } = await preview(['--sarif', 'found/identity.sarif']);
  expect(code).toBe(1);
  const log = JSON.parse(read('found/identity.sarif')) as Log;
  const [{ tool, results = [] } = { tool: undefined }] = log.runs;
  expect(log.version).toBe('2.1.0');
  expect(tool?.driver.rules?.map(({ id }) => id)).toEqual([...new Set(results.map(({ ruleId }) => ruleId))].toSorted());
  expect(results.find(({ ruleId }) => ruleId === 'unknown-group')).toMatchObject({
    level: 'error',
    message: { text: expect.stringMatching(/^access\.grants\[0\]\.group: "Network Operator" /) as unknown },
    locations: [{ physicalLocation: { artifactLocation: { uri: ESTATE }, region: { startColumn: 14 } } }],
  });
});

test('a schema for editors that can not be written is told, and the preview is there all the same', async () => {
  symlinkSync('elsewhere', join(folder.path, 'estates/estate.schema.json'));
  const { code, stderr } = await preview([]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^The schema for editors was not written: estates\/estate\.schema\.json .*\n$/);
  expect(read('plan/sandbox/index.html')).toContain('</html>');
});

test('compares with a git revision, and --json prints the report and nothing else', async () => {
  edit(ESTATE, '          - ou: /Sandbox\n', '          - ou: /Security\n');
  const { code, stdout, stderr } = await preview(['--base', 'main', '--json', '--out', 'elsewhere']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const report = JSON.parse(stdout) as Report;
  expect(outputFaults('preview', read('elsewhere/preview.json'))).toBeNull();
  expect(read('elsewhere/preview.json')).toBe(stdout);
  expect(report.changes?.commit).toBe(folder.git('rev-parse', 'main').trim());
  expect(report.changes?.counts).toEqual({ gained: 1, gainedPending: 0, lost: 2, withdrawn: 0 });
  expect(report.changes?.operations).toMatchObject([{ stack: 'sandbox-access', replaced: 0 }]);
});

test('where Pulumi needs while it loads what a preview leaves out, nothing is left out', async () => {
  folder.write(
    'newer-sdk.cjs',
    `const Module = require('node:module');
    const load = Module._load;
    Module._load = function (request, ...others) {
      const loaded = load.call(this, request, ...others);
      if (request === '@grpc/grpc-js' && loaded.Server === undefined) throw new Error('a server is needed');
      return loaded;
    };`,
  );
  const args = ['--json', '--no-cache', '--day', '2027-01-31'];
  const usual = await preview(args);
  expect(usual).toMatchObject({ code: 0, stderr: '' });
  expect(await preview(args, { NODE_OPTIONS: `--require ${join(folder.path, 'newer-sdk.cjs')}` })).toEqual(usual);
});

test('compares what the Pulumi programs register, on a day that can be given', async () => {
  edit(ESTATE, '      - https://claims.example.com\n', '      - https://portal.example.com\n');
  edit(ESTATE, '  url: https://claims.example.com\n', '  url: https://portal.example.com\n');
  edit(ESTATE, '    - name: Claims Developers\n', '    - name: Claims Engineers\n');
  edit(ESTATE, '      - Claims Developers\n', '      - Claims Engineers\n');
  edit(ESTATE, '    - group: Claims Developers\n', '    - group: Claims Engineers\n');
  const { code, stdout } = await preview(['--base', 'main', '--day', '2027-01-31']);
  expect(code).toBe(0);
  expect(stdout).toContain('Entra ID on 2027-01-31\n');
  expect(stdout).toContain('Changes in Entra ID: 2 created, 1 changed, 0 replaced, 2 deleted; 4 dangers\n');
  expect(stdout).toContain(
    '      ! The redirect URI https://claims.example.com/auth/callback is removed: sign-ins that return there fail.\n',
  );
  expect(read('plan/sandbox/preview.md')).toContain('The group Claims Developers is deleted');
  const { entra } = JSON.parse(read('plan/sandbox/preview.json')) as Report;
  expect(entra?.programs.map(({ stack }) => stack)).toEqual(['sandbox-customers', 'sandbox-workforce']);
});

test('a token that ends soon is told, and nothing of the config of a stack that is secret', async () => {
  folder.write(
    'Pulumi.sandbox-workforce.yaml',
    [
      'config:',
      '  entra-aws-identity:scimToken: planted-in-plain',
      '  entra-aws-identity:other: { secure: planted-encrypted }',
      '',
    ].join('\n'),
  );
  edit(ESTATE, 'tokenExpires: 2027-09-30', 'tokenExpires: 2026-12-31');
  const { code, stdout, stderr } = await preview(['--day', '2026-11-25', '--base', 'main']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('the SCIM token ends on 2026-12-31');
  const outputs = ['preview.md', 'index.html', 'preview.json'].map((file) => read(`plan/sandbox/${file}`));
  expect([stdout, ...outputs].filter((text) => text.includes('planted'))).toEqual([]);
});

test('a program that could not be deployed is an error', async () => {
  const { code, stdout } = await preview(['--day', '2029-01-01']);
  expect(code).toBe(1);
  expect(stdout).toContain("'insurance-aws-2026' ended on 2028-12-31");
});

test('writes the placement file where it is missing, and then finds it fresh', async () => {
  keepAccessOnly();
  rmSync(join(folder.path, LOCK), { force: true });
  expect((await preview([])).stdout).toContain(`  ${LOCK}  (commit it)\n`);
  expect(JSON.parse(read(LOCK))).toMatchObject({ version: 2 });
  const { code, stdout } = await preview([], { CI: 'true' });
  expect({ code, hint: stdout.includes('commit it') }).toEqual({ code: 0, hint: false });
});

test.each(['true', '1'])('with CI=%s a stale placement file is an error and stays as it is', async (CI) => {
  keepAccessOnly();
  folder.write(LOCK, '{ "version": 2, "stacks": {} }\n');
  const { code, stdout } = await preview([], { CI });
  expect(code).toBe(1);
  expect(stdout).toContain(
    `error    ${LOCK}:1:1: does not place the assignments that the estate has now (npx --no entra-aws preview writes it; commit it) (placement-stale)\n`,
  );
  expect(read(LOCK)).toBe('{ "version": 2, "stacks": {} }\n');
});

test('of a file with conflict markers keeps both sides, and with CI=true says what to do', async () => {
  keepAccessOnly();
  expect((await preview([])).code).toBe(0);
  folder.commit('Keep access');
  const [line = ''] = read(LOCK)
    .split('\n')
    .filter((one) => one.includes('/'));
  folder.write(
    LOCK,
    read(LOCK).replace(line, `<<<<<<< HEAD\n${line}\n=======\n${line.replace(' 1.', ' 2.')}\n>>>>>>> other`),
  );
  const conflicted = read(LOCK);
  const refused = await preview([], { CI: 'true' });
  expect(refused.code).toBe(1);
  expect(read(LOCK)).toBe(conflicted);
  // Without the branch that it was merged with, the one that is deployed says where it is.
  const repaired = await preview([]);
  expect([repaired.code, repaired.stderr]).toEqual([0, '']);
  expect(
    read(LOCK)
      .split('\n')
      .filter((one) => one.includes('/'))[0],
  ).toBe(line);
  expect((await preview([], { CI: 'true' })).code).toBe(0);
});

test('puts assignments back to where an older commit of main has them, which is what is deployed', async () => {
  keepAccessOnly();
  expect((await preview([])).code).toBe(0);
  const deployed = read(LOCK);
  folder.commit('Deploy');
  const [line = ''] = deployed.split('\n').filter((one) => one.includes('/'));
  folder.write(LOCK, deployed.replace(line, line.replace(' 1.', ' 2.')));
  folder.commit('Remove it and grant it again');
  const { code, stdout } = await preview(['--base', 'HEAD~1']);
  expect([code, stdout.includes(`  ${LOCK}  (commit it)\n`)]).toEqual([0, true]);
  expect(read(LOCK)).toBe(deployed);
});

test('with errors it exits with 1, shows the expansion, and leaves the placement file alone', async () => {
  rmSync(join(folder.path, LOCK), { force: true });
  edit(ESTATE, 'sessionDuration: PT8H', 'sessionDuration: PT13H');
  const { code, stdout } = await preview([]);
  expect(code).toBe(1);
  expect(stdout).toContain('Stacks\n  Templates were not synthesised: there are errors.\n');
  expect(stdout).toMatch(/assignments +\d+/);
  expect(existsSync(join(folder.path, LOCK))).toBe(false);
});

test('a base that the forge gives as a commit has the name of its branch', async () => {
  keepAccessOnly();
  folder.commit('Keep access alone');
  const event = join(folder.path, 'event.json');
  folder.write('event.json', JSON.stringify({ pull_request: { head: { repo: null } } }));
  const run = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: event, GITHUB_BASE_REF: 'release' };
  const named = await preview(['--base', 'HEAD^1', '--json'], run);
  expect((JSON.parse(named.stdout) as Report).changes).toMatchObject({ revision: 'release' });
});

test('annotates an unknown group for the forge, and counts nobody as losing access by it', async () => {
  keepAccessOnly();
  folder.commit('Keep access alone');
  edit(ESTATE, 'group: Claims Developers', 'group: Claims Developrs');
  const at =
    /^::error file=estates\/sandbox\/estate\.yaml,line=\d+,col=\d+,title=[a-z-]+::access\.grants\[\d+\]\.group: "Claims Developrs" /m;
  const { code, stdout, stderr } = await preview(['--base', 'main'], { GITHUB_ACTIONS: 'true' });
  expect(code).toBe(1);
  expect(stderr).toMatch(at);
  expect(stdout).toContain('NOT COMPARED');
  expect(stdout).not.toMatch(/\d+ lost/);
  await preview(['--base', 'main'], { GITLAB_CI: 'true' });
  expect(JSON.parse(read('plan/sandbox/code-quality.json'))).toMatchObject([{ severity: 'blocker' }]);
});

test('an estate that the base lacks is all new', async () => {
  folder.git('mv', 'estates/sandbox', 'estates/company');
  const { code, stdout } = await preview(['--base', 'HEAD']);
  expect(code).toBe(0);
  expect(stdout).toContain('The estate did not exist at HEAD: everything is new.');
});

test.each<[string, readonly string[], string]>([
  [
    'an unknown estate',
    ['--estate', 'nowhere'],
    "There is no estate 'nowhere'. Estates (folders with an estate.yaml) in estates: 'sandbox'\n",
  ],
  [
    'an unknown revision',
    ['--base', 'nowhere'],
    "--base: there is no git revision 'nowhere' here; a shallow clone may lack it (git fetch, or a checkout with its history)\n",
  ],
  ['no day', ['--day', '2026-02-30'], "--day must be a day, such as 2026-01-31, got '2026-02-30'\n"],
  ['an empty output folder', ['--out', ''], '--out must not be empty\n'],
  [
    'a revision that is an option',
    ['--base=--help'],
    "--base: '--help' is not a git revision: give a branch, a tag or a commit\n",
  ],
])('%s is a usage error', async (_, args, message) => {
  expect(await preview(args)).toEqual({ code: 2, stdout: '', stderr: message });
  expect(existsSync(join(folder.path, 'plan'))).toBe(false);
});

test('says that there is no repository to compare with', async () => {
  const outside = makeFolder();
  try {
    outside.write(ESTATE, read(ESTATE));
    const { code, stderr } = await preview(['--base', 'main'], {}, outside.path);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^--base: estates is in no git repository that can be read: not a git repository/);
  } finally {
    outside.remove();
  }
});

test('an output folder that is a file is an error without a stack trace, and nothing is written', async () => {
  rmSync(join(folder.path, LOCK), { force: true });
  folder.write('taken', 'a file');
  const { code, stdout, stderr } = await preview(['--out', 'taken']);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: 'taken must be a folder, got a file\n',
  });
  expect(read('taken')).toBe('a file');
  expect(existsSync(join(folder.path, LOCK))).toBe(false);
});

test('an output folder that nobody can make is an error that comes at once', async () => {
  const { code, stdout, stderr } = await preview(['--out', '/proc/x/y']);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: "the folder /proc/x can't be created (ENOENT)\n",
  });
});

test('makes an output folder with the folders above it', async () => {
  keepAccessOnly();
  expect(await preview(['--out', 'some/where/else'])).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(join(folder.path, 'some/where/else/preview.md'))).toBe(true);
});

test.each<[string, (path: string) => void]>([
  [
    'folder',
    (path) => {
      mkdirSync(path);
    },
  ],
  [
    'link',
    (path) => {
      symlinkSync('elsewhere', path);
    },
  ],
])('an output file that is a %s is refused before anything is written', async (kind, make) => {
  rmSync(join(folder.path, LOCK), { force: true });
  mkdirSync(join(folder.path, 'out'));
  make(join(folder.path, 'out/preview.json'));
  const { code, stdout, stderr } = await preview(['--out', 'out']);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: `out/preview.json can't be written: it is a ${kind}\n`,
  });
  expect(readdirSync(join(folder.path, 'out'))).toEqual(['preview.json']);
  expect(existsSync(join(folder.path, LOCK))).toBe(false);
});
