import type { Request } from 'express';
import * as client from 'openid-client';
import { PageError, SignInNeeded } from '../http/page-error';
import { getSignedIn } from '../sessions/sessions';
import { changePerson, type SignedIn, type Tokens } from '../sessions/state';
import { tokensOf } from './callback';
import { directoryError, isGrantGone } from './directory-fault';
import type { Parts } from '../parts';
import { oidOf } from '../sessions/person';
import { scopeOf } from './auth-transactions';

/** A token is renewed so long before it ends: it must live until the API has looked at it. */
const MARGIN_MS = 60_000;

/** Access tokens for reading, renewed without the person noticing. */
export class AccessTokens {
  readonly #renewals = new Map<string, Promise<Tokens>>();

  constructor(private readonly parts: Parts) {}

  /** @throws SignInNeeded if the directory does not renew any more, PageError if it does not answer */
  async forReading(request: Request): Promise<string> {
    const { tokens } = getSignedIn(request);
    if (this.#isCurrent(tokens)) return tokens.accessToken;
    try {
      return await this.renew(request, tokens.accessToken);
    } catch (error) {
      // The directory is away, and the token has a last minute.
      if (error instanceof PageError && this.parts.now() < tokens.expiresAt) return tokens.accessToken;
      throw error;
    }
  }

  /** Another token than the one that is given, which did not work. One renewal serves all requests of a session. */
  async renew(request: Request, given: string): Promise<string> {
    const id = request.session.id;
    const running = this.#renewals.get(id);
    if (running !== undefined) return (await running).accessToken;
    const renewal = this.#renew(request, given).finally(() => {
      this.#renewals.delete(id);
    });
    this.#renewals.set(id, renewal);
    return (await renewal).accessToken;
  }

  async #renew(request: Request, given: string): Promise<Tokens> {
    const { sessions } = this.parts;
    // Another machine may have done it.
    await sessions.reload(request);
    const signedIn = getSignedIn(request);
    if (signedIn.tokens.accessToken !== given && this.#isCurrent(signedIn.tokens)) return signedIn.tokens;
    const tokens = await this.#ask(signedIn);
    await sessions.change(request, (state) => changePerson(state, signedIn.oid, { tokens }));
    return tokens;
  }

  async #ask({ oid, tokens: { refreshToken } }: SignedIn): Promise<Tokens> {
    if (refreshToken === undefined) throw new SignInNeeded();
    const configuration = await this.parts.flows['sign-in'].configuration();
    try {
      const scope = scopeOf(this.parts, 'sign-in');
      const answer = await client.refreshTokenGrant(configuration, refreshToken, { scope });
      const claims = answer.claims();
      if (claims !== undefined && oidOf(claims) !== oid) throw new Error('the token is somebody else’s');
      return tokensOf(answer, this.parts.now(), refreshToken);
    } catch (error) {
      if (isGrantGone(error)) throw new SignInNeeded();
      throw directoryError(error);
    }
  }

  #isCurrent({ expiresAt }: Tokens): boolean {
    return this.parts.now() < expiresAt - MARGIN_MS;
  }
}
