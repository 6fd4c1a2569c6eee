import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { code, line, link } from '../../preview/blocks/make';
import { markdownLine } from '../../preview/blocks/markdown';
import { count } from '../../preview/blocks/text';
import type { ForgeWords } from '../forges/forge';
import type { Deployment, LastDeployment } from './last-deployment';
import { parseWritten } from './written-file';

const Known = z.strictObject({ commit: z.string().regex(/^[0-9a-f]{40,64}$/), url: z.url() });

const DeployedBase = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('nothing'), unfinished: z.array(Known).readonly() }),
  z.strictObject({
    kind: z.literal('commit'),
    deployed: Known,
    /** Commits after it; below zero, before it. */
    commits: z.int(),
    /** Deployments since that began and failed. */
    unfinished: z.array(Known).readonly(),
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

/**
 * Checks that what is deployed now is what the approver was shown. What this run itself deployed half-way before it failed does
 * not count: its plans and templates are those that were approved.
 *
 * @throws Error that says what to do, if another deployment succeeded or began since then
 */
export function checkShown(
  shown: DeployedBase,
  now: DeployedBase,
  { runUrl, words }: { readonly runUrl: string; readonly words: ForgeWords },
): void {
  const others = ({ unfinished }: DeployedBase): readonly Deployment[] =>
    unfinished.filter(({ url }) => url !== runUrl);
  const isSame = isDeepStrictEqual(deployedOf(shown), deployedOf(now)) && isDeepStrictEqual(others(shown), others(now));
  if (isSame) return;
  throw new Error(
    `what is deployed is not what was shown to the approver any more: shown was ${inWords(shown, others(shown))}; now it is ${inWords(now, others(now))}. This job has deployed nothing. Start a new run of all jobs, by '${words.newRun}' on the deployed branch, and approve what it shows; '${words.runAgain}' of this run shows and deploys its own, perhaps older, commit`,
  );
}

function deployedOf(base: DeployedBase): Deployment | undefined {
  return base.kind === 'nothing' ? undefined : base.deployed;
}

function inWords(base: DeployedBase, unfinished: readonly Deployment[]): string {
  const deployed = deployedOf(base);
  const last = deployed === undefined ? 'nothing' : `${deployed.commit} by ${deployed.url}`;
  if (unfinished.length === 0) return last;
  return `${last}, after which deployments failed: ${unfinished.map(({ commit, url }) => `${commit} by ${url}`).join(', ')}`;
}

/** Base of the preview's numbers, in one or two sentences of Markdown. */
export function describeBase(base: DeployedBase, words: Pick<ForgeWords, 'pipeline'>): string {
  return [comparedWith(base, words), ...failedSince(base)].join(' ');
}

function comparedWith(base: DeployedBase, { pipeline }: Pick<ForgeWords, 'pipeline'>): string {
  if (base.kind === 'nothing') {
    return `**This ${pipeline} has deployed nothing yet**: all access counts as gained. What was deployed by hand shows in what the engines say below.`;
  }
  const { deployed, commits } = base;
  const commit = markdownLine(
    line`Compared with ${code(deployed.commit.slice(0, 10))}, ${link('deployed last', deployed.url)}`,
  );
  if (commits === 0) return `${commit}: the same commit.`;
  return commits > 0
    ? `${commit}, ${count(commits, 'commit')} ago.`
    : `${commit}: **this goes back** by ${count(-commits, 'commit')}.`;
}

function failedSince({ unfinished }: DeployedBase): readonly string[] {
  if (unfinished.length === 0) return [];
  const named = unfinished
    .map(({ commit, url }) => `[${markdownLine([code(commit.slice(0, 10))])}](${url})`)
    .join(', ');
  return [
    `Deployments that began since and failed: ${named}. What they changed is not counted; what the engines say below has it.`,
  ];
}
