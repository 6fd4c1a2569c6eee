import { appendFile, writeFile } from 'node:fs/promises';
import { type EstateJobs, estateJobs, factsOf } from '../../deploy/ci/facts';
import { HANDED_ON } from '../../deploy/ci/model';
import { fileOf, type Output, outputOf, renderSettings } from '../../deploy/ci/render-settings';
import { changedPaths, committedAt, GitError, openRevision } from '../../clouds/git/git-folder';
import { forgeRun } from '../../deploy/forges/forge-run';
import { runnerIn } from '../../deploy/forges/registry';
import type { RunKind } from '../../deploy/forges/run-kind';
import { DEPLOYS_NOTHING, leftOutOf } from '../../deploy/pipeline/deployed-parts';
import { logLines } from '../../deploy/pipeline/log-lines';
import { type Chosen, differing, named } from '../../deploy/pipeline/since-deployment';
import { touchedEstates } from '../../deploy/pipeline/touched';
import { diskFolder, listEstates } from '../../estate/load/estate-folder';
import { planEstate } from '../../estate/plan/estate-plan';
import { TOUCHED } from '../../estate/sections/pipeline/limits';
import type * as commands from './options';
import { deployedBranchOf } from '../program/branch';
import { EXIT } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { chooseEstate } from '../program/chosen-estate';
import { runKind } from '../program/read-clouds';

type Options = OptionsOf<typeof commands.settings>;

export async function run(options: Options): Promise<number> {
  runnerIn(process.env)?.checkServer?.(process.env);
  refuseCommittedAnswers();
  const run = runKind();
  const all = listEstates(options.estates);
  const base = options.base ?? run?.base;
  const asked = options.estate === undefined ? undefined : chooseEstate(options).name;
  const touched = await touchedOf(options, { base, all, asked });
  const names = asked === undefined ? touched : [asked];
  const settings = names.map((name) => jobsIn(options, name, { run, isTouched: touched.includes(name) }));
  const output = options.output ?? outputOf(process.env);
  await write(renderSettings(output, settings), { ...options, output });
  return EXIT.ok;
}

/** @throws Error naming what git has where jobs hand their answers on */
function refuseCommittedAnswers(): void {
  const [first, ...others] = committedAt(HANDED_ON);
  if (first === undefined) return;
  const all = others.length === 0 ? first : `${first} and ${others.length} more`;
  throw new Error(
    `git must not have ${HANDED_ON.join(', ')}, by which the jobs of a pipeline hand their answers on: it has ${all}, which would count as an answer that no job gave. Remove it: git rm -r --cached ${HANDED_ON.join(' ')} --ignore-unmatch`,
  );
}

interface Among {
  readonly base: string | undefined;
  readonly all: readonly string[];
  /** The only estate that is asked about. */
  readonly asked: string | undefined;
}

async function touchedOf(options: Options, { base, all, asked }: Among): Promise<readonly string[]> {
  const { estates, deployment } = options;
  if (base !== undefined) return touchedSince(base, { estates, all });
  if (deployment === undefined) return all;
  const chosen = await chosenFor(deployment, { estates, all, asked });
  // What is printed is for the forge to read; this is for people.
  for (const one of chosen) process.stderr.write(logLines(`${one.estate} ${reasonOf(one, estates)}`));
  return chosen.flatMap(({ estate, isTouched }) => (isTouched ? [estate] : []));
}

/** Reason for which an estate is deployed or not: one of which the pipeline deploys nothing is not, whatever differs. */
function reasonOf({ estate, isTouched, because }: Chosen, estates: string): string {
  const leftOut = isTouched ? leftOutOf(planEstate(diskFolder(estates, estate)), runKind()) : undefined;
  if (leftOut?.isEverything !== true) return because;
  const code = leftOut.isChosen ? '' : ' (pipeline-deploys-nothing)';
  return `is not deployed: ${DEPLOYS_NOTHING}: ${leftOut.reasons.join('; ')}${code}`;
}

async function chosenFor(deployment: string, { estates, all, asked }: InFolder): Promise<readonly Chosen[]> {
  const names = asked === undefined ? all : [asked];
  if (deployment !== TOUCHED) return named(chooseEstate({ estates, estate: deployment }).name, names);
  return differing(names, {
    forge: () => forgeRun(process.env, { branch: deployedBranchOf(estates) }),
    touchedSince: (commit) => {
      try {
        return touchedSince(commit, { estates, all });
      } catch (error) {
        if (error instanceof GitError) return error;
        throw error;
      }
    },
  });
}

interface InFolder extends Omit<Among, 'base'> {
  readonly estates: string;
}

/** @throws GitError if the revision is not there */
function touchedSince(
  base: string,
  { estates, all }: { readonly estates: string; readonly all: readonly string[] },
): readonly string[] {
  const revision = openRevision(estates, base);
  return touchedEstates(all, { paths: changedPaths(revision), estatesFolder: revision.prefix });
}

/** Tells whether a run is for an estate: a pull request is for those that it touches, any other for all. */
export function isTouched(estates: string, name: string, run: RunKind | undefined): boolean {
  return run?.base === undefined || touchedSince(run.base, { estates, all: listEstates(estates) }).includes(name);
}

interface Known {
  readonly run: RunKind | undefined;
  readonly isTouched: boolean;
}

/** An estate with errors has jobs too: its preview says what is wrong. */
function jobsIn({ estates }: Options, name: string, known: Known): EstateJobs {
  return estateJobs(factsOf(planEstate(diskFolder(estates, name)), known));
}

async function write(
  text: string,
  { output, out }: { readonly output: Output; readonly out?: string | undefined },
): Promise<void> {
  if (out !== undefined) {
    await writeFile(out, text);
    return;
  }
  const outputs = fileOf(output, process.env);
  if (outputs === undefined) process.stdout.write(text);
  else await appendFile(outputs, text);
}
