import { join } from 'node:path';
import { remoteBranches } from '../../clouds/git/git-folder';
import {
  commentMarker,
  type CommentParts,
  composeComment,
  mayReplace,
  type NoteVersion,
  type StaleSnapshot,
  versionIn,
} from '../../deploy/pipeline/comment';
import { readPublishedImages } from '../../deploy/pipeline/images';
import { diskFolder, readIfThere } from '../../estate/load/estate-folder';
import { describeBase, readDeployedBase } from '../../deploy/pipeline/deployed-base';
import { type ComparedPreview, destructionOf, errorsIn, massChangesOf, parsePreview } from '../../deploy/pipeline/gate';
import type { Commented, Forge } from '../../deploy/forges/forge';
import { forgeRun } from '../../deploy/forges/forge-run';
import { runnerOf } from '../../deploy/forges/registry';
import { DEPLOYS_NOTHING, type LeftOut, leftOutOf } from '../../deploy/pipeline/deployed-parts';
import { logLines } from '../../deploy/pipeline/log-lines';
import type { Outcome } from '../../deploy/pipeline/outcome';
import { proposalFamily } from '../../deploy/pipeline/snapshot-proposal';
import { planEstate } from '../../estate/plan/estate-plan';
import { stalePlacement } from '../../estate/sections/access/plan/access-plan';
import { type EstateFolder, PLACEMENT_FILE } from '../../estate/source/estate-folder';
import type * as commands from './options';
import { EXIT, printed } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { chooseEstate } from '../program/chosen-estate';
import { parseAsked, readClouds } from '../program/read-clouds';
import { runKind } from '../program/surroundings';

type Options = OptionsOf<typeof commands.comment>;

export async function run(options: Options): Promise<number> {
  const given = parseAsked(options.asked);
  const { name } = chooseEstate(options);
  const forge = forgeRun(process.env);
  const files = diskFolder(options.estates, name);
  const plan = planEstate(files);
  const leftOut = leftOutOf(plan, runKind());
  const placement = options.summary ? [] : placementLines(files, stalePlacement(plan));
  const { version, body } = compose(options, { name, forge, leftOut, given, placement });
  // The summary has it even where the forge refuses the comment.
  for (const line of await forge.summary(body)) process.stdout.write(`${line}\n`);
  if (options.summary) return options.deployed === undefined ? EXIT.ok : codeOf(leftOut);
  if (forge.cannotComment !== undefined) return printed(`no comment, only the summary: ${forge.cannotComment}\n`);
  await comment(forge, { name, body, version });
  return EXIT.ok;
}

interface Question {
  readonly name: string;
  readonly forge: Forge;
  readonly leftOut: LeftOut | undefined;
  /** Lines by which the placement file must change. */
  readonly placement: readonly string[];
  readonly given: ReturnType<typeof parseAsked>;
}

interface Text {
  readonly body: string;
  /** Absent where the forge does not say which commit the run is of. */
  readonly version: NoteVersion | undefined;
}

/** Lines that a stale placement file has too many, and those that it lacks: a line stands in it once. */
function placementLines(files: EstateFolder, wanted: string | undefined): readonly string[] {
  if (wanted === undefined) return [];
  const read = files.read(PLACEMENT_FILE);
  const linesOf = (text: string): ReadonlySet<string> =>
    new Set(text.split('\n').map((one) => one.trim().replace(/,$/, '')));
  const [before, after] = [linesOf(read.kind === 'text' ? read.text : ''), linesOf(wanted)];
  const gone = [...before].filter((one) => !after.has(one)).map((one) => `- ${one}`);
  return [...gone, ...[...after].filter((one) => !before.has(one)).map((one) => `+ ${one}`)];
}

function compose(options: Options, { name, forge, leftOut, given, placement }: Question): Text {
  const folder = options.preview ?? join('plan', name);
  const { engines, outcomes } = readClouds(options, name, given);
  const json = readIfThere(join(folder, 'preview.json'));
  const preview = json === undefined ? undefined : parsePreview(json);
  const version = options.summary ? undefined : versionOf(preview, { run: forge.runNumber, asked: engines });
  const body = composeComment({
    estate: name,
    characters: forge.limits.comment,
    version,
    ...basePart(options, forge, name),
    staleSnapshot: staleIn(outcomes, options.estates, name),
    preview: readIfThere(join(folder, 'preview.md')),
    outcomes,
    leftOut,
    placement,
    images: readPublishedImages(options.clouds),
    ...(preview === undefined
      ? { destruction: [], massChanges: [] }
      : {
          hasErrors: errorsIn(preview).length > 0,
          destruction: destructionOf(preview, outcomes),
          massChanges: massChangesOf(preview),
        }),
    runUrl: forge.runUrl,
  });
  return { body, version };
}

function versionOf(
  preview: ComparedPreview | undefined,
  { run, asked }: Pick<NoteVersion, 'run' | 'asked'>,
): NoteVersion | undefined {
  const commit = runKind()?.head;
  return commit === undefined ? undefined : { commit, base: preview?.changes.commit, run, asked };
}

/** Place that keeps the report; of a deployment also the base that it is compared with. */
function basePart(
  { deployed }: Options,
  { name: forge }: Forge,
  name: string,
): Pick<CommentParts, 'comparedWith' | 'kept'> {
  const { words } = runnerOf(forge);
  return deployed === undefined
    ? { kept: words.keeps('preview', name) }
    : { kept: words.keeps('shown', name), comparedWith: describeBase(readDeployedBase(deployed), words) };
}

/** A snapshot that is stale, with the branch of its proposal as this checkout knows it. */
function staleIn(outcomes: readonly Outcome[], estates: string, name: string): StaleSnapshot | undefined {
  const isStale = outcomes.some(({ step, state }) => step === 'snapshot' && state === 'changed');
  return isStale ? { proposal: remoteBranches(estates, proposalFamily(name))[0] } : undefined;
}

/** Writes the comment, unless the one that is there is of a newer commit, or knows more of the same. */
async function comment(forge: Forge, { name, body, version }: Text & Pick<Question, 'name'>): Promise<void> {
  const pullRequest = forge.pullRequest();
  const what = `comment of ${runnerOf(forge.name).words.pullRequest} ${pullRequest}`;
  const head = version === undefined ? undefined : await forge.headOf(pullRequest);
  if (version !== undefined && head !== undefined && head !== version.commit) {
    process.stdout.write(`${what} left as it is: this run is of ${version.commit}, and ${head} is newer\n`);
    return;
  }
  const replaces = (there: string): boolean => version === undefined || mayReplace(versionIn(there), version);
  const written = await forge.upsertComment(pullRequest, { marker: commentMarker(name), body, replaces });
  process.stdout.write(`${what} ${WRITTEN[written]}\n`);
}

const WRITTEN: Readonly<Record<Commented, string>> = {
  created: 'created',
  updated: 'updated',
  kept: 'left as it is: another job of this commit, which knows more, has written it',
};

/** A run of the deployed branch that deploys nothing fails, however green its jobs are. */
function codeOf(leftOut: LeftOut | undefined): number {
  if (leftOut?.isEverything !== true || leftOut.isChosen) return EXIT.ok;
  process.stderr.write(logLines(`${DEPLOYS_NOTHING}: ${leftOut.reasons.join('; ')} (pipeline-deploys-nothing)`));
  return EXIT.failed;
}
