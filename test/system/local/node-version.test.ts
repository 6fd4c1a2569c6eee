import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import cdk from '../../../cdk.json';
import { scripts } from '../../../package.json';
import { REPOSITORY } from '../../support/repository';

const OLD_NODE = join(__dirname, 'fixtures/old-node.cjs');

/** Runs Node as one of another version. */
function runAs(version: string, args: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, ['--require', OLD_NODE, ...args], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], OLD_NODE: version },
  });
  return { status, stderr };
}

/** Arguments of a command line that starts Node. */
function nodeArguments(line: string): readonly string[] {
  const [program, ...args] = line.split(' ');
  expect(program).toBe('node');
  return args;
}

const refusal = (version: string): string =>
  `Node must be 22.13 or newer, got ${version} (${process.execPath}): install Node 24, or on Linux start this by ` +
  '`npm run`, which uses the Node 24 that `npm ci` brings.\n';

test.each([
  ['npx --no entra-aws preview', nodeArguments(scripts.preview)],
  ['npm start', nodeArguments(scripts.start)],
  ['the CDK app', nodeArguments(cdk.app)],
  ['the plug-in of the engine', ['provider/pulumi-resource-entragraph']],
  ['the tests', ['node_modules/jest/bin/jest.js', '--showConfig']],
])('%s says in one sentence that Node is too old, before anything else', (_, args) => {
  expect(runAs('20.20.2', args)).toEqual({ status: 1, stderr: refusal('20.20.2') });
});

test.each(['18.20.8', '22.12.0'])('Node %s is too old', (version) => {
  expect(runAs(version, ['src/package/contents/node-version.cjs'])).toEqual({ status: 1, stderr: refusal(version) });
});

test.each(['22.13.0', '22.21.1', '24.0.0', '26.1.0'])('Node %s is new enough', (version) => {
  expect(runAs(version, ['src/package/contents/node-version.cjs'])).toEqual({ status: 0, stderr: '' });
});

test('every script that runs a program of this repository looks at Node first', () => {
  const programs = Object.entries(scripts).filter(([, line]) => /\.ts$/.test(line));
  expect(programs.length).toBeGreaterThan(0);
  for (const [, line] of programs)
    expect(line).toMatch(/^node (--[\w-]+=\w+ )*--require \.\/src\/package\/contents\/node-version\.cjs /);
});
