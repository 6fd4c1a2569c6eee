import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type Customers, CUSTOMERS, type Platform, PLATFORMS } from '../../../src/package/project/choices';
import { describeWithPython, pythonEnvironment } from '../../support/python';
import { PROGRAM, REPOSITORY } from '../../support/repository';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** No variable of a pipeline, in which nobody is asked. */
const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: folder,
  TERM: 'xterm',
  NO_COLOR: '1',
});

function entraAws(...args: readonly string[]): { readonly status: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: environment(),
  });
  return { status, stderr };
}

const Preview = z.looseObject({ findings: z.array(z.looseObject({ severity: z.string(), code: z.string() })) });

/** Codes of what a preview of the folder's estate finds, with both engines run offline. */
function previewed(): readonly string[] {
  expect(entraAws('preview', '--day', '2026-11-26', '--out', 'plan')).toEqual({ status: 0, stderr: '' });
  const { findings } = Preview.parse(JSON.parse(readFileSync(join(folder, 'plan/preview.json'), 'utf8')));
  return findings.map(({ severity, code }) => `${severity} ${code}`).toSorted();
}

const HOSTED: Readonly<Record<Platform, readonly string[]>> = {
  'ecs-express': ['warning pending-group', 'warning placeholder-value', 'warning web-url-pending'],
  'app-runner': ['warning app-runner-closed', 'warning pending-group', 'warning placeholder-value'],
  none: ['warning pending-group', 'warning placeholder-value'],
};
const COMBINATIONS = CUSTOMERS.flatMap((customers): readonly (readonly [Customers, Platform])[] =>
  customers === 'none' ? [[customers, 'none']] : PLATFORMS.map((platform) => [customers, platform]),
);

test.each(COMBINATIONS)('an example with %s on %s is previewed with these warnings alone', (customers, platform) => {
  const made = entraAws('init', 'acme', '--yes', '--customers', customers, '--platform', platform);
  expect(made).toEqual({ status: 0, stderr: '' });
  expect(previewed()).toEqual(HOSTED[platform]);
});

test('a preview of an empty estate says what to do next', () => {
  entraAws('init', 'acme', '--yes', '--start', 'empty');
  expect(previewed()).toEqual(['warning organization-not-read']);
  expect(readFileSync(join(folder, 'plan/preview.md'), 'utf8')).toContain('npx --no entra-aws snapshot');
  expect(readdirSync(folder)).not.toContain('bicep');
});

const Shown = z.object({ shown: z.string(), code: z.number(), left: z.array(z.unknown()) });

type Answers = readonly (readonly [question: string, keys: string])[];

const ENTER = '\r';
const DOWN = '\u001B[B';
const BACKSPACE = '\u007F';
const CTRL_C = '\u0003';

/** Runs `init` on a terminal, and types an answer once its question shows. */
function onTerminal(answers: Answers, ...args: readonly string[]): z.infer<typeof Shown> {
  const python = pythonEnvironment();
  if (!python.ok) throw new Error(python.reason);
  const script = resolve(REPOSITORY, 'test/support/on_terminal.py');
  const command = [script, JSON.stringify(answers), process.execPath, PROGRAM, 'init', ...args];
  const { stdout, stderr } = spawnSync(python.python, command, { cwd: folder, encoding: 'utf8', env: environment() });
  expect(stderr).toBe('');
  return Shown.parse(JSON.parse(stdout));
}

describeWithPython('init on a terminal', () => {
  test('asks what the options leave open, shows what it would write, and writes it once somebody confirms', () => {
    const { code, left } = onTerminal(
      [
        ['Begin with', DOWN + ENTER],
        ['Directory of your customers', DOWN + ENTER],
        ['Platform of the customer application', DOWN + DOWN + ENTER],
        ['Repository at GitLab', `acme${ENTER}`],
        ['must be the path of the project', `/identity${ENTER}`],
        ['Reviewers of every change', `#acme${ENTER}`],
        ['Reviewers must be names such as @acme/identity', `${BACKSPACE.repeat('#acme'.length)}@acme/identity${ENTER}`],
        ['estates/acme/estate.yaml will be written', ''],
        ['Write these files?', ENTER],
      ],
      ...['acme', '--forge', 'gitlab'],
    );
    expect({ code, left }).toEqual({ code: 0, left: [] });
    expect(readFileSync(join(folder, 'estates/acme/estate.yaml'), 'utf8')).toContain('#   directory: contosoclaims\n');
    expect(readFileSync(join(folder, 'estates/acme/estate.yaml'), 'utf8')).toContain('#   repository: acme/identity\n');
    expect(readFileSync(join(folder, '.gitlab/CODEOWNERS'), 'utf8')).toContain('/estates/ @acme/identity\n');
  });

  test('corrects a name on the spot', () => {
    const { shown, code } = onTerminal(
      [
        ['Name of the estate', `9 lives${ENTER}`],
        ["did you mean 'lives'?", CTRL_C],
      ],
      '--forge=none',
    );
    expect({ code, isWritten: shown.includes('Nothing was written.') }).toEqual({ code: 1, isWritten: true });
  });

  test.each<readonly [string, Answers]>([
    ['leaves it by Ctrl-C', [['Begin with', CTRL_C]]],
    [
      'says no at the end',
      [
        ['Begin with', ENTER],
        ['Directory of your customers', ENTER],
        ['Platform of the customer application', ENTER],
        ['Service that runs the pipeline', ENTER],
        ['Repository at GitHub', ENTER],
        ['Reviewers of every change', ENTER],
        ['whoever can merge gives and takes access', ENTER],
        ['Write these files?', `n${ENTER}`],
      ],
    ],
  ])('writes nothing, and says so, where somebody %s', (_, answers) => {
    const { shown, code, left } = onTerminal(answers, 'acme');
    expect({ code, left }).toEqual({ code: 1, left: [] });
    expect(shown).toMatch(/Nothing was written\.\r?\n$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('asks nothing where everything is said', () => {
    expect(onTerminal([], 'acme', '--yes').code).toBe(0);
    expect(readdirSync(join(folder, 'estates'))).toEqual(['acme', 'estate.schema.json']);
  });
});
