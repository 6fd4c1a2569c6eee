import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How a fake program answers a call; the first answer whose words all stand in the command line counts. */
export interface FakeAnswer {
  /** Words that the command line has, in any order; `AWS_PROFILE=name` too. @default any command line */
  readonly words?: readonly string[];
  readonly stdout?: string;
  readonly stderr?: string;
  /** @default 0 */
  readonly code?: number;
  /** Name of a flag file: the answer counts only while it exists. @default always */
  readonly ifFlag?: string;
  /** Name of a flag file that the call makes. @default none */
  readonly setsFlag?: string;
  /** Whether the call never ends. @default false */
  readonly hangs?: boolean;
  /** Signal that ends the call. @default none */
  readonly endsBy?: NodeJS.Signals;
}

/** Programs on the path of a child process that record how they are called. */
export interface FakePrograms {
  /** The folder with the programs, first on a path. */
  readonly path: string;
  readonly answer: (program: string, answers: readonly FakeAnswer[]) => void;
  /** Makes a flag file, or takes it away. */
  readonly flag: (name: string, isSet: boolean) => void;
  /** Command lines so far, as one text each. */
  readonly calls: () => readonly string[];
}

/** A call that no answer fits ends with this code. */
const UNEXPECTED = 99;

/** Makes executables in a folder. They are Node scripts, and find their answers beside them. */
export function fakePrograms(folder: string): FakePrograms {
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'calls.log');
  writeFileSync(log, '');
  return {
    path: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
    answer: (program, answers) => {
      const file = join(folder, program);
      writeFileSync(`${file}.answers.json`, JSON.stringify(answers));
      writeFileSync(file, SCRIPT);
      chmodSync(file, 0o755);
    },
    flag: (name, isSet) => {
      const file = join(folder, `${name}.flag`);
      if (isSet) writeFileSync(file, '');
      else rmSync(file, { force: true });
    },
    calls: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
  };
}

const SCRIPT = `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const folder = dirname(__filename);
const args = process.argv.slice(2);
const profile = process.env.AWS_PROFILE === undefined ? [] : ['AWS_PROFILE=' + process.env.AWS_PROFILE];
const words = [...profile, basename(__filename), ...args];
appendFileSync(join(folder, 'calls.log'), words.join(' ') + '\\n');
const answers = JSON.parse(readFileSync(__filename + '.answers.json', 'utf8'));
const flag = (name) => join(folder, name + '.flag');
const fits = ({ words: wanted = [], ifFlag }) =>
  wanted.every((word) => words.includes(word)) && (ifFlag === undefined || existsSync(flag(ifFlag)));
const found = answers.find(fits) ?? { code: ${UNEXPECTED}, stderr: 'unexpected: ' + args.join(' ') + '\\n' };
if (found.setsFlag !== undefined) writeFileSync(flag(found.setsFlag), '');
process.stdout.write(found.stdout ?? '');
process.stderr.write(found.stderr ?? '');
process.exitCode = found.code ?? 0;
if (found.endsBy) process.kill(process.pid, found.endsBy);
if (found.hangs) setInterval(() => undefined, 1000);
`;
