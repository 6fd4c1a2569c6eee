import { PROGRAM } from '../../support/repository';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { renderPlan } from '../../../src/deploy/steps/run-steps';
import { estateJsonSchema } from '../../../src/estate/reference/json-schema';
import { sandboxSteps } from '../../support/deploy/steps/sandbox-clouds';
import { findTool } from '../../support/built-tools';
import { describeWithTool } from '../../support/tools';

const deploying = readFileSync('docs/deploying.md', 'utf8');
const rollback = readFileSync('docs/rollback.md', 'utf8');
const plan = renderPlan(sandboxSteps());

/** Commands of the guides, and of the texts for persons in the plan, without profile and prompt. */
const commands = [
  ...[deploying, rollback].flatMap((text) =>
    [...text.matchAll(/^ *```sh\n([^]*?)^ *```$/gm)].flatMap(([, block = '']) => block.trim().split('\n')),
  ),
  ...plan.split('\n').flatMap((line) => /^ *[$?] (.*)$/.exec(line)?.[1] ?? []),
].map((line) => line.trim().replace(/^AWS_PROFILE=\w+ /, ''));

const flagsOf = (line: string): readonly string[] =>
  [...line.matchAll(/ (--[a-z][a-z-]*)/g)].map(([, flag = '']) => flag);

const linesOf = (start: string): readonly (readonly [string])[] =>
  [...new Set(commands.filter((line) => line.startsWith(start)))].map((line) => [line] as const);

/** Words of a command before its options; of one with words of its own, its name. */
const nameOf = (given: string): readonly string[] => {
  const [first = '', second = ''] = given
    .split(/ (?=-)/, 1)
    .join('')
    .split(' ');
  return first === 'deploy' || first === 'doctor' || first === 'scim' || second === 'bootstrap'
    ? [first, second].filter((word) => /^[a-z]/.test(word))
    : [first];
};

test.each(linesOf('npx '))('%s is a command with such options', (line) => {
  const [, given] = /^npx --no entra-aws (.*)$/.exec(line) ?? [];
  if (given === undefined) return;
  const help = spawnSync(process.execPath, [PROGRAM, ...nameOf(given), '--help'], { encoding: 'utf8' }).stdout;
  expect(help).toContain(`Usage: entra-aws ${nameOf(given).join(' ')} `);
  for (const flag of flagsOf(` ${given}`)) expect(help).toContain(`  ${flag} `);
});

test('every stack that is named is one of the plan, and every file of Bicep is there', () => {
  const known = new Set(plan.match(/sandbox-[a-z0-9-]+/g));
  for (const line of commands) {
    for (const [, name] of line.matchAll(
      /\b(?:acme|sandbox)-((?:customers|workforce|access|hosting|pipeline)[a-z0-9-]*)/g,
    )) {
      expect(known).toContain(`sandbox-${name}`);
    }
    for (const file of line.match(/bicep\/[\w/-]+\.bicep/g) ?? [])
      expect([file, existsSync(file)]).toEqual([file, true]);
  }
});

/** Options of the guides' Pulumi commands, by subcommand. What a command substitutes is another command. */
const pulumiOptions = new Map<string, Set<string>>();
for (const line of commands.filter((each) => each.startsWith('pulumi '))) {
  const subcommand = /^pulumi ((?:stack|config) [a-z][a-z-]*|[a-z]+)/.exec(line)?.[1] ?? '';
  const options = pulumiOptions.get(subcommand) ?? new Set();
  for (const flag of flagsOf(line.replaceAll(/"\$\(.*?\)"/g, ''))) options.add(flag);
  pulumiOptions.set(subcommand, options);
}

const pulumi = findTool('pulumi');
const missing = 'skipped' in pulumi ? pulumi.skipped : undefined;

describeWithTool({ tool: 'pulumi', title: 'the real Pulumi CLI', missing }, () => {
  test.each([...pulumiOptions])('knows pulumi %s with the options of the guides', (subcommand, options) => {
    const folder = 'folder' in pulumi ? pulumi.folder : '';
    const { status, stdout } = spawnSync(join(folder, 'pulumi'), [...subcommand.split(' '), '--help'], {
      encoding: 'utf8',
      env: { PATH: [folder, process.env['PATH']].join(delimiter), PULUMI_SKIP_UPDATE_CHECK: 'true' },
    });
    expect(status).toBe(0);
    for (const option of options) expect(stdout).toContain(`${option} `);
  });
});

test('the guide has a source for every key of the azure and the hosting section', () => {
  const { azure, hosting } = estateJsonSchema().properties ?? {};
  const keys = [
    ...Object.keys(azure?.properties ?? {}).map((key) => `azure.${key}`),
    ...Object.keys(hosting?.properties ?? {}).map((key) => `hosting.${key}`),
  ];
  expect(keys.length).toBeGreaterThan(15);
  for (const key of keys) expect(deploying).toContain(`\`${key}\``);
});

test('the rollback guide is about everything that can get lost', () => {
  const titles = [...rollback.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
  expect(titles).toEqual([
    'A bad image',
    'A bad user flow',
    'A first deployment that failed',
    "An update that can't be rolled back",
    "One account that can't be changed",
    'A revocation that failed',
    'Lost state',
    'An expired client secret',
    'An expired SCIM token',
    'A lost Entra administrator',
    'Not verified',
  ]);
});
