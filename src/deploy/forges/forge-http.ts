import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { USER_AGENT } from '../../clouds/user-agent';
import { withoutSecrets } from '../../text/secrets';
import { ForgeError, type Timing } from './forge';

/** A call to a forge. */
export interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'PUT';
  /** Below the address of the API, with its query. */
  readonly path: string;
  /** A form, or else JSON. */
  readonly body?: unknown;
  /** Of JSON. @default application/json */
  readonly contentType?: string;
  /** Headers that sign in. */
  readonly authorization: Readonly<Record<string, string>>;
  /** Advice where the forge refuses: who must be given which permission. */
  readonly permission: string;
}

export interface Answer {
  readonly headers: Headers;
  /** Reads what the forge says. @throws ForgeError that names the call, if it says something else */
  readonly read: <T>(schema: z.ZodType<T>) => T;
}

/** A list of which a forge gives so many items at once. */
interface PagedList<T> {
  readonly list: string;
  readonly ask: (path: string) => Promise<Answer>;
  readonly schema: z.ZodType<readonly T[]>;
  readonly isLast: (headers: Headers) => boolean;
}

/** The most that a forge gives in one page. */
const PER_PAGE = 100;

/** Pages of a list that are looked through at most: what is not found in them may be in the rest. */
const MAX_PAGES = 30;

/** The items of a list, page by page as they are needed. A page may have fewer than fit, and another may follow. */
export async function* itemsOf<T>({ list, ask, schema, isLast }: PagedList<T>): AsyncGenerator<T> {
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { headers, read } = await ask(`${list}${list.includes('?') ? '&' : '?'}per_page=${PER_PAGE}&page=${page}`);
    yield* read(schema);
    if (isLast(headers)) return;
  }
  const most = MAX_PAGES * PER_PAGE;
  throw new ForgeError(`${list.split('?', 1)[0] ?? list}: more than ${most} entries, which are not looked through`);
}

/** All items of a list that comes page by page. */
export async function allOf<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const TIMING: Timing = { timeoutMs: 30_000, wait: sleep };

/** Attempts at a call that the forge puts off. */
const ATTEMPTS = 4;
/** Longest time that a forge may ask to wait. */
const MAX_WAIT_SECONDS = 60;

export interface HttpOptions {
  /** Address of the API, without a slash at its end. */
  readonly url: string;
  /** Name of the forge. */
  readonly forge: string;
  /** Pages that say whether the forge is in order, by the hosts of which they do. */
  readonly statusPages: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timing?: Timing | undefined;
}

/** Calls a forge by HTTP: waits where it asks to, follows no redirect, and says what to do where it refuses. */
export class ForgeHttp {
  private readonly timing: Timing;

  constructor(private readonly options: HttpOptions) {
    this.timing = options.timing ?? TIMING;
  }

  /** Waits for something that the forge does by itself. */
  wait(milliseconds: number): Promise<unknown> {
    return this.timing.wait(milliseconds);
  }

  /** @throws ForgeError that says what to do */
  async send(call: Call): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const { response, text } = await this.fetch(call);
      const seconds = waitOf(response);
      if (seconds === undefined) return this.answer(call, response, text);
      if (attempt === ATTEMPTS || seconds > MAX_WAIT_SECONDS) throw this.tooMany(call, seconds);
      await this.timing.wait(seconds * 1000);
    }
  }

  private async fetch(call: Call): Promise<{ readonly response: Response; readonly text: string }> {
    const { method, path, body, contentType = 'application/json' } = call;
    const form = body instanceof URLSearchParams ? body : undefined;
    const headers = {
      accept: 'application/json',
      'user-agent': USER_AGENT.join('/'),
      ...this.options.headers,
      ...call.authorization,
      ...(body !== undefined && form === undefined && { 'content-type': contentType }),
    };
    try {
      const response = await fetch(`${this.options.url}${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: form ?? JSON.stringify(body) }),
        // A header with a token must not follow to another server.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.timing.timeoutMs),
      });
      return { response, text: await response.text() };
    } catch (error) {
      throw this.unreachable(call, error);
    }
  }

  private answer(call: Call, response: Response, text: string): Answer {
    const data = this.parse(call, response, text);
    return {
      headers: response.headers,
      read: (schema) => {
        const parsed = schema.safeParse(data);
        if (parsed.success) return parsed.data;
        const [issue] = parsed.error.issues;
        const got = [...(issue?.path ?? []), issue?.message].join(': ');
        throw this.fault(
          call,
          `the answer must be as ${this.options.forge} describes it, got ${got}: ${this.disorder()}`,
        );
      },
    };
  }

  private parse(call: Call, response: Response, text: string): unknown {
    const { status } = response;
    // A token that the forge does not know may be answered with 203 or a redirect, and its page for signing in.
    if (status === 203 || !response.ok)
      throw this.fault(call, `${hidden(messageOf(text), call)} (HTTP ${status}): ${this.adviceOn(call, status)}`);
    try {
      return text === '' ? undefined : JSON.parse(text);
    } catch {
      throw this.fault(call, `the answer must be JSON: ${this.disorder()}`);
    }
  }

  private unreachable(call: Call, error: unknown): ForgeError {
    const { name, message, cause } = Thrown.parse(error);
    const reason =
      name === 'TimeoutError'
        ? `no answer within ${this.timing.timeoutMs / 1000} seconds`
        : [message, ...(cause === undefined ? [] : [cause.message])].join(': ');
    return this.fault(call, `${hidden(reason, call)}: ${this.disorder()}`);
  }

  private tooMany(call: Call, seconds: number): ForgeError {
    return this.fault(
      call,
      `too many calls (${this.options.forge} asks to wait ${seconds} seconds): run the job again after that`,
    );
  }

  private adviceOn({ permission, body }: Call, status: number): string {
    if (status >= 500) return this.disorder();
    if (status >= 300 && status < 400)
      return `it leads to another address, which gets no token. Either that is its page for signing in: ${permission}; or its API has another address than ${this.options.url}`;
    if (status === 404) return `${permission}; if it was deleted meanwhile, run the job again`;
    // RFC 8693, 2.2.2: a token that no policy accepts is answered so too.
    const isForm = body instanceof URLSearchParams;
    const isWrong = (status === 400 && !isForm) || status === 409 || status === 422;
    return isWrong ? `${this.options.forge} did not accept the call: its message says why` : permission;
  }

  private disorder(): string {
    const { url, forge, statusPages } = this.options;
    const page = statusPages[new URL(url).host];
    return `${forge} may be out of order${page === undefined ? '' : ` (${page})`}: run the job again`;
  }

  private fault({ method, path }: Call, problem: string): ForgeError {
    return new ForgeError(`${method} ${path.split('?', 1)[0] ?? path}: ${problem}`);
  }
}

/** Longest message of a forge that is shown. */
const MESSAGE_CHARACTERS = 500;

/** Beginning of a text, without tokens: a proxy may send that of the call back, and `fetch` names a header that it refuses. */
function hidden(text: string, { authorization }: Call): string {
  const values = Object.values(authorization);
  const tokens = values.map((value) => value.replace(/^\w+ /, ''));
  const others = [...values, ...tokens].reduce(
    (rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '(token)')),
    text,
  );
  return withoutSecrets(others).slice(0, MESSAGE_CHARACTERS);
}

const Message = z.object({ message: z.string() });

/** An error of `fetch`, which has its reason as its cause. */
const Thrown = Message.extend({ name: z.string(), cause: Message.optional().catch(undefined) });

/**
 * Seconds that the forge asks to wait. Undefined where it does not. Some answer 403 for calls that come too fast, and for those
 * that are too many in an hour: then they tell when the hour ends, without Retry-After.
 */
function waitOf({ status, headers }: Response): number | undefined {
  if (status !== 403 && status !== 429 && status !== 503) return undefined;
  const after = headers.get('retry-after');
  if (after !== null) return secondsOf(after);
  const reset = Number(headers.get('x-ratelimit-reset') ?? NaN);
  const isUsedUp = status !== 503 && headers.get('x-ratelimit-remaining') === '0' && Number.isFinite(reset);
  if (isUsedUp) return secondsUntil(reset * 1000);
  return status === 429 ? MAX_WAIT_SECONDS : undefined;
}

/** A number of seconds, or a date. */
function secondsOf(after: string): number {
  if (/^\d+$/.test(after)) return Number(after);
  const until = Date.parse(after);
  return Number.isNaN(until) ? MAX_WAIT_SECONDS : secondsUntil(until);
}

function secondsUntil(time: number): number {
  return Math.max(0, Math.ceil((time - Date.now()) / 1000));
}

/** A forge has `message` as a text or as an object of lists, or `error`, in OAuth with a description. */
const Fault = z.union([
  z.object({ message: z.string() }).transform(({ message }) => message),
  z
    .object({ message: z.unknown().refine((message) => message !== undefined) })
    .transform(({ message }) => JSON.stringify(message)),
  z.object({ error_description: z.string() }).transform(({ error_description: description }) => description),
  z.object({ error: z.string() }).transform(({ error }) => error),
]);

function messageOf(text: string): string {
  try {
    return Fault.parse(JSON.parse(text));
  } catch {
    return 'refused without a reason';
  }
}
