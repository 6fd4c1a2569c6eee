import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';

/** Folder of the estates unless `--estates` says otherwise. */
export const DEFAULT_ESTATES_FOLDER = 'estates';

/** Options as a command gets them. */
export type OptionsOf<Definition extends { opts: () => object }> = Readonly<ReturnType<Definition['opts']>>;

/** A command that is about an estate. `summary` is its line in the list of commands. */
export function estateCommand(name: string, summary: string) {
  return new Command(name)
    .summary(summary)
    .option('--estate <name>', 'the estate (default: the only one)')
    .option('--estates <folder>', 'where the estates are', DEFAULT_ESTATES_FOLDER);
}

interface HelpTail {
  /** Command lines without the program's name. */
  readonly examples?: readonly string[];
  readonly notes?: string;
  /** Meaning of the exit codes 0 and 1; 2 is always a wrong call. */
  readonly exit: readonly [done: string, failed: string];
}

/** End of a command's help. */
export function helpTail({ examples = [], notes, exit: [done, failed] }: HelpTail): string {
  const lines = examples.map((example) => `  entra-aws ${example}`);
  return [
    ...(lines.length === 0 ? [] : ['', 'Examples:', ...lines]),
    ...(notes === undefined ? [] : ['', notes]),
    '',
    `Exit codes: 0 ${done}, 1 ${failed}, 2 called wrongly.`,
  ].join('\n');
}

interface Range {
  readonly min: number;
  readonly max: number;
}

/** Parser of an option that is a whole number. */
export function integer({ min, max }: Range): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** Option for the clouds that a command asks. */
export function against() {
  return new Option(
    '--against <target>',
    'cloud, or local: stand-ins on this machine, whose addresses are in the environment (AWS_ENDPOINT_URL, ' +
      'ARM_METADATA_HOSTNAME, B2C_ORIGIN); nothing else is asked',
  )
    .choices(['cloud', 'local'] as const)
    .default('cloud' as const);
}
