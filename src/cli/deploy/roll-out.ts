import { runEngineHere } from '../../deploy/steps/child-processes';
import { type Command, shellLine } from '../../deploy/steps/command';
import { hasSomethingToRollOut, partCommand, rollOutCommand } from '../../deploy/pipeline/roll-out';
import type * as commands from './options';
import { withDeployedPolicies } from './deployed-policies';
import { count } from '../../preview/blocks/text';
import { EXIT } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import { partsToDeploy } from './stack-parts';

export async function run(options: OptionsOf<typeof commands.rollOut>): Promise<number> {
  const { name, plan } = readEstate(options);
  const approval = options.yes ? ['--require-approval', 'never'] : [];
  if (options.access) return rollOutAccess({ plan, estates: options.estates }, approval, options.check);
  const code = await withDeployedPolicies({ plan, estates: options.estates }, async (rollOut) => {
    if (options.check) {
      const isPending = hasSomethingToRollOut(rollOut);
      process.stdout.write(
        isPending ? `${name}: policies to roll out; run npx --no entra-aws deploy roll-out\n` : `${name}: up to date\n`,
      );
      return isPending ? EXIT.failed : EXIT.ok;
    }
    return (await runVisibly(rollOutCommand(rollOut, approval))) ? EXIT.ok : EXIT.failed;
  });
  if (code !== undefined) return code;
  process.stdout.write(`the estate ${name} rolls out no policies\n`);
  return EXIT.ok;
}

/** Deploys what CloudFormation can't take in the one operation that `cdk deploy` of the access stacks is. */
async function rollOutAccess(
  target: Parameters<typeof partsToDeploy>[0],
  approval: readonly string[],
  isCheck: boolean,
): Promise<number> {
  const parts = await partsToDeploy(target);
  const { estate } = target.plan;
  process.stdout.write(
    parts.length === 0
      ? `${estate.name}: one operation of CloudFormation takes what changes\n`
      : `${estate.name}: ${count(parts.length, 'operation')} of CloudFormation before the last one\n`,
  );
  if (isCheck) return parts.length === 0 ? EXIT.ok : EXIT.failed;
  for (const part of parts) if (!(await runVisibly(partCommand(part, approval)))) return EXIT.failed;
  return EXIT.ok;
}

/** Shows and runs a command. @returns whether it succeeded */
async function runVisibly(command: Command): Promise<boolean> {
  process.stdout.write(`${shellLine(command)}\n`);
  return (await runEngineHere(command)) === 0;
}
