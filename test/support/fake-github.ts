import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Asked } from './forges/operations';
import { type FakeComment, FakeForge, type FakeReport, type Reply } from './forges/fake-forge';

interface Written {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: 'Bot' | 'User' };
}

interface Issue extends Written {
  readonly number: number;
  readonly title: string;
  readonly labels: readonly { readonly name: string }[];
  state: 'open' | 'closed';
}

const Body = z.object({
  title: z.string().optional(),
  body: z.string().optional(),
  labels: z.array(z.string()).optional(),
  state: z.enum(['open', 'closed']).optional(),
});
type Body = z.infer<typeof Body>;

/** Characters of a body that GitHub takes. */
const MAX_BODY = 65_536;
const BOT = { login: 'github-actions[bot]', type: 'Bot' } as const;
const PERSON = { login: 'somebody', type: 'User' } as const;

/** A repository at GitHub. Answers as GitHub's REST API does. */
export class FakeGitHub extends FakeForge {
  protected readonly base = '';
  readonly notes: Written[] = [];
  readonly issues: Issue[] = [];
  /** The most items of a page, whatever is asked for. */
  pageSize = 100;
  private count = 1;

  constructor() {
    super('github');
  }

  static async start(): Promise<FakeGitHub> {
    return new FakeGitHub().start();
  }

  get environment(): Record<string, string> {
    return {
      GITHUB_ACTIONS: 'true',
      GITHUB_TOKEN: 'token-of-the-job',
      GITHUB_REPOSITORY: 'insurance/identity',
      GITHUB_RUN_ID: '42',
      GITHUB_REF: 'refs/pull/7/merge',
      GITHUB_API_URL: this.url,
      GITHUB_SERVER_URL: 'https://github.localhost',
    };
  }

  page(run: number): string {
    return `https://github.localhost/insurance/identity/actions/runs/${run}`;
  }

  get comments(): readonly FakeComment[] {
    return this.notes.map(({ body, user }) => ({ body, isOwn: user.type === 'Bot' }));
  }

  get reports(): readonly FakeReport[] {
    return this.issues.map(({ body, user, title, labels, state }) => ({
      body,
      isOwn: user.type === 'Bot',
      title,
      labels: labels.map(({ name }) => name),
      isOpen: state === 'open',
    }));
  }

  addComment(body: string, by: 'pipeline' | 'person'): void {
    this.notes.push({ id: this.count++, body, user: by === 'pipeline' ? BOT : PERSON });
  }

  forget(): void {
    this.notes.length = 0;
  }

  addReport({ body, isOwn, title, labels, isOpen }: FakeReport): void {
    const number = this.count++;
    this.issues.push({
      ...{ id: number, number, body, title, user: isOwn ? BOT : PERSON },
      labels: labels.map((name) => ({ name })),
      state: isOpen ? 'open' : 'closed',
    });
  }

  protected respond(asked: Asked, { authorization }: IncomingMessage['headers']): Reply {
    if (!/^(?:Bearer|token) token-of-the-job$/i.test(authorization ?? 'none'))
      return { status: 401, body: { message: 'Bad credentials' } };
    if (asked.method !== 'GET' && this.isReadOnly)
      return { status: 403, body: { message: 'Resource not accessible by integration' } };
    const route = `${asked.method} ${asked.path.replace('/repos/insurance/identity', '')}`;
    const merged = this.mergedAt(route);
    if (merged !== undefined) return { status: 200, body: merged };
    const proposed = this.proposals.gitHub(route, asked);
    if (proposed !== undefined) return proposed;
    const body = Body.parse(asked.body ?? {});
    if ((body.body ?? '').length > MAX_BODY) return { status: 422, body: { message: 'Validation Failed' } };
    const reply = this.route(route, asked, body);
    const page = Number(asked.query.get('page') ?? 1);
    const size = Math.min(this.pageSize, Number(asked.query.get('per_page') ?? 30));
    const { body: answer, hasNext } = paged(reply.body, (page - 1) * size, page * size);
    if (!hasNext) return { ...reply, body: answer };
    const next = new URLSearchParams(asked.query);
    next.set('page', String(page + 1));
    return { ...reply, body: answer, headers: { link: `<${this.url}${asked.path}?${next.toString()}>; rel="next"` } };
  }

  private mergedAt(call: string): readonly object[] | undefined {
    const { commit, number, approvedBy, deploymentApprovedBy } = this.merged ?? NOT_MERGED;
    const at = '2026-11-24T09:00:00Z';
    const reviewed = (login: string, state: string) => ({ user: { login }, state, submitted_at: at });
    const approved = (login: string, name: string) => ({
      ...{ state: 'approved', comment: 'looks right', user: { login } },
      environments: [{ id: 161, name, url: `${this.url}/repos/insurance/identity/environments/${name}` }],
    });
    if (/^GET \/commits\/[0-9a-f]+\/pulls$/.test(call))
      return call.includes(commit)
        ? [
            { number, merged_at: at, base: { ref: 'main' } },
            { number: 8, merged_at: null, base: { ref: 'main' } },
            { number: 9, merged_at: at, base: { ref: 'release' } },
          ]
        : [];
    if (call === `GET /pulls/${number}/reviews`)
      return [
        reviewed('critic', 'APPROVED'),
        reviewed('critic', 'CHANGES_REQUESTED'),
        reviewed('stale', 'APPROVED'),
        reviewed('stale', 'DISMISSED'),
        ...approvedBy.flatMap((login) => [
          reviewed(login, 'CHANGES_REQUESTED'),
          reviewed(login, 'APPROVED'),
          reviewed(login, 'COMMENTED'),
        ]),
      ];
    if (!/^GET \/actions\/runs\/\d+\/approvals$/.test(call)) return undefined;
    return [
      approved('reviewer', 'preview'),
      { ...approved('critic', 'Sandbox'), state: 'rejected' },
      ...deploymentApprovedBy.map((login) => approved(login, 'Sandbox')),
    ];
  }

  private route(call: string, { query }: Asked, body: Body): Reply {
    const id = Number(/\d+$/.exec(call)?.[0]);
    const ok = (answer: unknown): Reply => ({ status: 200, body: answer });
    if (call === 'GET /issues/7/comments') return ok(this.notes);
    if (call === 'GET /pulls/7') return ok({ number: 7, head: { sha: this.head } });
    if (call === 'GET /issues/7/labels') return ok(this.labels.map((name) => ({ name })));
    if (call === 'GET /issues') {
      const label = query.get('labels');
      const isAsked = ({ state, labels }: Issue): boolean =>
        state === query.get('state') && labels.some(({ name }) => name === label);
      return ok(this.issues.filter(isAsked));
    }
    if (call.startsWith('PATCH /issues/comments/')) return update(this.notes, id, body);
    if (call.startsWith('PATCH /issues/')) return update(this.issues, id, body);
    if (call === 'POST /issues/7/comments') {
      this.addComment(body.body ?? '', 'pipeline');
      return { status: 201, body: this.notes.at(-1) };
    }
    if (call !== 'POST /issues') return NOT_FOUND;
    const { title = '', body: description = '', labels = [] } = body;
    this.addReport({ title, body: description, labels, isOwn: true, isOpen: true });
    return { status: 201, body: this.issues.at(-1) };
  }
}

const NOT_MERGED = { commit: 'none', number: 0, approvedBy: [], deploymentApprovedBy: [] };
const NOT_FOUND: Reply = { status: 404, body: { message: 'Not Found' } };

function update(list: readonly Written[], id: number, change: Body): Reply {
  const found = list.find((item) => item.id === id);
  return found === undefined ? NOT_FOUND : { status: 200, body: Object.assign(found, change) };
}

/** A page of a list. */
function paged(answer: unknown, from: number, to: number): { readonly body: unknown; readonly hasNext: boolean } {
  if (Array.isArray(answer)) return { body: answer.slice(from, to), hasNext: answer.length > to };
  return { body: answer, hasNext: false };
}
