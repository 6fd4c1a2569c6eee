import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import type { Stack } from '@pulumi/pulumi/automation';
import type { GraphEmulator, GraphEmulatorOptions } from '../../../apps/emulator/graph';
import { objectsOf, textOf } from '../../../apps/emulator/graph/json';
import { trustCertificateFile } from '../../../provider/trust';
import { hasEnded, isAlive, type RecoveryOptions } from '../../../src/cli/deploy/repair/program/stack-commands';
import { recoverProgram } from '../../../src/cli/deploy/repair/program/recover-program';
import { openDirectory } from '../../../src/clouds/graph/directory';
import type { Command } from '../../../src/deploy/steps/command';
import type { PulumiKind } from '../../../src/estate/plan/stacks/stacks';
import { runPrograms } from '../../../src/preview/engine/run-program';
import type { ProgramRun } from '../../../src/preview/entra/facts';
import { finish } from '../../system/clouds/organization/run-snapshot';
import { configureStack, type EngineGraph, FOR_AZUREAD, OWNED_BY_MAKER } from '../engine-graph';
import { EngineProject } from '../engine-project';
import { GRAPH_PERMISSIONS } from '../graph-permissions';
import { type HoldingGraph, startHoldingGraph } from '../killed-run';
import { planFiles } from '../sandbox';
import { type Edition, EDITION_FILES, EDITIONS } from './editions';

const NOW = new Date();

/** The directories of the sandbox. */
const TENANTS: Readonly<Record<PulumiKind, { readonly id: string; readonly domain?: string }>> = {
  customers: { id: 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73', domain: 'contosoclaims.onmicrosoft.com' },
  workforce: { id: '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11' },
};

/** A directory as far as a stack knows it. */
type Reached = Pick<GraphEmulator, 'tenant' | 'deployer' | 'tlsUrl' | 'caFile'>;

/** The directory of a program of the sandbox, where the deployer may do what it needs, and no more. */
export function directoryOf(program: PulumiKind): Required<Pick<GraphEmulatorOptions, 'tenant' | 'deployer'>> {
  return { tenant: TENANTS[program], deployer: { roles: GRAPH_PERMISSIONS[program].deploy } };
}

export interface Asked extends Partial<RecoveryOptions> {
  readonly program: PulumiKind;
  /** @default first */
  readonly edition?: Edition;
  /** What the person at the terminal says. @default nobody is there */
  readonly answer?: boolean;
}

/** The programs of the sandbox on the real engine, with runs that are interrupted, and their recovery by the real CLI. */
export class InterruptedPrograms {
  private constructor(
    private readonly folders: { readonly cli: string; readonly host: string },
    private readonly declared: ReadonlyMap<Edition, readonly ProgramRun[]>,
  ) {}

  static async create(folders: { readonly cli: string; readonly host: string }): Promise<InterruptedPrograms> {
    const declared = new Map<Edition, readonly ProgramRun[]>();
    for (const edition of EDITIONS) {
      const { estate, emergency } = planFiles(EDITION_FILES[edition]);
      declared.set(edition, (await runPrograms(estate, { now: NOW, emergency })).programs);
    }
    return new InterruptedPrograms(folders, declared);
  }

  async withStack(
    program: PulumiKind,
    task: (project: EngineProject, holding: HoldingGraph) => Promise<void>,
  ): Promise<void> {
    const holding = await startHoldingGraph({ ...directoryOf(program), quirks: { ...FOR_AZUREAD, ...OWNED_BY_MAKER } });
    const { emulator } = holding.graph;
    try {
      await this.withEngine(program, emulator, (engine) => task(engine, holding));
      const unknown = emulator.log.entries.filter(({ status }) => status === 501);
      if (unknown.length > 0) throw new Error(`the emulator does not know ${JSON.stringify(unknown)}`);
    } finally {
      await holding.graph.stop();
    }
  }

  /**
   * A stack of a program, for a directory that runs.
   *
   * @param task is given what chooses the edition of the estate that the next run deploys
   */
  async withEngine(
    program: PulumiKind,
    emulator: Reached,
    task: (project: EngineProject, declare: (edition: Edition) => void) => Promise<void>,
  ): Promise<void> {
    trustCertificateFile(emulator.caFile);
    const project = await EngineProject.create({
      ...this.folders,
      stackName: `sandbox-${program}`,
      environment: { SSL_CERT_FILE: emulator.caFile },
    });
    const declare = (edition: Edition): void => {
      project.declare(EDITION_FILES[edition]);
    };
    try {
      declare('first');
      await configureStack(project.stack, emulator);
      await project.stack.setConfig('scimToken', { value: 'scim-token-of-the-sandbox', secret: true });
      await task(project, declare);
    } finally {
      project.remove();
    }
  }

  /** The recovery with the real CLI, and what it said. */
  async recover(
    { workspace, name: stack }: Stack,
    emulator: Pick<GraphEmulator, 'tenant' | 'env'>,
    { program, edition = 'first', answer = false, ...options }: Asked,
  ): Promise<{ readonly isSound: boolean; readonly said: string }> {
    const run = this.declared.get(edition)?.find((one) => one.program === program);
    if (run === undefined) throw new Error(`no run of ${program}`);
    const directory = openDirectory(program, emulator.tenant.id, emulator.env);
    const env = { ...process.env, ...workspace.envVars, PULUMI_HOME: workspace.pulumiHome };
    const said: string[] = [];
    const isSound = await recoverProgram({
      run: { ...run, stack },
      graph: directory.context.graph,
      caller: await directory.caller(),
      hasEnded: (lock) => hasEnded(lock, { hostname: hostname(), isAlive }),
      read: async ({ words: [name, ...args] }: Command) => {
        const child = spawn(name, args, { cwd: workspace.workDir, env, stdio: ['ignore', 'pipe', 'pipe'] });
        const { code, stdout, stderr } = await finish(child);
        return { code: code ?? 1, stdout, stderr };
      },
      show: () => Promise.resolve(0),
      confirm: () => Promise.resolve(answer),
      say: (text) => void said.push(text),
      again: (more) => `recover ${more}`.trim(),
      options: { check: false, yes: false, removeSpare: false, takeOver: [], ...options },
    }).finally(() => {
      directory.close();
    });
    return { isSound, said: said.join('\n') };
  }
}

/** Display names that stand in the directory twice, or that azuread made up. */
export async function badNames({ call }: Pick<EngineGraph, 'call'>): Promise<readonly string[]> {
  const paths = ['groups', 'applications', 'identity/conditionalAccess/policies', 'policies/claimsMappingPolicies'];
  const lists = await Promise.all(
    paths.map(async (path) =>
      objectsOf((await call(`GET /v1.0/${path}`)).body, 'value').map((object) => textOf(object, 'displayName')),
    ),
  );
  return lists.flatMap((names) =>
    names.filter((name, index) => names.indexOf(name) !== index || name.startsWith('TERRAFORM_UPDATE_')),
  );
}
