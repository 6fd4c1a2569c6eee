import { buildSync } from 'esbuild';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ComponentResource } from '@pulumi/pulumi';
import { LocalWorkspace, type ProjectSettings, type PulumiFn, type Stack } from '@pulumi/pulumi/automation';
import { REPOSITORY } from './repository';

/** Below it, a compiled plug-in finds its packages. */
const CACHE = join(REPOSITORY, 'node_modules/.cache/entra-aws-identity');

export interface EngineStackOptions {
  /** Folder with the CLI. */
  readonly cli: string;
  /**
   * Returns outputs of its resources. Without any, the library registers the stack's outputs at once, and an engine that
   * fails meanwhile leaves it with a rejection that nobody handles.
   */
  readonly program: PulumiFn;
  readonly environment: Readonly<Record<string, string>>;
}

/** A stack of an inline program on the real engine: its state and its PULUMI_HOME in a folder of their own. */
export class EngineStack {
  private constructor(
    readonly stack: Stack,
    private readonly folder: string,
    private readonly plugIn: string,
  ) {}

  static async create({ cli, program, environment }: EngineStackOptions): Promise<EngineStack> {
    const folder = mkdtempSync(join(tmpdir(), 'entragraph-engine-'));
    const plugIn = compilePlugIn();
    // The automation library starts `pulumi` from PATH of this process.
    process.env['PATH'] = `${cli}${delimiter}${process.env['PATH'] ?? ''}`;
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: 'test', projectName: 'entragraph-test', program },
      {
        projectSettings: projectIn(folder, plugIn),
        pulumiHome: join(folder, 'home'),
        envVars: {
          PULUMI_CONFIG_PASSPHRASE: 'only for this test',
          PULUMI_SKIP_UPDATE_CHECK: 'true',
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
          ...environment,
        },
      },
    );
    return new EngineStack(stack, folder, plugIn);
  }

  /** The state as it lies on the disk, secrets encrypted. */
  storedState(): string {
    return readFileSync(join(this.folder, '.pulumi/stacks/entragraph-test/test.json'), 'utf8');
  }

  remove(): void {
    for (const folder of [this.folder, this.plugIn]) rmSync(folder, { recursive: true, force: true });
  }
}

/** Folder with the plug-in as one file: the engine starts it for each operation, and from its sources it takes three times as long. */
function compilePlugIn(): string {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'plug-in-'));
  const outfile = join(folder, 'pulumi-resource-entragraph');
  buildSync({
    entryPoints: [join(REPOSITORY, 'provider/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    packages: 'external',
    keepNames: true,
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'error',
  });
  chmodSync(outfile, 0o755);
  return folder;
}

/** As Pulumi.yaml says it. The library's type does not know `plugins`, the engine does. */
function projectIn(folder: string, plugIn: string): ProjectSettings {
  const plugins = { providers: [{ name: 'entragraph', path: plugIn }] };
  const settings: ProjectSettings & { readonly plugins: object } = {
    name: 'entragraph-test',
    runtime: 'nodejs',
    backend: { url: `file://${folder}` },
    plugins,
  };
  return settings;
}

/** Lets an engine end early: the calls that this leaves with a rejection are not made. The outputs of components are lost. */
export function ignoreOutputs(): { readonly mockRestore: () => void } {
  const components = ComponentResource.prototype as unknown as { registerOutputs: () => void };
  return jest.spyOn(components, 'registerOutputs').mockReturnValue(undefined);
}
