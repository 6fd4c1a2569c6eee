import { z } from 'zod';
import { deployingPipelines, itemsOf, type Read } from './pipelines';
import { type DeployedJob, type DeploymentEnd, type DeploymentRun, Time } from '../forge';
import { buildPage, type AzureDevOpsRun } from './run';
import { APPROVAL_STEP } from '../job-names';

const Build = z.object({
  id: z.number(),
  status: z.string(),
  reason: z.string(),
  sourceBranch: z.string(),
  sourceVersion: z.string(),
  finishTime: Time.nullish(),
  definition: z.object({ id: z.number() }),
  repository: z.object({ id: z.string() }),
});
type Build = z.infer<typeof Build>;
const Builds = z.object({ value: z.array(Build) }).transform(({ value }) => value);

const Timeline = z
  .object({
    records: z.array(
      z.object({
        id: z.string(),
        parentId: z.string().nullish(),
        type: z.string(),
        name: z.string(),
        attempt: z.number().nullish(),
        state: z.string().nullish(),
        result: z.string().nullish(),
        finishTime: Time.nullish(),
        previousAttempts: z.array(z.object({ timelineId: z.string() })).nullish(),
      }),
    ),
  })
  .nullish()
  .transform((timeline) => timeline?.records ?? []);
type TimelineRecord = z.infer<typeof Timeline>[number];

/** Reasons of a run of what is on the branch; a pull request runs what it proposes. */
const PUSHED: ReadonlySet<string> = new Set(['individualCI', 'batchedCI', 'manual', 'schedule', 'resourceTrigger']);

const DONE: ReadonlySet<string> = new Set(['succeeded', 'succeededWithIssues']);

/** Results of the step of the approval after which the job ended without a change. */
const CHANGED_NOTHING: ReadonlySet<string> = new Set(['failed', 'skipped', 'canceled', 'abandoned']);

/** Runs that have not ended: what they deployed may be newer than any other. */
const UNFINISHED = ['inProgress', 'cancelling'] as const;

interface OnBranch extends Pick<AzureDevOpsRun, 'repository'>, Pick<DeployedJob, 'branch'> {
  /** Numbers of the pipelines that deploy. */
  readonly definitions: readonly number[];
}

/** The job that deploys, and whether another pipeline than that of the run has it. */
type Wanted = DeployedJob & { readonly deploysElsewhere: boolean };

/** Runs of the pipeline that deploys, on the deployed branch: first those that have not ended, then those that ended last. */
export async function* azureDevOpsDeployments(
  read: Read,
  run: AzureDevOpsRun,
  { name: job, branch, deploysElsewhere }: Wanted,
): AsyncGenerator<DeploymentRun> {
  // Somebody may have made a second pipeline of the same file, which deploys as well.
  const ofFile = await deployingPipelines(read, run.repository);
  const definitions = deploysElsewhere ? ofFile : [...new Set([run.definition, ...ofFile])];
  // A pipeline that was never made has deployed nothing.
  if (definitions.length === 0) return;
  const wanted: OnBranch = { repository: run.repository, branch, definitions };
  const seen = new Set<number>();
  for (const status of [...UNFINISHED, 'completed'])
    for await (const build of buildsOf(read, wanted, status)) {
      // One may end while the others are asked for.
      if (!isOwn(build, wanted) || seen.has(build.id)) continue;
      seen.add(build.id);
      const endedBy = build.finishTime ?? Infinity;
      yield {
        commit: build.sourceVersion,
        url: buildPage(run, build.id),
        endedBy,
        restEndedBy: status === 'completed' ? endedBy : Infinity,
        ends: () => endsOf(read, build.id, job),
        isOpen: async () =>
          build.status !== 'completed' &&
          buildPage(run, build.id) !== run.url &&
          mayDeploy(await recordsOf(read, build.id), job),
      };
    }
}

function buildsOf(read: Read, { definitions, branch }: OnBranch, status: string): AsyncGenerator<Build> {
  const query = {
    definitions: definitions.join(),
    branchName: `refs/heads/${branch}`,
    statusFilter: status,
    queryOrder: 'finishTimeDescending',
  };
  return itemsOf(read, { path: '/build/builds', query, schema: Builds });
}

function isOwn(build: Build, { definitions, repository, branch }: OnBranch): boolean {
  return (
    definitions.includes(build.definition.id) &&
    build.repository.id.toLowerCase() === repository.toLowerCase() &&
    build.sourceBranch === `refs/heads/${branch}` &&
    PUSHED.has(build.reason)
  );
}

/** A stage that is run again leaves the records of its earlier attempts in timelines of their own. */
async function endsOf(read: Read, build: number, job: string): Promise<readonly DeploymentEnd[]> {
  const now = await recordsOf(read, build);
  const earlier = new Set(now.flatMap(({ previousAttempts }) => previousAttempts ?? []).map((one) => one.timelineId));
  const timelines = [now];
  for (const id of earlier)
    timelines.push(await timelineOf(read, `/build/builds/${build}/timeline/${encodeURIComponent(id)}?`));
  const ends = timelines.flatMap((records) => records.flatMap((record) => endOf(record, records, job)));
  // A timeline also repeats the attempts of jobs that were not run again.
  return [...new Map(ends.map((end) => [`${end.at} ${end.isDone}`, end])).values()];
}

function recordsOf(read: Read, build: number): Promise<readonly TimelineRecord[]> {
  return timelineOf(read, `/build/builds/${build}/timeline?`);
}

/** The stage of a job has the name of the job, and of the estate after a colon; where it is not listed, it may come. */
function mayDeploy(records: readonly TimelineRecord[], job: string): boolean {
  const names: readonly string[] = [job, job.replace(' ', ': ')];
  const stages = records.filter(({ type, name }) => type === 'Stage' && names.includes(name));
  return stages.length === 0 || stages.some(({ state }) => state !== 'completed');
}

async function timelineOf(read: Read, path: string): Promise<readonly TimelineRecord[]> {
  return (await read(path)).read(Timeline);
}

function endOf(
  { id, type, name, state, result, finishTime }: TimelineRecord,
  records: readonly TimelineRecord[],
  job: string,
): readonly DeploymentEnd[] {
  const isEnded = type === 'Job' && name === job && state === 'completed';
  if (!isEnded || result == null || finishTime == null) return [];
  const isDone = DONE.has(result);
  const tasks = records.filter((record) => record.type === 'Task' && record.parentId === id);
  return !isDone && hasChangedNothing(tasks) ? [] : [{ at: finishTime, isDone }];
}

/** A job whose approval was rejected has no tasks. */
function hasChangedNothing(tasks: readonly TimelineRecord[]): boolean {
  const approval = tasks.find(({ name }) => name === APPROVAL_STEP)?.result;
  return tasks.length === 0 || (approval != null && CHANGED_NOTHING.has(approval));
}
