import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { commitsSince, GitError, openRevision } from '../../clouds/git/git-folder';
import {
  checkForward,
  checkShown,
  type DeployedBase,
  deployedBase,
  type Deployment,
  named,
  readDeployedBase,
} from '../../deploy/pipeline/deployed-base';
import { type DeploymentRecord, recordOf } from '../../deploy/pipeline/deployment-record';
import { runnerIn } from '../../deploy/forges/registry';
import { diskFolder } from '../../estate/load/estate-folder';
import { planEstate } from '../../estate/plan/estate-plan';
import type * as commands from './options';
import { printed, writeAtomically } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { chooseEstate } from '../program/chosen-estate';
import { runKind } from '../program/surroundings';

export async function run(options: OptionsOf<typeof commands.deployedCommit>): Promise<number> {
  const { estates, out } = options;
  const plan = planEstate(diskFolder(estates, chooseEstate(options).name));
  const record = recordOf(plan, runKind(), (commit) => distanceIn(estates, commit) !== undefined);
  const url = runnerIn(process.env)?.runUrl(process.env);
  const own: Deployment = { commit: openRevision(estates, 'HEAD').commit, ...(url !== undefined && { url }) };
  if (options.done) {
    await end(record, own);
    return printed(`deployed: ${named(own)}\n`);
  }
  const shown = options.shown === undefined ? undefined : readDeployedBase(options.shown);
  await mkdir(dirname(out), { recursive: true });
  // Where this fails, nothing is compared with what another run found.
  await rm(out, { force: true });
  const base = deployedBase(await record.read(), (deployment) => commitsSinceDeployment(estates, deployment));
  check(base, { own, shown, estates, isForward: options.forward });
  await writeAtomically(out, `${JSON.stringify(base, undefined, 1)}\n`);
  if (shown !== undefined) await record.begin(own);
  return printed(`${inWords(base)}\n`);
}

/** @throws Error that says that only the record failed */
async function end(record: DeploymentRecord, own: Deployment): Promise<void> {
  try {
    await record.end(own);
  } catch (error) {
    throw new Error(
      `everything that was approved is deployed, but the record could not be updated: the next deployment will show this one as unfinished. ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

interface Wanted {
  readonly own: Deployment;
  readonly shown: DeployedBase | undefined;
  readonly estates: string;
  readonly isForward: boolean;
}

/** @throws Error that says what to do, where a deployment must not begin */
function check(base: DeployedBase, { own, shown, estates, isForward }: Wanted): void {
  const buttons = runnerIn(process.env)?.words;
  if (shown !== undefined) checkShown(shown, base, { own, buttons });
  if (isForward || shown !== undefined) checkForward(base, ({ commit }) => distanceIn(estates, commit), buttons);
}

/** Commits after another one; below zero, before it; undefined where it is not in the history of this checkout. */
function distanceIn(estates: string, commit: string): number | undefined {
  try {
    return commitsSince(estates, commit);
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

/** @throws Error that says what to do, if the commit is not in the history of this checkout */
function commitsSinceDeployment(estates: string, deployment: Deployment): number {
  try {
    return commitsSince(estates, deployment.commit);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const { commit } = deployment;
    const wholeHistory = runnerIn(process.env)?.words.wholeHistory ?? 'git fetch --unshallow';
    throw new Error(
      `the last deployment, ${named(deployment)}, can't be compared with: ${error.message}. Either this checkout lacks its history (${wholeHistory}), or the branch was rewritten. Then look at 'npx --no entra-aws preview --base ${commit}' where that commit still is, and bring it back into the history: 'git merge --strategy ours ${commit}'`,
      { cause: error },
    );
  }
}

function inWords(base: DeployedBase): string {
  if (base.kind === 'nothing') return 'nothing was deployed yet';
  return `deployed last: ${named(base.deployed)}, commits since: ${base.commits}`;
}
