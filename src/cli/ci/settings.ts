import { appendFile, writeFile } from 'node:fs/promises';
import { type EstateJobs, estateJobs, factsOf } from '../../deploy/ci/facts';
import { HANDED_ON, type Job } from '../../deploy/ci/model';
import { DEPLOYED, deployedCommit, READS_CLOUDS } from '../../deploy/ci/parts';
import { fileOf, type Output, outputOf, renderSettings } from '../../deploy/ci/render-settings';
import { changedPaths, committedAt, GitError, openRevision, pathsSince } from '../../clouds/git/git-folder';
import { runnerIn } from '../../deploy/forges/registry';
import type { RunKind } from '../../deploy/forges/runner';
import { DEPLOYS_NOTHING, leftOutOf } from '../../deploy/pipeline/deployed-parts';
import { logLines } from '../../deploy/pipeline/log-lines';
import { type LastDeployment, readDeployedBase } from '../../deploy/pipeline/deployed-base';
import { asked, type Chosen, differing } from '../../deploy/pipeline/since-deployment';
import { touchedEstates } from '../../deploy/pipeline/touched';
import { diskFolder, listEstates } from '../../estate/load/estate-folder';
import { planEstate } from '../../estate/plan/estate-plan';
import { TOUCHED } from '../../estate/sections/pipeline/limits';
import type * as commands from './options';
import { EXIT } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { chooseEstate } from '../program/chosen-estate';
import { runKind } from '../program/surroundings';
import { runHere } from './run-here';

type Options = OptionsOf<typeof commands.settings>;

export async function run(options: Options): Promise<number> {
  runnerIn(process.env)?.checkServer?.(process.env);
  refuseCommittedAnswers();
  const run = runKind();
  const all = listEstates(options.estates);
  const base = options.base ?? run?.base;
  const only = options.estate === undefined ? undefined : chooseEstate(options).name;
  const touched = await touchedOf(options, { base, all, only });
  const names = only === undefined ? touched : [only];
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
  readonly only: string | undefined;
}

async function touchedOf(options: Options, { base, all, only }: Among): Promise<readonly string[]> {
  const { estates, deployment } = options;
  if (base !== undefined) return touchedBy(changedPaths, base, { estates, all });
  if (deployment === undefined) return all;
  const chosen = await chosenFor(deployment, { estates, all, only });
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

async function chosenFor(deployment: string, { estates, all, only }: InFolder): Promise<readonly Chosen[]> {
  const names = only === undefined ? all : [only];
  if (deployment !== TOUCHED) return asked(chooseEstate({ estates, estate: deployment }).name, names);
  return differing(names, {
    lastOf: (estate) => readLast(estates, estate),
    touchedSince: (commit) => {
      try {
        return touchedBy(pathsSince, commit, { estates, all });
      } catch (error) {
        if (error instanceof GitError) return error;
        throw error;
      }
    },
  });
}

/** Reads the record of what was deployed of an estate, with the identities that read: a job of its own in this one. */
const READS_RECORD: Job = {
  ...READS_CLOUDS,
  id: 'record',
  name: 'Read what was deployed last',
  when: 'deploys',
  minutes: 5,
  steps: [deployedCommit(`--out ${DEPLOYED}`)],
};

async function readLast(estates: string, estate: string): Promise<LastDeployment | Error> {
  const facts = factsOf(planEstate(diskFolder(estates, estate)), { run: runKind(), isTouched: true });
  if (!facts.holds[READS_RECORD.when]) return { unfinished: [] };
  // What the job prints is for people.
  const [failure] = await runHere({ job: READS_RECORD, facts, base: 'HEAD' }, process.stderr);
  if (failure !== undefined) return new Error(`${failure.step}: ${failure.why}`);
  const { unfinished, ...base } = readDeployedBase(DEPLOYED);
  return { ...(base.kind === 'commit' && { last: base.deployed }), unfinished };
}

interface InFolder extends Omit<Among, 'base'> {
  readonly estates: string;
}

/** @throws GitError if the revision is not there */
function touchedBy(
  pathsOf: typeof changedPaths,
  base: string,
  { estates, all }: { readonly estates: string; readonly all: readonly string[] },
): readonly string[] {
  const revision = openRevision(estates, base);
  return touchedEstates(all, { paths: pathsOf(revision), estatesFolder: revision.prefix });
}

/** Tells whether a run is for an estate: a pull request is for those that it touches, any other for all. */
export function isTouched(estates: string, name: string, run: RunKind | undefined): boolean {
  return (
    run?.base === undefined || touchedBy(changedPaths, run.base, { estates, all: listEstates(estates) }).includes(name)
  );
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
