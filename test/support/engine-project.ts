import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { LocalWorkspace, type Stack } from '@pulumi/pulumi/automation';
import { REPOSITORY } from './repository';

const FOLDERS = ['constructs', 'estates', 'node_modules', 'provider', 'src', 'stacks'];

export interface EngineProjectOptions {
  /** Folder with the CLI. */
  readonly cli: string;
  readonly stackName: 'sandbox-customers' | 'sandbox-workforce';
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A stack of this project as it is deployed: Pulumi.yaml with its program and its plug-in, the stack's own file, the sandbox.
 * The two files are copies, since the CLI writes into them; the state is beside them.
 */
export class EngineProject {
  private constructor(
    readonly stack: Stack,
    private readonly folder: string,
  ) {}

  static async create({ cli, stackName, environment = {} }: EngineProjectOptions): Promise<EngineProject> {
    const folder = mkdtempSync(join(tmpdir(), 'entra-project-'));
    for (const file of ['Pulumi.yaml', `Pulumi.${stackName}.yaml`, 'package.json']) {
      copyFileSync(join(REPOSITORY, file), join(folder, file));
    }
    for (const name of FOLDERS) symlinkSync(join(REPOSITORY, name), join(folder, name));
    // The automation library starts `pulumi` from PATH of this process.
    process.env['PATH'] = `${cli}${delimiter}${process.env['PATH'] ?? ''}`;
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName, workDir: folder },
      {
        pulumiHome: join(folder, 'home'),
        envVars: {
          PULUMI_BACKEND_URL: `file://${folder}`,
          PULUMI_CONFIG_PASSPHRASE: 'only for this test',
          PULUMI_SKIP_UPDATE_CHECK: 'true',
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
          ...environment,
        },
      },
    );
    return new EngineProject(stack, folder);
  }

  /** The state as it lies on the disk and is exported, secrets encrypted. */
  storedState(): string {
    return readFileSync(join(this.folder, `.pulumi/stacks/entra-aws-identity/${this.stack.name}.json`), 'utf8');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
