import { spawnSync } from 'node:child_process';
import { shellLine } from '../deploy/steps/command';
import { hasSomethingToRollOut, rollOutCommand } from '../deploy/pipeline/roll-out';
import type * as commands from './commands/clouds';
import { withDeployedPolicies } from './deployed-policies';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';
import { readEstate } from './program/estate';

export async function run(options: OptionsOf<typeof commands.rollOut>): Promise<number> {
  const { name, plan } = readEstate(options);
  const code = await withDeployedPolicies({ plan, estates: options.estates }, (rollOut) => {
    if (options.check) {
      const isPending = hasSomethingToRollOut(rollOut);
      process.stdout.write(
        isPending ? `${name}: policies to roll out; run npm run roll-out\n` : `${name}: up to date\n`,
      );
      return isPending ? EXIT.failed : EXIT.ok;
    }
    const command = rollOutCommand(rollOut, options.yes ? ['--require-approval', 'never'] : []);
    process.stdout.write(`${shellLine(command)}\n`);
    const [program, ...args] = command.words;
    const { error, status } = spawnSync(program, args, { stdio: 'inherit' });
    if (error !== undefined) throw new Error(`${command.words.join(' ')}: can't be run: ${error.message}`);
    return status === 0 ? EXIT.ok : EXIT.failed;
  });
  if (code !== undefined) return code;
  process.stdout.write(`the estate ${name} rolls out no policies\n`);
  return EXIT.ok;
}
