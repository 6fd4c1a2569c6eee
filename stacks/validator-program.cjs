// A process that loads CloudFormation's rules while the program synthesises, validates, and is gone; and the thread by which the
// program, which must wait for an answer, reaches it. Plain JavaScript, since both are started as they are.
const { fork } = require('node:child_process');
const { dirname, join } = require('node:path');
const { isMainThread, workerData } = require('node:worker_threads');

/**
 * The plug-in of aws-cdk-lib by its file, with the validator and the rules that it brings: seven files, and not the library
 * around it.
 */
const PLUGIN = 'core/lib/validation/cloudformation-validate-plugin.js';

/**
 * A resource of each type of ours: the plug-in loads the rules of the types that it finds, and keeps them. All at once, since each
 * later call with another type takes 0.3 s of a processor again.
 */
const TYPES = join(__dirname, 'resource-types.json');

/** WebAssembly is compiled once, in the thread that needs it: half of the processor time and two thirds of the memory. */
const FLAGS = ['--liftoff-only', '--single-threaded'];

let plugin;

function serve() {
  const failure = messageOf(loadRules);
  process.on('message', (stackTemplates) => process.send(failure ?? answerTo(stackTemplates)));
}

function loadRules() {
  const library = dirname(require.resolve('aws-cdk-lib/package.json'));
  const { CloudFormationValidatePlugin } = require(join(library, PLUGIN));
  plugin = new CloudFormationValidatePlugin();
  plugin.validate({ stackTemplates: [{ stackConstructPath: 'Types', templatePath: TYPES }] });
}

function answerTo(stackTemplates) {
  let answer;
  const failure = messageOf(() => {
    answer = { version: plugin.version, violations: plugin.validate({ stackTemplates }).violations };
  });
  return failure ?? answer;
}

function messageOf(step) {
  try {
    step();
    return undefined;
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

/** Answers each question in its order, also where the process has died. A message without a question ends both. */
function relay(port) {
  const asking = [];
  const answer = (message) => {
    const question = asking.shift();
    if (question === undefined) return;
    const { answered, answerTo } = question;
    answerTo.postMessage(message);
    Atomics.store(answered, 0, 1);
    Atomics.notify(answered, 0);
  };
  const child = fork(__filename, {
    execArgv: [...process.execArgv, ...FLAGS],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const end = (reason) => {
    while (asking.length > 0) answer({ failure: `the process of the validator ended: ${reason}` });
  };
  child.on('message', answer);
  child.on('error', ({ message }) => end(message));
  child.on('exit', (code, signal) => end(signal ?? code));
  port.on('message', (question) => {
    if (question === undefined) {
      port.close();
      child.kill('SIGKILL');
      return;
    }
    asking.push(question);
    child.send(question.stackTemplates, (error) => error && end(error.message));
  });
}

if (isMainThread) serve();
else relay(workerData);
