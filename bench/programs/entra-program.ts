import { PROGRAMS } from '../../stacks/entra/programs';
import { runProgram } from '../../src/preview/engine/run-program';
import { sandbox } from '../sandbox';

/** One program of the sandbox, from its files to everything that it registers, under mocks. */
async function main(name: string | undefined): Promise<void> {
  if (name !== 'customers' && name !== 'workforce') throw new Error(`${String(name)} is no program`);
  const run = await runProgram({ name, program: PROGRAMS[name] }, sandbox(), { now: new Date() });
  if (run.failure !== undefined) throw new Error(run.failure);
  console.log(`${run.resources.length} resources`);
}

void main(process.argv[2]);
