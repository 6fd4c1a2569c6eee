import type { Request, Response } from 'express';
import { Router } from 'express';
import * as client from 'openid-client';
import { isSessionGone } from '../http/page-error';
import type { Page, Pages } from '../pages/pages';
import { findSignedIn, hasEnded, requireFormOfSession, type Sessions } from '../sessions/sessions';
import type { Callback } from './callback';
import type { Flows } from './flow';
import { attemptOf, pagePathOf } from './return-to';
import { nextLogin } from './auth-state';
import type { AuthTransactions, AuthTransactionsOptions } from './auth-transactions';

export interface SignInRoutesOptions extends Pick<AuthTransactionsOptions, 'baseUrl' | 'callbacks'> {
  readonly pages: Pages;
  readonly flows: Flows;
  readonly sessions: Sessions;
  readonly transactions: AuthTransactions;
  readonly callback: Callback;
}

const SIGNED_OUT = 'signed-out';
const RE_ASKS = 2;
const STILL_SIGNED_IN: Page = { name: 'sign-out', title: 'You are still signed in' };
const signedOut = (data: { readonly isComplete: boolean }): Page => ({
  name: 'signed-out',
  title: 'You are signed out',
  data,
});

/** To the sign-in service and back, and out. */
export function signInRoutes(options: SignInRoutesOptions): Router {
  const { pages, transactions, callbacks, callback, flows } = options;
  return Router()
    .get('/login', (request, response) => signInTo(options, request, response))
    .get('/reset-password', async (request, response) => {
      const page = findSignedIn(request) === undefined ? '/' : '/profile';
      if (flows['password-reset'] === undefined) {
        pages.show(request, response, { name: 'reset-password', title: 'Your password' });
        return;
      }
      await transactions.begin(request, response, { flow: 'password-reset', returnTo: page, cancelTo: page });
    })
    .get(callbacks['sign-in'], async (request, response) => {
      // A sign-out may lead to a registered redirect URI alone: to this one. External ID need not hand on the state.
      if (isSignedOut(request, options)) response.redirect(303, '/signed-out');
      else await callback.receive(request, response, callbacks['sign-in']);
    })
    .get(callbacks['step-up'], (request, response) => callback.receive(request, response, callbacks['step-up']))
    .get('/logout', (request, response) => {
      if (findSignedIn(request) === undefined) response.redirect(303, '/');
      else pages.show(request, response, { name: 'sign-out', title: 'Sign out' });
    })
    .post('/logout', requireFormOfSession, (request, response) => signOut(options, request, response))
    .get('/signed-out', (request, response) => {
      // Anybody can send a link to here.
      const isSignedIn = findSignedIn(request) !== undefined;
      pages.show(request, response, isSignedIn ? STILL_SIGNED_IN : signedOut({ isComplete: true }));
    });
}

async function signInTo(
  { transactions, baseUrl }: SignInRoutesOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const query = queryOf(request, baseUrl);
  const [returnTo, attempt] = [pagePathOf(query.get('return')), attemptOf(query.get('attempt'))];
  // The visit before got lost, and another tab has signed in since.
  if (attempt > 0 && findSignedIn(request) !== undefined) {
    response.redirect(303, returnTo);
    return;
  }
  // Another tab may have got a new session since the browser sent this, and a visit would take its place: ask again first.
  if (attempt < RE_ASKS && hasEnded(request)) {
    response.redirect(303, nextLogin({ returnTo, attempt }));
    return;
  }
  try {
    await transactions.begin(request, response, { flow: 'sign-in', returnTo, cancelTo: '/', attempt });
  } catch (error) {
    if (!isSessionGone(error)) throw error;
    response.redirect(303, nextLogin({ returnTo, attempt }));
  }
}

/** Ends the session here, then the one at the sign-in service. */
async function signOut(options: SignInRoutesOptions, request: Request, response: Response): Promise<void> {
  const { flows, sessions, pages, baseUrl, callbacks } = options;
  const signedIn = findSignedIn(request);
  await sessions.end(request);
  if (signedIn === undefined) {
    response.redirect(303, '/signed-out');
    return;
  }
  try {
    const url = client.buildEndSessionUrl(await flows['sign-in'].configuration(), {
      id_token_hint: signedIn.idToken,
      post_logout_redirect_uri: new URL(callbacks['sign-in'], baseUrl).href,
      state: SIGNED_OUT,
    });
    response.redirect(303, url.href);
  } catch {
    // The session here has ended, and that is what the page must not hide: the other one has not.
    pages.show(request, response, signedOut({ isComplete: false }));
  }
}

function isSignedOut(request: Request, { baseUrl }: SignInRoutesOptions): boolean {
  const query = queryOf(request, baseUrl);
  return query.get('state') === SIGNED_OUT || (query.size === 0 && findSignedIn(request) === undefined);
}

function queryOf(request: Request, baseUrl: URL): URLSearchParams {
  return new URL(request.originalUrl, baseUrl).searchParams;
}
