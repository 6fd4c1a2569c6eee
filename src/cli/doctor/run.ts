import { dirname, join } from 'node:path';
import { type Area, AREAS } from '../../clouds/facts/facts';
import { CHECKS } from '../../doctor/checks/all-checks';
import { type Examination, examineEstate, isWell } from '../../doctor/examination';
import { gatherFacts, type GatherOptions, needsOf } from '../../clouds/gather-facts';
import { runStackOutput } from '../../clouds/pulumi/read-made';
import { renderJson, renderJunit, renderMarkdown, renderTerminal } from '../../doctor/report/render';
import { imageHash } from '../../clouds/git/image-hash';
import { hostedServicesOf, isBuilt } from '../../estate/sections/hosting/services';
import type { EstatePlan } from '../../estate/plan/planner';
import { readOrganizationOnDisk } from '../../clouds/aws/organization/compare-snapshot';
import type * as commands from './options';
import { EXIT, hasColours, UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import { requireTarget } from '../program/local-target';
import { prepareOutputs, writeOutputs } from '../program/output-files';
import { withProgress } from '../program/progress';

type Options = OptionsOf<typeof commands.doctor>;

export async function run(options: Options): Promise<number> {
  const examination = await examine(options);
  await writeOutputs(reportsOf(options).map(([path, render]) => ({ path, text: render(examination) })));
  process.stdout.write(options.json ? renderJson(examination) : renderTerminal(examination, { colour: hasColours() }));
  return isWell(examination, options.strict) ? EXIT.ok : EXIT.failed;
}

async function examine(options: Options): Promise<Examination> {
  const { against, quick: isQuick, wait: waitSeconds } = options;
  const startedAt = new Date();
  const chosen = parseChosen(options.only);
  const areas = areasOf(chosen);
  if (isQuick) requireQuick(chosen, areas);
  const { folder, plan } = readEstate(options);
  requireTarget(against, needsOf(plan, areas));
  // Before what takes minutes: a report that can't be written is known at once.
  for (const [path] of reportsOf(options)) await prepareOutputs(dirname(path), [path]);
  const onDisk = await readOrganizationOnDisk(join(folder, 'organization.json'));
  const signInOrigin = against === 'local' ? process.env['B2C_ORIGIN'] : undefined;
  const imageHashes = hashImages(plan, areas);
  const facts = await gather(options, {
    ...{ plan, areas, isQuick, waitSeconds },
    ...(onDisk.kind === 'present' && { snapshotOnDisk: onDisk.file }),
    ...(imageHashes && { imageHashes }),
    ...(signInOrigin !== undefined && { signInOrigin }),
    // Stand-ins have no backend.
    ...(against === 'cloud' && { readOutputs: runStackOutput }),
  });
  return examineEstate({ plan, facts, startedAt, now: new Date() }, chosen);
}

type Reading = Pick<Options, 'accountRole' | 'concurrency' | 'timeout'>;
type Wanted = Omit<GatherOptions, 'accountRole' | 'concurrency' | 'timeoutSeconds' | 'onProgress' | 'environment'>;

/** Reads what is there, and shows how far it is. */
export function gather({ accountRole, concurrency, timeout }: Reading, wanted: Wanted): ReturnType<typeof gatherFacts> {
  const reading = { concurrency, timeoutSeconds: timeout, environment: process.env };
  return withProgress((onProgress) =>
    gatherFacts({ ...wanted, ...reading, onProgress, ...(accountRole !== undefined && { accountRole }) }),
  );
}

/** Hashes by the names of the services; undefined where nothing is hosted. @throws GitError outside of a git clone */
function hashImages({ estate }: EstatePlan, areas: readonly Area[]): Readonly<Record<string, string>> | undefined {
  if (estate.hosting === undefined || !areas.includes('hosting')) return undefined;
  const built = hostedServicesOf(estate).flatMap(({ name, image }) =>
    isBuilt(image) ? [[name, imageHash(image)] as const] : [],
  );
  return Object.fromEntries(built);
}

function parseChosen(given: readonly string[] = AREAS): readonly string[] {
  const known: readonly string[] = [...AREAS, ...CHECKS.map(({ id }) => id)];
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return given;
  throw new UsageError(
    `--only must be an area (${AREAS.join(', ')}) or the id of a check (npx --no entra-aws docs doctor), got '${unknown}'`,
  );
}

/** @throws UsageError where a quick run would look at nothing more quickly, or not at what was asked */
function requireQuick(chosen: readonly string[], areas: readonly Area[]): void {
  if (!areas.includes('access')) throw new UsageError("--quick is for the area 'access', which --only leaves out");
  if (chosen.includes('access-snapshot')) throw new UsageError("'access-snapshot' takes a run without --quick");
}

/** The areas that are to be read. */
function areasOf(chosen: readonly string[]): readonly Area[] {
  return AREAS.filter((one) =>
    CHECKS.some(({ id, area }) => area === one && (chosen.includes(area) || chosen.includes(id))),
  );
}

/** The files of the reports by what is in them, before there is anything to write. */
function reportsOf({ junit, markdown }: Options): readonly (readonly [string, (examination: Examination) => string])[] {
  return [
    ...(junit === undefined ? [] : [[junit, renderJunit] as const]),
    ...(markdown === undefined ? [] : [[markdown, renderMarkdown] as const]),
  ];
}
