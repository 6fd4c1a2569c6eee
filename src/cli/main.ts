import { commandsFor } from './commands';
import { runProgram } from './program/cli';
import { runArguments } from './program/program';
import { useProxy } from './program/proxy';

void runProgram(async (argv) => {
  useProxy(process.env);
  return await runArguments(await commandsFor(argv[0]), argv);
});
