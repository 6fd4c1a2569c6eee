import type { Request, Response } from 'express';
import * as client from 'openid-client';
import { isPageError, PageError } from '../http/page-error';
import { requestIdOf } from '../../service/request-log';
import { findSignedIn } from '../sessions/sessions';
import { changePerson, signIn, withNotice, type Pending, type SignedIn } from '../sessions/state';
import type { Parts } from '../parts';
import { answerOf, codeIn, getFlow } from './flow';
import { oidOf, proofOf } from '../sessions/person';
import { hintIn, nextLogin, queryIn } from './return-to';
import { type AuthRequest, tokensOf } from './auth-transactions';

/** Result of a flow: tokens whose id token is verified. */
type AuthResult = Omit<SignedIn, 'stepUp'>;

/** Takes people back from the sign-in service. */
export class Callback {
  constructor(private readonly parts: Parts) {}

  /** @param path the redirect URI's, at which they came back */
  async receive(request: Request, response: Response, path: string): Promise<void> {
    // Of the address that the browser was given; a proxy's idea of our host is nothing to go by.
    const url = new URL(`${path}${queryIn(request)}`, this.parts.baseUrl);
    try {
      const pending = await this.parts.transactions.take(request, url.searchParams.get('state'), path);
      if (pending === undefined) this.#startAgain(request, response, url);
      else if (url.searchParams.has('error')) await this.#answer(request, response, { pending, url });
      else await this.#complete(request, response, { pending, result: await this.#redeem(pending, url) });
    } catch (error) {
      if (!isPageError(error, 'session-gone')) throw error;
      this.#startAgain(request, response, url);
    }
  }

  /**
   * Leads on from a visit that the session does not know, as in a tab that the browser has restored: to its page, or to a
   * new sign-in. What it result is not looked at. The new sign-in begins with a request of its own: this one may have
   * an old cookie, and a new session in the answer would take the place of one that another tab has got since.
   */
  #startAgain(request: Request, response: Response, { searchParams }: URL): void {
    const { flows } = this.parts;
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
    const { sessions, flows } = this.parts;
    const { flow, returnTo, cancelTo } = pending;
    const answer = answerOf(url.searchParams, getFlow(flows, flow));
    if (answer === 'password-forgotten') {
      await this.parts.transactions.begin(request, response, { flow: 'password-reset', returnTo, cancelTo });
    } else if (answer === 'cancelled') {
      await sessions.change(request, (state) => withNotice(state, 'cancelled'));
      response.redirect(303, cancelTo);
    } else {
      const cause = new Error(`the flow ${flow} ended in ${codeIn(url.searchParams)}`);
      throw new PageError('sign-in-failed', { cause });
    }
  }

  async #redeem(pending: Pending, url: URL): Promise<AuthResult> {
    const { flows, now } = this.parts;
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
      throw flow.faultOf(error);
    }
  }

  async #complete(
    request: Request,
    response: Response,
    { pending, result }: { readonly pending: Pending; readonly result: AuthResult },
  ): Promise<void> {
    const { sessions, now, auditLog, transactions } = this.parts;
    const { flow, notice, returnTo, cancelTo } = pending;
    const { oid, claims, tokens } = result;
    // Step-up and profile belong to who is signed in.
    if (flow === 'step-up' || flow === 'profile-edit') requireSamePerson(request, oid);
    const next = this.#nextOf(pending, result);
    if (next !== undefined) {
      await transactions.begin(request, response, { ...next, returnTo, cancelTo });
      return;
    }
    const stepUp = { oid, at: proofOf(claims).at, accessToken: tokens.accessToken, expiresAt: tokens.expiresAt };
    // A new id for the profile too: other machines may still show the old one under the old id.
    await sessions.rotate(request, (state) => {
      if (flow === 'sign-in') return withNotice(signIn(state, result, now()), notice);
      if (flow === 'step-up') return changePerson(state, oid, { stepUp });
      return withNotice(changePerson(state, oid, { claims }), 'profile-saved');
    });
    auditLog.info({ audit: { action: flow, oid }, requestId: requestIdOf(request) }, flow);
    response.redirect(303, returnTo);
  }

  /** The visit that must follow before anything counts, if any. @throws PageError if asking for a new second factor did not help */
  #nextOf(
    { flow, isRetry }: Pending,
    { claims }: AuthResult,
  ): Pick<AuthRequest, 'flow' | 'isRetry' | 'notice'> | undefined {
    // Its tokens are good for nothing else: who has reset the password signs in, mostly without being asked.
    if (flow === 'password-reset') return { flow: 'sign-in', notice: 'password-changed' };
    const { at, isDated } = proofOf(claims);
    // Asked again, the directory gave a new proof, which is as old as the token.
    const isFresh = (isDated || isRetry) && this.parts.now() - at <= this.parts.stepUpMs;
    if (flow !== 'step-up' || isFresh) return undefined;
    if (isRetry) throw new PageError('not-fresh');
    return { flow, isRetry: true };
  }
}

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
