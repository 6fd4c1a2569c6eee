import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

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

/** Characters of a body that GitHub takes. */
const MAX_BODY = 65_536;
const BOT = { login: 'github-actions[bot]', type: 'Bot' } as const;

/** A repository at GitHub with one pull request, number 7. Answers as GitHub's REST API does. */
export class FakeGitHub {
  readonly comments: Written[] = [];
  readonly issues: Issue[] = [];
  labels: string[] = [];
  /** Whether the token may do nothing but read. */
  isReadOnly = false;
  /** Calls so far: `POST /repos/o/r/issues`. */
  readonly calls: string[] = [];
  private next = 1;

  private constructor(private readonly server: ReturnType<typeof createServer>) {}

  static async start(): Promise<FakeGitHub> {
    const server = createServer();
    const github = new FakeGitHub(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void github.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return github;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Variables that GitHub Actions gives a job about the pull request. */
  get environment(): Record<string, string> {
    return {
      GITHUB_TOKEN: 'token-of-the-job',
      GITHUB_REPOSITORY: 'insurance/identity',
      GITHUB_RUN_ID: '42',
      GITHUB_REF: 'refs/pull/7/merge',
      GITHUB_API_URL: this.url,
      GITHUB_SERVER_URL: 'https://github.example',
    };
  }

  addComment(body: string, type: 'Bot' | 'User'): void {
    this.comments.push({ id: this.next++, body, user: { login: type, type } });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.url);
    const [status, answer] = await this.respond(request, url.pathname);
    const page = Number(url.searchParams.get('page') ?? 1) - 1;
    const size = Number(url.searchParams.get('per_page') ?? 30);
    const shown = Array.isArray(answer) ? (answer as unknown[]).slice(page * size, (page + 1) * size) : answer;
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(shown));
  }

  private async respond(request: IncomingMessage, path: string): Promise<readonly [number, unknown]> {
    const { method = '', headers } = request;
    this.calls.push(`${method} ${path}`);
    if (headers.authorization !== 'Bearer token-of-the-job') return [401, { message: 'Bad credentials' }];
    const refused = { message: 'Resource not accessible by integration' };
    if (method !== 'GET' && this.isReadOnly) return [403, refused];
    const body = method === 'GET' ? {} : ((await json(request)) as Partial<Issue>);
    if ((body.body ?? '').length > MAX_BODY) return [422, { message: 'Validation Failed' }];
    return this.route(`${method} ${path.replace('/repos/insurance/identity', '')}`, body);
  }

  private route(call: string, body: Partial<Issue>): readonly [number, unknown] {
    const id = Number(/\d+$/.exec(call)?.[0]);
    if (call === 'GET /issues/7/comments') return [200, this.comments];
    if (call === 'GET /issues/7/labels') return [200, this.labels.map((name) => ({ name }))];
    if (call === 'GET /issues') return [200, this.issues.filter(({ state }) => state === 'open')];
    if (call === 'POST /issues/7/comments') return [201, this.create(this.comments, { body: body.body ?? '' })];
    if (call.startsWith('PATCH /issues/comments/')) return update(this.comments, id, body);
    if (call.startsWith('PATCH /issues/')) return update(this.issues, id, body);
    if (call !== 'POST /issues') return [404, { message: 'Not Found' }];
    const labels = (body.labels as readonly string[] | undefined)?.map((name) => ({ name })) ?? [];
    const { title = '', body: text = '' } = body;
    return [201, this.create(this.issues, { title, body: text, labels, state: 'open', number: this.next })];
  }

  private create<T extends Written>(list: T[], item: Omit<T, 'id' | 'user'>): T {
    const created = { ...item, id: this.next++, user: BOT } as T;
    list.push(created);
    return created;
  }
}

function update(list: readonly Written[], id: number, change: object): readonly [number, unknown] {
  const found = list.find((item) => item.id === id);
  if (found === undefined) return [404, { message: 'Not Found' }];
  return [200, Object.assign(found, change)];
}
