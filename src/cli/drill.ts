import { dirname } from 'node:path';
import { lastStepOf } from '../doctor/drill/last-step';
import type { Drill } from '../doctor/drill/render-drill';
import { renderDrillJson, renderDrillRecord, renderDrillTerminal } from '../doctor/drill/render-drill';
import { examineEstate } from '../doctor/examination';
import { gatherFacts, needsOf } from '../clouds/facts/gather-facts';
import type { EstatePlan } from '../estate/plan/estate-plan';
import { CONCURRENCY } from '../clouds/aws/aws-source';
import { createProgress } from '../clouds/aws/progress';
import {
  chooseEstate,
  DEFAULT_ESTATES_FOLDER,
  EXIT,
  parseCommandArgs,
  parseInteger,
  runCommand,
  UsageError,
} from './program/cli';
import { hasColours, readSoundPlan, requireTarget, TIMEOUT } from './program/examining';
import { prepareOutputs, writeOutputs } from './program/output-files';

const HELP = `npm run drill -- --estate NAME [options]

Proves the emergency access link by link, from the application in Entra ID to each role and each alarm in AWS, up to the last
step, which needs a person; then it says what that person does. It only reads. docs/emergency-access.md lists the links, the
permissions, and when to do it.

  --estate NAME      the estate (default: the only one)
  --against TARGET   cloud, or local: stand-ins on this machine, whose addresses are in the environment (AWS_ENDPOINT_URL,
                     ARM_METADATA_HOSTNAME); nothing else is asked (default: cloud)
  --account-role R   the role that is taken on in accounts other than that of the credentials (default: the CDK's lookup role)
  --strict           exit 1 too if something could not be checked
  --json             print JSON and nothing else
  --out FILE         write a record to keep, as Markdown, with a table for the people who take part
  --timeout SECONDS  longest time for a part of the reading (default: ${TIMEOUT.default})
  --estates FOLDER   where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help             show this

Exit codes: 0 no failure, 1 failures or not done, 2 called wrongly.
`;

const OPTIONS = {
  estate: { type: 'string' },
  against: { type: 'string', default: 'cloud' },
  'account-role': { type: 'string' },
  strict: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
  timeout: { type: 'string', default: String(TIMEOUT.default) },
  estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseCommandArgs<typeof OPTIONS>>;

const TARGETS: readonly string[] = ['cloud', 'local'];

/** Nothing else is read. */
const AREAS = ['emergency'] as const;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, OPTIONS);
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const drill = await perform(values);
  if (values.out !== undefined) await writeOutputs([{ path: values.out, text: renderDrillRecord(drill) }]);
  process.stdout.write(values.json ? renderDrillJson(drill) : renderDrillTerminal(drill, { colour: hasColours() }));
  const { failure, unknown } = drill.examination.totals;
  return failure > 0 || (values.strict && unknown > 0) ? EXIT.failed : EXIT.ok;
}

async function perform(values: Values): Promise<Drill> {
  const timeoutSeconds = parseInteger('--timeout', values.timeout, TIMEOUT);
  if (!TARGETS.includes(values.against))
    throw new UsageError(`--against must be cloud or local, not '${values.against}'`);
  const { name } = chooseEstate({ root: values.estates, name: values.estate });
  const plan = readSoundPlan(values.estates, name);
  requireEmergency(plan);
  if (values.against !== 'cloud') requireTarget(values.against, needsOf(plan, AREAS));
  if (values.out !== undefined) await prepareOutputs(dirname(values.out), [values.out]);
  const accountRole = values['account-role'];
  const progress = createProgress(process.stderr);
  try {
    const facts = await gatherFacts({
      plan,
      areas: AREAS,
      ...(accountRole !== undefined && { accountRole }),
      concurrency: CONCURRENCY.default,
      timeoutSeconds,
      onProgress: progress.show,
      environment: process.env,
    });
    const now = new Date();
    return { examination: examineEstate({ plan, facts, now }, AREAS), lastStep: lastStepOf(plan, facts, now) };
  } finally {
    progress.clear();
  }
}

/** @throws UsageError where there is nothing to prove */
function requireEmergency({ estate, emergency }: EstatePlan): void {
  if (emergency === undefined) {
    throw new UsageError(`the estate '${estate.name}' has no section 'emergency'; docs/emergency-access.md shows one`);
  }
}

void runCommand(main);
