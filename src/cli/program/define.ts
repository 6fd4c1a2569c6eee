import { Command } from '@commander-js/extra-typings';
import { estatesOption } from './shared-options';

/** Options as a command gets them. */
export type OptionsOf<Definition extends { opts: () => object }> = Readonly<ReturnType<Definition['opts']>>;

/** A command that is about an estate. `summary` is its line in the list of commands. */
export function estateCommand(name: string, summary: string) {
  return new Command(name)
    .summary(summary)
    .option('--estate <name>', 'estate (default: the only one)')
    .addOption(estatesOption());
}

interface HelpTail {
  /** Command lines without the program's name. */
  readonly examples?: readonly string[];
  readonly notes?: string;
  /** Meaning of the exit codes 0 and 1; 2 is always a usage error. */
  readonly exit: readonly [done: string, failed: string];
}

/** End of a command's help. */
export function helpTail({ examples = [], notes, exit: [done, failed] }: HelpTail): string {
  const lines = examples.map((example) => `  npx --no entra-aws ${example}`);
  return [
    ...(lines.length === 0 ? [] : ['', 'Examples:', ...lines]),
    ...(notes === undefined ? [] : ['', notes]),
    '',
    `Exit codes: 0 ${done}, 1 ${failed}, 2 usage error.`,
  ].join('\n');
}
