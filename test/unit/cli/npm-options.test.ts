import { adviceOnNpm, type Call, noteOnNpm } from '../../../src/cli/program/npm-options';

const OPTIONS = [
  { name: 'estate', type: 'string' },
  { name: 'base', type: 'string' },
  { name: 'permission-set', type: 'string' },
  { name: 'status', type: 'boolean' },
  { name: 'dry-run', type: 'boolean' },
  { name: 'json', type: 'boolean' },
  { name: 'yes', type: 'boolean' },
  { name: 'only', type: 'string' },
] as const;

type Env = Readonly<Record<string, string>>;

/** A call by `npm run preview`, which passes on these words and sets these variables. */
function callOf(argv: readonly string[], env: Env): Call {
  const npm = { npm_lifecycle_event: 'preview', npm_command: 'run', npm_config_user_agent: 'npm/11', ...env };
  return { command: 'preview', argv, env: npm };
}

const advice = (argv: readonly string[], env: Env) => adviceOnNpm(callOf(argv, env), OPTIONS);
const note = (argv: readonly string[], env: Env) => noteOnNpm(callOf(argv, env), OPTIONS);

const instead = (command: string): string => `Options of a command stand after '--': npm run preview -- ${command}`;

/** What is typed after `npm run preview`, what npm makes of it, and what it should have been. */
interface Typed {
  readonly argv: readonly string[];
  readonly env: Env;
  readonly meant: string;
}

test.each<[string, Typed]>([
  ['--estate acme', { argv: ['acme'], env: { npm_config_estate: 'true' }, meant: '--estate acme' }],
  ['--estate=acme', { argv: [], env: { npm_config_estate: 'acme' }, meant: '--estate acme' }],
  ['--status', { argv: [], env: { npm_config_status: 'true' }, meant: '--status' }],
  ['--dry-run', { argv: [], env: { npm_config_dry_run: 'true' }, meant: '--dry-run' }],
  [
    '--permission-set "Read Only"',
    { argv: ['Read Only'], env: { npm_config_permission_set: 'true' }, meant: "--permission-set 'Read Only'" },
  ],
  [
    '--status -- --estate=acme',
    { argv: ['--estate=acme'], env: { npm_config_status: 'true' }, meant: '--status --estate=acme' },
  ],
])('npm run preview %s is answered with the right command', (_, { argv, env, meant }) => {
  expect(advice(argv, env)).toContain(instead(meant));
});

test('of several values that stand apart it is unknown which is which', () => {
  expect(advice(['acme', 'main'], { npm_config_estate: 'true', npm_config_base: 'true' })).toBe(
    `npm took --estate and --base for itself, so nothing was done. ${instead('--estate ESTATE --base BASE')}`,
  );
});

test.each<[string, readonly string[], Env]>([
  ['what stands after --', ['--estate', 'acme'], {}],
  ['an option that was given twice', ['--estate', 'acme'], { npm_config_estate: 'other' }],
  ['an option of npm itself', [], { npm_config_json: 'true', npm_config_yes: 'true' }],
  // Only a variable of the machine has it: npm passes none on.
  ['the choice of dependencies to install', [], { npm_config_only: 'production' }],
  ['an option that is switched off', [], { npm_config_status: '' }],
  ['an option of another command', [], { npm_config_region: 'eu-west-1' }],
  ['another script, such as the tests', ['acme'], { npm_config_estate: 'true', npm_lifecycle_event: 'test' }],
])('%s is no matter', (_, argv, env) => {
  expect(advice(argv, env)).toBeUndefined();
});

test.each([
  ['--json', { argv: [], env: { npm_config_json: 'true' }, took: '--json', without: 'it', meant: '--json' }],
  [
    '--json --yes -- --estate=acme',
    {
      argv: ['--estate=acme'],
      env: { npm_config_json: 'true', npm_config_yes: 'true' },
      took: '--json and --yes',
      without: 'them',
      meant: '--json --yes --estate=acme',
    },
  ],
])('npm run preview %s goes on, and is told what npm took', (_, { argv, env, took, without, meant }) => {
  const told = `npm took ${took} for itself, so the command runs without ${without}. ${instead(meant)}`;
  expect(note(argv, env)).toBe(told);
});

test.each<[string, readonly string[], Env]>([
  ['a flag that the command was given too', ['--json'], { npm_config_json: 'true' }],
  ['a flag that is off, as npm says it without a terminal', [], { npm_config_yes: '' }],
  ['a flag that the command does not have', [], { npm_config_offline: 'true' }],
  ['the choice of dependencies to install', [], { npm_config_only: 'production' }],
  ['another script, such as the tests', [], { npm_config_json: 'true', npm_lifecycle_event: 'test' }],
])('nothing is told of %s', (_, argv, env) => {
  expect(note(argv, env)).toBeUndefined();
});
