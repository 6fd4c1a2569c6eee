import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ComponentResource } from '@pulumi/pulumi';
import { LocalWorkspace, type ProjectSettings, type PulumiFn, type Stack } from '@pulumi/pulumi/automation';
import { REPOSITORY } from './repository';

const PROVIDER = join(REPOSITORY, 'provider');

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
  readonly stack: Stack;
  private readonly folder: string;

  private constructor(stack: Stack, folder: string) {
    this.stack = stack;
    this.folder = folder;
  }

  static async create({ cli, program, environment }: EngineStackOptions): Promise<EngineStack> {
    const folder = mkdtempSync(join(tmpdir(), 'entragraph-engine-'));
    // The automation library starts `pulumi` from PATH of this process.
    process.env['PATH'] = `${cli}${delimiter}${process.env['PATH'] ?? ''}`;
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: 'test', projectName: 'entragraph-test', program },
      {
        projectSettings: projectIn(folder),
        pulumiHome: join(folder, 'home'),
        envVars: {
          PULUMI_CONFIG_PASSPHRASE: 'only for this test',
          PULUMI_SKIP_UPDATE_CHECK: 'true',
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
          ...environment,
        },
      },
    );
    return new EngineStack(stack, folder);
  }

  /** The state as it lies on the disk, secrets encrypted. */
  storedState(): string {
    return readFileSync(join(this.folder, '.pulumi/stacks/entragraph-test/test.json'), 'utf8');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** As Pulumi.yaml says it. The library's type does not know `plugins`, the engine does. */
function projectIn(folder: string): ProjectSettings {
  const plugins = { providers: [{ name: 'entragraph', path: PROVIDER }] };
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
