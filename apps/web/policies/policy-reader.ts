import type { Request } from 'express';
import * as client from 'openid-client';
import { requestIdOf } from '../../service/request-log';
import { isUnavailable } from '../../service/table';
import { isPageError, PageError, SignInNeeded } from '../http/page-error';
import type { Base } from '../surroundings';
import { oidOf } from '../sessions/person';
import { getSignedIn } from '../sessions/sessions';
import { changePerson, type SignedIn, type Tokens } from '../sessions/state';
import { scopeOf, tokensOf } from '../sign-in/auth-transactions';
import { isGrantGone } from '../sign-in/flow';
import type { Policy } from './policies-api';

/** A token is renewed so long before it ends: it must live until the API has looked at it. */
const MARGIN_MS = 60_000;

/** Reads the policy of who is signed in, with access tokens that are renewed without the person noticing. */
export class PolicyReader {
  readonly #renewals = new Map<string, Promise<Tokens>>();

  constructor(private readonly parts: Base) {}

  /**
   * @throws SignInNeeded if the directory does not renew any more; PageError if it or the API does not answer, or the API takes no
   * token of the person's
   */
  async read(request: Request): Promise<Policy> {
    const { api } = this.parts;
    const requestId = requestIdOf(request);
    const token = await this.#token(request);
    return await api.readPolicy({ token, requestId }).catch(async (error: unknown) => {
      if (!isPageError(error, 'policy-refused')) throw error;
      return await api.readPolicy({ token: await this.#renewed(request, token), requestId });
    });
  }

  async #token(request: Request): Promise<string> {
    const { tokens } = getSignedIn(request);
    if (this.#isCurrent(tokens)) return tokens.accessToken;
    try {
      return await this.#renewed(request, tokens.accessToken);
    } catch (error) {
      // The directory or the sessions are away, and the token has a last minute.
      const isAway = error instanceof PageError || isUnavailable(error);
      if (isAway && this.parts.now() < tokens.expiresAt) return tokens.accessToken;
      throw error;
    }
  }

  /** Another token than the one that is given, which did not work. One renewal serves all requests of a session. */
  async #renewed(request: Request, given: string): Promise<string> {
    const { id } = request.session;
    const renewal =
      this.#renewals.get(id) ??
      this.#renew(request, given).finally(() => {
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
    const flow = this.parts.flows['sign-in'];
    const configuration = await flow.configuration();
    try {
      const scope = scopeOf(this.parts, 'sign-in');
      const answer = await client.refreshTokenGrant(configuration, refreshToken, { scope });
      const claims = answer.claims();
      if (claims !== undefined && oidOf(claims) !== oid) throw new Error('the token is somebody else’s');
      return tokensOf(answer, this.parts.now(), refreshToken);
    } catch (error) {
      if (isGrantGone(error)) throw new SignInNeeded();
      throw flow.faultOf(error);
    }
  }

  #isCurrent({ expiresAt }: Tokens): boolean {
    return this.parts.now() < expiresAt - MARGIN_MS;
  }
}
