import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { z } from 'zod';
import { name, version } from '../../../package.json';
import { Registry } from '../../support/registry';
import { REPOSITORY, UNVALIDATED } from '../../support/repository';
import { describeWithTool, packagesOf } from '../../support/tools';
import { RELEASE_WORKFLOW } from '../../support/workflows/workflow-files';
import { finish } from '../clouds/organization/run-snapshot';
import { InstalledPackage } from '../package/installed-package';

const NEXT = '99.0.0';
const { npm: job } = RELEASE_WORKFLOW.jobs;
/** Tarballs in the order in which the workflow publishes them, without their version, and its command. */
const PACKAGES = job?.strategy?.matrix.package ?? [];
const PUBLISH = job?.steps.at(-1)?.run ?? '';
/** Provenance needs the token of a forge's job; the rest of the command is the workflow's. */
const WITHOUT_PROVENANCE = `${PUBLISH} --provenance=false`;

const Lock = z.object({ packages: z.record(z.string(), z.looseObject({ integrity: z.string().optional() })) });

describeWithTool({ ...packagesOf('system'), title: 'a release in a registry' }, () => {
  const root = mkdtempSync(join(tmpdir(), 'release-'));
  const team = join(root, 'acme');
  const built = join(root, 'release');
  let registry: Registry;

  beforeAll(async () => {
    for (const folder of [team, built]) mkdirSync(folder);
    const installed = InstalledPackage.create();
    registry = await Registry.start(
      installed.installed.map((path) => join(REPOSITORY, path)).filter((folder) => existsSync(folder)),
    );
    await build(installed);
    writeFileSync(join(root, '.npmrc'), registry.npmrc());
  });

  afterAll(async () => {
    await registry.stop();
    rmSync(root, { recursive: true });
  });

  /** The tarballs of a release, and that of the package's next version. */
  async function build(installed: InstalledPackage): Promise<void> {
    renameSync(installed.tarball, join(built, `entra-aws-identity-cli-${version}.tgz`));
    await ok(process.execPath, ['--import', 'tsx', 'src/package/build/create.ts', built], REPOSITORY);
    installed.become(NEXT, {});
    const manifest = installed.place('package.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(`"${version}"`, `"${NEXT}"`));
    await ok('npm', ['pack', installed.place(), '--ignore-scripts', '--pack-destination', built], root);
    installed.remove();
  }

  function run(program: string, args: readonly string[], { cwd = team, ...more }: NodeJS.ProcessEnv = {}) {
    const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter);
    const npmrc = { NPM_CONFIG_USERCONFIG: join(root, '.npmrc') };
    const env = { ...UNVALIDATED, PATH, HOME: root, NO_COLOR: '1', ...npmrc, ...more };
    return finish(spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** @returns what it printed @throws Error with what it wrote, unless it ends with 0 */
  async function ok(program: string, args: readonly string[], cwd = team): Promise<string> {
    const { code, stdout, stderr } = await run(program, args, { cwd });
    if (code !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${String(code)}\n${stdout}\n${stderr}`);
    return stdout;
  }

  const entraAws = (...args: readonly string[]): Promise<string> => ok('npx', ['--no', 'entra-aws', ...args]);

  /** Publishes a tarball by a command of the workflow's job. */
  const publish = (command: string, variables: Readonly<Record<'PACKAGE' | 'GITHUB_REF_NAME', string>>) =>
    run('bash', ['-c', command], { cwd: root, ...variables });

  const first = { PACKAGE: PACKAGES[0] ?? '', GITHUB_REF_NAME: `v${version}` };

  test('is refused without a token, and without provenance where nobody takes that back', async () => {
    expect(await publish(WITHOUT_PROVENANCE, first)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ENEEDAUTH') as string,
    });
    const token = await registry.register('release');
    writeFileSync(join(root, '.npmrc'), registry.npmrc(token));
    expect(await publish(PUBLISH, first)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('provenance') as string,
    });
    expect((await fetch(`${registry.url}${name}`)).status).toBe(404);
  });

  test('is published by the commands of the workflow, each version once', async () => {
    for (const PACKAGE of PACKAGES)
      expect(await publish(WITHOUT_PROVENANCE, { ...first, PACKAGE })).toMatchObject({ code: 0 });
    expect(await publish(WITHOUT_PROVENANCE, first)).toMatchObject({ code: 1 });
    // Whoever installs needs no token.
    writeFileSync(join(root, '.npmrc'), registry.npmrc());
  });

  test('npm create makes an empty folder a repository of that very version, which is previewed', async () => {
    await ok('npm', ['create', '--yes', 'entra-aws', '--', 'acme', '--yes']);
    const manifest: unknown = JSON.parse(readFileSync(join(team, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ dependencies: { [name]: version } });
    await ok('npm', ['install']);
    expect(await entraAws('preview')).toContain('plan/acme/preview.md');
    const { packages } = Lock.parse(JSON.parse(readFileSync(join(team, 'package-lock.json'), 'utf8')));
    const tarball = readFileSync(join(built, `entra-aws-identity-cli-${version}.tgz`));
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    expect(packages[`node_modules/${name}`]).toMatchObject({ integrity });
  });

  test('a newer version is installed, and upgrade writes the files as it has them', async () => {
    writeFileSync(join(root, '.npmrc'), registry.npmrc(await registry.register('next')));
    const next = { ...first, GITHUB_REF_NAME: `v${NEXT}` };
    expect(await publish(WITHOUT_PROVENANCE, next)).toMatchObject({ code: 0 });
    await ok('npm', ['install', '--save-exact', `${name}@${NEXT}`]);
    await expect(entraAws('upgrade', '--check')).rejects.toThrow('is stale');
    await entraAws('upgrade');
    expect(readFileSync(join(team, '.entra-aws.json'), 'utf8')).toContain(NEXT);
    expect(await entraAws('upgrade', '--check')).toContain('up to date');
  });

  test('a tarball that somebody changed in the registry is refused', async () => {
    const kept = registry.tarball(name, NEXT);
    writeFileSync(kept, Buffer.concat([readFileSync(kept), Buffer.from('more')]));
    const fetched = await run('npm', ['pack', `${name}@${NEXT}`, '--cache', join(root, 'other-cache')]);
    expect(fetched).toMatchObject({ code: 1, stderr: expect.stringContaining('EINTEGRITY') as string });
  });
});
