import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { commitsSince, GitError } from '../clouds/git/git-folder';
import type { DeployedBase } from '../deploy/pipeline/deployed-base';
import { checkShown, deployedBase, readDeployedBase } from '../deploy/pipeline/deployed-base';
import { GitHub } from '../deploy/forges/github';
import { gitHubRun, workflowOf } from '../deploy/forges/github-run';
import type { Deployment } from '../deploy/pipeline/last-deployment';
import { DEPLOY_JOB, findLastDeployment } from '../deploy/pipeline/last-deployment';
import { DEFAULT_ESTATES_FOLDER, EXIT, parseCommandArgs, runCommand, writeAtomically } from './program/cli';

const DEFAULT_OUT = 'plan/deployed.json';

const HELP = `npm run deployed-commit -- [options]

Finds the commit that this workflow deployed last, for npm run preview -- --deployed FILE: by its runs whose job
'${DEPLOY_JOB}' succeeded. It runs in GitHub Actions, with 'actions: read' and a checkout with its history (fetch-depth: 0).

  --shown FILE       what an earlier job found, which the approver was shown: fails where something was deployed since then
  --out FILE         where it is written (default: ${DEFAULT_OUT})
  --estates FOLDER   where the estates are: its repository has the history (default: ${DEFAULT_ESTATES_FOLDER})
  --help             show this

Exit codes: 0 written, also where nothing was deployed yet; 1 the commit is not in the history, something was deployed since
FILE was shown, or GitHub refused; 2 called wrongly.
`;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    shown: { type: 'string' },
    out: { type: 'string', default: DEFAULT_OUT },
    estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const shown = values.shown === undefined ? undefined : readDeployedBase(values.shown);
  await mkdir(dirname(values.out), { recursive: true });
  // Where this fails, nothing is compared with what another run found.
  await rm(values.out, { force: true });
  const run = gitHubRun(process.env);
  const workflow = { repository: `${run.owner}/${run.repo}`, file: workflowOf(process.env) };
  const found = await findLastDeployment(new GitHub(run), workflow);
  const base = deployedBase(found, (deployment) => commitsSinceDeployment(values.estates, deployment));
  if (shown !== undefined) checkShown(shown, base, run.url);
  await writeAtomically(values.out, `${JSON.stringify(base, undefined, 1)}\n`);
  process.stdout.write(`${inWords(base)}\n`);
  return EXIT.ok;
}

/** @throws Error that says what to do, if the commit is not in the history of this checkout */
function commitsSinceDeployment(estates: string, { commit, url }: Deployment): number {
  try {
    return commitsSince(estates, commit);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new Error(
      `${commit}, deployed last by ${url}, can't be compared with: ${error.message}. Either this checkout lacks its history (fetch-depth: 0), or the branch was rewritten. Then look at 'npm run preview -- --base ${commit}' where that commit still is, and bring it back into the history: 'git merge --strategy ours ${commit}'`,
      { cause: error },
    );
  }
}

function inWords(base: DeployedBase): string {
  if (base.kind === 'nothing') return 'nothing was deployed yet';
  const { deployed, commits } = base;
  return `deployed last: ${deployed.commit} by ${deployed.url}, commits since: ${commits}`;
}

void runCommand(main);
