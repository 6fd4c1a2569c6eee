// A unit test starts no process and opens no port: what does belongs into test/system. Modules of Node are shared by all test
// files of a worker, so each file gives them back.
const child_process = require('node:child_process');
const { Server } = require('node:net');

const STARTERS = ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'];

function refuse(what) {
  throw new Error(`A unit test must not ${what}. Move the test to test/system, or pass in what it needs.`);
}

const starters = STARTERS.map((name) => [name, child_process[name]]);
const { listen } = Server.prototype;

for (const name of STARTERS) child_process[name] = (command) => refuse(`start a process: ${name} ${command}`);
Server.prototype.listen = () => refuse('open a port');

afterAll(() => {
  for (const [name, start] of starters) child_process[name] = start;
  Server.prototype.listen = listen;
});
