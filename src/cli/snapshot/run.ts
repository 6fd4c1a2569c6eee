import { join } from 'node:path';
import { STALE_SNAPSHOT } from '../../deploy/steps/engine-output';
import { createIdentityCenterClients } from '../../clouds/aws/aws-clients';
import {
  compareSnapshot,
  knownRegion,
  type OrganizationOnDisk,
  readOrganizationOnDisk,
  type SnapshotOutcome,
} from '../../clouds/aws/organization/compare-snapshot';
import { readSnapshot } from '../../clouds/aws/organization/read-snapshot';
import { diskFolder } from '../../estate/load/estate-folder';
import { grantedUsers } from '../../estate/sections/access/ended-grants';
import { planEstate } from '../../estate/plan/estate-plan';
import type { EstatePlan } from '../../estate/plan/planner';
import { groupNamesOf } from '../../estate/sections/access/plan/renamed-groups';
import { effectOfSnapshot, givenByOlderSnapshot } from '../../estate/plan/explanation/snapshot-effect';
import { hasErrors } from '../../estate/source/finding';
import { ORGANIZATION_FILE, withTexts } from '../../estate/source/estate-folder';
import { gitFolder, openRevision } from '../../clouds/git/git-folder';
import { readDeployedBase } from '../../deploy/pipeline/deployed-base';
import { logLines } from '../../deploy/pipeline/log-lines';
import type * as commands from './options';
import { EXIT, UsageError, writeAtomically } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { withProgress } from '../program/progress';
import { chooseEstate } from '../program/chosen-estate';
import { ONLY_AWS, requireTarget } from '../program/local-target';

type Options = OptionsOf<typeof commands.snapshot>;

export async function run(options: Options): Promise<number> {
  checkOptions(options);
  const { name, folder } = chooseEstate(options);
  const path = join(folder, ORGANIZATION_FILE);
  requireTarget(options.against, ONLY_AWS);
  const before = await readOrganizationOnDisk(path);
  const plan = planEstate(diskFolder(options.estates, name));
  const users = usersOf(plan, before);
  const region = options.region ?? knownRegion(before);
  const names = groupNamesOf(plan.estate);
  const outcome = compareSnapshot(before, await readFromAws(options, region, users), (name) => names.has(name));
  process.stdout.write(outcome.report);
  if (options.out !== undefined) return write(options.out, { ...outcome, isIdentical: false });
  if (!options.check) return write(path, outcome);
  const isSuperficial = options.accessOnly && before.kind === 'present' && !outcome.isFresh;
  return isSuperficial ? reportEffect(path, outcome, { ...options, name }) : reportCheck(path, outcome);
}

/** @throws UsageError for options that exclude each other */
function checkOptions({ accessOnly, check, deployed, out }: Options): void {
  if (deployed !== undefined && !accessOnly) throw new UsageError('--deployed needs --access-only');
  if (accessOnly && !check) throw new UsageError('--access-only needs --check: it writes nothing');
  if (out !== undefined && check) throw new UsageError('--out or --check, not both');
}

/** Users whom the estate names; where it has errors, which may hide a grant, also whom the file has already. */
function usersOf({ estate, findings }: EstatePlan, before: OrganizationOnDisk): readonly string[] {
  const named = estate.access === undefined ? [] : grantedUsers(estate.access);
  const earlier = before.kind === 'present' && hasErrors(findings) ? (before.file.users ?? []) : [];
  return [...new Set([...named, ...earlier.map(({ userName }) => userName)])];
}

function readFromAws(
  { concurrency, instance: instanceArn }: Options,
  region: string | undefined,
  users: readonly string[],
): ReturnType<typeof readSnapshot> {
  return withProgress((onProgress) =>
    readSnapshot(createIdentityCenterClients({ region, concurrency, onProgress }), { instanceArn, users }),
  );
}

function reportCheck(path: string, outcome: SnapshotOutcome): number {
  process.stdout.write(outcome.isFresh ? `${path} is up to date: ${outcome.size}\n` : `${path} ${STALE_SNAPSHOT}\n`);
  return outcome.isFresh ? EXIT.ok : EXIT.failed;
}

/** Lines of what changes that are shown. */
const SHOWN_EFFECTS = 50;

interface EffectOf extends Pick<Options, 'estates' | 'deployed'> {
  readonly name: string;
}

/**
 * Fails where a deployment from what AWS has now would give other access than one from the file; after an approval, only where this
 * deployment gives something by it.
 */
function reportEffect(path: string, outcome: SnapshotOutcome, { estates, deployed, name }: EffectOf): number {
  const folder = diskFolder(estates, name);
  const [before, after] = [planEstate(folder), planEstate(withTexts(folder, { [ORGANIZATION_FILE]: outcome.text }))];
  const effect = effectOfSnapshot(before, after);
  if (effect.length === 0) {
    process.stdout.write(
      `${path} is not what AWS has, but gives the same access; npx --no entra-aws snapshot renews it\n`,
    );
    return EXIT.ok;
  }
  process.stdout.write(`This changes what is deployed:\n${logLines(shortened(effect).join('\n'))}`);
  if (deployed === undefined) return reportCheck(path, outcome);
  const given = givenByOlderSnapshot(planDeployed(estates, name, deployed), before, after);
  if (given.length === 0) {
    process.stdout.write(`${path} is not what AWS has, but this deployment gives nothing by it, and goes on\n`);
    return EXIT.ok;
  }
  process.stdout.write(
    `This deployment would give access that the present accounts and groups in AWS do not call for:\n${logLines(shortened(given).join('\n'))}`,
  );
  return reportCheck(path, outcome);
}

function shortened(lines: readonly string[]): readonly string[] {
  const more = lines.length - SHOWN_EFFECTS;
  return [...lines.slice(0, SHOWN_EFFECTS), ...(more > 0 ? [`and ${more} more`] : [])];
}

/** The estate at the commit that was deployed last; undefined where nothing was. */
function planDeployed(estates: string, name: string, file: string): EstatePlan | undefined {
  const base = readDeployedBase(file);
  return base.kind === 'nothing' ? undefined : planEstate(gitFolder(openRevision(estates, base.deployed.commit), name));
}

async function write(path: string, outcome: SnapshotOutcome): Promise<number> {
  if (!outcome.isIdentical) await writeAtomically(path, outcome.text);
  process.stdout.write(`${path} ${outcome.isIdentical ? 'is up to date' : 'written'}: ${outcome.size}\n`);
  return EXIT.ok;
}
