import { existsSync } from 'node:fs';
import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { COMMANDS as GROUPS } from '../../../src/cli/commands';
import type { LoadedCommand } from '../../../src/cli/program/loaded-command';

const LOADED: readonly LoadedCommand[] = Object.values(GROUPS)
  .flat()
  .flatMap((command) => [command, ...command.parts]);

/** Those that do something, by the path of each. */
const COMMANDS: readonly CommandUnknownOpts[] = LOADED.flatMap(({ definition, run }) =>
  run === undefined ? [] : [definition],
);

const optionsOf = (name: string): readonly Option[] =>
  COMMANDS.flatMap(({ options }) => options).filter(({ long }) => long === `--${name}`);

const names = [...new Set(COMMANDS.flatMap(({ options }) => options.map(({ long }) => (long ?? '').slice(2))))];
const shared = names.filter((name) => optionsOf(name).length > 1);

/** Names that mean something else from command to command, and what their texts have in common. */
const VARYING: Readonly<Record<string, RegExp>> = {
  check: /^write nothing; exit 1 if /,
  concurrency: /calls to one service at once, 1 to 20$/,
  deployed: /^file that deployed-commit wrote/,
  out: /^(file|folder) /,
  port: /^port of the (web|page)[;,] /,
  group: /group/,
  base: /git revision/,
  step: /stack/,
  user: /user/,
  timeout: /longest time for a part of the reading, up to 3600$/,
  tenant: /^(directory|tenant id) of /,
  yes: /\bask/,
};

test('an option that several commands have means the same in all of them', () => {
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
  for (const command of COMMANDS.filter(({ options }) => options.some(({ long }) => long === '--estate')))
    expect([command.name(), command.options.map(({ long }) => long)]).toEqual([
      command.name(),
      expect.arrayContaining(['--estates']),
    ]);
});

test.each<readonly [string, readonly string[]]>([
  // What is about no estate.
  ['estate', ['completion', 'finding', 'graph', 'upgrade']],
  // What writes, or speaks to a forge, a terminal or a person who types the next command.
  [
    'json',
    [
      ...['apply-stack', 'ci', 'cloud-plan', 'comment', 'completion', 'deploy', 'deployed-commit', 'drift-report'],
      ...['finding', 'gate', 'graph', 'handoff', 'import', 'init', 'propose-snapshot', 'provision', 'publish-images'],
      ...['repair', 'revoke', 'roll-out', 'rotate', 'schema', 'settings', 'sign-in', 'snapshot', 'start', 'steps'],
      'upgrade',
    ],
  ],
  // What asks no cloud by itself, or in a pipeline alone: engines and Pulumi's backend have addresses of their own.
  [
    'against',
    [
      ...['apply-stack', 'ci', 'cloud-plan', 'comment', 'completion', 'deploy', 'deployed-commit', 'drift-report'],
      ...['explain', 'finding', 'gate', 'graph', 'handoff', 'preview', 'propose-snapshot', 'publish-images'],
      ...['roll-out', 'schema', 'settings', 'sign-in', 'start', 'upgrade'],
    ],
  ],
])('only these commands lack --%s', (name, lacking) => {
  const found = COMMANDS.filter(({ options }) => options.every(({ long }) => long !== `--${name}`));
  expect(found.map((command) => command.name()).toSorted()).toEqual(lacking.toSorted());
});

test.each(names)('the text of --%s begins in lower case and ends without a full stop', (name) => {
  for (const { description } of optionsOf(name))
    expect(description).toMatch(/^([a-z'"]|AWS |B2C|Graph |JSON |Region )/);
  for (const { description } of optionsOf(name)) expect(description).not.toMatch(/[.]$/);
});

test('at most sixteen commands are at the top, each a folder that ties its options to its work', () => {
  const top = Object.values(GROUPS).flat();
  expect(top.length).toBeLessThanOrEqual(16);
  for (const { definition } of top) expect(existsSync(`src/cli/${definition.name()}/index.ts`)).toBe(true);
});

test('the page about a command is in docs/', () => {
  for (const { page } of LOADED) if (page !== undefined) expect(existsSync(`docs/${page}`)).toBe(true);
});
