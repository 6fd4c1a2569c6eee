import { measure, programFile, row, tableHead } from './measure';

/** Random pairs of policies against z3, and every version of every AWS managed policy against IAM's rule. It takes half an hour. */
export async function benchAcceptance(): Promise<void> {
  tableHead('What', 'Time');
  const parts = { 'z3, 10,000 random pairs': 'solver', 'managed policies, version by version': 'history' };
  for (const [what, program] of Object.entries(parts)) {
    const { seconds } = await measure({ file: programFile(program), args: [] });
    row(what, `${seconds.toFixed(0)} s`);
  }
}
