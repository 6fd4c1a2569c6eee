import * as z from 'zod';
import { type Answer, type Call, send } from '../../service/http-client';
import { type PolicyChange, PolicyView, ProblemBody } from '../../service/policy';
import { traceHeaders } from '../../service/request-trace';
import { isPageError, PageError } from '../http/page-error';
import type { BeneficiaryForm } from '../sessions/beneficiary-form';

const TIMEOUT_MS = 5_000;

const PublicBody = z.object({ message: z.string().max(1_000) });

/** A customer's policy in one version. */
export type Policy = PolicyView & { readonly etag: string };

/** A change that was not made: its faults by field, or none where the policy has changed since, or the key is of another change. */
type Unsaved = readonly (readonly [field: string, detail: string])[];

/** A change of the policy. Sent again with its key, it is done once. */
type PolicyWrite = Pick<BeneficiaryForm, 'etag' | 'key'> & { readonly change: PolicyChange };

/** Whose token it is; the id of the request goes along, so that both logs tell of the same one. */
type Caller = Readonly<Record<'token' | 'requestId', string>>;

/**
 * The company's API of policies. What it throws is a PageError: `policy-refused` where it does not take the token,
 * `too-many-requests`, or `policy-unavailable` where it is away, too slow, or answers what is not in its contract.
 */
export class PoliciesApi {
  constructor(private readonly url: URL) {}

  async readPolicy(caller: Caller): Promise<Policy> {
    return policyIn(await this.#ask('policy', caller));
  }

  /** An answer that is lost, or comes too late, is asked for once more: the key keeps the change from being made twice. */
  async write(caller: Caller, { change, etag, key }: PolicyWrite): Promise<Policy | Unsaved> {
    const headers = { 'Content-Type': 'application/json', 'If-Match': etag, 'Idempotency-Key': `"${key}"` };
    const call = { method: 'PUT', headers, body: JSON.stringify(change) } as const;
    const ask = async () => writtenIn(await this.#ask('policy/beneficiary', caller, call));
    return await ask().catch((error: unknown) => {
      if (isPageError(error, 'policy-unavailable')) return ask();
      throw error;
    });
  }

  /** The text that everybody may read. @returns undefined if the API is away */
  async readPublic(requestId: string): Promise<string | undefined> {
    try {
      const { text } = await this.#send('public', { headers: { 'X-Request-Id': requestId } });
      return PublicBody.parse(JSON.parse(text)).message;
    } catch {
      return undefined;
    }
  }

  async #ask(path: string, { token, requestId }: Caller, call: Partial<Call> = {}): Promise<Answer> {
    const headers = { ...call.headers, Authorization: `Bearer ${token}`, 'X-Request-Id': requestId };
    const answer = await this.#send(path, { ...call, headers });
    if (answer.status === 401 || answer.status === 403) throw new PageError('policy-refused');
    if (answer.status === 429) throw new PageError('too-many-requests');
    return answer;
  }

  async #send(path: string, call: Partial<Call>): Promise<Answer> {
    const { href } = this.url;
    const base = href.endsWith('/') ? href : `${href}/`;
    const headers = { ...call.headers, ...traceHeaders() };
    return await send(new URL(path, base), { ...call, headers, timeoutMs: TIMEOUT_MS }).catch(unavailable);
  }
}

function unavailable(cause: unknown): never {
  throw new PageError('policy-unavailable', { cause });
}

function writtenIn(answer: Answer): Policy | Unsaved {
  if (answer.status === 412) return [];
  if (answer.status !== 422) return policyIn(answer);
  try {
    const { code, errors = [] } = ProblemBody.parse(JSON.parse(answer.text));
    return code === 'key-reused' ? [] : errors.map(({ pointer, detail }) => [pointer.slice(1), detail.slice(0, 300)]);
  } catch (cause) {
    return unavailable(cause);
  }
}

function policyIn({ status, headers, text }: Answer): Policy {
  try {
    if (status !== 200 || headers.etag === undefined) throw new Error(`the API answered ${status}, or without an ETag`);
    return { ...PolicyView.parse(JSON.parse(text)), etag: headers.etag };
  } catch (cause) {
    return unavailable(cause);
  }
}
