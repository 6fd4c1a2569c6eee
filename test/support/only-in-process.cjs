// A unit test starts no process and opens no port: what does belongs into test/system. Modules of Node are shared by all test
// files of a worker, so they are guarded once.
const child_process = require('node:child_process');
const { Server } = require('node:net');

const GUARDED = Symbol.for('entra-aws-identity.only-in-process');

function refuse(what) {
  throw new Error(`A unit test must not ${what}. Move the test to test/system, or pass in what it needs.`);
}

if (!(GUARDED in child_process)) {
  Object.defineProperty(child_process, GUARDED, { value: true });
  for (const name of ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync']) {
    child_process[name] = (command) => refuse(`start a process: ${name} ${command}`);
  }
  Server.prototype.listen = () => refuse('open a port');
}
