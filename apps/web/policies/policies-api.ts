import { traceHeaders } from '../../service/request-trace';
import { z } from 'zod';

export interface PoliciesApiOptions {
  readonly url: URL;
  /** @default 5 seconds */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;

const PolicyBody = z.object({
  policyNumber: z.string(),
  beneficiary: z.string().nullable(),
  email: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  history: z.array(z.object({ beneficiary: z.string(), changedAt: z.iso.datetime(), key: z.string().optional() })),
});
const PublicBody = z.object({ message: z.string().max(1_000) });
const ProblemBody = z.object({
  code: z.string(),
  errors: z.array(z.object({ detail: z.string().max(300) })).default([]),
});

/** A customer's policy in one version. */
export type Policy = z.output<typeof PolicyBody> & { readonly etag: string };

/** The API does not accept the token: it has expired, or is not what the route asks for. */
export interface Refused {
  readonly kind: 'refused';
}
/** The person has asked more often than the API answers in a minute. */
export interface Busy {
  readonly kind: 'busy';
}
/** The API is away, too slow, or answers what is not in its contract. */
export interface Away {
  readonly kind: 'away';
  readonly cause: unknown;
}

export type ReadResult = { readonly kind: 'policy'; readonly policy: Policy } | Refused | Busy | Away;
export type WriteResult =
  | { readonly kind: 'saved'; readonly policy: Policy }
  /**
   * Somebody changed the policy since the version that was to be replaced, or another name was saved with the same key.
   */
  | { readonly kind: 'stale' | 'key-reused' }
  /** The API's rules for a name. */
  | { readonly kind: 'invalid'; readonly details: readonly string[] }
  | Refused
  | Busy
  | Away;

/** A change of the beneficiary. Sent again with its key, it is done once. */
export interface BeneficiaryWrite {
  readonly beneficiary: string;
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
  readonly #options: PoliciesApiOptions;

  constructor(options: PoliciesApiOptions) {
    this.#options = options;
  }

  async readPolicy(caller: Caller): Promise<ReadResult> {
    return await orAway(async () => {
      const response = await this.#send('policy', { headers: headersOf(caller) });
      const { status } = response;
      if (isRefusal(status)) return { kind: 'refused' };
      if (status === 429) return { kind: 'busy' };
      return { kind: 'policy', policy: await policyOf(response) };
    });
  }

  /** An answer that is lost, or comes too late, is asked for once more: the key keeps the change from being made twice. */
  async writeBeneficiary(caller: Caller, write: BeneficiaryWrite): Promise<WriteResult> {
    const result = await this.#write(caller, write);
    return result.kind === 'away' ? await this.#write(caller, write) : result;
  }

  async #write(caller: Caller, { beneficiary, etag, key }: BeneficiaryWrite): Promise<WriteResult> {
    return await orAway(async () => {
      const response = await this.#send('policy/beneficiary', {
        method: 'PUT',
        headers: {
          ...headersOf(caller),
          'Content-Type': 'application/json',
          'If-Match': etag,
          'Idempotency-Key': `"${key}"`,
        },
        body: JSON.stringify({ beneficiary }),
      });
      const { status } = response;
      if (isRefusal(status)) return { kind: 'refused' };
      if (status === 429) return { kind: 'busy' };
      if (status === 412) return { kind: 'stale' };
      if (status === 422) return unprocessable(ProblemBody.parse(await response.json()));
      return { kind: 'saved', policy: await policyOf(response) };
    });
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

  async #send(path: string, init: ApiRequest): Promise<Response> {
    const { url, timeoutMs = TIMEOUT_MS } = this.#options;
    const base = url.href.endsWith('/') ? url.href : `${url.href}/`;
    const headers = { ...init.headers, ...traceHeaders() };
    const signal = AbortSignal.timeout(timeoutMs);
    // A redirect would take the token elsewhere.
    return await fetch(new URL(path, base), { ...init, headers, redirect: 'error', signal });
  }
}

/** Headers by name, so that more can be added. */
type ApiRequest = Omit<RequestInit, 'headers'> & { readonly headers: Readonly<Record<string, string>> };

async function orAway<Result>(ask: () => Promise<Result>): Promise<Result | Away> {
  try {
    return await ask();
  } catch (cause) {
    return { kind: 'away', cause };
  }
}

function headersOf({ token, requestId }: Caller): Record<string, string> {
  return { Authorization: `Bearer ${token}`, 'X-Request-Id': requestId };
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403;
}

async function jsonOf(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`the API answered ${response.status}`);
  return await response.json();
}

async function policyOf(response: Response): Promise<Policy> {
  const body = PolicyBody.parse(await jsonOf(response));
  const etag = response.headers.get('ETag');
  if (etag === null) throw new Error('the API answered without an ETag');
  return { ...body, etag };
}

function unprocessable({ code, errors }: z.output<typeof ProblemBody>): WriteResult {
  if (code === 'key-reused') return { kind: 'key-reused' };
  return { kind: 'invalid', details: errors.map(({ detail }) => detail) };
}
