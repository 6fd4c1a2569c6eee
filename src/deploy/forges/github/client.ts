import { appendFile } from 'node:fs/promises';
import { z } from 'zod';
import { DEFAULT_BRANCH } from '../../../estate/sections/pipeline/limits';
import {
  type Comment,
  type Commented,
  type Forge,
  keepReport,
  MAX_PAGES,
  numberOf,
  type Report,
  type Reported,
  tooLong,
} from '../forge';
import { type Answer, ForgeHttp, type ForgeOptions } from '../forge-http';
import { gitHubProposer, PullRequests } from './proposals';
import type { GitHubRun } from './run';
import { keepProposal, type Proposal, type Proposed } from '../proposal';

/** The most that GitHub gives in one page. */
const PER_PAGE = 100;

const Author = z.object({ type: z.string() }).nullish();
const Comments = z.array(z.object({ id: z.number(), body: z.string().nullish(), user: Author }));
const Labels = z.array(z.object({ name: z.string() }));
const PullRequest = z.object({ head: z.object({ sha: z.string() }) });
const Issue = z.object({ number: z.number() });
const Issues = z.array(
  Issue.extend({ body: z.string().nullish(), user: Author, pull_request: z.unknown().optional() }),
);

/** The permission of a job's token that a call takes. */
type Permission = 'contents: write' | 'pull-requests: read' | 'pull-requests: write' | 'issues: write';

/** Work of the pipeline at GitHub. A text of its own is known by a marker, and by being written by an app. */
export class GitHub implements Forge {
  readonly name = 'github';
  /** A body of GitHub has 65,536 characters at most. */
  readonly limits = { comment: 65_000, report: 65_000, proposal: 65_000 };
  private readonly http: ForgeHttp;
  private readonly graphql: ForgeHttp;

  private readonly branch: string;

  constructor(
    private readonly run: GitHubRun,
    { timing, branch = DEFAULT_BRANCH }: ForgeOptions = {},
  ) {
    this.branch = branch;
    const options = {
      forge: 'GitHub',
      statusPages: { 'api.github.com': 'https://www.githubstatus.com' },
      headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
      timing,
    };
    this.http = new ForgeHttp({ ...options, url: run.apiUrl });
    this.graphql = new ForgeHttp({ ...options, url: run.graphqlBase });
  }

  get runUrl(): string {
    return this.run.url;
  }

  get runNumber(): number {
    return this.run.id;
  }

  pullRequest(): number {
    return numberOf(
      this.run.pullRequest,
      'this run must be of a pull request: GITHUB_REF must be refs/pull/NUMBER/merge',
    );
  }

  async labelsOf(pullRequest: number): Promise<readonly string[]> {
    const labels = await this.all(`/issues/${pullRequest}/labels`, Labels, 'pull-requests: read');
    return labels.map(({ name }) => name);
  }

  async headOf(pullRequest: number): Promise<string> {
    const { read } = await this.ask(`/pulls/${pullRequest}`, 'pull-requests: read');
    return read(PullRequest).head.sha;
  }

  async upsertComment(pullRequest: number, { marker, body, replaces }: Comment): Promise<Commented> {
    const route = `/issues/${pullRequest}/comments`;
    const comments = await this.all(route, Comments, 'pull-requests: write');
    const mine = comments.find((comment) => isOwn(comment, marker));
    if (mine === undefined) {
      await this.write('POST', { route, body: { body } }, 'pull-requests: write');
      return 'created';
    }
    if (!replaces(mine.body ?? marker)) return 'kept';
    await this.write('PATCH', { route: `/issues/comments/${mine.id}`, body: { body } }, 'pull-requests: write');
    return 'updated';
  }

  report(report: Report): Promise<Reported> {
    const needed: Permission = 'issues: write';
    return keepReport(
      {
        find: async ({ marker, label }) => {
          const open = await this.all(`/issues?state=open&labels=${encodeURIComponent(label)}`, Issues, needed);
          return open.find((issue) => issue.pull_request === undefined && isOwn(issue, marker))?.number;
        },
        create: async ({ title, body, label }) => {
          const issue = { title, body, labels: [label] };
          return (await this.write('POST', { route: '/issues', body: issue }, needed)).read(Issue).number;
        },
        update: async (number, { body, isOpen }) => {
          const change = { body, state: isOpen ? 'open' : 'closed' };
          await this.write('PATCH', { route: `/issues/${number}`, body: change }, needed);
        },
      },
      report,
    );
  }

  propose(proposal: Proposal): Promise<Proposed> {
    const { repository } = this.run;
    const permission = (route: string): Permission =>
      route.startsWith('/pulls') ? 'pull-requests: write' : 'contents: write';
    const proposer = gitHubProposer({
      repository,
      base: this.branch,
      list: async (route) => this.all(route, PullRequests, 'pull-requests: write').then((all) => [...all]),
      get: (route) => this.http.send({ method: 'GET', ...this.below(route, 'contents: write') }),
      write: (method, route, body) => this.write(method, { route, body }, permission(route)),
      ask: (query, variables) => {
        const { authorization, permission: advice } = this.below('', 'pull-requests: write');
        const body = { query, variables };
        return this.graphql.send({ method: 'POST', path: '/graphql', body, authorization, permission: advice });
      },
    });
    return keepProposal(proposer, proposal);
  }

  async summary(markdown: string): Promise<readonly string[]> {
    if (this.run.summary !== undefined) await appendFile(this.run.summary, markdown);
    return [];
  }

  private async all<T>(route: string, schema: z.ZodType<readonly T[]>, permission: Permission): Promise<readonly T[]> {
    const all: T[] = [];
    for await (const item of this.items(route, schema, permission)) all.push(item);
    return all;
  }

  /** The items of a list, page by page as they are needed. A page may have fewer than fit, and another may follow. */
  private async *items<T>(route: string, schema: z.ZodType<readonly T[]>, permission: Permission): AsyncGenerator<T> {
    for (let page = 1; page <= MAX_PAGES; page++) {
      const query = `${route}${route.includes('?') ? '&' : '?'}per_page=${PER_PAGE}&page=${page}`;
      const { headers, read } = await this.ask(query, permission);
      yield* read(schema);
      if (!/\brel="next"/.test(headers.get('link') ?? 'none')) return;
    }
    throw tooLong(route, MAX_PAGES * PER_PAGE);
  }

  private ask(query: string, permission: Permission): Promise<Answer> {
    return this.http.send({ method: 'GET', ...this.below(query, permission) });
  }

  private write(
    method: 'PATCH' | 'POST',
    { route, body }: { readonly route: string; readonly body: object },
    permission: Permission,
  ): Promise<Answer> {
    return this.http.send({ method, body, ...this.below(route, permission) });
  }

  private below(
    route: string,
    permission: Permission,
  ): { readonly path: string; readonly authorization: Record<string, string>; readonly permission: string } {
    return {
      path: `/repos/${this.run.repository}${route}`,
      authorization: { authorization: `Bearer ${this.run.token}` },
      permission: `give the job '${permission}'; a pull request from a fork never has it`,
    };
  }
}

function isOwn(
  { body, user }: { readonly body?: string | null | undefined; readonly user?: z.infer<typeof Author> },
  marker: string,
): boolean {
  return user?.type === 'Bot' && body?.startsWith(marker) === true;
}
