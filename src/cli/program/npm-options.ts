/** Call of a command. */
export interface Call {
  /** Name of the command: that of its script in package.json. */
  readonly command: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Options that npm has too and may set for reasons of its own, such as in a user's .npmrc. `dry-run` is not among them:
 * whoever gave it to npm did not want this command to change anything. Of `only` npm tells a script nothing at all, whatever
 * its value; a variable `npm_config_only` was set by somebody else.
 */
const OPTIONS_OF_NPM: ReadonlySet<string> = new Set(['force', 'json', 'offline', 'only', 'yes']);

/** An option of a command. */
export interface KnownOption {
  readonly name: string;
  readonly type: 'string' | 'boolean';
}

interface Taken extends KnownOption {
  readonly value: string;
}

/**
 * Advice on the call to use instead where npm kept options of the command for itself. `npm run preview --estate acme` runs the command
 * with `acme` alone and tells it of the option by the variable `npm_config_estate`; undefined where nothing was kept.
 */
export function adviceOnNpm(call: Call, options: readonly KnownOption[]): string | undefined {
  const taken = takenByNpm(call, options).filter(({ name }) => !OPTIONS_OF_NPM.has(name));
  if (taken.length === 0) return undefined;
  return `npm took ${namesOf(taken)} for itself, so nothing was done. ${insteadOf(call, taken)}`;
}

/**
 * Tells of flags that npm has too, that are on, and that the command was not given: `npm run doctor --json`, or a line in an
 * .npmrc. The command may well be right without them; undefined where there are none.
 */
export function noteOnNpm(call: Call, options: readonly KnownOption[]): string | undefined {
  const taken = takenByNpm(call, options).filter(
    ({ name, type, value }) => OPTIONS_OF_NPM.has(name) && type === 'boolean' && value === 'true',
  );
  if (taken.length === 0) return undefined;
  const without = taken.length === 1 ? 'it' : 'them';
  return `npm took ${namesOf(taken)} for itself, so the command runs without ${without}. ${insteadOf(call, taken)}`;
}

/** Options of the command that npm has a value for and the command was not given. */
function takenByNpm({ command, argv, env }: Call, options: readonly KnownOption[]): readonly Taken[] {
  if (env['npm_lifecycle_event'] !== command) return [];
  return options.flatMap(({ name, type }): readonly Taken[] => {
    const value = env[`npm_config_${name.replaceAll('-', '_')}`];
    const isGiven = argv.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
    return value === undefined || value === '' || isGiven ? [] : [{ name, type, value }];
  });
}

function namesOf(taken: readonly Taken[]): string {
  return taken.map(({ name }) => `--${name}`).join(' and ');
}

function insteadOf({ command, argv }: Call, taken: readonly Taken[]): string {
  return `Options of a command stand after '--': ${['npm run', command, '--', ...wordsOf(taken, argv)].join(' ')}`;
}

/** Options as they were meant. A value that stood apart from its option is among the words that npm passed on. */
function wordsOf(taken: readonly Taken[], argv: readonly string[]): readonly string[] {
  const apart = taken.filter(({ type, value }) => type === 'string' && value === 'true');
  const [word, ...others] = argv.filter((one) => !one.startsWith('-'));
  // With several of them it is unknown which word belongs to which option.
  const isKnown = apart.length === 1 && word !== undefined && others.length === 0;
  const flags = argv.filter((one) => one.startsWith('-'));
  const valueOf = ({ name, value }: Taken): string =>
    value !== 'true' ? value : isKnown ? word : name.toUpperCase().replaceAll('-', '_');
  return [
    ...taken.map((one) => (one.type === 'boolean' ? `--${one.name}` : `--${one.name} ${quoted(valueOf(one))}`)),
    ...flags,
  ];
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
