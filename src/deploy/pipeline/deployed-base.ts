import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { code, line, link } from '../../preview/blocks/make';
import { markdownLine } from '../../preview/blocks/markdown';
import { count } from '../../text/amounts';
import type { ForgeWords } from '../forges/runner';
import { parseWritten } from './written-file';

/** A commit that was deployed, or that a deployment began with. */
export const Deployment = z
  .strictObject({
    commit: z.string().regex(/^[0-9a-f]{40,64}$/),
    /** Page of the run; absent where a person deployed by hand. */
    url: z.url().exactOptional(),
  })
  .readonly();
export type Deployment = z.output<typeof Deployment>;

export const LastDeployment = z
  .strictObject({
    /** Absent where nothing was deployed yet. */
    last: Deployment.exactOptional(),
    /** Deployments that began later and have not ended well: they may have changed something. The newest is last. */
    unfinished: z.array(Deployment).readonly(),
  })
  .readonly();
export type LastDeployment = z.output<typeof LastDeployment>;

const DeployedBase = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('nothing'), unfinished: z.array(Deployment).readonly() }),
  z.strictObject({
    kind: z.literal('commit'),
    deployed: Deployment,
    /** Commits after it; below zero, before it. */
    commits: z.int(),
    /** Deployments that began since and have not ended well. */
    unfinished: z.array(Deployment).readonly(),
  }),
]);
/** Base of a deployment: the commit that was deployed last, or nothing. */
export type DeployedBase = Readonly<z.infer<typeof DeployedBase>>;

/** @throws Error naming the file that npx --no entra-aws ci deployed-commit did not write */
export function readDeployedBase(file: string): DeployedBase {
  return parseWritten(DeployedBase, {
    file,
    text: readFileSync(file, 'utf8'),
    command: 'npx --no entra-aws ci deployed-commit',
  });
}

/** Places the last deployment in the history, which `commitsSince` counts. */
export function deployedBase(
  { last, unfinished }: LastDeployment,
  commitsSince: (deployment: Deployment) => number,
): DeployedBase {
  return last === undefined
    ? { kind: 'nothing', unfinished }
    : { kind: 'commit', deployed: last, commits: commitsSince(last), unfinished };
}

/** Button of a forge that starts a run of all jobs, and the one that runs a run again. */
type Buttons = Pick<ForgeWords, 'newRun' | 'runAgain'> | undefined;

/**
 * Checks that what is deployed now is what the approver was shown. What this run itself deployed half-way before it failed does
 * not count: its plans and templates are those that were approved.
 *
 * @throws Error that says what to do, if another deployment succeeded or began since then
 */
export function checkShown(
  shown: DeployedBase,
  now: DeployedBase,
  { own, buttons }: { readonly own: Deployment; readonly buttons: Buttons },
): void {
  const [was, is] = [shown, now].map((base): LastDeployment => {
    const unfinished = base.unfinished.filter((one) => !isDeepStrictEqual(one, own));
    return { ...(base.kind === 'commit' && { last: base.deployed }), unfinished };
  });
  if (was === undefined || is === undefined || isDeepStrictEqual(was, is)) return;
  throw new Error(
    `what is deployed has changed since the approver saw it: it was ${inWords(was)}; now it is ${inWords(is)}. This job has deployed nothing. ${startAgain(buttons)}`,
  );
}

/**
 * Checks that a deployment does not go back: an old run that is run again would undo what was merged since, also where a deployment
 * of that began and has not ended well, as it may have taken access away.
 *
 * @param commitsSince commits after a deployment; below zero, before it; undefined where the history lacks it
 * @throws Error that says what to do, if the commit that is checked out is older than what is deployed or began to be
 */
export function checkForward(
  base: DeployedBase,
  commitsSince: (deployment: Deployment) => number | undefined,
  buttons: Buttons,
): void {
  for (const deployment of [...(base.kind === 'commit' ? [base.deployed] : []), ...base.unfinished]) {
    const commits = commitsSince(deployment) ?? 0;
    if (commits < 0)
      throw new Error(
        `this run would go back by ${count(-commits, 'commit')}, to before ${named(deployment)}. It has deployed nothing. To go back, merge a commit that reverts what is to go. ${startAgain(buttons)}`,
      );
  }
}

const startAgain = (buttons: Buttons): string =>
  buttons === undefined
    ? 'Start a new run of all jobs on the deployed branch, and approve what it shows.'
    : `Start a new run of all jobs, by '${buttons.newRun}' on the deployed branch, and approve what it shows; '${buttons.runAgain}' of this run deploys its own, perhaps older, commit`;

/** A deployment in words: the commit, and the page of its run. */
export const named = ({ commit, url = 'hand' }: Deployment): string => `${commit} by ${url}`;

function inWords({ last, unfinished }: LastDeployment): string {
  const deployed = last === undefined ? 'nothing' : named(last);
  if (unfinished.length === 0) return deployed;
  return `${deployed}, after which these began and have not ended well: ${unfinished.map(named).join(', ')}`;
}

/** Base of the preview's numbers, in one or two sentences of Markdown. */
export function describeBase(base: DeployedBase, words: Pick<ForgeWords, 'pipeline'>): string {
  return [comparedWith(base, words), ...failedSince(base)].join(' ');
}

function comparedWith(base: DeployedBase, { pipeline }: Pick<ForgeWords, 'pipeline'>): string {
  if (base.kind === 'nothing') {
    return `**This ${pipeline} has deployed nothing yet**: all access counts as gained. What was deployed by hand shows in the answers of the engines below.`;
  }
  const { deployed, commits } = base;
  const by = deployed.url === undefined ? 'deployed last by hand' : link('deployed last', deployed.url);
  const commit = markdownLine(line`Compared with ${code(deployed.commit.slice(0, 10))}, ${by}`);
  return commits === 0 ? `${commit}: the same commit.` : `${commit}, ${count(commits, 'commit')} ago.`;
}

function failedSince({ unfinished }: DeployedBase): readonly string[] {
  if (unfinished.length === 0) return [];
  const commits = unfinished.map(({ commit, url }) => {
    const text = markdownLine([code(commit.slice(0, 10))]);
    return url === undefined ? text : `[${text}](${url})`;
  });
  const isByHand = unfinished.some(({ url }) => url === undefined);
  return [
    `Deployments that began since and have not ended well${isByHand ? ', or were made by hand of a commit that this branch lacks' : ''}: ${commits.join(', ')}. Their changes are not counted here; the answers of the engines below include them.`,
  ];
}
