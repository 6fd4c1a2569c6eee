// A unit test starts no process and opens no port: what does belongs into test/system. It does not read the sandbox below the
// root either, which is the reader's to edit. Modules of Node are shared by all test files of a worker, so each file gives them
// back.
const child_process = require('node:child_process');
const fs = require('node:fs');
const { Server } = require('node:net');
const { resolve } = require('node:path');

const STARTERS = ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'];

const ELSEWHERE = 'Move the test to test/system, or pass in what it needs.';

function refuse(what) {
  throw new Error(`A unit test must not ${what}`);
}

const READERS = ['openSync', 'readdirSync', 'readFileSync'];
const SANDBOX = resolve(__dirname, '../../estates/sandbox');

const readers = READERS.map((name) => [name, fs[name]]);
for (const [name, read] of readers)
  fs[name] = (path, ...options) =>
    typeof path === 'string' && resolve(path).startsWith(SANDBOX)
      ? refuse(`read ${path}, which is the reader's to edit: read SANDBOX of test/support/repository.ts`)
      : read(path, ...options);

const starters = STARTERS.map((name) => [name, child_process[name]]);
const { listen } = Server.prototype;

for (const name of STARTERS)
  child_process[name] = (command) => refuse(`start a process: ${name} ${command}. ${ELSEWHERE}`);
Server.prototype.listen = () => refuse(`open a port. ${ELSEWHERE}`);

afterAll(() => {
  for (const [name, start] of starters) child_process[name] = start;
  for (const [name, read] of readers) fs[name] = read;
  Server.prototype.listen = listen;
});
