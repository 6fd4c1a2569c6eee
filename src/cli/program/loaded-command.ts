import type { Command, CommandUnknownOpts, OptionValues } from '@commander-js/extra-typings';

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
