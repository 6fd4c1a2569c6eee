import { earlierTexts, git, GitError, gitFolder, type GitRevision, openRevision } from '../../clouds/git/git-folder';
import { commitFile, PIPELINE, pushCommit } from '../../clouds/git/push-file';
import { ForgeError, type PushTarget } from '../../deploy/forges/forge';
import type { RunKind } from '../../deploy/forges/runner';
import { logLines } from '../../deploy/pipeline/log-lines';
import { diskFolder } from '../../estate/load/estate-folder';
import { planEstate } from '../../estate/plan/estate-plan';
import { stalePlacement } from '../../estate/sections/access/plan/access-plan';
import { type EstateFolder, PLACEMENT_FILE } from '../../estate/source/estate-folder';
import { hasErrors } from '../../estate/source/finding';
import { chooseEstate, deployedBranchOf } from '../program/chosen-estate';
import { printed } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { runKind } from '../program/surroundings';
import type * as commands from './options';

export async function run(options: OptionsOf<typeof commands.writePlacement>): Promise<number> {
  const { estates } = options;
  const { name } = chooseEstate(options);
  const deployed = deployedBranchOf(estates);
  const { head, branch } = ownRequest(runKind(), deployed);
  // The estate of the pull request must not decide what is written to its branch.
  if (planEstate(diskFolder(estates, name)).estate.pipeline?.placement !== 'commit')
    return say(`nothing was written: pipeline.placement of ${name} is not 'commit' on ${deployed}`);
  const revision = openRevision(estates, head);
  const plan = planEstate(placed(gitFolder(revision, name), { estates, branch: deployed }));
  const path = `${revision.prefix}${name}/${PLACEMENT_FILE}`;
  if (hasErrors(plan.findings))
    return say(`nothing was written: ${name} has errors at ${head}; fix those that the preview reports first`);
  const text = stalePlacement(plan);
  if (text === undefined) throw new Error(matches({ path, branch, deployed }));
  refuseLoop(revision, { name, path, branch });
  const commit = commitFile(estates, { parent: head, path, text, message: messageOf(name) });
  const { forgeRun } = await import('../../deploy/forges/forge-run.js');
  const target = forgeRun(process.env, { branch: deployed }).pushTarget();
  const outcome = push(estates, { commit, expected: head, branch, target });
  return say(
    outcome === 'pushed'
      ? `${path} was written to ${branch} in ${commit}, which the forge now checks`
      : `nothing was written: ${branch} has moved on from ${head}; the run of its newest commit writes the file`,
  );
}

const say = (line: string): number => printed(logLines(line));

/** The commit and the branch of a pull request that this repository itself has. @throws Error that says why there is none */
function ownRequest(run: RunKind | undefined, deployed: string): Readonly<Record<'head' | 'branch', string>> {
  const { head, from, into, comments = false } = run ?? {};
  if (!comments || head === undefined || from === undefined)
    throw new Error(
      'the placement file is only written to a pull request of this repository, and this run is for none. For a fork, run npx --no entra-aws preview and commit the file',
    );
  if (from === deployed || from === into)
    throw new Error(
      `the placement file is never written to a branch that is deployed or merged into, got ${from}: open the pull request from another branch`,
    );
  return { head, branch: from };
}

/** An estate whose lost and doubtful places are those of the deployed branch, as they are for a person. */
function placed(
  folder: EstateFolder,
  { estates, branch }: { readonly estates: string; readonly branch: string },
): EstateFolder {
  const texts = (): Iterable<string> => earlierTexts(estates, { branch, name: folder.name, file: PLACEMENT_FILE });
  return { ...folder, earlierPlacements: { prevail: () => false, texts } };
}

interface Place {
  readonly path: string;
  readonly branch: string;
}

function matches({ path, branch, deployed }: Place & { readonly deployed: string }): string {
  return `${path} on ${branch} is already what the program of ${deployed} writes, but the preview expects another one (placement-stale): merge ${deployed} into ${branch}; if the pull request changes the version of entra-aws, run npx --no entra-aws preview and commit the file`;
}

/** Trailer of the commits of this job, by which it knows them. */
const TRAILER = 'Placement-of';

const messageOf = (name: string): string => `Place the assignments of ${name}\n\n${TRAILER}: ${name}\n`;

/** Commits of this job that may follow each other: one for each estate. */
const MAX_COMMITS = 100;

/** @throws Error if this job has written the file since somebody last changed the branch: it would again and again */
function refuseLoop(
  { estatesRoot, commit }: GitRevision,
  { name, path, branch }: Place & { readonly name: string },
): void {
  const format = `--format=%ce %(trailers:key=${TRAILER},valueonly,unfold,separator=%x2C)`;
  const listed = git(estatesRoot, ['log', '--first-parent', `--max-count=${MAX_COMMITS}`, format, commit]);
  if (!listed.ok) throw new GitError(`git can't list the commits of ${branch}: ${listed.message}`);
  const lines = listed.output.toString().trimEnd().split('\n');
  // Whoever amends or rebases such a commit is its committer then.
  const others = lines.findIndex((line) => !line.startsWith(`${PIPELINE.EMAIL} `));
  if (!lines.slice(0, others === -1 ? lines.length : others).includes(`${PIPELINE.EMAIL} ${name}`)) return;
  throw new Error(
    `this job has already written ${path} to ${branch}, and the file is stale again although nobody changed the branch (placement-stale): run npx --no entra-aws preview, commit the file, and report this as a fault`,
  );
}

function push(
  estates: string,
  { target, ...push }: Readonly<Record<'commit' | 'expected' | 'branch', string>> & { readonly target: PushTarget },
): 'pushed' | 'moved' {
  const { permission, ...where } = target;
  try {
    return pushCommit(estates, { ...push, ...where });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new ForgeError(`the forge refused the push to ${push.branch}: ${error.message}: ${permission}`, {
      cause: error,
    });
  }
}
