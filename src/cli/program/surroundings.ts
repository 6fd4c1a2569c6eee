import { readFileSync } from 'node:fs';
import { checkLocal, LocalTargetError } from '../../clouds/local-target';
import { remoteDefaultBranch, remoteOf } from '../../clouds/git/remote';
import { runKindOf, runnerIn } from '../../deploy/forges/registry';
import type { RunKind } from '../../deploy/forges/runner';
import { diskFolder, readIfThere } from '../../estate/load/estate-folder';
import type { EstatePlan } from '../../estate/plan/planner';
import { type Placeholder, placeholderFinding, placeholdersIn } from '../../estate/plan/placeholders';
import { programsOf } from '../../estate/plan/stacks/stacks';
import type { Estate } from '../../estate/sections/estate';
import type { NamedRepository, Remote } from '../../estate/sections/pipeline/forges/facts';
import {
  DEFAULT_FORGE,
  type Forge,
  FORGE_FACTS,
  forgeOf,
  repositoryOf,
} from '../../estate/sections/pipeline/forges/registry';
import type { Finding, Issue } from '../../estate/source/finding';
import { locate } from '../../estate/source/source-document';
import { known } from '../../text/values';
import { z } from 'zod';
import { name as packageName } from '../../../package.json';
import { parseQuietly } from '../../estate/source/json-source';
import { projectFile } from '../../package/contents/files';
import { renamedEstateFindings, twinFindingsHere } from './twins';

/** Facts of the repository and of the run, by which an estate is judged besides its files. */
export interface Surroundings {
  /** Values of the estate that are not its own yet. */
  readonly placeholders: readonly Placeholder[];
  readonly remote: Remote | undefined;
  /** Default branch of the forge; undefined where neither git nor the run tells it. */
  readonly defaultBranch: string | undefined;
  /** Undefined outside of a pipeline. */
  readonly run: RunKind | undefined;
  /** True where every cloud is a stand-in on this machine. */
  readonly isLocal: boolean;
}

/** The reason for which the forge runs this process; undefined outside of a forge. */
export function runKind(): RunKind | undefined {
  return runKindOf(process.env, readEvent);
}

/** Reads the file with the event of a run. */
function readEvent(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Findings about an estate in its repository and against a commit of it: nothing is said of the example in the package's own. */
export function surroundingFindings(estates: string, plan: EstatePlan, commit?: string): readonly Finding[] {
  if (isOwnRepository()) return [];
  const judged = judge(plan, {
    placeholders: placeholdersIn(diskFolder(estates, plan.estate.name)),
    remote: remoteOf(estates),
    defaultBranch: runnerIn(process.env)?.defaultBranch(process.env, readEvent) ?? remoteDefaultBranch(estates),
    run: runKind(),
    isLocal: isOnStandIns(process.env, plan.estate),
  });
  const { name } = plan.estate;
  const renamed = commit === undefined ? [] : renamedEstateFindings(estates, name, commit);
  return [...judged, ...twinFindingsHere(estates, name), ...renamed];
}

/** The same where the facts are given. */
export function judge(plan: EstatePlan, surroundings: Surroundings): readonly Finding[] {
  const { placeholders, run, isLocal } = surroundings;
  const own = placeholderFinding(placeholders, !isLocal && signsIn(plan, run) ? 'error' : 'warning');
  const issues = [...otherRepository(plan.estate, surroundings), ...otherBranch(plan.estate, surroundings)];
  return [...(own === undefined ? [] : [own]), ...issues.map((issue) => locate(issue, plan))];
}

/** Tells whether a run takes an identity for this estate: in Entra ID one that it names, in AWS alone a role. */
function signsIn({ estate: { azure, pipeline } }: EstatePlan, run: RunKind | undefined): boolean {
  if (run?.asksClouds !== true || pipeline === undefined) return false;
  return azure === undefined || Object.keys(pipeline.identities).length > 0;
}

/** A clone of a fork has another remote, so this is a warning; a run of another repository is left out elsewhere. */
function otherRepository(estate: Estate, { placeholders, remote }: Surroundings): readonly Issue[] {
  const named = namedRepository(estate);
  if (named === undefined || remote === undefined) return [];
  const actual = actualRepository(remote, named);
  if (actual === undefined || isSame(actual, named)) return [];
  const at = [estate.azure === undefined ? 'pipeline' : 'azure', 'repository'];
  // It is counted among the placeholders.
  if (placeholders.some(({ path }) => path === at.join('.'))) return [];
  const problem = `at ${placeName(named)} is not the repository of the git remote, and its runs are what the clouds trust`;
  const allowed = `'${actual.repository}' at ${placeName(actual)}`;
  return [{ severity: 'warning', code: 'other-repository', at, value: named.repository, problem, allowed }];
}

/** Tells whether a remote leads to the repository that the estate names. */
export function isRepositoryOf(remote: Remote, estate: Pick<Estate, 'azure' | 'pipeline'>): boolean {
  const named = namedRepository(estate);
  const actual = named && actualRepository(remote, named);
  return named !== undefined && actual !== undefined && isSame(actual, named);
}

interface AtForge extends NamedRepository {
  readonly forge: Forge;
}

function namedRepository({ azure, pipeline }: Pick<Estate, 'azure' | 'pipeline'>): AtForge | undefined {
  const repository = (azure ?? pipeline)?.repository;
  if (repository === undefined) return undefined;
  return { repository, forge: pipeline?.forge ?? DEFAULT_FORGE, ...known({ server: pipeline?.server }) };
}

/** A host whose name tells no forge is that of the estate if this names it as its server. */
function actualRepository(remote: Remote, { forge, server }: AtForge): AtForge | undefined {
  const known = forgeOf(remote) ?? (server === `https://${remote.host}` ? forge : undefined);
  return known && repositoryOf(remote, known);
}

function placeName({ forge, server }: AtForge): string {
  return server ?? FORGE_FACTS[forge].name;
}

function isSame(actual: AtForge, named: AtForge): boolean {
  return (
    actual.forge === named.forge && actual.server === named.server && sameName(actual.repository, named.repository)
  );
}

/** A name may have ids: owner@12/name@345. */
function sameName(actual: string, named: string): boolean {
  return actual.toLowerCase() === named.replaceAll(/@\d+/g, '').toLowerCase();
}

function otherBranch({ pipeline }: Estate, { defaultBranch, run }: Surroundings): readonly Issue[] {
  if (pipeline === undefined || defaultBranch === undefined || defaultBranch === pipeline.branch) return [];
  const problem = `is not the default branch of the repository, '${defaultBranch}': what is merged there is not deployed, and nothing looks for drift`;
  const allowed = `'branch: ${defaultBranch}', and then npx --no entra-aws upgrade`;
  const severity = run?.asksClouds === true ? 'error' : 'warning';
  const at = [...pipeline.at, 'branch'];
  return [{ severity, code: 'default-branch', at, value: pipeline.branch, problem, allowed }];
}

/** Tells whether all that an estate is deployed to is on this machine: no tenant and no account of anybody is asked. */
export function isOnStandIns(environment: NodeJS.ProcessEnv, estate: Estate): boolean {
  try {
    checkLocal(environment, { aws: true, graph: programsOf(estate), signIn: false });
    return true;
  } catch (error) {
    if (error instanceof LocalTargetError) return false;
    throw error;
  }
}

/** Tells whether the working directory is the package's own repository, whose estate is the example itself. */
export function isOwnRepository(): boolean {
  const manifest = parseQuietly(readIfThere(projectFile('package.json')) ?? '');
  return z.object({ name: z.literal(packageName) }).safeParse(manifest).success;
}
