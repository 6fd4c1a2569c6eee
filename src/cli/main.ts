import { GROUPS } from './groups';
import { runProgram } from './program/cli';
import { runArguments } from './program/program';

void runProgram((argv) => runArguments(GROUPS, argv));
