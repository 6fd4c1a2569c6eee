import { basename, dirname, join } from 'node:path';
import { STALE_SNAPSHOT } from '../../deploy/steps/engine-output';
import { createIdentityCenterClients } from '../../clouds/aws/aws-clients';
import {
  compareSnapshot,
  knownRegion,
  type OrganizationOnDisk,
  readOrganizationOnDisk,
  type SnapshotOutcome,
} from '../../clouds/aws/organization/compare-snapshot';
import { COMPARED_POLICIES, type FileOutcome } from '../../clouds/aws/organization/compare-policies';
import { COMPARED_ROLES } from '../../clouds/aws/organization/compare-roles';
import { readPolicies } from '../../clouds/aws/organization/read-policies';
import { readRoles } from '../../clouds/aws/organization/read-roles';
import { readSnapshot } from '../../clouds/aws/organization/read-snapshot';
import { diskFolder, readIfThere } from '../../estate/load/estate-folder';
import { grantedUsers, groupNamesOf } from '../../estate/sections/access/plan/expand';
import { planEstate } from '../../estate/plan/estate-plan';
import type { EstatePlan } from '../../estate/plan/planner';
import { effectOfSnapshot, givenByOlderSnapshot } from '../../estate/plan/explanation/snapshot-effect';
import { parseAwsPolicies } from '../../estate/source/aws-snapshots';
import { parseQuietly } from '../../estate/source/json-source';
import { managedPoliciesOf } from '../../estate/sections/access/sets/policy-documents';
import { hasErrors } from '../../estate/source/finding';
import { ORGANIZATION_FILE, POLICIES_FILE, ROLES_FILE, withTexts } from '../../estate/source/estate-folder';
import { gitFolder, openRevision } from '../../clouds/git/git-folder';
import { readDeployedBase } from '../../deploy/pipeline/deployed-base';
import { logLines } from '../../deploy/pipeline/log-lines';
import type * as commands from './options';
import { EXIT, printed, UsageError, writeTogether } from '../program/cli';
import { refreshSchema } from '../program/editor-schema';
import type { OptionsOf } from '../program/define';
import { withProgress } from '../program/progress';
import { chooseEstate } from '../program/chosen-estate';
import { ONLY_AWS, requireTarget } from '../program/local-target';

type Options = OptionsOf<typeof commands.snapshot>;

/** Files beside that of the organization, by their name. */
type Beside = Readonly<Record<string, FileOutcome>>;

export async function run(options: Options): Promise<number> {
  checkOptions(options);
  const { name, folder } = chooseEstate(options);
  const path = join(folder, ORGANIZATION_FILE);
  requireTarget(options.against, ONLY_AWS);
  const before = await readOrganizationOnDisk(path);
  const plan = planEstate(diskFolder(options.estates, name));
  const names = groupNamesOf(plan.estate);
  const { organization, policies, roles } = await readFromAws(options, before, plan);
  const outcome = compareSnapshot(before, organization, (name) => names.has(name));
  const textOf = (file: string): string | undefined => readIfThere(join(folder, file));
  const read: Beside = {
    ...(policies && { [POLICIES_FILE]: COMPARED_POLICIES.compare(textOf(POLICIES_FILE), policies) }),
    ...(roles && { [ROLES_FILE]: COMPARED_ROLES.compare(textOf(ROLES_FILE), roles) }),
  };
  const changes = Object.values(read).flatMap((one) => one.changes);
  process.stdout.write(`${outcome.report}${changes.map((line) => `  ${line}\n`).join('')}`);
  const { out, check, accessOnly } = options;
  if (!check) {
    const code = await write(out ?? path, { outcome, read, always: out !== undefined });
    await refreshSchema(options.estates);
    return code;
  }
  if (accessOnly && before.kind === 'present' && !outcome.isFresh)
    return reportEffect(path, outcome, { ...options, name });
  return reportCheck(path, outcome, read);
}

/** @throws UsageError for options that exclude each other */
function checkOptions({ accessOnly, check, deployed, out }: Options): void {
  if (deployed !== undefined && !accessOnly) throw new UsageError('--deployed needs --access-only');
  if (accessOnly && !check) throw new UsageError('--access-only needs --check: it writes nothing');
  const beside = [POLICIES_FILE, ROLES_FILE].find((file) => out !== undefined && basename(out) === file);
  if (beside !== undefined)
    throw new UsageError(`--out names the file of the organization, and ${beside} is written beside it: got ${out}`);
  if (out !== undefined && check) throw new UsageError('--out or --check, not both');
}

/** Users whom the estate names; where it has errors, which may hide a grant, also whom the file has already. */
function usersOf({ estate, findings }: EstatePlan, before: OrganizationOnDisk): readonly string[] {
  const named = estate.access === undefined ? [] : grantedUsers(estate.access);
  const earlier = before.kind === 'present' && hasErrors(findings) ? (before.file.users ?? []) : [];
  return [...new Set([...named, ...earlier.map(({ userName }) => userName)])];
}

/** AWS managed policies that the file has already, where the estate has errors, which may hide a permission set. */
function earlierPolicies({ estates }: Options, { estate, findings }: EstatePlan): readonly string[] {
  if (!hasErrors(findings)) return [];
  const text = readIfThere(join(estates, estate.name, POLICIES_FILE)) ?? '';
  return parseAwsPolicies(parseQuietly(text)).parsed?.managedPolicies.map(({ name }) => name) ?? [];
}

/** Reads the organization and, but where access alone is asked for, the policies and roles that decide what it lets people do. */
function readFromAws(options: Options, before: OrganizationOnDisk, plan: EstatePlan) {
  const { concurrency, instance: instanceArn, accessOnly } = options;
  const region = options.region ?? knownRegion(before);
  const { access } = plan.estate;
  return withProgress(async (onProgress) => {
    const clients = createIdentityCenterClients({ region, concurrency, onProgress });
    const organization = await readSnapshot(clients, { instanceArn, users: usersOf(plan, before) });
    if (access === undefined || accessOnly) return { organization };
    const { region: home } = organization.identityCenter;
    const managed = [...managedPoliciesOf(access), ...earlierPolicies(options, plan)];
    const policies = await readPolicies(clients, { region: home, managed });
    if (access.roleInventory === undefined) return { organization, policies };
    const accounts = organization.accounts.filter(({ state }) => state === 'ACTIVE').map(({ id }) => id);
    const roles = await readRoles(clients, { region: home, accounts, ...access.roleInventory });
    return { organization, policies, roles };
  });
}

function reportCheck(path: string, outcome: SnapshotOutcome, read: Beside = {}): number {
  const beside = Object.entries(read).filter(([, { isFresh }]) => !isFresh);
  const stale = [...(outcome.isFresh ? [] : [path]), ...beside.map(([file]) => join(dirname(path), file))];
  for (const file of stale) process.stdout.write(`${file} ${STALE_SNAPSHOT}\n`);
  if (stale.length > 0) return EXIT.failed;
  return printed(`${path} is up to date: ${outcome.size}\n`);
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
  if (given.length === 0)
    return printed(`${path} is not what AWS has, but this deployment gives nothing by it, and goes on\n`);
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

interface Writing {
  readonly outcome: SnapshotOutcome;
  readonly read: Beside;
  /** True to write also what is there already, byte for byte. */
  readonly always: boolean;
}

async function write(path: string, { outcome, read, always }: Writing): Promise<number> {
  const files = [
    ...Object.entries(read).map(([file, one]) => ({ path: join(dirname(path), file), ...one })),
    { path, ...outcome },
  ].map((file) => ({ ...file, isKept: file.isIdentical && !always }));
  await writeTogether(files.filter(({ isKept }) => !isKept));
  for (const file of files) {
    process.stdout.write(`${file.path} ${file.isKept ? 'is up to date' : 'written'}: ${file.size}\n`);
  }
  return EXIT.ok;
}
