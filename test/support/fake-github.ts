import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { WorkflowJob, WorkflowRun } from '../../src/deploy/forges/github';
import { APPROVAL_STEP } from '../../src/deploy/pipeline/last-deployment';

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

/** A run of the workflow deploy.yaml, with the job that deploys in each of its attempts. */
export interface FakeRun {
  readonly id: number;
  readonly commit: string;
  /** Job `Deploy` of each attempt; `undefined` while it has not ended. */
  readonly deploys: readonly FakeDeploy[];
  /** @default what the last attempt says */
  readonly conclusion?: string;
  /** @default when the first attempt ended */
  readonly createdAt?: string;
  /** @default push */
  readonly event?: string;
  /** @default main */
  readonly branch?: string;
  /** @default insurance/identity */
  readonly repository?: string;
}

interface FakeDeploy {
  readonly conclusion: 'success' | 'failure' | 'cancelled' | null;
  readonly endedAt: string;
  /** Whether it waited for a reviewer and was rejected. @default false */
  readonly isRejected?: boolean;
  /** How its check of the approval ended. @default it has none, as deployments once had */
  readonly approval?: 'success' | 'failure' | 'skipped' | 'cancelled';
}

/** Characters of a body that GitHub takes. */
const MAX_BODY = 65_536;
const BOT = { login: 'github-actions[bot]', type: 'Bot' } as const;

/** A repository at GitHub with one pull request, number 7. Answers as GitHub's REST API does. */
export class FakeGitHub {
  readonly comments: Written[] = [];
  readonly issues: Issue[] = [];
  /** Runs of deploy.yaml, those that were created last first. */
  runs: FakeRun[] = [];
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
      GITHUB_WORKFLOW_REF: 'insurance/identity/.github/workflows/deploy.yaml@refs/heads/main',
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
    const shown = paged(answer, page * size, (page + 1) * size);
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
    if (call === 'GET /actions/workflows/deploy.yaml/runs') return [200, { workflow_runs: this.runs.map(runOf) }];
    if (/^GET \/actions\/runs\/\d+\/jobs$/.test(call)) {
      const run = this.runs.find((one) => one.id === Number(/\d+/.exec(call)?.[0]));
      return run === undefined ? [404, { message: 'Not Found' }] : [200, { jobs: jobsOf(run) }];
    }
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

/** A list in one page, or inside of an object as GitHub gives runs and jobs. */
function paged(answer: unknown, from: number, to: number): unknown {
  if (Array.isArray(answer)) return (answer as unknown[]).slice(from, to);
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(answer).map(([key, value]) => [
      key,
      ['workflow_runs', 'jobs'].includes(key) ? paged(value, from, to) : (value as unknown),
    ]),
  );
}

/** The jobs of a run as GitHub gives them, those of all attempts. */
export function jobsOf(run: FakeRun | undefined): readonly WorkflowJob[] {
  const others = { name: 'plan-aws / Ask the CDK', conclusion: 'success', steps: [{ name: 'Set up job' }] };
  return (run?.deploys ?? []).flatMap(({ conclusion, endedAt, isRejected = false, approval }) => [
    { ...others, completed_at: endedAt },
    {
      name: 'Deploy',
      conclusion,
      completed_at: conclusion === null ? null : endedAt,
      steps:
        isRejected || conclusion === null
          ? []
          : [
              { name: 'Set up job', conclusion: 'success' },
              ...(approval === undefined ? [] : [{ name: APPROVAL_STEP, conclusion: approval }]),
            ],
    },
  ]);
}

/** A run as GitHub gives it. */
export function runOf({
  id,
  commit,
  deploys,
  event = 'push',
  branch = 'main',
  repository,
  ...run
}: FakeRun): WorkflowRun {
  const [first, last] = [deploys[0]?.endedAt ?? NEVER, deploys.at(-1)];
  return {
    id,
    html_url: `https://github.example/insurance/identity/actions/runs/${id}`,
    head_sha: commit,
    head_branch: branch,
    head_repository: { full_name: repository ?? 'insurance/identity' },
    event,
    conclusion: run.conclusion ?? last?.conclusion ?? null,
    created_at: run.createdAt ?? first,
    updated_at: last?.endedAt ?? run.createdAt ?? NEVER,
  };
}

const NEVER = '1970-01-01T00:00:00Z';
