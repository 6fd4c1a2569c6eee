import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { version } from '../../package.json';
import { REPOSITORY } from './repository';

const run = promisify(execFile);

/** The plug-in as a release has it, installed for a CLI whose home, state and projects are in a folder of their own. */
export class InstalledPlugIn {
  readonly environment: Readonly<Record<string, string>>;

  private constructor(
    readonly folder: string,
    environment: Readonly<Record<string, string>>,
  ) {
    this.environment = {
      PULUMI_HOME: join(folder, 'home'),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: 'only for this test',
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      ...environment,
    };
  }

  /** @param tools folders of the CLI and of what it starts */
  static async install(
    tools: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<InstalledPlugIn> {
    const folder = mkdtempSync(join(tmpdir(), 'entragraph-alone-'));
    const path = [...tools, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
    const plugIn = new InstalledPlugIn(folder, { ...environment, PATH: path });
    const packed = join(folder, 'packed');
    await run(process.execPath, ['--import', 'tsx', 'src/package/build/plug-in.ts', packed], { cwd: REPOSITORY });
    const file = readdirSync(packed).find((name) => name.endsWith('-linux-amd64.tar.gz')) ?? 'a tarball';
    await plugIn.pulumi(folder, 'plugin', 'install', 'resource', 'entragraph', version, '--file', join(packed, file));
    return plugIn;
  }

  /** A new folder of a project. */
  project(name: string): string {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    return folder;
  }

  /** Runs the CLI, and answers what it prints. @throws Error with all that it printed, if it fails */
  async pulumi(cwd: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await this.run(cwd, ['pulumi', ...args]);
    return stdout;
  }

  /** Runs a program with this CLI on its path. @throws Error with all that it printed, if it fails */
  async run(
    cwd: string,
    [program = '', ...args]: readonly string[],
    input = '',
  ): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const running = run(program, args, { cwd, env: { ...process.env, ...this.environment }, maxBuffer: 2 ** 26 });
    running.child.stdin?.end(input);
    try {
      return await running;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
      throw new Error(`${program} ${args.join(' ')}:\n${stdout}${stderr}`, { cause: error });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
