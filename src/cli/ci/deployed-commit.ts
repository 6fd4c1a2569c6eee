import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { commitsSince, GitError } from '../../clouds/git/git-folder';
import type { DeployedBase } from '../../deploy/pipeline/deployed-base';
import { checkShown, deployedBase, readDeployedBase } from '../../deploy/pipeline/deployed-base';
import type { ForgeWords } from '../../deploy/forges/forge';
import { forgeRun } from '../../deploy/forges/forge-run';
import { deployJobOf } from '../../deploy/forges/job-names';
import type { Deployment } from '../../deploy/pipeline/last-deployment';
import { findLastDeployment } from '../../deploy/pipeline/last-deployment';
import type * as commands from './options';
import { deployedBranchOf } from '../program/branch';
import { EXIT, writeAtomically } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { chooseEstate } from '../program/chosen-estate';

export async function run(options: OptionsOf<typeof commands.deployedCommit>): Promise<number> {
  const shown = options.shown === undefined ? undefined : readDeployedBase(options.shown);
  await mkdir(dirname(options.out), { recursive: true });
  // Where this fails, nothing is compared with what another run found.
  await rm(options.out, { force: true });
  const forge = forgeRun(process.env, {
    branch: deployedBranchOf(options.estates),
    deploysElsewhere: options.elsewhere,
  });
  const job = options.job ?? deployJobOf(chooseEstate(options).name);
  const found = await findLastDeployment(forge, job);
  const base = deployedBase(found, (deployment) => commitsSinceDeployment(options.estates, deployment, forge.words));
  if (shown !== undefined) checkShown(shown, base, forge);
  await writeAtomically(options.out, `${JSON.stringify(base, undefined, 1)}\n`);
  process.stdout.write(`${inWords(base)}\n`);
  return EXIT.ok;
}

/** @throws Error that says what to do, if the commit is not in the history of this checkout */
function commitsSinceDeployment(estates: string, { commit, url }: Deployment, { wholeHistory }: ForgeWords): number {
  try {
    return commitsSince(estates, commit);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new Error(
      `${commit}, deployed last by ${url}, can't be compared with: ${error.message}. Either this checkout lacks its history (${wholeHistory}), or the branch was rewritten. Then look at 'npx --no entra-aws preview --base ${commit}' where that commit still is, and bring it back into the history: 'git merge --strategy ours ${commit}'`,
      { cause: error },
    );
  }
}

function inWords(base: DeployedBase): string {
  if (base.kind === 'nothing') return 'nothing was deployed yet';
  const { deployed, commits } = base;
  return `deployed last: ${deployed.commit} by ${deployed.url}, commits since: ${commits}`;
}
