import { dirname, join } from 'node:path';
import { AREAS, type Area } from '../clouds/facts/area';
import { CHECKS } from '../doctor/checks/all-checks';
import { examineEstate, type Examination } from '../doctor/examination';
import { gatherFacts, needsOf } from '../clouds/facts/gather-facts';
import { runStackOutput } from '../clouds/pulumi/run-pulumi';
import { renderJson, renderMarkdown, renderTerminal } from '../doctor/report/render';
import { renderJunit } from '../doctor/report/render-junit';
import { hashImageSources } from '../clouds/git/image-hash';
import type { ServiceName } from '../estate/sections/hosting/hosting';
import type { EstatePlan } from '../estate/plan/estate-plan';
import { CONCURRENCY } from '../clouds/aws/aws-source';
import { readOrganizationOnDisk } from '../clouds/aws/organization/organization-on-disk';
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

/** AWS answers for some seconds as before a change. */
const WAIT = { default: 0, min: 0, max: 600 } as const;

const HELP = `npm run doctor -- --estate NAME [options]

Examines a deployed estate: what Entra ID, Azure AD B2C and AWS have, against what the estate says. It only reads. Sign in to
Graph as Pulumi does (ARM_…), to AWS by the SDK's own ways; docs/doctor.md lists the checks and the permissions of each.

  --estate NAME      the estate (default: the only one)
  --against local    stand-ins on this machine, whose addresses are in the environment (AWS_ENDPOINT_URL,
                     ARM_METADATA_HOSTNAME, B2C_ORIGIN); nothing else is asked
  --account-role R   the role that is taken on to read accounts of the emergency access (default: the CDK's lookup role)
  --only WHAT        one area or one check by its id, may be given several times (default: all that the estate has);
                     areas: ${AREAS.join(', ')}
  --wait SECONDS     right after a deployment: where access is not as declared, read it again for so long, 0 to ${WAIT.max}
                     (default: ${WAIT.default})
  --strict           exit 1 too if something could not be checked
  --json             print JSON and nothing else
  --junit FILE       write JUnit XML as well
  --markdown FILE    write Markdown as well
  --concurrency N    calls to one service at once, ${CONCURRENCY.min} to ${CONCURRENCY.max} (default: ${CONCURRENCY.default})
  --timeout SECONDS  longest time for a part of the reading (default: ${TIMEOUT.default})
  --estates FOLDER   where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help             show this

Exit codes: 0 no failure, 1 failures or not done, 2 called wrongly.
`;

const OPTIONS = {
  estate: { type: 'string' },
  against: { type: 'string' },
  'account-role': { type: 'string' },
  only: { type: 'string', multiple: true },
  wait: { type: 'string', default: String(WAIT.default) },
  strict: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  junit: { type: 'string' },
  markdown: { type: 'string' },
  concurrency: { type: 'string', default: String(CONCURRENCY.default) },
  timeout: { type: 'string', default: String(TIMEOUT.default) },
  estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseCommandArgs<typeof OPTIONS>>;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, OPTIONS);
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const examination = await examine(values);
  await writeOutputs(reportsOf(values).map(([path, render]) => ({ path, text: render(examination) })));
  process.stdout.write(values.json ? renderJson(examination) : renderTerminal(examination, { colour: hasColours() }));
  const { failure, unknown } = examination.totals;
  return failure > 0 || (values.strict && unknown > 0) ? EXIT.failed : EXIT.ok;
}

async function examine(values: Values): Promise<Examination> {
  const concurrency = parseInteger('--concurrency', values.concurrency, CONCURRENCY);
  const timeoutSeconds = parseInteger('--timeout', values.timeout, TIMEOUT);
  const waitSeconds = parseInteger('--wait', values.wait, WAIT);
  const chosen = parseChosen(values.only);
  const areas = areasOf(chosen);
  const { name, folder } = chooseEstate({ root: values.estates, name: values.estate });
  const plan = readSoundPlan(values.estates, name);
  requireTarget(values.against, needsOf(plan, areas));
  // Before what takes minutes: a report that can't be written is known at once.
  for (const [path] of reportsOf(values)) await prepareOutputs(dirname(path), [path]);
  const onDisk = await readOrganizationOnDisk(join(folder, 'organization.json'));
  const signInOrigin = values.against === undefined ? undefined : process.env['B2C_ORIGIN'];
  const imageHashes = hashImages(plan, areas);
  const accountRole = values['account-role'];
  const progress = createProgress(process.stderr);
  try {
    const facts = await gatherFacts({
      plan,
      areas,
      ...(onDisk.kind === 'present' && { snapshotOnDisk: onDisk.file }),
      ...(imageHashes && { imageHashes }),
      ...(accountRole !== undefined && { accountRole }),
      ...(signInOrigin !== undefined && { signInOrigin }),
      // Stand-ins have no backend.
      ...(values.against === undefined && { readOutputs: runStackOutput }),
      concurrency,
      timeoutSeconds,
      waitSeconds,
      onProgress: progress.show,
      environment: process.env,
    });
    return examineEstate({ plan, facts, now: new Date() }, chosen);
  } finally {
    progress.clear();
  }
}

/** Undefined where nothing is hosted. @throws GitError if this is no clone */
function hashImages({ estate }: EstatePlan, areas: readonly Area[]): Readonly<Record<ServiceName, string>> | undefined {
  if (estate.hosting === undefined || !areas.includes('hosting')) return undefined;
  const repository = join(__dirname, '../..');
  return { web: hashImageSources(repository, 'web'), api: hashImageSources(repository, 'api') };
}

function parseChosen(given: readonly string[] = AREAS): readonly string[] {
  const known = [...AREAS, ...CHECKS.map(({ id }) => id)];
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return given;
  throw new UsageError(
    `--only must be an area (${AREAS.join(', ')}) or the id of a check (docs/doctor.md), got '${unknown}'`,
  );
}

/** The areas that are to be read. */
function areasOf(chosen: readonly string[]): readonly Area[] {
  return AREAS.filter((one) =>
    CHECKS.some(({ id, area }) => area === one && (chosen.includes(area) || chosen.includes(id))),
  );
}

/** The files of the reports by what is in them, before there is anything to write. */
function reportsOf({ junit, markdown }: Values): readonly (readonly [string, (examination: Examination) => string])[] {
  return [
    ...(junit === undefined ? [] : [[junit, renderJunit] as const]),
    ...(markdown === undefined ? [] : [[markdown, renderMarkdown] as const]),
  ];
}

void runCommand(main);
