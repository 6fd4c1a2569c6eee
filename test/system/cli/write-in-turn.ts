import { writeAtomically } from '../../../src/cli/program/cli';

/** Writes two large texts in turn, and says each time that it did, until it is killed. */
async function writeInTurn(path: string): Promise<never> {
  for (let turn = 0; ; turn += 1) {
    await writeAtomically(path, (turn % 2 === 0 ? 'a' : 'b').repeat(1_000_000));
    process.stdout.write('.');
  }
}

void writeInTurn(process.argv[2] ?? '');
