import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../../src/cli/program/cli';
import { integer } from '../../../src/cli/program/define';
import { chooseEstate } from '../../../src/cli/program/chosen-estate';
import { REPOSITORY } from '../../support/repository';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cli-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function addEstate(name: string): void {
  mkdirSync(join(root, name));
  writeFileSync(join(root, name, 'estate.yaml'), '');
}

test('takes the only estate where none is named', () => {
  addEstate('sandbox');
  expect(chooseEstate({ estates: root })).toEqual({ name: 'sandbox', folder: join(root, 'sandbox') });
});

test('asks which estate where there are several', () => {
  addEstate('sandbox');
  addEstate('company');
  expect(() => chooseEstate({ estates: root })).toThrow(
    new UsageError(
      `Say which estate: --estate NAME. Estates (folders with an estate.yaml) in ${root}: 'company', 'sandbox'`,
    ),
  );
});

test('says how to begin where there are no estates', () => {
  expect(() => chooseEstate({ estates: root })).toThrow(
    new UsageError(
      `There are no estates here (folders with an estate.yaml in ${root}): run it in the repository of your estates, or begin with npx --no entra-aws init NAME.`,
    ),
  );
});

test('says that there are no estates', () => {
  expect(() => chooseEstate({ estates: root, estate: 'sandbox' })).toThrow(
    `There is no estate 'sandbox'. Estates (folders with an estate.yaml) in ${root}: none`,
  );
});

test.each(['1', '20'])('takes %s as a whole number from 1 to 20', (text) => {
  expect(integer({ min: 1, max: 20 })(text)).toBe(Number(text));
});

test.each(['0', '21', '-1', '1e1', '', ' 1', '0x1'])('refuses %j as a whole number from 1 to 20', (text) => {
  expect(() => integer({ min: 1, max: 20 })(text)).toThrow('It must be a whole number from 1 to 20.');
});

test('a kill in the middle of a write leaves one of the two texts whole', async () => {
  const path = join(root, 'file');
  // The command tsx starts a second process, which would survive the kill.
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'write-in-turn.ts'), path], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(readFileSync(path, 'utf8')).toMatch(/^(a{1000000}|b{1000000})$/);
});

test('an error is printed in lines, and what a terminal would act upon as an escape', () => {
  const script =
    "require('./src/cli/program/cli').runProgram(() => Promise.reject(new Error('a\\u001b[2J\\nb\\u202e')));";
  const options = { cwd: REPOSITORY, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], options);
  expect(stderr).toBe('a\\u001b[2J\nb\\u202e\n');
  expect(status).toBe(1);
});
