import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import { z } from 'zod';

/** An answer of Graph: what it found, or that it knows no such thing. */
export interface Answer {
  /** Absent where Graph answers 404. */
  readonly body?: unknown;
  /** Time of the answer, by Graph's clock. */
  readonly at: Date;
}

/** Reads one address of Graph. @throws Error unless it answers 200 or 404 */
export type Read = (url: string) => Promise<Answer>;

/** Reads with the library's retries: throttling with what Graph asks for, faults of the server and of the network. */
export function createReader(endpoint: string, credential: TokenCredential): Read {
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 5 } });
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: `${endpoint}/.default` }));
  const http = createDefaultHttpClient();
  return async (url) => {
    // Counting asks for the directory's index, which is eventually consistent.
    const headers = createHttpHeaders({ accept: 'application/json', consistencylevel: 'eventual' });
    const answer = await pipeline.sendRequest(http, createPipelineRequest({ url, headers, timeout: 60_000 }));
    const what = `GET ${new URL(url).pathname}`;
    const at = new Date(answer.headers.get('date') ?? Number.NaN);
    if (Number.isNaN(at.getTime())) throw new Error(`${what}: the answer ${answer.status} has no date`);
    if (answer.status === 404) return { at };
    const text = answer.bodyAsText;
    if (answer.status !== 200 || !text)
      throw new Error(`${what}: ${answer.status} ${text?.slice(0, 300) || 'without a body'}`);
    return { at, body: JSON.parse(text) as unknown };
  };
}

const Names = z
  .array(z.string())
  .nullish()
  .transform((names) => names ?? []);

/** A user as Graph gives it with `USER_PROPERTIES`, and all that identifies it. */
export const EntraUser = z
  .object({
    id: z.string().min(1),
    userPrincipalName: z.string(),
    mail: z.string().nullish(),
    mailNickname: z.string().nullish(),
    onPremisesSamAccountName: z.string().nullish(),
    employeeId: z.string().nullish(),
    otherMails: Names,
    proxyAddresses: Names,
  })
  .transform(({ id, proxyAddresses, otherMails, ...names }) => ({
    id,
    identifiers: [
      id,
      ...Object.values(names).filter((name) => typeof name === 'string'),
      ...otherMails,
      // `SMTP:` is the first address, `smtp:` another one.
      ...proxyAddresses.map((address) => address.replace(/^smtp:/i, '')),
    ],
  }));

/**
 * Properties that provisioning can map to an external id, a user name or a mail address. `User.Read.All` reads all of
 * it.
 */
export const USER_PROPERTIES =
  'id,userPrincipalName,mail,mailNickname,onPremisesSamAccountName,employeeId,otherMails,proxyAddresses';
