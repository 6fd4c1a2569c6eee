import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import * as client from 'openid-client';
import { PageError, isSessionGone } from '../http/page-error';
import { requestIdOf } from '../../service/request-log';
import { findSignedIn, type Sessions } from '../sessions/sessions';
import { changePerson, signIn, withNotice, type Pending, type SignedIn, type Tokens } from '../sessions/state';
import { answerOf, codeIn, directoryError, isKeyFault } from './directory-fault';
import { getFlow, type Flows } from './flow';
import { oidOf, provedAt, provedNow } from '../sessions/person';
import { pagePathOf } from './return-to';
import { hintIn, nextLogin } from './auth-state';
import type { AuthTransactions } from './auth-transactions';

export interface CallbackOptions {
  readonly flows: Flows;
  readonly sessions: Sessions;
  readonly transactions: AuthTransactions;
  readonly baseUrl: URL;
  readonly auditLog: Logger;
  /** Age up to which a second factor counts. */
  readonly stepUpMs: number;
  readonly now: () => number;
}

/** Result of a flow: tokens whose id token is verified. */
interface AuthResult {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly oid: string;
  readonly idToken: string;
  readonly tokens: Tokens;
}

/** For a token that does not say how long it lives. */
const TOKEN_SECONDS = 300;

/** Takes people back from the sign-in service. */
export class Callback {
  constructor(private readonly options: CallbackOptions) {}

  /** @param path the redirect URI's, at which they came back */
  async receive(request: Request, response: Response, path: string): Promise<void> {
    const { transactions, baseUrl } = this.options;
    // Of the address that the browser was given; a proxy's idea of our host is nothing to go by.
    const url = new URL(`${path}${new URL(request.originalUrl, baseUrl).search}`, baseUrl);
    try {
      const pending = await transactions.take(request, url.searchParams.get('state'), path);
      if (pending === undefined) this.#startAgain(request, response, url);
      else if (url.searchParams.has('error')) await this.#answer(request, response, { pending, url });
      else await this.#complete(request, response, { pending, result: await this.#redeem(pending, url) });
    } catch (error) {
      if (!isSessionGone(error)) throw error;
      this.#startAgain(request, response, url);
    }
  }

  /**
   * Leads on from a visit that the session does not know, as in a tab that the browser has restored: to its page, or to a
   * new sign-in. What it result is not looked at. The new sign-in begins with a request of its own: this one may have
   * an old cookie, and a new session in the answer would take the place of one that another tab has got since.
   */
  #startAgain(request: Request, response: Response, { searchParams }: URL): void {
    const { flows } = this.options;
    const hint = hintIn(searchParams.get('state'));
    if (searchParams.has('error') && answerOf(searchParams, flows['sign-in']) === 'cancelled') {
      response.redirect(303, '/');
    } else if (findSignedIn(request) !== undefined) {
      if (hint === undefined) throw new PageError('unknown-sign-in');
      response.redirect(303, hint.returnTo);
    } else {
      response.redirect(303, nextLogin(hint ?? { returnTo: '/', attempt: 0 }));
    }
  }

  async #answer(request: Request, response: Response, { pending, url }: { pending: Pending; url: URL }): Promise<void> {
    const { transactions, sessions, flows } = this.options;
    switch (answerOf(url.searchParams, getFlow(flows, pending.flow))) {
      case 'password-forgotten': {
        const [returnTo, cancelTo] = [pagePathOf(pending.returnTo), pagePathOf(pending.cancelTo)];
        await transactions.begin(request, response, { flow: 'password-reset', returnTo, cancelTo });
        return;
      }
      case 'cancelled': {
        await sessions.change(request, (state) => withNotice(state, 'cancelled'));
        response.redirect(303, pending.cancelTo);
        return;
      }
      case 'refused': {
        const cause = new Error(`the flow ${pending.flow} ended in ${codeIn(url.searchParams)}`);
        throw new PageError('sign-in-failed', { cause });
      }
    }
  }

  async #redeem(pending: Pending, url: URL): Promise<AuthResult> {
    const { flows, now } = this.options;
    const flow = getFlow(flows, pending.flow);
    const configuration = await flow.configuration();
    try {
      const answer = await client.authorizationCodeGrant(configuration, url, {
        pkceCodeVerifier: pending.verifier,
        expectedNonce: pending.nonce,
        expectedState: pending.state,
        idTokenExpected: true,
      });
      const { id_token: idToken } = answer;
      const claims = answer.claims();
      if (claims === undefined || idToken === undefined) throw new Error('the answer has no id token');
      if (flow.id !== undefined && flowIn(claims) !== flow.id.toLowerCase()) {
        throw new Error('the id token is of another flow');
      }
      return { claims, oid: oidOf(claims), idToken, tokens: tokensOf(answer, now()) };
    } catch (error) {
      if (isKeyFault(error)) flow.forget();
      throw directoryError(error);
    }
  }

  async #complete(
    request: Request,
    response: Response,
    { pending, result }: { readonly pending: Pending; readonly result: AuthResult },
  ): Promise<void> {
    const { transactions } = this.options;
    const [returnTo, cancelTo] = [pagePathOf(pending.returnTo), pagePathOf(pending.cancelTo)];
    switch (pending.flow) {
      case 'sign-in':
        await this.#signIn(request, pending, result);
        break;
      case 'step-up':
        if (this.#isFresh(request, pending, result)) {
          await this.#stepUp(request, result);
          break;
        }
        await transactions.begin(request, response, { flow: 'step-up', returnTo, cancelTo, isRetry: true });
        return;
      case 'profile-edit':
        await this.#editProfile(request, result);
        break;
      case 'password-reset':
        // Its tokens are good for nothing else: who has reset the password signs in, mostly without being asked.
        await transactions.begin(request, response, {
          flow: 'sign-in',
          returnTo,
          cancelTo,
          notice: 'password-changed',
        });
        return;
    }
    this.#audit(request, pending.flow, result.oid);
    response.redirect(303, returnTo);
  }

  async #signIn(request: Request, { notice }: Pending, { oid, claims, idToken, tokens }: AuthResult): Promise<void> {
    const { sessions, now } = this.options;
    const signedIn: SignedIn = { oid, claims, idToken, tokens };
    await sessions.rotate(request, (state) => withNotice(signIn(state, signedIn, now()), notice));
  }

  /**
   * Tells whether the second factor has just been given. @throws PageError for another person, or if asking did not
   * help
   */
  #isFresh(request: Request, { isRetry }: Pending, { oid, claims }: AuthResult): boolean {
    const { now, stepUpMs } = this.options;
    requireSamePerson(request, oid);
    const at = provedAt(claims, { isProofNew: isRetry });
    if (at !== undefined && now() - at <= stepUpMs) return true;
    if (isRetry) throw new PageError('not-fresh');
    return false;
  }

  async #stepUp(request: Request, { oid, claims, tokens }: AuthResult): Promise<void> {
    const { accessToken, expiresAt } = tokens;
    const at = provedNow(claims);
    const stepUp = { oid, at, accessToken, expiresAt };
    await this.options.sessions.rotate(request, (state) => changePerson(state, oid, { stepUp }));
  }

  async #editProfile(request: Request, { oid, claims }: AuthResult): Promise<void> {
    requireSamePerson(request, oid);
    // A new id too: other machines may still show the old profile under the old one.
    await this.options.sessions.rotate(request, (state) =>
      withNotice(changePerson(state, oid, { claims }), 'profile-saved'),
    );
  }

  #audit(request: Request, action: Pending['flow'], oid: string): void {
    this.options.auditLog.info({ audit: { action, oid }, requestId: requestIdOf(request) }, action);
  }
}

/** Step-up and profile belong to who is signed in. */
function requireSamePerson(request: Request, oid: string): void {
  const signedIn = findSignedIn(request);
  if (signedIn === undefined) throw new PageError('session-gone');
  if (signedIn.oid !== oid) throw new PageError('other-person');
}

/** The flow that issued a token; a directory says it as `tfp` or, in older settings, as `acr`. */
function flowIn(claims: Readonly<Record<string, unknown>>): string | undefined {
  const { tfp, acr } = claims;
  return [tfp, acr].find((value) => typeof value === 'string')?.toLowerCase();
}

/** The tokens of an answer; a refresh that brings no new refresh token leaves the old one. */
export function tokensOf(
  answer: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers,
  now: number,
  earlier?: string,
): Tokens {
  const refreshToken = answer.refresh_token ?? earlier;
  return {
    accessToken: answer.access_token,
    ...(refreshToken !== undefined && { refreshToken }),
    expiresAt: now + (answer.expiresIn() ?? TOKEN_SECONDS) * 1_000,
  };
}
