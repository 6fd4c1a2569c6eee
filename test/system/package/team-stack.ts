import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { EngineGraph } from '../../support/engine-graph';
import { missingTools } from '../../support/path-tool';
import { findTool } from '../../support/built-tools';
import { type Finished, finish } from '../clouds/organization/run-snapshot';

/** The engine and its host. */
const ENGINE = ['pulumi', 'pulumi-language-nodejs'] as const;

/** Why the Pulumi CLI can't run a program here; undefined where it can. */
export function missingEngine(): string | undefined {
  return ENGINE.map(findTool).flatMap((found) => ('skipped' in found ? [found.skipped] : []))[0];
}

/** The plug-in of azuread is in no registry: where it isn't on PATH, a stand-in takes its resources. */
export const hasAzuread = missingTools(['pulumi-resource-azuread']) === undefined;

export interface TeamStackOptions {
  /** Folder of the team, with its Pulumi.yaml. */
  readonly folder: string;
  readonly stack: string;
  readonly graph: EngineGraph;
}

/** A stack in the folder of a team, by the commands that the team types: the state is in the folder. */
export class TeamStack {
  private readonly environment: NodeJS.ProcessEnv;

  private constructor(private readonly options: TeamStackOptions) {
    const { folder, graph } = options;
    const { HOME } = process.env;
    this.environment = {
      ...(HOME !== undefined && { HOME }),
      PATH: [...toolsIn(join(folder, 'bin')), process.env['PATH']].join(delimiter),
      PULUMI_HOME: join(folder, 'home'),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: 'only for this test',
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      // The host that is built where there is none is too old to say it.
      ...(missingTools(['pulumi-language-nodejs']) !== undefined && { PULUMI_NODEJS_ROOT_DIRECTORY: folder }),
      ...graph.environment,
    };
  }

  static async create(options: TeamStackOptions): Promise<TeamStack> {
    const { tenant, deployer, tlsUrl } = options.graph.emulator;
    const stack = new TeamStack(options);
    await stack.pulumi('stack', 'init', options.stack);
    const [estate = '', program = ''] = options.stack.split('-');
    for (const [key, value] of Object.entries({
      estate,
      program,
      'azuread:metadataHost': new URL(tlsUrl).host,
      'azuread:tenantId': tenant.id,
      'azuread:clientId': deployer.clientId,
      'azuread:useCli': 'false',
    }))
      await stack.pulumi('config', 'set', key, value);
    await stack.pulumi('config', 'set', '--secret', 'azuread:clientSecret', deployer.clientSecret);
    return stack;
  }

  /** Runs the CLI to its end. @throws Error with what it wrote, unless it ends with 0 */
  async pulumi(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    if (code === 0) return stdout;
    throw new Error(`pulumi ${args.join(' ')}: ${stdout}\n${stderr}`);
  }

  private run(args: readonly string[]): Promise<Finished> {
    const child = spawn('pulumi', [...args, '--non-interactive'], {
      cwd: this.options.folder,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return finish(child);
  }
}

/** Folders with the engine, its host, and the stand-in where it is needed. */
function toolsIn(bin: string): readonly string[] {
  const folders = ENGINE.map(findTool).flatMap((found) => ('folder' in found ? [found.folder] : []));
  if (hasAzuread) return folders;
  const file = join(bin, 'pulumi-resource-azuread');
  mkdirSync(bin, { recursive: true });
  writeFileSync(file, `#!${process.execPath}\nrequire(${JSON.stringify(join(__dirname, 'azuread-stand-in.cjs'))});\n`);
  chmodSync(file, 0o755);
  return [...folders, bin];
}
