import { Router, type Request, type RequestHandler, type Response } from 'express';
import * as client from 'openid-client';
import { isPageError } from '../http/page-error';
import type { Page } from '../pages/pages';
import type { Parts } from '../parts';
import { findSignedIn, requireFormOfSession } from '../sessions/sessions';
import { Callback } from './callback';
import { attemptOf, nextLogin, pagePathOf, queryIn } from './return-to';

const SIGNED_OUT = 'signed-out';
const RE_ASKS = 2;
const SIGNED_OUT_PAGE = { name: 'signed-out', title: 'You are signed out' } as const;

/** To the sign-in service and back, and out. */
export function signInRoutes(parts: Parts): Router {
  const { pages, callbacks, flows, transactions } = parts;
  const callback = new Callback(parts);
  return Router()
    .get('/login', login(parts))
    .get('/reset-password', async (request, response) => {
      const page = findSignedIn(request) === undefined ? '/' : '/profile';
      if (flows['password-reset'] === undefined)
        pages.show(request, response, { name: 'reset-password', title: 'Your password' });
      else await transactions.begin(request, response, { flow: 'password-reset', returnTo: page, cancelTo: page });
    })
    .get(callbacks['sign-in'], async (request, response) => {
      // A sign-out may lead to a registered redirect URI alone: to this one. External ID need not hand on the state.
      if (isSignedOut(request)) response.redirect(303, '/signed-out');
      else await callback.receive(request, response, callbacks['sign-in']);
    })
    .get(callbacks['step-up'], (request, response) => callback.receive(request, response, callbacks['step-up']))
    .get('/logout', (request, response) => {
      if (findSignedIn(request) === undefined) response.redirect(303, '/');
      else pages.show(request, response, { name: 'sign-out', title: 'Sign out' });
    })
    .post('/logout', requireFormOfSession, (request, response) => signOut(parts, request, response))
    .get('/signed-out', (request, response) => {
      // Anybody can send a link to here.
      const isSignedIn = findSignedIn(request) !== undefined;
      const page: Page = { name: 'sign-out', title: 'You are still signed in' };
      pages.show(request, response, isSignedIn ? page : { ...SIGNED_OUT_PAGE, data: { isComplete: true } });
    });
}

function login(parts: Parts): RequestHandler {
  return async (request, response) => {
    const query = new URLSearchParams(queryIn(request));
    const visit = { returnTo: pagePathOf(query.get('return')), attempt: attemptOf(query.get('attempt')) };
    // The visit before got lost, and another tab has signed in since.
    if (visit.attempt > 0 && findSignedIn(request) !== undefined) response.redirect(303, visit.returnTo);
    // Another tab may have got a new session since the browser sent this, and a visit would take its place: ask again.
    else if (visit.attempt < RE_ASKS && request.session.hasEnded === true) response.redirect(303, nextLogin(visit));
    else
      await parts.transactions
        .begin(request, response, { flow: 'sign-in', cancelTo: '/', ...visit })
        .catch((error: unknown) => {
          if (!isPageError(error, 'session-gone')) throw error;
          response.redirect(303, nextLogin(visit));
        });
  };
}

/** Ends the session here, then the one at the sign-in service. */
async function signOut(parts: Parts, request: Request, response: Response): Promise<void> {
  const { flows, sessions, pages, baseUrl, callbacks } = parts;
  const signedIn = findSignedIn(request);
  await sessions.end(request);
  try {
    const configuration = signedIn && (await flows['sign-in'].configuration());
    const url =
      configuration &&
      client.buildEndSessionUrl(configuration, {
        id_token_hint: signedIn.idToken,
        post_logout_redirect_uri: new URL(callbacks['sign-in'], baseUrl).href,
        state: SIGNED_OUT,
      });
    response.redirect(303, url?.href ?? '/signed-out');
  } catch {
    // The session here has ended, and that is what the page must not hide: the other one has not.
    pages.show(request, response, { ...SIGNED_OUT_PAGE, data: { isComplete: false } });
  }
}

function isSignedOut(request: Request): boolean {
  const query = new URLSearchParams(queryIn(request));
  return query.get('state') === SIGNED_OUT || (query.size === 0 && findSignedIn(request) === undefined);
}
