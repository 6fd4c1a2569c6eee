import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAM } from '../../support/repository';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'upgrade-'));
  expect(entraAws('init', 'acme', '--yes', '--forge', 'azure-devops').status).toBe(0);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function entraAws(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
}

/** Runs it where the first file that it writes ends it. */
function stoppedAtWriting(...args: readonly string[]): number | null {
  const limited = ['-c', 'ulimit -c 0; ulimit -f 0; exec "$@"', 'sh', process.execPath, PROGRAM, ...args];
  return spawnSync('sh', limited, { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder } }).status;
}

const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

test.each(["x'\nresource evil", '${{ variables.x }}', '$&', '*'])(
  'writes nothing for an estate whose folder is %j, a name that would mean something to a pipeline',
  (name) => {
    cpSync(join(folder, 'estates/acme'), join(folder, 'estates', name), { recursive: true });
    const { status, stdout, stderr } = entraAws('upgrade');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^Fix the estate first: .* is the folder's name, which can't begin/);
    expect(readdirSync(folder)).not.toContain('bicep');
  },
);

test('writes no environment that would be an expression of the pipeline', () => {
  const estate = read('estates/acme/estate.yaml').replace('environments: [acme]', "environments: ['${{ evil }}']");
  writeFileSync(join(folder, 'estates/acme/estate.yaml'), estate);
  expect(entraAws('upgrade')).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'Fix the estate first: estates/acme/estate.yaml: environments, service connections and runners must have letters, digits, spaces and ._- only, got "${{ evil }}"\n',
  });
});

test.each([
  ['github', '.github/workflows/identity-deploy-estate.yaml', 'runs-on: [ own-pool ]\n', 'secrets.NPM_TOKEN'],
  ['gitlab', '.gitlab/identity.yml', 'tags: [ own-pool ]', '"$ACME_NPM"'],
  ['azure-devops', 'azure-pipelines/identity-steps.yml', '', '$(ACME_NPM)'],
  ['azure-devops', 'azure-pipelines/identity-deploy.yml', 'pool: { name: own-pool }', ''],
])('at %s writes runners and a registry of the estate into %s', (forge, file, ...texts) => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  expect(entraAws('init', 'acme', '--yes', '--forge', forge).status).toBe(0);
  const registry = '  registry: { address: https://npm.example.com, tokenSecret: ACME_NPM }';
  const estate = read('estates/acme/estate.yaml').replace(/^pipeline:\n/m, `$&  runners: [own-pool]\n${registry}\n`);
  writeFileSync(join(folder, 'estates/acme/estate.yaml'), estate);
  expect(entraAws('upgrade').status).toBe(0);
  for (const text of texts) expect(read(file)).toContain(text);
  expect(read('.npmrc')).toContain('registry=https://npm.example.com/\n');
  // What a team wrote itself stays.
  writeFileSync(join(folder, '.npmrc'), 'registry=https://own.example.com/\n');
  expect(entraAws('upgrade').status).toBe(0);
  expect(read('.npmrc')).toBe('registry=https://own.example.com/\n');
});

test('that was stopped before it wrote the ledger leaves nothing that another run would not delete', () => {
  const ledger = read('.entra-aws.json').replace('"cdk.json"', '"bicep/acme/customers.bicep",\n    "cdk.json"');
  writeFileSync(join(folder, '.entra-aws.json'), ledger);
  mkdirSync(join(folder, 'bicep/acme'), { recursive: true });
  writeFileSync(join(folder, 'bicep/acme/customers.bicep'), read('Pulumi.yaml'));
  expect(stoppedAtWriting('upgrade')).not.toBe(0);
  expect(read('.entra-aws.json')).toBe(ledger);
  expect(existsSync(join(folder, 'bicep/acme/customers.bicep'))).toBe(false);
  expect(entraAws('upgrade').status).toBe(0);
  const checked = entraAws('upgrade', '--check');
  expect(checked).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/^package-lock\.json is missing: .*\n$/m) as string,
  });
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  expect(entraAws('upgrade', '--check').status).toBe(0);
});

describe('the lock file, which npm ci of the pipeline needs', () => {
  test('is asked for where git leaves it out, beside files that are stale', () => {
    spawnSync('git', ['init', '--quiet'], { cwd: folder });
    writeFileSync(join(folder, 'package-lock.json'), '{}');
    expect(entraAws('upgrade', '--check').status).toBe(0);
    writeFileSync(join(folder, '.gitignore'), `${read('.gitignore')}package-lock.json\n`);
    writeFileSync(join(folder, 'cdk.json'), read('cdk.json').replace('dist/cdk.cjs', 'old.cjs'));
    const { status, stdout } = entraAws('upgrade', '--check');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^package-lock\.json is left out of git: .*\ncdk\.json is stale; .*\n$/);
  });

  test('is of no use without a pipeline', () => {
    const ledger = read('.entra-aws.json').replace('"azure-devops"', '"none"');
    writeFileSync(join(folder, '.entra-aws.json'), ledger);
    entraAws('upgrade');
    expect(entraAws('upgrade', '--check').status).toBe(0);
  });
});

test('refuses estates that name different branches, since one pipeline deploys them', () => {
  const estate = read('estates/acme/estate.yaml').replace(/^pipeline:\n/m, 'pipeline:\n  branch: trunk\n');
  cpSync(join(folder, 'estates/acme'), join(folder, 'estates/beta'), { recursive: true });
  writeFileSync(join(folder, 'estates/beta/estate.yaml'), estate);
  const { status, stderr } = entraAws('upgrade');
  expect(status).toBe(1);
  expect(stderr).toContain("pipeline.branch must be the same, got 'main' in acme and 'trunk' in beta");
});
