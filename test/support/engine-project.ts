import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { LocalWorkspace, type Stack } from '@pulumi/pulumi/automation';
import { stringify } from 'yaml';
import { writeEstate } from './estate-project';
import type { EstateFiles } from './large-estate';
import { EXAMPLE_ESTATES, REPOSITORY } from './repository';

const FOLDERS = ['constructs', 'node_modules', 'provider', 'src', 'stacks'];

/** Tenants of the sandbox's programs. */
const TENANTS = {
  'sandbox-customers': 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73',
  'sandbox-workforce': '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11',
} as const;

type StackName = keyof typeof TENANTS;

export interface EngineProjectOptions {
  /** Folder with the CLI. */
  readonly cli: string;
  readonly stackName: StackName;
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder with the engine's host for Node, of whatever version. @default the one on PATH, of this engine's version */
  readonly host?: string;
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

  static async create({ cli, stackName, environment = {}, host }: EngineProjectOptions): Promise<EngineProject> {
    const folder = mkdtempSync(join(tmpdir(), 'entra-project-'));
    for (const file of ['Pulumi.yaml', 'package.json']) copyFileSync(join(REPOSITORY, file), join(folder, file));
    writeStackFile(folder, stackName);
    for (const name of FOLDERS) symlinkSync(join(REPOSITORY, name), join(folder, name));
    symlinkSync(EXAMPLE_ESTATES, join(folder, 'estates'));
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
          ...(host !== undefined && { PATH: [host, process.env['PATH']].join(delimiter) }),
          // The host that `.ci/build-tools` builds is too old to say it.
          PULUMI_NODEJS_ROOT_DIRECTORY: folder,
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

  /** The other stack, with the same state. */
  async addStack(stackName: StackName): Promise<Stack> {
    const { envVars, pulumiHome } = this.stack.workspace;
    writeStackFile(this.folder, stackName);
    return LocalWorkspace.createOrSelectStack(
      { stackName, workDir: this.folder },
      { envVars, ...(pulumiHome !== undefined && { pulumiHome }) },
    );
  }

  /** Has the next run deploy the sandbox with these files. */
  declare(files: EstateFiles): void {
    rmSync(join(this.folder, 'estates'), { recursive: true, force: true });
    writeEstate(this.folder, 'sandbox', files);
  }

  /** Deletes what a killed engine left half written beside the state of a folder: docs/rollback.md, 'Lost state'. */
  mend(): void {
    const folder = join(this.folder, '.pulumi/stacks/entra-aws-identity');
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      if (name.endsWith('.attrs') && statSync(file).size === 0) rmSync(file);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function writeStackFile(folder: string, stackName: StackName): void {
  const config = {
    'entra-aws-identity:estate': 'sandbox',
    'entra-aws-identity:program': stackName.replace('sandbox-', ''),
    'azuread:tenantId': TENANTS[stackName],
  };
  writeFileSync(join(folder, `Pulumi.${stackName}.yaml`), stringify({ config }));
}
