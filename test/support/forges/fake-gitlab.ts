import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { type FakeComment, FakeForge, type FakeReport, type Reply } from './fake-forge';
import type { Asked } from './operations';

interface Note {
  readonly id: number;
  body: string;
  readonly system: boolean;
  readonly author: { readonly id: number };
}

interface Issue {
  readonly iid: number;
  readonly title: string;
  description: string;
  readonly labels: readonly string[];
  readonly author: { readonly id: number };
  state: 'opened' | 'closed';
}

const Body = z.object({
  body: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  labels: z.string().optional(),
  state_event: z.enum(['close', 'reopen']).optional(),
});
type Body = z.infer<typeof Body>;

const MAX_NOTE = 1_000_000;
const BOT = 5001;
const PROPOSER = 9;
const PERSON = 12;

/** A project at GitLab, 31. Answers as its API v4 does. */
export class FakeGitLab extends FakeForge {
  protected readonly base = '/api/v4';
  readonly notes: Note[] = [];
  readonly issues: Issue[] = [];
  /** Kinds of token of the calls so far. */
  readonly tokens = new Set<string>();
  private count = 1;

  constructor() {
    super('gitlab');
  }

  get environment(): Record<string, string> {
    return {
      GITLAB_CI: 'true',
      CI_API_V4_URL: `${this.url}/api/v4`,
      CI_PROJECT_ID: '31',
      CI_PROJECT_URL: 'https://gitlab.example/insurance/identity',
      CI_PIPELINE_ID: '42',
      CI_JOB_TOKEN: 'token-of-the-job',
      CI_JOB_ID: '4242',
      CI_MERGE_REQUEST_IID: '7',
      CI_MERGE_REQUEST_PROJECT_ID: '31',
      GITLAB_TOKEN: 'token-of-the-project',
      GITLAB_PROPOSAL_TOKEN: 'token-that-proposes',
      GITLAB_PLACEMENT_TOKEN: 'token-that-pushes',
    };
  }

  page(run: number): string {
    return `https://gitlab.example/insurance/identity/-/pipelines/${run}`;
  }

  get comments(): readonly FakeComment[] {
    return this.notes.map(({ body, author }) => ({ body, isOwn: author.id === BOT }));
  }

  get reports(): readonly FakeReport[] {
    return this.issues.map(({ description, author, title, labels, state }) => ({
      body: description,
      isOwn: author.id === BOT,
      title,
      labels,
      isOpen: state === 'opened',
    }));
  }

  addComment(body: string, by: 'pipeline' | 'person'): void {
    this.notes.push({ id: this.count++, body, system: false, author: { id: by === 'pipeline' ? BOT : PERSON } });
  }

  forget(): void {
    this.notes.length = 0;
  }

  addReport({ body, isOwn, title, labels, isOpen }: FakeReport): void {
    const author = { id: isOwn ? BOT : PERSON };
    const state = isOpen ? 'opened' : 'closed';
    this.issues.push({ iid: this.count++, title, description: body, labels, author, state });
  }

  protected respond(asked: Asked, headers: IncomingMessage['headers']): Reply {
    const kind = tokenOf(headers);
    if (kind === undefined) return { status: 401, body: { message: '401 Unauthorized' } };
    this.tokens.add(kind);
    const call = `${asked.method} ${asked.path.replace('/projects/31/', '/')}`;
    // What a job's token may do: docs of GitLab, 'CI/CD job token'.
    const isOfJob = /^GET \/(merge_requests\/7|merge_requests\/7\/notes)$/.test(call);
    if (kind === 'job' && !isOfJob) return { status: 401, body: { message: '401 Unauthorized' } };
    if (asked.method !== 'GET' && this.isReadOnly)
      return { status: 403, body: { error: 'insufficient_scope', error_description: 'needs: api' } };
    const merged = this.mergedAt(call, asked);
    if (merged !== undefined) return Array.isArray(merged) ? paged(merged, asked.query) : { status: 200, body: merged };
    const proposed = this.proposals.gitLab(call, asked, kind === 'proposal' ? PROPOSER : BOT);
    if (proposed !== undefined) return Array.isArray(proposed.body) ? paged(proposed.body, asked.query) : proposed;
    const body = Body.parse(asked.body ?? {});
    if ((body.body ?? '').length > MAX_NOTE) return { status: 400, body: { message: { note: ['is too long'] } } };
    if (call === 'GET /user' && kind === 'proposal')
      return { status: 200, body: { id: PROPOSER, username: 'proposer' } };
    const reply = this.route(call, asked, body);
    return Array.isArray(reply.body) ? paged(reply.body, asked.query) : reply;
  }

  private mergedAt(call: string, { query }: Asked): object | undefined {
    if (this.merged === undefined) return undefined;
    const { commit, number, approvedBy, deploymentApprovedBy } = this.merged;
    const user = (username: string) => ({ user: { username } });
    if (/^GET \/repository\/commits\/[0-9a-f]+\/merge_requests$/.test(call))
      return call.includes(commit)
        ? [
            { iid: number, state: 'merged', target_branch: 'main' },
            { iid: 8, state: 'closed', target_branch: 'main' },
            { iid: 9, state: 'merged', target_branch: 'release' },
          ]
        : [];
    if (call === `GET /merge_requests/${number}/approvals`) return { approved_by: approvedBy.map(user) };
    if (call === 'GET /deployments')
      return query.get('environment') !== 'sandbox'
        ? []
        : [
            { id: 2, deployable: { id: 4243 } },
            { id: 1, deployable: { id: 4242 } },
          ];
    if (call !== 'GET /deployments/1') return undefined;
    const given = { status: 'approved', created_at: '2026-11-24T09:00:00Z', comment: 'looks right' };
    const rejected = { ...user('critic'), ...given, status: 'rejected' };
    return { approvals: [rejected, ...deploymentApprovedBy.map((name) => ({ ...user(name), ...given }))] };
  }

  private route(call: string, { query }: Asked, body: Body): Reply {
    const id = Number(/\d+$/.exec(call)?.[0]);
    const ok = (answer: unknown): Reply => ({ status: 200, body: answer });
    if (call === 'GET /user') return ok({ id: BOT, username: 'project_31_bot_1' });
    if (call === 'GET /merge_requests/7') return ok({ iid: 7, labels: this.labels, sha: this.head });
    if (call === 'GET /merge_requests/7/notes')
      return ok(query.get('sort') === 'asc' ? this.notes : this.notes.toReversed());
    if (call === 'GET /issues') return ok(this.issues.filter((issue) => isAsked(issue, query)));
    if (call === 'POST /merge_requests/7/notes') {
      this.addComment(body.body ?? '', 'pipeline');
      return { status: 201, body: this.notes.at(-1) };
    }
    if (call.startsWith('PUT /merge_requests/7/notes/')) {
      const note = this.notes.find((one) => one.id === id);
      if (note === undefined) return NOT_FOUND;
      note.body = body.body ?? note.body;
      return ok(note);
    }
    if (call === 'POST /issues') {
      const { title = '', description = '', labels = '' } = body;
      this.addReport({ title, body: description, labels: labels.split(','), isOwn: true, isOpen: true });
      return { status: 201, body: this.issues.at(-1) };
    }
    const issue = this.issues.find((one) => call === `PUT /issues/${one.iid}`);
    if (issue === undefined) return NOT_FOUND;
    issue.description = body.description ?? issue.description;
    if (body.state_event === 'close') issue.state = 'closed';
    return ok(issue);
  }
}

const NOT_FOUND: Reply = { status: 404, body: { message: '404 Not found' } };

function tokenOf(headers: IncomingMessage['headers']): 'job' | 'project' | 'proposal' | undefined {
  if (headers['private-token'] === 'token-that-proposes') return 'proposal';
  if (headers['private-token'] === 'token-of-the-project') return 'project';
  return headers['job-token'] === 'token-of-the-job' ? 'job' : undefined;
}

function isAsked({ state, labels, author }: Issue, query: URLSearchParams): boolean {
  const [wanted, label, by] = [query.get('state'), query.get('labels'), query.get('author_id')];
  return (
    (wanted === null || state === wanted) &&
    (label === null || labels.includes(label)) &&
    (by === null || String(author.id) === by)
  );
}

/** A page and the number of the next. Notes that the caller may not see are left out of a page after it was cut. */
function paged(all: readonly unknown[], query: URLSearchParams): Reply {
  const page = Number(query.get('page') ?? 1);
  const size = Math.min(100, Number(query.get('per_page') ?? 20));
  const next = page * size < all.length ? String(page + 1) : '';
  return { status: 200, body: all.slice((page - 1) * size, page * size), headers: { 'x-next-page': next } };
}
