import { z } from 'zod';
import { type DeployedJob, type DeploymentEnd, type DeploymentRun, MAX_PAGES, Time, tooLong } from '../forge';
import type { Answer } from '../forge-http';
import { APPROVAL_STEP } from '../job-names';
import { type AzureDevOpsRun, buildPage } from './run';

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

/** File of the pipeline that deploys, as `init` writes it, where another pipeline asks what it did. */
export const DEPLOYING_FILE = 'azure-pipelines/identity-deploy.yml';

/** Reads what is below the project. */
type Read = (path: string) => Promise<Answer>;

/** The most that are asked for at once. */
const PER_PAGE = 100;

interface List<T> {
  /** Path below the project. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly schema: z.ZodType<readonly T[]>;
}

/** Items of a list, page by page as they are needed. */
async function* itemsOf<T>(read: Read, { path, query, schema }: List<T>): AsyncGenerator<T> {
  const asked = new URLSearchParams({ ...query, $top: String(PER_PAGE) });
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { headers, read: as } = await read(`${path}?${asked.toString()}&`);
    yield* as(schema);
    const next = headers.get('x-ms-continuationtoken');
    if (next === null || next === '') return;
    asked.set('continuationToken', next);
  }
  throw tooLong(path, MAX_PAGES * PER_PAGE);
}

/** Pipelines; one that is of no file has another kind of process. */
const Definitions = z
  .object({
    value: z.array(z.object({ id: z.number(), process: z.object({ yamlFilename: z.string().nullish() }).nullish() })),
  })
  .transform(({ value }) => value);

/** Numbers of the pipelines that were made from the file that deploys. Azure DevOps may write its path with a slash before it. */
async function deployingPipelines(read: Read, repository: string): Promise<readonly number[]> {
  const query = {
    repositoryId: repository,
    repositoryType: 'TfsGit',
    // Without it an answer does not name the file.
    includeAllProperties: 'true',
  };
  const found: number[] = [];
  for await (const { id, process } of itemsOf(read, { path: '/build/definitions', query, schema: Definitions }))
    if (process?.yamlFilename?.replace(/^\//, '') === DEPLOYING_FILE) found.push(id);
  return found;
}
