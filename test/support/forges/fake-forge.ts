import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Forge } from '../../../src/estate/sections/pipeline/forges/registry';
import { FakeProposals } from './fake-proposals';
import { type Asked, matches, nameOf, operationsOf, type Reply, undocumented } from './operations';

export type { Reply } from './operations';

/** A comment as a forge has it. */
export interface FakeComment {
  readonly body: string;
  /** True if the pipeline wrote it. */
  readonly isOwn: boolean;
}

export interface FakeReport extends FakeComment {
  readonly title: string;
  readonly labels: readonly string[];
  readonly isOpen: boolean;
}

/** A pull request that was merged as a commit, and who approved it and the deployment of it. */
export interface FakeMerge {
  readonly commit: string;
  readonly number: number;
  readonly approvedBy: readonly string[];
  readonly deploymentApprovedBy: readonly string[];
}

/** A forge with one pull request, number 7, that answers over HTTP as its vendor describes it. */
export abstract class FakeForge {
  labels: string[] = [];
  /** Commit that the pull request proposes. */
  head = 'a'.repeat(40);
  /** The pull request that was merged last, where one was. */
  merged?: FakeMerge;
  readonly proposals = new FakeProposals();
  /** True if the token may do nothing but read. */
  isReadOnly = false;
  /** True if it takes calls and never answers. */
  isSilent = false;
  /** True if it does what it is told to write, and something before it answers with 502. */
  losesAnswers = false;
  /** Answers to the calls that come next. */
  readonly next: Reply[] = [];
  /** Calls so far: `POST /repos/o/r/issues`. */
  readonly calls: string[] = [];
  /** Calls that the vendor's description does not have as they were. */
  readonly faults: string[] = [];
  /** Operations of the vendor's description that were called. */
  readonly used = new Set<string>();
  private readonly server = createServer();
  private port = 0;

  /** Variables that the forge gives a job about the pull request. */
  abstract get environment(): Record<string, string>;
  abstract get comments(): readonly FakeComment[];
  abstract get reports(): readonly FakeReport[];
  abstract addComment(body: string, by: 'pipeline' | 'person'): void;
  abstract addReport(report: FakeReport): void;
  /** Forgets comments; reports stay. */
  abstract forget(): void;
  /** Page of a run. */
  abstract page(run: number): string;
  /** Path of the API below the server. */
  protected abstract readonly base: string;
  protected abstract respond(asked: Asked, headers: IncomingMessage['headers']): Reply;

  private readonly operations: ReturnType<typeof operationsOf>;

  constructor(readonly forge: Forge) {
    this.operations = operationsOf(forge);
  }

  async start(): Promise<this> {
    this.server.on(
      'request',
      (request: IncomingMessage, response: ServerResponse) => void this.answer(request, response),
    );
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    // A test that fails before it stops the server ends all the same.
    this.server.unref();
    const address = this.server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    const url = new URL(request.url ?? '', this.url);
    const sent = await text(request);
    const asked: Asked = {
      method,
      path: url.pathname.replace(this.base, ''),
      query: url.searchParams,
      contentType: headers['content-type'],
      body: sent === '' ? undefined : JSON.parse(sent),
    };
    this.calls.push(`${method} ${url.pathname}`);
    this.faults.push(...undocumented(this.operations, asked));
    for (const operation of this.operations) if (matches(operation, asked)) this.used.add(nameOf(operation));
    if (this.isSilent) return;
    const reply = this.next.shift() ?? this.respond(asked, headers);
    const isLost = this.losesAnswers && method !== 'GET';
    const { status, body, headers: more } = isLost ? { status: 502, body: 'Bad gateway' } : reply;
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...more });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }
}
