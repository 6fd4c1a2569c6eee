import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';

/** A repository that git itself serves over HTTP, to whoever has the token; reading takes none. */
export class GitServer {
  private readonly root = mkdtempSync(join(tmpdir(), 'git-server-'));
  private readonly server = createServer((request, response) => void this.answer(request, response));
  /** Authorizations that pushed. */
  readonly pushes: string[] = [];

  private constructor(
    /** `insurance/identity.git` */
    private readonly repository: string,
    private readonly isAllowed: (authorization: string) => boolean,
  ) {}

  static async start(repository: string, isAllowed: (authorization: string) => boolean): Promise<GitServer> {
    const server = new GitServer(repository, isAllowed);
    mkdirSync(dirname(server.path), { recursive: true });
    spawnSync('git', ['init', '--quiet', '--bare', '--initial-branch', 'main', server.path]);
    spawnSync('git', ['config', 'http.receivepack', 'true'], { cwd: server.path });
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
    server.server.unref();
    return server;
  }

  /** Folder of the repository. */
  get path(): string {
    return join(this.root, this.repository);
  }

  get url(): string {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  /** Commit of a branch; empty where it is gone. */
  headOf(branch: string): string {
    return this.git('for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`);
  }

  git(...args: readonly string[]): string {
    return spawnSync('git', args, { cwd: this.path, encoding: 'utf8' }).stdout.trim();
  }

  /** Runs lines of a shell before a push is taken. */
  beforePush(...lines: readonly string[]): void {
    const hook = join(this.path, 'hooks/pre-receive');
    writeFileSync(hook, ['#!/bin/sh', ...lines, ''].join('\n'));
    chmodSync(hook, 0o755);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '', this.url);
    const { authorization = '' } = request.headers;
    const isPush = `${pathname}${search}`.includes('git-receive-pack');
    if (isPush && !this.isAllowed(authorization)) {
      response.writeHead(403).end('Write access to repository not granted.');
      return;
    }
    if (isPush && request.method === 'POST') this.pushes.push(authorization);
    const sent = await buffer(request);
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: this.root,
        GIT_HTTP_EXPORT_ALL: '1',
        REMOTE_USER: 'pipeline',
        REQUEST_METHOD: request.method,
        PATH_INFO: decodeURIComponent(pathname),
        QUERY_STRING: search.slice(1),
        CONTENT_TYPE: request.headers['content-type'],
        CONTENT_LENGTH: String(sent.length),
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
        GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    // `http-backend` may answer, and end, without reading all that was sent.
    child.stdin.on('error', () => undefined);
    child.stdin.end(sent);
    const out = await buffer(child.stdout);
    const end = out.indexOf('\r\n\r\n');
    const headers = out
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map((line) => line.split(/: (.*)/s, 2) as [string, string]);
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers.filter(([name]) => name !== 'Status')));
    response.end(out.subarray(end + 4));
  }
}
