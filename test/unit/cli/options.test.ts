import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import * as clouds from '../../../src/cli/commands/clouds';
import * as entra from '../../../src/cli/commands/entra';
import * as estate from '../../../src/cli/commands/estate';
import * as examine from '../../../src/cli/commands/examine';
import * as local from '../../../src/cli/commands/local';
import * as pipeline from '../../../src/cli/commands/ci';
import * as repository from '../../../src/cli/commands/repository';

const COMMANDS = [clouds, entra, estate, examine, local, pipeline, repository].flatMap(
  (file) => Object.values(file) as unknown as readonly CommandUnknownOpts[],
);

const optionsOf = (name: string): readonly Option[] =>
  COMMANDS.flatMap(({ options }) => options).filter(({ long }) => long === `--${name}`);

const names = [...new Set(COMMANDS.flatMap(({ options }) => options.map(({ long }) => (long ?? '').slice(2))))];
const shared = names.filter((name) => optionsOf(name).length > 1);

/** Names that mean something else from command to command, and what their texts have in common. */
const VARYING: Readonly<Record<string, RegExp>> = {
  account: /id of the account/,
  check: /^write nothing; exit 1 if /,
  deployed: /^file that deployed-commit wrote/,
  out: /^(file|folder) /,
  port: /^port of the (web|page); /,
  group: /group/,
  base: /git revision/,
  step: /stack/,
  user: /user/,
  program: /program/,
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
  ['estate', ['emulator', 'finding', 'prove', 'reference', 'upgrade']],
  // What writes, or speaks to a forge, a terminal or a person who types the next command.
  [
    'json',
    [
      ...['apply-stack', 'architecture', 'build', 'ci', 'cloud-plan', 'comment', 'deploy'],
      ...['deployed-commit', 'drift-report', 'emulator', 'finding'],
      ...[
        'gate',
        'handoff',
        'import',
        'init',
        'propose-snapshot',
        'prove',
        'provision',
        'publish-images',
        'reconcile',
        'recover',
        'reference',
        'revoke',
        'roll-out',
        'rotate-scim-token',
        'schema',
        'settings',
        'sign-in',
        'snapshot',
        'start',
        'steps',
        'upgrade',
        'watch',
      ],
    ],
  ],
  // What asks no cloud by itself, or in a pipeline alone: engines and Pulumi's backend have addresses of their own.
  [
    'against',
    [
      ...['apply-stack', 'architecture', 'build', 'ci', 'cloud-plan', 'comment', 'deploy'],
      ...['deployed-commit', 'drift-report', 'emulator', 'finding'],
      ...[
        'explain',
        'gate',
        'handoff',
        'preview',
        'propose-snapshot',
        'prove',
        'publish-images',
        'reference',
        'roll-out',
        'schema',
        'settings',
        'sign-in',
        'start',
        'upgrade',
        'watch',
      ],
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
