import { commandsFor } from './commands';
import { runProgram, useProxy } from './program/cli';
import { runArguments } from './program/program';

void runProgram(async (argv) => {
  useProxy(process.env);
  return await runArguments(await commandsFor(argv[0]), argv);
});
