import type { PulumiKind } from '../../../src/estate/plan/stacks/stacks';
import type { FaultRule } from '../../../apps/emulator/graph/faults';
import { describeImports } from '../../support/engine-suite';
import { killAt, type Write } from '../../support/killed-run';
import { badNames, InterruptedPrograms } from '../../support/recovery/interrupted-programs';

describeImports('recovery of a program whose run was interrupted', (folders) => {
  // Children are found by /proc.
  const testOnLinux = process.platform === 'linux' ? test : test.skip;
  let programs: InterruptedPrograms;

  beforeAll(async () => {
    programs = await InterruptedPrograms.create(folders);
  });

  testOnLinux.each<readonly [PulumiKind, string, Omit<Write, 'method' | 'path'>]>([
    ['workforce', 'POST /beta/groups', { skip: 1 }],
    ['workforce', 'POST /v1.0/applicationTemplates/*/instantiate', {}],
    ['workforce', 'POST /v1.0/servicePrincipals/*/appRoleAssignedTo', {}],
    ['workforce', 'POST /v1.0/identity/conditionalAccess/policies', {}],
    ['customers', 'POST /v1.0/applications', { skip: 1 }],
    ['customers', 'POST /v1.0/applications/*/addPassword', {}],
  ])('%s that was killed at %s is recovered: as declared, and every name once', async (program, write, more) => {
    await programs.withStack(program, async (engine, holding) => {
      const { stack } = engine;
      const { emulator } = holding.graph;
      const [method, path] = write.split(' ') as [string, string];
      await killAt(stack, holding, { method, path, ...more });
      engine.mend();

      // Without a person at the terminal nothing is taken away or over.
      expect((await programs.recover(stack, emulator, { program, check: true })).isSound).toBe(false);
      expect((await programs.recover(stack, emulator, { program })).isSound).toBe(false);

      const recovered = await programs.recover(stack, emulator, { program, yes: true, removeSpare: true });
      expect(recovered.isSound ? '' : recovered.said).toBe('');
      await stack.up();
      await stack.preview({ expectNoChanges: true, refresh: true });
      expect(await badNames(holding.graph)).toEqual([]);
      expect(await programs.recover(stack, emulator, { program, check: true })).toEqual({
        isSound: true,
        said: `sandbox-${program}: nothing to recover, and every name stands once`,
      });
    });
  });

  test.each<readonly [PulumiKind, FaultRule['kind'], string]>([
    // Green, with two groups of one name.
    ['workforce', 'timeout', 'POST /beta/groups'],
    ['workforce', 'dropped', 'POST /v1.0/applicationTemplates/*/instantiate'],
    ['customers', 'timeout', 'POST /v1.0/applications'],
  ])('%s that lost an answer (%s) to %s is found and recovered: every name once', async (program, kind, write) => {
    await programs.withStack(program, async ({ stack }, { graph }) => {
      const [method, path] = write.split(' ') as [string, string];
      graph.emulator.faults.add({ kind, method, path });
      await stack.up().catch((error: unknown) => error);

      expect((await programs.recover(stack, graph.emulator, { program, check: true })).isSound).toBe(false);
      const recovered = await programs.recover(stack, graph.emulator, { program, removeSpare: true, answer: true });
      expect(recovered.isSound ? '' : recovered.said).toBe('');
      await stack.up();
      await stack.preview({ expectNoChanges: true, refresh: true });
      expect(await badNames(graph)).toEqual([]);
    });
  });
});
