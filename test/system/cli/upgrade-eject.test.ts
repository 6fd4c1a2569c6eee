import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CORPUS } from '../../support/corpus/corpus';
import { EXAMPLE_ESTATES, REPOSITORY } from '../../support/repository';
import { type Finished, finish } from '../clouds/organization/run-snapshot';

/** What a checkout of this repository has of a team's: the engines find their entries and the plug-in. */
const LINKED = ['constructs', 'node_modules', 'package.json', 'provider', 'src', 'stacks'];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eject-'));
  for (const name of LINKED) symlinkSync(join(REPOSITORY, name), join(folder, name));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function copyEstate(estates: string, estate: string): void {
  cpSync(join(estates, estate), join(folder, 'estates', estate), { recursive: true });
}

async function node(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const options = { cwd: folder, env: { ...process.env, ...env } };
  return await finish(spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
}

const eject = (...options: readonly string[]): Promise<Finished> =>
  node([join(REPOSITORY, 'src/cli/entra-aws.cjs'), 'upgrade', 'eject', '--out', 'plain', ...options]);

const NESTED = /(?<="aws:asset:path": ?")[^"]+\.nested\.template\.json/g;

/**
 * Templates of an assembly by their names, but for nested ones, whose texts the hashes in their parents stand for. The file that a
 * parent names must be there, since `cdk diff` reads it; what it is called is up to the CDK.
 */
function templatesIn(assembly: string): Readonly<Record<string, unknown>> {
  const files = readdirSync(join(folder, assembly)).filter((name) => /(?<!\.nested)\.template\.json$/.test(name));
  return Object.fromEntries(
    files.map((name) => {
      const text = readFileSync(join(folder, assembly, name), 'utf8');
      expect(readdirSync(join(folder, assembly))).toEqual(expect.arrayContaining(text.match(NESTED) ?? []));
      return [name, JSON.parse(text.replaceAll(NESTED, 'nested')) as unknown];
    }),
  );
}

interface Stack {
  readonly type: string;
  readonly environment: string;
  readonly dependencies?: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Manifest {
  readonly artifacts: Readonly<Record<string, Stack>>;
}

/** What the deployment of each stack of an assembly goes by, besides its template. */
function stacksIn(assembly: string): unknown {
  const { artifacts } = JSON.parse(readFileSync(join(folder, assembly, 'manifest.json'), 'utf8')) as Manifest;
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  return stacks
    .map(([name, { environment, dependencies = [], properties }]) => {
      const { terminationProtection, tags } = properties;
      const after = dependencies.filter((one) => !one.endsWith('.assets')).toSorted();
      return [name, { environment, after, terminationProtection, tags }] as const;
    })
    .toSorted(([one], [other]) => one.localeCompare(other));
}

test.each([
  ['sandbox', EXAMPLE_ESTATES],
  ['emergency', CORPUS],
  ['hosting-app-runner', CORPUS],
])('the CDK app of %s as plain code has the same stacks', async (estate, estates) => {
  copyEstate(estates, estate);
  const program = 'src/cli/entra-aws.cjs';
  await node([join(REPOSITORY, program), 'preview', '--estate', estate]);
  expect(await eject('--estate', estate)).toMatchObject({ code: 0, stderr: '' });
  const context = { estate, 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };
  const tsx = ['--import', 'tsx'];
  const CDK_CONTEXT_JSON = JSON.stringify(context);
  await node([...tsx, 'stacks/cdk.ts'], { CDK_OUTDIR: join(folder, 'before'), CDK_CONTEXT_JSON });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'plain/node_modules'));
  const plain = await node([...tsx, 'plain/cdk/app.ts'], { CDK_OUTDIR: join(folder, 'after') });
  expect(plain).toMatchObject({ code: 0 });
  expect(Object.keys(templatesIn('before')).length).toBeGreaterThan(1);
  expect(templatesIn('after')).toEqual(templatesIn('before'));
  expect(stacksIn('after')).toEqual(stacksIn('before'));
});

test('a folder with a file stays as it is, and nothing is written beside it', async () => {
  copyEstate(EXAMPLE_ESTATES, 'sandbox');
  mkdirSync(join(folder, 'plain'));
  writeFileSync(join(folder, 'plain/kept'), '');
  const before = readdirSync(folder);
  const { code, stderr } = await eject();
  expect(code).toBe(2);
  expect(stderr).toContain('--out plain must be an empty folder or a new one');
  expect([readdirSync(folder), readdirSync(join(folder, 'plain'))]).toEqual([before, ['kept']]);
});
