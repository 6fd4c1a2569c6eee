import { applyCommand, runVisibly } from '../deploy/pipeline/apply-stack';
import { stepsOf } from '../deploy/pipeline/steps';
import type * as commands from './commands/pipeline';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';
import { readEstate } from './program/estate';

export function run(options: OptionsOf<typeof commands.applyStack>): number {
  const { step } = options;
  const { name, plan } = readEstate(options);
  if (!stepsOf(plan.estate, false).includes(step)) {
    process.stdout.write(`the estate ${name} has no ${step}: there is nothing to deploy\n`);
    return EXIT.ok;
  }
  const command = applyCommand({ estate: name, step, folder: options.clouds });
  process.stdout.write(`${command.words.join(' ')}\n`);
  return runVisibly(command) === 0 ? EXIT.ok : EXIT.failed;
}
