import { readCommand, runEngineHere } from '../../deploy/steps/child-processes';
import { renderPlan, runSteps, showStatus, type Terminal } from '../../deploy/steps/run-steps';
import type { Step } from '../../deploy/steps/step';
import { deploymentSteps } from '../../deploy/steps/steps';
import { diskFolder } from '../../estate/load/estate-folder';
import { allFindings } from '../../estate/plan/estate-plan';
import { listPlaceholders, placeholdersIn } from '../../estate/plan/placeholders';
import type { Estate } from '../../estate/sections/estate';
import { formatFinding } from '../../estate/source/finding';
import { refuseOldCheckout } from './checkout';
import type * as commands from './options';
import { bicepFiles } from '../../package/contents/bicep';
import { EXIT, printed, writeAtomically } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import { withProgress } from '../program/progress';
import { isOnStandIns } from '../program/surroundings';
import { twinFindingsHere } from '../program/twins';

export async function run(options: OptionsOf<typeof commands.deploy>): Promise<number> {
  const { plan } = readEstate(options, allFindings);
  const steps = deploymentSteps(plan, {
    estates: options.estates,
    accessProfile: options.accessProfile,
    hostingProfile: options.hostingProfile,
    stateProfile: options.stateProfile,
    yes: options.yes,
    bicep: bicepFiles(),
  });
  if (options.dryRun) return printed(renderPlan(steps));
  if (!isOnStandIns(process.env, plan.estate)) {
    refuseTwins(options.estates, plan.estate);
    refusePlaceholders(options.estates, plan.estate);
    // A look changes nothing.
    const unknown = options.status ? undefined : refuseOldCheckout(options.estates, plan.estate, process.env);
    if (unknown !== undefined) process.stderr.write(`${unknown}\n`);
  }
  const files = steps.flatMap((step) => step.files ?? []);
  for (const { path, text } of files) await writeAtomically(path, text);
  return deploy(steps, options.status);
}

/** @throws Error naming every value that is somebody else's */
function refusePlaceholders(estates: string, estate: Estate): void {
  const placeholders = placeholdersIn(diskFolder(estates, estate.name));
  if (placeholders.length === 0) return;
  throw new Error(`${listPlaceholders(placeholders)}\nNo cloud was asked, and nothing was deployed.`);
}

/** @throws Error naming every thing that another estate of the repository lays too */
function refuseTwins(estates: string, { name }: Estate): void {
  const twins = twinFindingsHere(estates, name).map(formatFinding);
  if (twins.length > 0) throw new Error(`${twins.join('\n')}\nNo cloud was asked, and nothing was deployed.`);
}

async function deploy(steps: readonly Step[], isStatus: boolean): Promise<number> {
  const terminal: Terminal = {
    read: (command) =>
      withProgress((show) => {
        show(`${command.words.join(' ')} …`);
        return readCommand(command);
      }),
    run: runEngineHere,
    say: (text) => void process.stdout.write(`${text}\n`),
  };
  const states = await (isStatus ? showStatus : runSteps)(steps, terminal);
  const left = steps.filter(({ id }) => states.get(id) !== 'done').map(({ id }) => id);
  terminal.say(left.length === 0 ? '\nEverything is deployed.' : `\nLeft: ${left.join(', ')}`);
  return left.length === 0 ? EXIT.ok : EXIT.failed;
}
