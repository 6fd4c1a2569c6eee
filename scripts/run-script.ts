import type { Command, OptionValues } from '@commander-js/extra-typings';
import { runProgram, useProxy } from '../src/cli/program/cli';
import { runs } from '../src/cli/program/define';
import { runArguments } from '../src/cli/program/program';

/**
 * Runs a script of this repository with the arguments of this process. It has help, options and exit codes as commands have.
 *
 * @param definition named by the path of the script
 */
export function runScript<Words extends unknown[], Options extends OptionValues>(
  definition: Command<Words, Options>,
  run: (options: Options) => number | Promise<number>,
): void {
  void runProgram(async (argv) => {
    useProxy(process.env);
    const script = runs(definition, () => Promise.resolve({ run }));
    return await runArguments({ Scripts: [script] }, [definition.name(), ...argv], 'npx tsx');
  });
}
