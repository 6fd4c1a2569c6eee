import { Command } from '@commander-js/extra-typings';
import type { CommandUnknownOpts, OptionValues } from '@commander-js/extra-typings';
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

/** Export of a command's file, which does the work and answers with the exit code. */
interface Runnable<Options> {
  /** @param words arguments besides options */
  readonly run: (options: Options, words: readonly string[]) => number | Promise<number>;
}

/** A command, and where its work is loaded from once it is called. */
export interface LoadedCommand {
  readonly definition: CommandUnknownOpts;
  /** Commands below it. */
  readonly parts: readonly LoadedCommand[];
  /** Page about it, in `docs/`. @default none besides that of all commands */
  readonly page?: string;
  /** Undefined where only the commands below it do something. */
  readonly run?: () => Promise<number>;
}

/** Commands by the heading under which `--help` lists them. */
export type Groups = Readonly<Record<string, readonly LoadedCommand[]>>;

/** Ties a command to the file that does its work, which is loaded only when the command runs. */
export function runs<Words extends unknown[], Options extends OptionValues>(
  definition: Command<Words, Options>,
  load: () => Promise<Runnable<Options>>,
  { parts = [], ...rest }: Partial<Pick<LoadedCommand, 'page' | 'parts'>> = {},
): LoadedCommand {
  return {
    definition,
    parts,
    ...rest,
    run: async () => (await load()).run(definition.opts(), definition.args),
  };
}

/** A name for commands that are about one thing. */
export function holds(definition: CommandUnknownOpts, parts: readonly LoadedCommand[]): LoadedCommand {
  return { definition, parts };
}
