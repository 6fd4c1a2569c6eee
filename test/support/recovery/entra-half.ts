import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { Stack } from '@pulumi/pulumi/automation';
import type { GraphEmulatorOptions } from '../../../apps/emulator/graph';
import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import type { PulumiKind } from '../../../src/estate/plan/stacks/stacks';
import { finish, type Finished } from '../../system/clouds/organization/run-snapshot';
import { childrenOf, isAlive } from '../children';
import { configureStack } from '../engine-graph';
import { EngineProject } from '../engine-project';
import type { EstateFiles } from '../large-estate';
import { PROGRAM } from '../repository';
import { sandboxFiles, withRecords } from '../sandbox';
import { GraphProcess } from './graph-process';
import { directoryOf } from './interrupted-programs';

export interface EntraHalfOptions {
  readonly cli: string;
  readonly host: string;
  /** Sections of the estate. @default both */
  readonly sections?: readonly PulumiKind[];
  /** How both directories answer. */
  readonly directory: Pick<GraphEmulatorOptions, 'quirks' | 'lag' | 'seed' | 'faults'>;
}

/** A team's project with the Entra half of the sandbox, and both directories in processes of their own. */
export class EntraHalf {
  private constructor(
    readonly graphs: Readonly<Record<PulumiKind, GraphProcess>>,
    readonly stacks: Readonly<Record<PulumiKind, Stack>>,
    private readonly project: EngineProject,
  ) {}

  static async create({
    directory,
    sections = ['customers', 'workforce'],
    ...folders
  }: EntraHalfOptions): Promise<EntraHalf> {
    const start = (program: PulumiKind): Promise<GraphProcess> =>
      GraphProcess.start({ ...directoryOf(program), ...directory });
    const graphs = { customers: await start('customers'), workforce: await start('workforce') };
    const trusted = writeAuthorities(Object.values(graphs));
    const environment = { SSL_CERT_FILE: trusted, NODE_EXTRA_CA_CERTS: trusted };
    const project = await EngineProject.create({ ...folders, stackName: 'sandbox-customers', environment });
    project.declare(entraHalf(sections));
    const stacks = { customers: project.stack, workforce: await project.addStack('sandbox-workforce') };
    for (const program of ['customers', 'workforce'] as const)
      await configureStack(stacks[program], graphs[program].emulator);
    await stacks.workforce.setConfig('scimToken', { value: 'scim-token-of-the-sandbox', secret: true });
    return new EntraHalf(graphs, stacks, project);
  }

  /** Starts a command of the program, which signs in to each directory as its deployer. */
  start(...args: readonly string[]): Running {
    const { workDir, envVars, pulumiHome = '' } = this.project.stack.workspace;
    const signIn = Object.entries(this.graphs).flatMap(([program, { emulator }]) =>
      Object.entries(emulator.env)
        .filter(([key]) => key.startsWith('ARM_'))
        .map(([key, value]) => [`${program.toUpperCase()}_${key}`, value] as const),
    );
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: workDir,
      env: {
        ...{ ...process.env, ...envVars, ...Object.fromEntries(signIn), PULUMI_HOME: pulumiHome },
        // The example's own values are deployed to stand-ins alone; no step of this half asks AWS.
        AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
        ARM_METADATA_HOSTNAME: this.graphs.workforce.emulator.env['ARM_METADATA_HOSTNAME'],
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    return { child, ended: finish(child) };
  }

  /** Lets both directories show all that was changed. */
  async settle(): Promise<void> {
    await Promise.all(Object.values(this.graphs).map((graph) => graph.settle()));
  }

  async remove(): Promise<void> {
    this.project.remove();
    await Promise.all(Object.values(this.graphs).map((graph) => graph.stop()));
  }
}

/** Both authorities in one file, which goes with the first directory. */
function writeAuthorities(graphs: readonly GraphProcess[]): string {
  const files = graphs.map(({ emulator }) => emulator.caFile);
  const trusted = join(dirname(files[0] ?? ''), 'authorities.pem');
  writeFileSync(trusted, files.map((file) => readFileSync(file, 'utf8')).join('\n'));
  return trusted;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Finished>;
}

/** Waits until a directory holds a request. @throws Error with what was said by a command that ended before */
export async function untilHeld({ ended }: Running, graph: GraphProcess): Promise<void> {
  const first = await Promise.race([graph.held(), ended]);
  if (first !== undefined) throw new Error(`it ended before:\n${first.stdout}\n${first.stderr}`);
}

/** Interrupts a command and what it runs, as a terminal does. */
export function interrupt({ child }: Running): void {
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
}

/** Kills the engine that a command runs, or a plug-in alone, with `kill -9`. */
export function killEngineOf({ child }: Running, plugin?: string): void {
  const [engine] = childrenOf(child.pid ?? 0, 'pulumi up');
  if (engine === undefined) throw new Error('the command runs no engine');
  const plugins = childrenOf(engine, plugin ?? 'pulumi-');
  if (plugin === undefined) process.kill(engine, 'SIGKILL');
  for (const id of plugins) if (isAlive(id)) process.kill(id, 'SIGKILL');
}

/** The sandbox without AWS, Azure and its pipeline. */
function entraHalf(sections: readonly PulumiKind[]): EstateFiles {
  const files = sandboxFiles();
  const estate = parse(files[ESTATE_FILE] ?? '') as Record<string, unknown>;
  const left = Object.entries(estate).filter(([key]) => ['apiVersion', ...sections].includes(key));
  return withRecords({ ...files, [ESTATE_FILE]: JSON.stringify(Object.fromEntries(left), undefined, 2) });
}
