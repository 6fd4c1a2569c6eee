import {
  Command,
  type CommandUnknownOpts,
  InvalidArgumentError,
  Option,
  type OptionValues,
} from '@commander-js/extra-typings';
import { CONCURRENCY } from '../../estate/sections/limits';
import { DEFAULT_ESTATES_FOLDER } from '../../estate/source/estate-folder';

/** Options as a command gets them. */
export type OptionsOf<Definition extends { opts: () => object }> = Readonly<ReturnType<Definition['opts']>>;

interface CommandText {
  /** Its line in the list of commands. */
  readonly summary: string;
  readonly description: string;
  /** Command lines without the program's name. */
  readonly examples?: readonly string[];
  readonly notes?: string;
  /** Meaning of the exit codes 0 and 1; 2 is always a usage error. @default none, where only the commands below it do something */
  readonly exit?: readonly [done: string, failed: string];
}

/** A command with its help. */
export function command(name: string, { summary, description, ...tail }: CommandText) {
  return new Command(name).summary(summary).description(description).addHelpText('after', helpTail(tail));
}

/** A command that is about an estate. */
export function estateCommand(name: string, text: CommandText) {
  return command(name, text).option('--estate <name>', 'estate (default: the only one)').addOption(estatesOption());
}

/** End of a command's help. */
function helpTail({ examples = [], notes, exit }: Pick<CommandText, 'examples' | 'notes' | 'exit'>): string {
  const lines = examples.map((example) => `  npx --no entra-aws ${example}`);
  return [
    ...(lines.length === 0 ? [] : ['', 'Examples:', ...lines]),
    ...(notes === undefined ? [] : ['', notes]),
    ...(exit === undefined ? [] : ['', `Exit codes: 0 ${exit[0]}, 1 ${exit[1]}, 2 usage error.`]),
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

// Options of more than one command: one name means one thing, with one default and one text.

export const estatesOption = () =>
  new Option('--estates <folder>', 'folder of the estates').default(DEFAULT_ESTATES_FOLDER);

/** Option for a program of the Entra half. */
export const program = () =>
  new Option('--program <name>', 'this program alone (default: both)').choices(['customers', 'workforce'] as const);

export const json = () => new Option('--json', 'print JSON and nothing else').default(false);

export const quiet = () => new Option('--quiet', 'print no log').default(false);

/** @param problem what is found, as in `the picture is stale` */
export const check = (problem: string) => new Option('--check', `write nothing; exit 1 if ${problem}`).default(false);

/** Option for the clouds that a command asks. */
export const against = () =>
  new Option(
    '--against <target>',
    'cloud, or local: stand-ins on this machine, with addresses in the environment (AWS_ENDPOINT_URL, ' +
      'ARM_METADATA_HOSTNAME, B2C_ORIGIN)',
  )
    .choices(['cloud', 'local'] as const)
    .default('cloud' as const);

export const region = () =>
  new Option(
    '--region <region>',
    'Region of IAM Identity Center (default: the one in organization.json; without it AWS_REGION, or the profile)',
  );

export const instance = () =>
  new Option('--instance <arn>', 'instance of IAM Identity Center (default: the only one of the organization)');

/** @param of beginning of the text, where only some uses of the command have the option */
export const concurrency = (of = '') =>
  new Option('--concurrency <n>', `${of}calls to one service at once, ${CONCURRENCY.min} to ${CONCURRENCY.max}`)
    .argParser(integer(CONCURRENCY))
    .default(CONCURRENCY.default);

export const accountRole = () =>
  new Option(
    '--account-role <role>',
    "role to assume for reading the accounts of the emergency access (default: the CDK's lookup role)",
  );

export const quick = () =>
  new Option(
    '--quick',
    "of access, ask for the assignments of known groups and users alone, and leave the snapshot out: for each hour, beside each day's full run",
  ).default(false);

export const strict = () => new Option('--strict', 'exit 1 also if something could not be checked').default(false);

/** The largest organizations take ten thousand requests, of which 15 are sent in a second. */
const TIMEOUT = { default: 900, min: 1, max: 3600 } as const;

/** @param of as that of {@link concurrency} */
export const timeout = (of = '') =>
  new Option('--timeout <seconds>', `${of}longest time for a part of the reading, up to ${TIMEOUT.max}`)
    .argParser(integer(TIMEOUT))
    .default(TIMEOUT.default);

/** Folder of what `cloud-plan` writes. */
export const CLOUDS_FOLDER = 'plan/clouds';

export const clouds = () =>
  new Option('--clouds <folder>', 'folder that cloud-plan wrote to; it need not exist').default(CLOUDS_FOLDER);

export const previewFolder = () =>
  new Option('--preview <folder>', 'folder that preview wrote to (default: plan/NAME)');

export const deployed = () =>
  new Option(
    '--deployed <file>',
    'file that deployed-commit wrote: the commit to compare with; everything is new if nothing was deployed',
  );

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
