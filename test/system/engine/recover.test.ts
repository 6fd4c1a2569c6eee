import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { Stack } from '@pulumi/pulumi/automation';
import { objectsOf, textOf } from '../../../apps/emulator/graph/json';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import type { FaultRule } from '../../../apps/emulator/graph/faults';
import { trustCertificateFile } from '../../../provider/trust';
import { recoverProgram, type RecoveryOptions } from '../../../src/cli/recover/recover-program';
import { openDirectory } from '../../../src/clouds/graph/directory';
import type { Command } from '../../../src/deploy/steps/command';
import type { PulumiKind } from '../../../src/estate/plan/stacks';
import { runPrograms } from '../../../src/preview/engine/run-program';
import type { ProgramRun } from '../../../src/preview/entra/facts';
import { finish } from '../clouds/organization/run-snapshot';
import { PROGRAMS } from '../../../stacks/entra/programs';
import type { EngineGraph } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeImports } from '../../support/engine-suite';
import { GRAPH_PERMISSIONS } from '../../support/graph-permissions';
import { type HoldingGraph, killAt, startHoldingGraph, type Write } from '../../support/killed-run';
import { planFiles, sandboxFiles, withRecords } from '../../support/sandbox';

const NOW = new Date();

/** The directories of the sandbox. */
const TENANTS: Readonly<Record<PulumiKind, { readonly id: string; readonly domain?: string }>> = {
  customers: { id: 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73', domain: 'contosoclaims.onmicrosoft.com' },
  workforce: { id: '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11' },
};

interface Asked extends Partial<RecoveryOptions> {
  readonly program: PulumiKind;
  /** What the person at the terminal says. @default nobody is there */
  readonly answer?: boolean;
}

describeImports('recovery of a program whose run was interrupted', ({ cli, host }) => {
  // Children are found by /proc.
  const testOnLinux = process.platform === 'linux' ? test : test.skip;
  const plan = planFiles(withRecords(sandboxFiles()));
  const { estate, emergency } = plan;
  let declared: readonly ProgramRun[];

  // An engine that ends early leaves these calls with rejections that no one handles; no test here reads outputs.
  beforeEach(() => {
    const components = pulumi.ComponentResource.prototype as unknown as { registerOutputs: () => void };
    jest.spyOn(components, 'registerOutputs').mockReturnValue(undefined);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  beforeAll(async () => {
    declared = (await runPrograms(estate, { now: NOW, emergency })).programs;
  });

  async function withStack(
    program: PulumiKind,
    task: (engine: EngineStack, holding: HoldingGraph) => Promise<void>,
  ): Promise<void> {
    const deployer = { roles: GRAPH_PERMISSIONS[program].deploy };
    const tenant = TENANTS[program];
    const holding = await startHoldingGraph({ tenant, deployer });
    const { graph } = holding;
    trustCertificateFile(graph.emulator.caFile);
    const context = { now: NOW, warn: () => undefined, ...(emergency && { emergency }) };
    const engine = await EngineStack.create({
      cli,
      program: () => Promise.resolve({ ...PROGRAMS[program](estate, context) }),
      environment: graph.environment,
    });
    try {
      await graph.configure(engine.stack);
      await engine.stack.setConfig('scimToken', { value: 'scim-token-of-the-sandbox', secret: true });
      await task(engine, holding);
      // Nothing was asked of the emulator that it does not know.
      expect(graph.emulator.log.entries.filter(({ status }) => status === 501)).toEqual([]);
    } finally {
      engine.remove();
      await graph.stop();
    }
  }

  /** The recovery with the real CLI, and what it said. */
  async function recover(
    { workspace, name: stack }: Stack,
    emulator: GraphEmulator,
    { program, answer = false, ...options }: Asked,
  ): Promise<{ readonly isSound: boolean; readonly said: string }> {
    const run = declared.find((one) => one.program === program);
    if (run === undefined) throw new Error(`no run of ${program}`);
    const directory = openDirectory(program, emulator.tenant.id, emulator.env);
    const PATH = [host, process.env['PATH']].join(delimiter);
    const env = { ...process.env, ...workspace.envVars, PULUMI_HOME: workspace.pulumiHome, PATH };
    const said: string[] = [];
    const isSound = await recoverProgram({
      run: { ...run, stack },
      graph: directory.context.graph,
      read: async ({ words: [name, ...args] }: Command) => {
        const child = spawn(name, args, { cwd: workspace.workDir, env, stdio: ['ignore', 'pipe', 'pipe'] });
        const { code, stdout, stderr } = await finish(child);
        return { code: code ?? 1, stdout, stderr };
      },
      show: () => Promise.resolve(0),
      confirm: () => Promise.resolve(answer),
      say: (text) => void said.push(text),
      again: (more) => `recover ${more}`.trim(),
      options: { check: false, yes: false, removeSpare: false, ...options },
    }).finally(() => {
      directory.close();
    });
    return { isSound, said: said.join('\n') };
  }

  /** Display names that stand in the directory twice, or that azuread made up. */
  async function badNames({ call }: EngineGraph): Promise<readonly string[]> {
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

  testOnLinux.each<readonly [PulumiKind, string, Omit<Write, 'method' | 'path'>]>([
    ['workforce', 'POST /beta/groups', { skip: 1 }],
    ['workforce', 'POST /v1.0/applicationTemplates/*/instantiate', {}],
    ['workforce', 'POST /v1.0/servicePrincipals/*/appRoleAssignedTo', {}],
    ['workforce', 'POST /v1.0/identity/conditionalAccess/policies', {}],
    ['customers', 'POST /v1.0/applications', { skip: 1 }],
    ['customers', 'POST /v1.0/applications/*/addPassword', {}],
  ])('%s that was killed at %s is recovered: as declared, and every name once', async (program, write, more) => {
    await withStack(program, async (engine, holding) => {
      const { stack } = engine;
      const { emulator } = holding.graph;
      const [method, path] = write.split(' ') as [string, string];
      await killAt(stack, holding, { method, path, ...more });
      engine.mend();

      // Without a person at the terminal nothing is taken away or over.
      expect((await recover(stack, emulator, { program, check: true })).isSound).toBe(false);
      expect((await recover(stack, emulator, { program })).isSound).toBe(false);

      const recovered = await recover(stack, emulator, { program, yes: true, removeSpare: true });
      expect(recovered.isSound).toBe(true);
      await stack.up();
      await stack.preview({ expectNoChanges: true, refresh: true });
      expect(await badNames(holding.graph)).toEqual([]);
      expect(await recover(stack, emulator, { program, check: true })).toEqual({
        isSound: true,
        said: 'test: nothing to recover, and every name stands once',
      });
    });
  });

  test.each<readonly [PulumiKind, FaultRule['kind'], string]>([
    // Green, with two groups of one name.
    ['workforce', 'timeout', 'POST /beta/groups'],
    ['workforce', 'dropped', 'POST /v1.0/applicationTemplates/*/instantiate'],
    ['customers', 'timeout', 'POST /v1.0/applications'],
  ])('%s that lost an answer (%s) to %s is found and recovered: every name once', async (program, kind, write) => {
    await withStack(program, async ({ stack }, { graph }) => {
      const [method, path] = write.split(' ') as [string, string];
      graph.emulator.faults.add({ kind, method, path });
      await stack.up().catch((error: unknown) => error);

      expect((await recover(stack, graph.emulator, { program, check: true })).isSound).toBe(false);
      const recovered = await recover(stack, graph.emulator, { program, removeSpare: true, answer: true });
      expect(recovered.isSound).toBe(true);
      await stack.up();
      await stack.preview({ expectNoChanges: true, refresh: true });
      expect(await badNames(graph)).toEqual([]);
    });
  });
});
