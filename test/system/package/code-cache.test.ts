import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/repository';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'code-cache-')));
const cache = join(folder, 'cache');

const FILES = {
  'main.cjs': `require(${JSON.stringify(join(REPOSITORY, 'src/package/contents/code-cache.cjs'))})
    .keepCode(${JSON.stringify(cache)}, process.argv[2]);
    require('./module.cjs');`,
  'module.cjs': `#!/usr/bin/env node
    const { basename } = require('node:path');
    const other = require('./other.mjs');
    import('./other.mjs').then((imported) => console.log(JSON.stringify({
      own: [__filename, __dirname, module.id === __filename, exports === module.exports].map(String),
      main: basename(require.main.filename),
      cached: require.cache[__filename] === module,
      resolved: basename(require.resolve('./data.json')),
      data: require('./data.json').value,
      other: other.value, imported: imported.value,
    })));`,
  'other.mjs': 'export const value = "of another kind";',
  'data.json': '{"value":"data"}',
  'throws.cjs': 'exports.fail = () => { throw new Error("here"); };',
  'wrong.cjs': 'const = 1;',
};

beforeEach(() => {
  rmSync(cache, { recursive: true, force: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(name = 'preview') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'main.cjs'), name], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** The only file of the cache, and when it was made. */
function kept() {
  const [name = '', ...others] = readdirSync(cache);
  expect(others).toEqual([]);
  const path = join(cache, name);
  return { name, path, made: statSync(path, { bigint: true }).ino };
}

const ANSWER = {
  own: [join(folder, 'module.cjs'), folder, 'true', 'true'],
  main: 'main.cjs',
  cached: true,
  resolved: 'data.json',
  data: 'data',
  other: 'of another kind',
  imported: 'of another kind',
};

test('a module has what Node gives it, compiled before or not', () => {
  for (const { status, stdout, stderr } of [run(), run()]) {
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(ANSWER);
  }
});

test('what one run has compiled the next one uses', () => {
  run();
  const first = kept();
  expect(first.name).toMatch(/^code-[0-9a-f]+-preview$/);
  run();
  expect(kept()).toEqual(first);
});

test('what has changed is compiled and kept again, also where it is as long', () => {
  writeFileSync(join(folder, 'module.cjs'), 'console.log("earlier");');
  expect(run().stdout).toBe('earlier\n');
  const first = kept();
  writeFileSync(join(folder, 'module.cjs'), 'console.log("changed");');
  expect(run().stdout).toBe('changed\n');
  const second = kept();
  expect(second.made).not.toBe(first.made);
  expect(run().stdout).toBe('changed\n');
  expect(kept()).toEqual(second);
});

test.each([
  ['is damaged', (all: Buffer) => all.fill(0, all.length - 1_000)],
  ['is cut off', (all: Buffer) => all.subarray(0, all.length / 2)],
  ['is empty', () => Buffer.alloc(0)],
  ['claims to be long', (all: Buffer) => all.fill(0xff, 0, 4)],
])('a file that %s is as none', (_, damage) => {
  run();
  const { path } = kept();
  const whole = readFileSync(path);
  writeFileSync(path, damage(Buffer.from(whole)));
  expect(JSON.parse(run().stdout)).toEqual(ANSWER);
  expect(readFileSync(path).length).toBe(whole.length);
});

test('a wrong call keeps nothing, since there may be no such command', () => {
  writeFileSync(join(folder, 'module.cjs'), 'process.exitCode = 2;');
  expect(run().status).toBe(2);
  expect(() => readdirSync(cache)).toThrow('ENOENT');
});

test('a name leads to no other folder', () => {
  run('../../preview');
  expect(kept().name).toMatch(/^code-[0-9a-f]+-______preview$/);
});

test.each([
  [
    'no folder',
    () => {
      writeFileSync(cache, 'a file');
    },
  ],
  [
    'no file',
    () => {
      mkdirSync(cache);
      run();
      const { path } = kept();
      rmSync(path);
      mkdirSync(join(path, 'full'), { recursive: true });
    },
  ],
])('where there can be %s, the program runs', (_, prevent) => {
  prevent();
  const { status, stdout, stderr } = run();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual(ANSWER);
  rmSync(cache, { recursive: true });
});

test('an error names its place', () => {
  writeFileSync(join(folder, 'module.cjs'), "require('./throws.cjs').fail();");
  for (const { stderr } of [run(), run()]) expect(stderr).toContain(`${join(folder, 'throws.cjs')}:1:30`);
  writeFileSync(join(folder, 'module.cjs'), "require('./wrong.cjs');");
  const { status, stderr } = run();
  expect(status).toBe(1);
  expect(stderr).toContain(`${join(folder, 'wrong.cjs')}:1`);
  expect(stderr).toContain('SyntaxError');
});
