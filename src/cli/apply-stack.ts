import { existsSync } from 'node:fs';
import { applyStack } from '../deploy/pipeline/apply-stack';
import { readOutcomes } from '../deploy/pipeline/outcome';
import { stepsOf } from '../deploy/pipeline/steps';
import { isPolicyKind } from '../estate/plan/stacks';
import type * as commands from './commands/pipeline';
import { withDeployedPolicies } from './deployed-policies';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';
import { readEstate } from './program/estate';

export async function run(options: OptionsOf<typeof commands.applyStack>): Promise<number> {
  const { step, clouds: folder, estates } = options;
  const { name, plan } = readEstate(options);
  if (!stepsOf(plan.estate, false).includes(step)) {
    process.stdout.write(`the estate ${name} has no ${step}: there is nothing to deploy\n`);
    return EXIT.ok;
  }
  const approved = existsSync(folder) ? readOutcomes(folder) : [];
  const stack = { estate: name, step, folder, approved };
  if (!isPolicyKind(step)) return applyStack(stack) === 0 ? EXIT.ok : EXIT.failed;
  const part = options.removals ? 'removal' : 'roll-out';
  const code = await withDeployedPolicies({ plan, estates, kinds: [step] }, (rollOut) =>
    applyStack({ ...stack, policies: { part, rollOut } }),
  );
  return (code ?? 0) === 0 ? EXIT.ok : EXIT.failed;
}
