import type { Request, Response } from 'express';
import * as client from 'openid-client';
import { PageError } from '../http/page-error';
import { findSignedIn } from '../sessions/sessions';
import { addPending, findPending, removePending, type FlowName, type Pending, type Tokens } from '../sessions/state';
import type { Base } from '../surroundings';
import { getFlow } from './flow';
import { personOf } from '../sessions/person';
import { newState } from './return-to';

/** An authorization request to begin. */
export type AuthRequest = Pick<Pending, 'flow' | 'returnTo' | 'cancelTo'> &
  Partial<Pick<Pending, 'isRetry' | 'notice'>> & {
    /** Transactions before this one that were lost. @default 0 */
    readonly attempt?: number;
  };

/** Authorization requests under way: sends a person to the sign-in service, and finds the transaction that a callback ends. */
export class AuthTransactions {
  constructor(private readonly parts: Base) {}

  /** Sends the person to a flow. @throws PageError if the directory does not answer */
  async begin(request: Request, response: Response, { attempt = 0, ...visit }: AuthRequest): Promise<void> {
    const { flows, sessions, now } = this.parts;
    const configuration = await getFlow(flows, visit.flow).configuration();
    const pending: Pending = {
      isRetry: false,
      ...visit,
      state: newState({ returnTo: visit.returnTo, attempt }),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
      startedAt: now(),
    };
    await sessions.change(request, (state) => addPending(state, pending));
    const parameters = await this.#parametersOf(pending, request);
    response.redirect(303, client.buildAuthorizationUrl(configuration, parameters).href);
  }

  /**
   * Finds the transaction that a callback belongs to, and removes it.
   * @returns undefined if this session did not begin it, or it was used or is too old
   * @throws PageError if it is another flow's callback
   */
  async take(request: Request, state: string | null, callback: string): Promise<Pending | undefined> {
    const { sessions, now } = this.parts;
    if (state === null || request.session.state === undefined) return undefined;
    let taken: Pending | undefined;
    await sessions.change(request, (session) => {
      taken = findPending(session, state, now());
      return taken === undefined ? session : removePending(session, state);
    });
    if (taken !== undefined && this.callbackOf(taken.flow) !== callback) throw new PageError('unknown-sign-in');
    return taken;
  }

  callbackOf(flow: FlowName): string {
    return this.parts.callbacks[flow === 'step-up' ? 'step-up' : 'sign-in'];
  }

  async #parametersOf(pending: Pending, request: Request): Promise<Record<string, string>> {
    const { flow, state, nonce, verifier, isRetry } = pending;
    const signedIn = flow === 'sign-in' ? undefined : findSignedIn(request);
    const email = signedIn && personOf(signedIn.claims).emails[0];
    return {
      redirect_uri: new URL(this.callbackOf(flow), this.parts.baseUrl).href,
      scope: scopeOf(this.parts, flow),
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(email !== undefined && { login_hint: email }),
      ...(isRetry && { prompt: 'login' }),
    };
  }
}

/** The whole scope of a flow. */
export function scopeOf({ flows, scopes }: Base, flow: FlowName): string {
  // External ID tells a name only to who asks for the profile; of B2C the flow decides.
  const openid = getFlow(flows, flow).id === undefined ? 'openid profile' : 'openid';
  if (flow === 'sign-in') return `${openid} offline_access ${scopes.read}`;
  // With `openid` alone B2C sends no access token, and openid-client takes that for a fault.
  return `${openid} ${flow === 'step-up' ? scopes.write : scopes.read}`;
}

const TOKEN_SECONDS = 300;

/** The tokens of an answer; a refresh that brings no new refresh token leaves the old one. */
export function tokensOf(
  answer: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers,
  now: number,
  earlier?: string,
): Tokens {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? earlier,
    expiresAt: now + (answer.expiresIn() ?? TOKEN_SECONDS) * 1_000,
  };
}
