import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateFolder, StateFolderError } from '../../../src/local/state-folder';

let root: string;
let path: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'state-'));
  path = join(root, 'state');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

test('makes the folder for its owner alone', () => {
  StateFolder.open(path).close();
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test('takes an empty folder, and keeps what an earlier start wrote', () => {
  mkdirSync(path);
  const first = StateFolder.open(path);
  writeFileSync(first.at('users'), 'Ada');
  first.close();
  const second = StateFolder.open(path);
  expect(readFileSync(second.at('users'), 'utf8')).toBe('Ada');
  second.close();
});

test('refuses a folder that another start has, and says which process that is', () => {
  const first = StateFolder.open(path);
  expect(() => StateFolder.open(path, { reset: true })).toThrow(
    new StateFolderError(
      `${path}: another npm start (process ${process.pid}) has it; ` +
        'stop that one (Ctrl-C), or start this one with --state FOLDER',
    ),
  );
  first.close();
  StateFolder.open(path).close();
});

test('a reset deletes everything but the marker and the lock, and nothing that a link leads to', () => {
  const precious = join(root, 'precious');
  mkdirSync(precious);
  writeFileSync(join(precious, 'thesis.txt'), 'long');
  const first = StateFolder.open(path);
  mkdirSync(first.at('b2c'));
  writeFileSync(first.at('b2c/users'), 'Ada');
  symlinkSync(precious, first.at('link'));
  first.close();
  const second = StateFolder.open(path, { reset: true });
  expect(readdirSync(path).filter((name) => !name.startsWith('lock'))).toEqual([
    '.entra-aws-identity-state',
    'holder.txt',
  ]);
  expect(readFileSync(join(precious, 'thesis.txt'), 'utf8')).toBe('long');
  second.close();
});

test.each([true, false])('touches nothing in a folder that is not its own (reset: %p)', (reset) => {
  mkdirSync(path);
  writeFileSync(join(path, 'thesis.txt'), 'long');
  expect(() => StateFolder.open(path, { reset })).toThrow(
    `${path}: is not a folder of npm start's (it has no .entra-aws-identity-state), so nothing in it is written or ` +
      'deleted; choose another one by --state, or empty it yourself',
  );
  expect(readdirSync(path)).toEqual(['thesis.txt']);
});

test('refuses a file, and a link to a folder', () => {
  writeFileSync(path, '');
  expect(() => StateFolder.open(path)).toThrow(`${path}: must be a folder to keep the state; choose one by --state`);
  symlinkSync(root, join(root, 'link'));
  expect(() => StateFolder.open(join(root, 'link'), { reset: true })).toThrow('must be a folder');
});

test('refuses the state of another version, until it is reset', () => {
  StateFolder.open(path).close();
  writeFileSync(join(path, '.entra-aws-identity-state'), 'format 2');
  expect(() => StateFolder.open(path)).toThrow(
    `${path}: was written by another version; --reset deletes it, --state chooses another`,
  );
  StateFolder.open(path, { reset: true }).close();
  StateFolder.open(path).close();
});

test("staff's side has a folder and a lock of its own inside, which the customers' reset leaves alone", () => {
  const staff = StateFolder.openWorkforce(path);
  writeFileSync(staff.at('people'), 'Grace');
  StateFolder.open(path, { reset: true }).close();
  expect(readFileSync(staff.at('people'), 'utf8')).toBe('Grace');
  expect(() => StateFolder.openWorkforce(path)).toThrow(StateFolderError);
  staff.close();
  StateFolder.openWorkforce(path, { reset: true }).close();
  expect(readdirSync(staff.path)).not.toContain('people');
});
