import { request } from '@octokit/request';
import { z } from 'zod';
import { GitHubError, type GitHubRun } from './github-run';

/** The most that GitHub gives in one page. */
const PER_PAGE = 100;
/** Pages that are looked through at most. */
const MAX_PAGES = 30;
const TIMEOUT_MS = 30_000;

const Comments = z.array(
  z.object({ id: z.number(), body: z.string().nullish(), user: z.object({ type: z.string() }).nullish() }),
);
const Labels = z.array(z.object({ name: z.string() }));
const Issues = z.array(
  z.object({
    number: z.number(),
    body: z.string().nullish(),
    user: z.object({ type: z.string() }).nullish(),
    pull_request: z.unknown().optional(),
  }),
);

const Runs = z
  .object({
    workflow_runs: z.array(
      z.object({
        id: z.number(),
        html_url: z.url(),
        head_sha: z.string(),
        head_branch: z.string().nullable(),
        head_repository: z.object({ full_name: z.string() }).nullish(),
        event: z.string(),
        conclusion: z.string().nullish(),
        created_at: z.string(),
        updated_at: z.string(),
      }),
    ),
  })
  .transform(({ workflow_runs }) => workflow_runs);
/** A run of a workflow, with its attempts. */
export type WorkflowRun = z.infer<typeof Runs>[number];

const Jobs = z
  .object({
    jobs: z.array(
      z.object({
        name: z.string(),
        conclusion: z.string().nullish(),
        completed_at: z.string().nullish(),
        steps: z.array(z.object({ name: z.string(), conclusion: z.string().nullish() })).nullish(),
      }),
    ),
  })
  .transform(({ jobs }) => jobs);
/** A job in one attempt of a run. */
export type WorkflowJob = z.infer<typeof Jobs>[number];

/** The permission of a job's token that a call takes. */
type Permission = 'actions: read' | 'pull-requests: read' | 'pull-requests: write' | 'issues: write';

/** Work of the pipeline at GitHub. A comment of its own is known by a marker, and by being written by an app. */
export class GitHub {
  private readonly send: typeof request;

  constructor(private readonly run: GitHubRun) {
    this.send = request.defaults({
      baseUrl: run.apiUrl,
      headers: { authorization: `Bearer ${run.token}`, 'x-github-api-version': '2022-11-28' },
    });
  }

  /** Names of the labels that a pull request has now. */
  async labelsOf(pullRequest: number): Promise<readonly string[]> {
    const route = `/issues/${pullRequest}/labels`;
    return (await this.pages(route, Labels, 'pull-requests: read')).map(({ name }) => name);
  }

  /** Writes the one comment with this marker: creates it, or replaces its text. */
  async upsertComment(pullRequest: number, marker: string, body: string): Promise<'created' | 'updated'> {
    const comments = await this.pages(`/issues/${pullRequest}/comments`, Comments, 'pull-requests: write');
    const mine = comments.find((comment) => isOwn(comment, marker));
    if (mine === undefined) {
      await this.call(
        { method: 'POST', route: `/issues/${pullRequest}/comments`, body: { body } },
        'pull-requests: write',
      );
      return 'created';
    }
    await this.call({ method: 'PATCH', route: `/issues/comments/${mine.id}`, body: { body } }, 'pull-requests: write');
    return 'updated';
  }

  /** Number of the open issue with this marker. */
  async findIssue(marker: string, label: string): Promise<number | undefined> {
    const route = `/issues?state=open&labels=${encodeURIComponent(label)}`;
    const issues = await this.pages(route, Issues, 'issues: write');
    return issues.find((issue) => issue.pull_request === undefined && isOwn(issue, marker))?.number;
  }

  /** @returns its number */
  async createIssue(issue: {
    readonly title: string;
    readonly body: string;
    readonly labels: string[];
  }): Promise<number> {
    const answer = await this.call({ method: 'POST', route: '/issues', body: issue }, 'issues: write');
    return z.object({ number: z.number() }).parse(answer).number;
  }

  async updateIssue(
    number: number,
    change: { readonly body: string; readonly state: 'open' | 'closed' },
  ): Promise<void> {
    await this.call({ method: 'PATCH', route: `/issues/${number}`, body: change }, 'issues: write');
  }

  /** Runs of a workflow on branches of this name, those created last first: GitHub gives the newest 1,000. Forks' too. */
  runsOf(workflow: string, branch: string): AsyncGenerator<WorkflowRun> {
    const route = `/actions/workflows/${encodeURIComponent(workflow)}/runs?branch=${encodeURIComponent(branch)}`;
    return this.items(route, Runs, 'actions: read');
  }

  /** The jobs of a run, in all of its attempts. */
  async jobsOf(run: number): Promise<readonly WorkflowJob[]> {
    return this.pages(`/actions/runs/${run}/jobs?filter=all`, Jobs, 'actions: read');
  }

  private async pages<T>(
    route: string,
    schema: z.ZodType<readonly T[]>,
    permission: Permission,
  ): Promise<readonly T[]> {
    const all: T[] = [];
    for await (const item of this.items(route, schema, permission)) all.push(item);
    return all;
  }

  /** The items of a list, page by page as they are needed. */
  private async *items<T>(route: string, schema: z.ZodType<readonly T[]>, permission: Permission): AsyncGenerator<T> {
    for (let page = 1; page <= MAX_PAGES; page++) {
      const query = `${route}${route.includes('?') ? '&' : '?'}per_page=${PER_PAGE}&page=${page}`;
      const found = schema.parse(await this.call({ method: 'GET', route: query, body: {} }, permission));
      yield* found;
      if (found.length < PER_PAGE) return;
    }
  }

  private async call({ method, route, body }: Call, permission: Permission): Promise<unknown> {
    const { owner, repo } = this.run;
    const url = `/repos/${owner}/${repo}${route}`;
    try {
      const timeout = { signal: AbortSignal.timeout(TIMEOUT_MS) };
      return (await this.send({ method, url, ...body, request: timeout })).data;
    } catch (error) {
      throw refusal(error, `${method} ${url.split('?', 1)[0] ?? ''}`, permission);
    }
  }
}

interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST';
  /** Below the repository. */
  readonly route: string;
  readonly body: object;
}

function isOwn(
  { body, user }: z.infer<typeof Comments>[number] | z.infer<typeof Issues>[number],
  marker: string,
): boolean {
  return user?.type === 'Bot' && body?.startsWith(marker) === true;
}

function refusal(error: unknown, call: string, permission: Permission): GitHubError {
  const { status, message } = z
    .object({ status: z.number().optional(), message: z.string() })
    .catch({ message: String(error) })
    .parse(error);
  const advice =
    status === 401 || status === 403 || status === 404
      ? `give the job '${permission}'; a pull request from a fork never has it`
      : 'GitHub may be out of order (https://www.githubstatus.com): run the job again';
  return new GitHubError(`${call}: ${message}${status === undefined ? '' : ` (HTTP ${status})`}: ${advice}`);
}
