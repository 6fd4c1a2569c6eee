/** A fault of the token endpoint, which answers it as OAuth wants: `error`, `error_description`. */
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

/** The client did not prove who it is. */
export function invalidClient(description: string): OAuthError {
  return new OAuthError(401, 'invalid_client', description);
}
