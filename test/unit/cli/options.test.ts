import { existsSync } from 'node:fs';
import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { allCommands, commandsFor } from '../../../src/cli/commands';
import type { Groups, LoadedCommand } from '../../../src/cli/program/define';

let groups: Groups;
let loaded: readonly LoadedCommand[];
/** Those that do something. */
let commands: readonly CommandUnknownOpts[];
let names: readonly string[];

beforeAll(async () => {
  groups = await allCommands();
  loaded = Object.values(groups)
    .flat()
    .flatMap((command) => [command, ...command.parts]);
  commands = loaded.flatMap(({ definition, run }) => (run === undefined ? [] : [definition]));
  names = [...new Set(commands.flatMap(({ options }) => options.map(({ long }) => (long ?? '').slice(2))))];
});

function optionsOf(name: string): readonly Option[] {
  return commands.flatMap(({ options }) => options).filter(({ long }) => long === `--${name}`);
}

/** Names that mean something else from command to command, and what their texts have in common. */
const VARYING: Readonly<Record<string, RegExp>> = {
  application: /application/,
  check: /^write nothing; exit 1 if /,
  concurrency: /calls to one service at once, 1 to 20$/,
  deployed: /^file that deployed-commit wrote/,
  only: /^(areas|directory|workforce)/,
  out: /^(file|folder) /,
  port: /^port of the (web|page)[;,] /,
  group: /group/,
  base: /git revision/,
  role: /role to assume in (other )?accounts/,
  step: /stack/,
  user: /user/,
  timeout: /longest time for a part of the reading, up to 3600$/,
  tenant: /^(directory|tenant id) of /,
  yes: /\bask/,
};

test('an option that several commands have means the same in all of them', () => {
  const shared = names.filter((name) => optionsOf(name).length > 1);
  for (const name of shared.filter((one) => !(one in VARYING))) {
    const meanings = optionsOf(name).map(({ flags, description, argChoices, mandatory, ...option }) => {
      const defaultValue: unknown = option.defaultValue;
      return { flags, description, defaultValue, argChoices, mandatory };
    });
    for (const meaning of meanings) expect(meaning).toEqual(meanings[0]);
  }
});

test.each(Object.entries(VARYING))('--%s varies, and its texts begin alike', (name, text) => {
  const descriptions = optionsOf(name).map(({ description }) => description);
  expect(new Set(descriptions).size).toBeGreaterThan(1);
  for (const description of descriptions) expect(description).toMatch(text);
});

test('a command with --estate has --estates', () => {
  for (const command of commands.filter(({ options }) => options.some(({ long }) => long === '--estate')))
    expect([command.name(), command.options.map(({ long }) => long)]).toEqual([
      command.name(),
      expect.arrayContaining(['--estates']),
    ]);
});

test.each<readonly [string, readonly string[]]>([
  // What is about no estate.
  ['estate', ['completion', 'docs', 'graph', 'schema', 'upgrade']],
  // What writes, or speaks to a forge, a terminal or a person who types the next command.
  [
    'json',
    [
      ...[
        'apply-stack',
        'ci',
        'cloud-plan',
        'comment',
        'completion',
        'deploy',
        'deployed-commit',
        'drift-report',
        'evidence',
      ],
      ...[
        'docs',
        'eject',
        'gate',
        'graph',
        'handoff',
        'import',
        'init',
        'profiles',
        'propose-snapshot',
        'provision',
        'publish-images',
      ],
      ...['repair', 'revoke', 'roll-out', 'rotate', 'schema', 'settings', 'sign-in', 'snapshot', 'start', 'steps'],
      'upgrade',
      'write-placement',
    ],
  ],
  // What asks no cloud by itself, or in a pipeline alone: engines and Pulumi's backend have addresses of their own.
  [
    'against',
    [
      ...['apply-stack', 'ci', 'cloud-plan', 'comment', 'completion', 'deploy', 'deployed-commit', 'drift-report'],
      ...[
        'docs',
        'eject',
        'evidence',
        'gate',
        'graph',
        'handoff',
        'preview',
        'profiles',
        'propose-snapshot',
        'publish-images',
      ],
      ...['roll-out', 'schema', 'settings', 'sign-in', 'start', 'upgrade', 'write-placement'],
    ],
  ],
])('only these commands lack --%s', (name, lacking) => {
  const found = commands.filter(({ options }) => options.every(({ long }) => long !== `--${name}`));
  expect(found.map((command) => command.name()).toSorted()).toEqual(lacking.toSorted());
});

test('the text of an option begins in lower case and ends without a full stop', () => {
  for (const { description } of names.flatMap(optionsOf)) {
    expect(description).toMatch(/^([a-z'"]|AWS |B2C|Graph |JSON |Region )/);
    expect(description).not.toMatch(/[.]$/);
  }
});

test('at most sixteen commands are at the top, each a folder with its options', () => {
  const top = Object.values(groups).flat();
  expect(top.length).toBeLessThanOrEqual(16);
  for (const { definition } of top) expect(existsSync(`src/cli/${definition.name()}/options.ts`)).toBe(true);
});

test('the page about a command is in docs/', () => {
  for (const { page } of loaded) if (page !== undefined) expect(existsSync(`docs/${page}`)).toBe(true);
});

test.each([
  ['explain', ['explain']],
  ['completion', expect.arrayContaining(['explain', 'completion'])],
  ['nosuch', expect.arrayContaining(['explain', 'completion'])],
  [undefined, expect.arrayContaining(['explain', 'completion'])],
])('%s loads the commands that it needs', async (name, expected) => {
  const found = Object.values(await commandsFor(name)).flat();
  expect(found.map(({ definition }) => definition.name())).toEqual(expected);
});

test('a command has the name of its folder', async () => {
  for (const { definition } of Object.values(groups).flat()) {
    const [one, ...others] = Object.values(await commandsFor(definition.name())).flat();
    if (definition.name() !== 'completion') expect([one?.definition, others]).toEqual([definition, []]);
  }
});
