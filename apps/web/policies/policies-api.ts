import * as z from 'zod';
import { type PolicyChange, PolicyView } from '../../service/policy';
import { traceHeaders } from '../../service/request-trace';
import { PageError } from '../http/page-error';

export interface PoliciesApiOptions {
  readonly url: URL;
  /** @default 5 seconds */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;

const PublicBody = z.object({ message: z.string().max(1_000) });
const ProblemBody = z.object({
  code: z.string(),
  errors: z.array(z.object({ pointer: z.string().max(100), detail: z.string().max(300) })).default([]),
});

/** A customer's policy in one version. */
export type Policy = PolicyView & { readonly etag: string };

/**
 * Outcome of a request. `refused`: the API does not accept the token. `busy`: the person has asked more often than it answers
 * in a minute. `stale`: somebody changed the policy since the version that was to be replaced, or the key is of another change.
 * `invalid`: its rules, by field. `away`: it is away, too slow, or answers what is not in its contract.
 */
export type Outcome =
  | { readonly kind: 'policy'; readonly policy: Policy }
  | { readonly kind: 'refused' | 'busy' | 'stale' }
  | { readonly kind: 'invalid'; readonly details: readonly (readonly [field: string, detail: string])[] }
  | { readonly kind: 'away'; readonly cause: unknown };

/** A change of the policy. Sent again with its key, it is done once. */
export interface PolicyWrite {
  readonly change: PolicyChange;
  readonly etag: string;
  readonly key: string;
}

export interface Caller {
  readonly token: string;
  /** Goes along, so that both logs tell of the same request. */
  readonly requestId: string;
}

/** The company's API of policies. */
export class PoliciesApi {
  constructor(private readonly options: PoliciesApiOptions) {}

  readPolicy(caller: Caller): Promise<Outcome> {
    return this.#ask('policy', caller);
  }

  /** An answer that is lost, or comes too late, is asked for once more: the key keeps the change from being made twice. */
  async write(caller: Caller, { change, etag, key }: PolicyWrite): Promise<Outcome> {
    const headers = { 'Content-Type': 'application/json', 'If-Match': etag, 'Idempotency-Key': `"${key}"` };
    const ask = () => this.#ask('policy/beneficiary', caller, { method: 'PUT', headers, body: JSON.stringify(change) });
    const outcome = await ask();
    return outcome.kind === 'away' ? await ask() : outcome;
  }

  /** The text that everybody may read. @returns undefined if the API is away */
  async readPublic(requestId: string): Promise<string | undefined> {
    try {
      const response = await this.#send('public', { headers: { 'X-Request-Id': requestId } });
      return PublicBody.parse(await jsonOf(response)).message;
    } catch {
      return undefined;
    }
  }

  async #ask(path: string, { token, requestId }: Caller, init: Partial<ApiRequest> = {}): Promise<Outcome> {
    const headers = { ...init.headers, Authorization: `Bearer ${token}`, 'X-Request-Id': requestId };
    try {
      return await outcomeOf(await this.#send(path, { ...init, headers }));
    } catch (cause) {
      return { kind: 'away', cause };
    }
  }

  async #send(path: string, init: ApiRequest): Promise<Response> {
    const { url, timeoutMs = TIMEOUT_MS } = this.options;
    const base = url.href.endsWith('/') ? url.href : `${url.href}/`;
    const headers = { ...init.headers, ...traceHeaders() };
    const signal = AbortSignal.timeout(timeoutMs);
    // A redirect would take the token elsewhere.
    return await fetch(new URL(path, base), { ...init, headers, redirect: 'error', signal });
  }
}

/** Headers by name, so that more can be added. */
type ApiRequest = Omit<RequestInit, 'headers'> & { readonly headers: Readonly<Record<string, string>> };

async function outcomeOf(response: Response): Promise<Outcome> {
  switch (response.status) {
    case 401:
    case 403:
      return { kind: 'refused' };
    case 412:
      return { kind: 'stale' };
    case 422: {
      const { code, errors } = ProblemBody.parse(await response.json());
      if (code === 'key-reused') return { kind: 'stale' };
      return { kind: 'invalid', details: errors.map(({ pointer, detail }) => [pointer.slice(1), detail]) };
    }
    case 429:
      return { kind: 'busy' };
    default: {
      const body = PolicyView.parse(await jsonOf(response));
      const etag = response.headers.get('ETag');
      if (etag === null) throw new Error('the API answered without an ETag');
      return { kind: 'policy', policy: { ...body, etag } };
    }
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`the API answered ${response.status}`);
  return await response.json();
}

/** The policy that an outcome has. @throws PageError for any other outcome */
export function policyIn(outcome: Outcome): Policy {
  if (outcome.kind === 'policy') return outcome.policy;
  if (outcome.kind === 'refused') throw new PageError('policy-refused');
  if (outcome.kind === 'busy') throw new PageError('too-many-requests');
  throw new PageError('policy-unavailable', outcome.kind === 'away' ? { cause: outcome.cause } : {});
}
