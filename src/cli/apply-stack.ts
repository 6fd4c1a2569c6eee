import { existsSync } from 'node:fs';
import { applyStack } from '../deploy/pipeline/apply-stack';
import { readOutcomes } from '../deploy/pipeline/outcome';
import { stepsOf } from '../deploy/pipeline/steps';
import type * as commands from './commands/pipeline';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';
import { readEstate } from './program/estate';
import { stackRecovery } from './program/stack-recovery';

export async function run(options: OptionsOf<typeof commands.applyStack>): Promise<number> {
  const { step, clouds: folder } = options;
  const { name, plan } = readEstate(options);
  if (!stepsOf(plan.estate, false).includes(step)) {
    process.stdout.write(`the estate ${name} has no ${step}: there is nothing to deploy\n`);
    return EXIT.ok;
  }
  const approved = existsSync(folder) ? readOutcomes(folder) : [];
  const code = await applyStack({ estate: name, step, folder, approved }, stackRecovery(plan, options.estates));
  return code === 0 ? EXIT.ok : EXIT.failed;
}
