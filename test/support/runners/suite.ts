import type { Forge } from '../../../src/estate/sections/pipeline/forges/registry';
import { describeImports } from '../engine-suite';
import { describeWithPython } from '../python';
import { describeWithTool, packagesOf, type ToolSuite } from '../tools';
import { findTool } from '../built-tools';

function missingAct(): string | undefined {
  const found = findTool('act');
  return 'skipped' in found ? found.skipped : undefined;
}

/** Runner of each forge; what evaluates Azure DevOps' pipelines is here itself. */
const RUNNERS: Readonly<Record<Forge, (() => Pick<ToolSuite, 'tool' | 'missing'>) | undefined>> = {
  github: () => ({ tool: 'act', missing: missingAct() }),
  gitlab: () => packagesOf('gitlab-ci-local'),
  'azure-devops': undefined,
};

/** `describe` for tests that run the pipeline of a forge against moto. */
export function describePipeline(forge: Forge, title: string, tests: () => void): void {
  const runner = RUNNERS[forge]?.();
  if (runner === undefined) describeWithPython(title, tests);
  else
    describeWithTool({ ...runner, title }, () => {
      describeWithPython(title, tests);
    });
}

/** The same for an estate with programs of Pulumi, which azuread's plug-in registers in the emulator of Graph. */
export function describeEntraPipeline(forge: Forge, title: string, tests: () => void): void {
  describePipeline(forge, title, () => {
    describeImports('with both programs', tests);
  });
}
