import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { freePort } from './free-port';
import { FOLDERS } from './tools';
import { REPOSITORY } from './repository';

const VERDACCIO = join(REPOSITORY, FOLDERS.system, 'node_modules/verdaccio/bin/verdaccio');

const Manifest = z.looseObject({
  name: z.string(),
  version: z.string(),
  // npm reads both.
  bundleDependencies: z.unknown().optional(),
  bundledDependencies: z.unknown().optional(),
});
const Signed = z.object({ token: z.string() });

/** Version of a package as a registry describes it. */
type Version = z.infer<typeof Manifest> & { readonly dist: object };

/** A registry of npm on this machine, Verdaccio, which asks no other one. Everybody may read; a token publishes. */
export class Registry {
  readonly folder = mkdtempSync(join(tmpdir(), 'registry-'));
  private program: ChildProcess | undefined;

  private constructor(readonly url: string) {}

  /** @param packages folders of packages that it has from the beginning, as they were installed */
  static async start(packages: readonly string[]): Promise<Registry> {
    const registry = new Registry(`http://127.0.0.1:${await freePort()}/`);
    try {
      registry.lay(packages);
      await registry.listen();
      return registry;
    } catch (error) {
      await registry.stop();
      throw error;
    }
  }

  /** What npm reads instead of the user's own settings: this registry, and its token if there is one. */
  npmrc(token?: string): string {
    const auth = token === undefined ? '' : `${this.url.replace('http:', '')}:_authToken=${token}\n`;
    return `registry=${this.url}\naudit=false\nfund=false\nupdate-notifier=false\n${auth}`;
  }

  /** Registers a user who may publish. @returns the user's token */
  async register(name: string): Promise<string> {
    const response = await fetch(`${this.url}-/user/org.couchdb.user:${name}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, password: 'of-this-test-alone' }),
    });
    if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
    return Signed.parse(await response.json()).token;
  }

  /** Tarball of a version, as it is kept. */
  tarball(name: string, version: string): string {
    return join(this.place(name), fileOf(name, version));
  }

  async stop(): Promise<void> {
    if (this.program?.exitCode === null) {
      const closed = once(this.program, 'close');
      this.program.kill();
      await closed;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private place(name: string): string {
    return join(this.folder, 'storage', name);
  }

  /** Lays packages where the registry keeps them: publishing some two hundred one by one would take minutes. */
  private lay(folders: readonly string[]): void {
    const versions = folders.map((folder) => this.pack(folder));
    for (const [name, all] of Map.groupBy(versions, (version) => version.name)) {
      const described = {
        ...{ name, versions: Object.fromEntries(all.map((one) => [one.version, one])) },
        'dist-tags': { latest: all[0]?.version },
        ...{ _attachments: {}, _distfiles: {}, _uplinks: {}, _rev: '1-0' },
      };
      writeFileSync(join(this.place(name), 'package.json'), JSON.stringify(described));
    }
  }

  private pack(folder: string): Version {
    const manifest = Manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
    const { name, version, bundleDependencies, bundledDependencies } = manifest;
    mkdirSync(this.place(name), { recursive: true });
    const file = this.tarball(name, version);
    const bundled = bundleDependencies ?? bundledDependencies;
    const without = bundled === undefined ? ['--exclude=./node_modules'] : [];
    const args = ['-cf', file, ...without, '--transform=s,^[.],package,', '-C', folder, '.'];
    const { status, stderr } = spawnSync('tar', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`tar ${args.join(' ')}: ${stderr}`);
    const integrity = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
    return { ...manifest, dist: { integrity, tarball: `${this.url}${name}/-/${fileOf(name, version)}` } };
  }

  private async listen(): Promise<void> {
    const config = join(this.folder, 'config.yaml');
    const access = { access: '$all', publish: '$authenticated' };
    const settings = {
      storage: join(this.folder, 'storage'),
      auth: { htpasswd: { file: join(this.folder, 'users'), max_users: 10 } },
      uplinks: {},
      packages: { '@*/*': access, '**': access },
      max_body_size: '200mb',
      web: { enable: false },
      log: { type: 'stdout', format: 'json', level: 'warn' },
    };
    writeFileSync(config, JSON.stringify(settings));
    const program = spawn(process.execPath, [VERDACCIO, '--config', config, '--listen', this.url], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], HOME: this.folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.program = program;
    const lines = createInterface({ input: program.stdout });
    for await (const line of lines) if (line.includes('http address')) break;
    if (program.exitCode !== null) throw new Error('the registry ended');
    program.stdout.resume();
  }
}

function fileOf(name: string, version: string): string {
  return `${name.replace(/^.*\//, '')}-${version}.tgz`;
}
