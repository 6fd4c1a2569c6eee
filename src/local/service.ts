import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { isPacked, packageFile } from '../package/contents/files';
import { withoutSecrets } from '../text/secrets';
import type { Environment } from './environment';

/** A program that runs beside the others. */
export interface ServiceOptions {
  readonly name: string;
  /** File that is its entry. */
  readonly program: string;
  readonly environment: Environment;
  /** Sign that it is ready: it sends the message `ready` by itself, or a URL of it answers 200. */
  readonly readiness: 'message' | { readonly url: string };
  /** True if others need it, so that it ends after them. */
  readonly isNeeded: boolean;
  /** True if it calls services elsewhere, so that it goes by this machine's proxies and authorities. @default false */
  readonly reachesOut?: boolean;
}

/** A service ended by itself, or is not ready in time. The message has its last lines. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
}

const NODE_ARGUMENTS = [
  '--disable-warning=ExperimentalWarning',
  '--require',
  packageFile('src/local/end-with-parent.cjs'),
  ...(isPacked ? [] : ['--import', pathToFileURL(require.resolve('tsx')).href]),
];
/** Variables that a process needs of ours; another variable could change how a service works. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'LOG_LEVEL'];
const WAY_OUT = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'NODE_USE_ENV_PROXY', 'NODE_EXTRA_CA_CERTS'];

const POLL_MILLISECONDS = 40;
const POLL_TIMEOUT_MILLISECONDS = 2_000;
const KEPT_LINES = 15;

/** A process of its own: a fault, a full loop or a kill of one leaves the others, and whoever starts them, as they are. */
export class Service {
  readonly name: string;
  readonly isNeeded: boolean;
  /** Its exit, as a text: `exit code 1`. */
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;
  private readonly lines: string[] = [];
  private isReady = false;
  private hasEnded = false;

  constructor(
    private readonly options: ServiceOptions,
    onLine: (line: string) => void,
  ) {
    this.name = options.name;
    this.isNeeded = options.isNeeded;
    this.child = spawn(process.execPath, [...NODE_ARGUMENTS, options.program], {
      cwd: packageFile(),
      env: { ...inheritedEnvironment(options.reachesOut === true ? WAY_OUT : []), ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // In a group of its own, Ctrl-C reaches the start alone, which ends the services in order.
      detached: true,
    });
    this.child.on('message', (message) => {
      if (message === 'ready') this.isReady = true;
    });
    this.ended = this.end();
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (written) => {
        const line = withoutSecrets(written);
        this.lines.splice(0, this.lines.length - KEPT_LINES + 1);
        this.lines.push(line);
        onLine(line);
      });
    }
  }

  /** Waits until it can be used. @throws ServiceError if it is not ready within the time, or ends */
  async ready(milliseconds: number): Promise<void> {
    const deadline = performance.now() + milliseconds;
    while (!(await this.isUsable())) {
      if (this.hasEnded) throw this.error(`has ended (${await this.ended})`);
      if (performance.now() > deadline) throw this.error(`is not ready after ${milliseconds / 1000} seconds`);
      await wait(POLL_MILLISECONDS);
    }
  }

  /** Asks it to end, and ends it after that time. */
  async stop(milliseconds: number): Promise<void> {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), milliseconds);
    await this.ended;
    clearTimeout(timer);
  }

  error(what: string): ServiceError {
    const lines = this.lines.length === 0 ? ' It wrote nothing.' : ` Its last lines:\n${this.lines.join('\n')}`;
    return new ServiceError(`${this.name} ${what}.${lines}`);
  }

  private async isUsable(): Promise<boolean> {
    const { readiness } = this.options;
    return readiness === 'message' ? this.isReady : await answers(readiness.url);
  }

  private async end(): Promise<string> {
    try {
      // Later than 'exit': everything that it wrote has been read.
      const [code, signal] = (await once(this.child, 'close')) as [number | null, NodeJS.Signals | null];
      return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
    } catch (error) {
      return (error as Error).message;
    } finally {
      this.hasEnded = true;
    }
  }
}

function inheritedEnvironment(more: readonly string[]): Environment {
  return Object.fromEntries(
    [...INHERITED, ...more].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(POLL_TIMEOUT_MILLISECONDS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
