import { GraphError } from '../../../../provider/graph/error';
import { programsOf } from '../../../estate/plan/stacks/stacks';
import { BootstrapError } from './deployed';
import { makeApplications } from './make';
import { removeApplications } from './remove';
import type { Use } from './wanted';
import { type ProgramResult, workOn } from './work';
import type * as commands from '../options';
import { EXIT, UsageError } from '../../program/cli';
import type { OptionsOf } from '../../program/define';
import { readEstate } from '../../program/estate';
import { requireTarget } from '../../program/local-target';

type Options = OptionsOf<typeof commands.bootstrap>;

export async function run(options: Options): Promise<number> {
  const { estate } = readEstate(options).plan;
  const asked = options.program === undefined ? programsOf(estate) : [options.program];
  const programs = asked.filter((program) => estate[program] !== undefined);
  if (programs.length === 0) {
    throw new UsageError(`The estate ${estate.name} has no section ${options.program ?? 'customers or workforce'}.`);
  }
  requireTarget(options.against, { aws: false, graph: programs, signIn: false });
  const results: ProgramResult[] = [];
  for (const program of programs) {
    const work = workOn({ estate, program, uses: usesOf(options), options });
    results.push(await (options.remove ? removeApplications(work) : makeApplications(work)).catch(explained));
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
  return results.every(({ isAsWanted }) => isAsWanted) ? EXIT.ok : EXIT.failed;
}

/** Without a word, both: the pipeline as far as the estate says who it is. */
function usesOf({ laptop, pipeline }: Options): readonly Use[] {
  const both = laptop === pipeline;
  return [...(laptop || both ? (['laptop'] as const) : []), ...(pipeline || both ? (['pipeline'] as const) : [])];
}

/** A refusal in the words of whoever has to do something about it. */
function explained(error: unknown): never {
  if (!(error instanceof GraphError) || error.status !== 403) throw error;
  throw new BootstrapError(
    `${error.message}; your roles in this tenant are not enough. Whoever gives application permissions of ` +
      'Microsoft Graph must be Privileged Role Administrator or Global Administrator. What was done before stays; the same ' +
      'command goes on from there, and npx --no entra-aws sign-in bootstrap --remove takes it back.',
  );
}
