import type { Reply } from '../context';

/** A fault of a sign-in: a page for a person, and for a client as OAuth wants it: `error`, `error_description`. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';

  constructor(
    readonly status: number,
    readonly error: string,
    /** `AADSTS700016: …` */
    description: string,
  ) {
    super(description);
  }
}

/** There is no such application. */
export function unknownApplication(identifier: string): OAuthError {
  const problem = `AADSTS700016: Application with identifier '${identifier}' was not found in the directory.`;
  return new OAuthError(400, 'unauthorized_client', problem);
}

/** The client did not prove who it is. */
export function invalidClient(description: string): OAuthError {
  return new OAuthError(401, 'invalid_client', description);
}

/** The answer of an endpoint that fails as OAuth wants. @throws any other error again */
export function oauthReply(error: unknown): Reply {
  if (!(error instanceof OAuthError)) throw error;
  const code = Number(/^AADSTS(\d+)/.exec(error.message)?.[1] ?? 0);
  const body = { error: error.error, error_description: error.message, error_codes: [code] };
  return { status: error.status, body, headers: { 'cache-control': 'no-store' } };
}
