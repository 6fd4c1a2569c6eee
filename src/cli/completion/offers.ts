import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { diskFolder, listEstates, readIfThere } from '../../estate/load/estate-folder';
import { DEFAULT_ESTATES_FOLDER } from '../../estate/source/estate-folder';
import { parseQuietly } from '../../estate/source/json-source';
import { valueAt } from '../../text/values';
import type { Offer } from './shells';

/** Words of a line after the name of the program, the last as far as it is typed. */
type Words = readonly string[];

/** Values of a kind in the repository. */
type Values = (words: Words) => Promise<readonly Offer[]>;

const plain = (words: Iterable<string>): readonly Offer[] => [...words].map((word) => ({ word }));

const estatesOf = (words: Words): string => valueGiven(words, '--estates') ?? DEFAULT_ESTATES_FOLDER;

function valueGiven(words: Words, option: string): string | undefined {
  const at = words.indexOf(option);
  return at < 0 ? words.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1) : words[at + 1];
}

/** Names in the estates of the repository. Nothing of it is loaded before it is asked for. */
async function things(words: Words) {
  const { namedThings } = await import('../../estate/reference/named-things.js');
  const estates = estatesOf(words);
  const given = valueGiven(words, '--estate');
  const names = listEstates(estates).filter((name) => given === undefined || name === given);
  return namedThings(names.map((name) => diskFolder(estates, name)));
}

const named = (list: readonly { readonly name: string; readonly about?: string }[]): readonly Offer[] =>
  list.map(({ name: word, about }) => ({ word, ...(about !== undefined && { about }) }));

/** Values of options and arguments, by their names. */
const VALUES: Readonly<Record<string, Values>> = {
  '--estate': (words) => Promise.resolve(plain(listEstates(estatesOf(words)))),
  '--group': async (words) => named((await things(words)).groups),
  '--account': async (words) => {
    const { accounts, accountNames } = await things(words);
    return named([...accountNames, ...accounts]);
  },
  '--permission-set': async (words) => named((await things(words)).permissionSets),
  '--region': async () => plain((await import('../../estate/source/aws-regions.js')).REGIONS),
  '--only': async () => {
    const { CHECKS } = await import('../../doctor/checks/all-checks.js');
    return plain(new Set(CHECKS.flatMap(({ area, id }) => [area, id])));
  },
  page: async () => {
    const { docsPages } = await import('../../package/contents/pages.js');
    return docsPages().map(({ name, title: about }) => ({ word: name.replace('findings/', ''), about }));
  },
};

/** Words that may follow those of a line, which begin with the last word as far as it is typed. */
export async function offersOf(program: CommandUnknownOpts, line: Words): Promise<readonly Offer[]> {
  const words = programWords(line);
  if (words === undefined) return [];
  if (words === 'scripts') return startingWith(plain(Object.keys(scripts())), line.at(-1));
  const current = words.at(-1) ?? '';
  const given = words.slice(0, -1);
  const command = commandOf(program, given);
  const [, flag, value] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? [];
  const option = command.options.find(({ long, required }) => required && long === (flag ?? given.at(-1)));
  if (option === undefined) return startingWith(await wordsOf(program, command, words), current);
  const found = startingWith(await valuesOf(option, words), value ?? current);
  return flag === undefined ? found : found.map((offer) => (offer === 'files' ? offer : prefixed(`${flag}=`, offer)));
}

const prefixed = (before: string, { word, ...rest }: Exclude<Offer, 'files'>): Offer => ({
  word: before + word,
  ...rest,
});

function startingWith(offers: readonly Offer[], typed = ''): readonly Offer[] {
  return offers.filter((offer) => offer === 'files' || offer.word.startsWith(typed));
}

/** The command that the words lead to. */
function commandOf(program: CommandUnknownOpts, words: Words): CommandUnknownOpts {
  const next = program.commands.find((one) => one.name() === words[0]);
  return next === undefined ? program : commandOf(next, words.slice(1));
}

async function valuesOf({ flags, long, argChoices }: Option, words: Words): Promise<readonly Offer[]> {
  if (argChoices !== undefined) return plain(argChoices);
  if (/<(file|folder)>/.test(flags)) return ['files'];
  return (await VALUES[long ?? '']?.(words)) ?? [];
}

/** Commands below a command and its arguments; its options once a hyphen is typed, or where it has nothing else. */
async function wordsOf(
  program: CommandUnknownOpts,
  command: CommandUnknownOpts,
  words: Words,
): Promise<readonly Offer[]> {
  const options: readonly Offer[] = [
    ...command.options.flatMap(({ long, description: about }) => (long == null ? [] : [{ word: long, about }])),
    { word: '--help', about: 'display help for command' },
  ];
  if (words.at(-1)?.startsWith('-') === true) return options;
  const below = command.commands.map((one) => ({ word: one.name(), about: one.summary() }));
  const found = [...below, ...(await argumentsOf(command, words))];
  return found.length > 0 || command === program ? found : options;
}

async function argumentsOf({ registeredArguments }: CommandUnknownOpts, words: Words): Promise<readonly Offer[]> {
  const [argument] = registeredArguments;
  if (argument?.argChoices !== undefined) return plain(argument.argChoices);
  return (await VALUES[argument?.name() ?? '']?.(words)) ?? [];
}

/** The package.json of the working directory, whose scripts npm runs. */
function scripts(): Readonly<Record<string, unknown>> {
  const found = valueAt(parseQuietly(readIfThere('package.json') ?? ''), ['scripts']);
  return typeof found === 'object' && found !== null ? { ...found } : {};
}

/** Words for the program in a line of npx or npm, which leaves its own name out; undefined where it runs another one. */
function programWords(line: Words): Words | 'scripts' | undefined {
  const at = line.indexOf('entra-aws');
  if (at >= 0 && line.slice(0, at).every((word) => /^(-.*|exec|x)$/.test(word))) return line.slice(at + 1);
  const script = scriptOf(line);
  if (script === undefined) return line;
  const { name, rest } = script;
  if (rest.length === 0) return 'scripts';
  return rest[0] === '--' ? ofScript(name, rest.slice(1)) : undefined;
}

/** Script that a line of npm runs, and what follows its name; undefined for a line of the program. */
function scriptOf([first = '', ...rest]: Words): { readonly name: string; readonly rest: Words } | undefined {
  if (/^run(-script)?$/.test(first)) return { name: rest[0] ?? '', rest: rest.slice(1) };
  return first === 'start' && rest[0] === '--' ? { name: 'start', rest } : undefined;
}

function ofScript(name: string, words: Words): Words | undefined {
  const script = scripts()[name];
  const [, own] = typeof script === 'string' ? (/(?:^|[\s/])entra-aws(?:\.cjs)?\s+([^&|;]*)$/.exec(script) ?? []) : [];
  return own === undefined ? undefined : [...own.trim().split(/\s+/), ...words];
}
