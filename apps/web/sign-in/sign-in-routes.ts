import type { Request, Response } from 'express';
import { Router } from 'express';
import * as client from 'openid-client';
import { requireFormOfSession } from '../sessions/csrf';
import type { Pages } from '../pages/pages';
import { findSignedIn, type Sessions } from '../sessions/sessions';
import type { Callback } from './callback';
import type { Flows } from './flow';
import { pagePathOf } from './return-to';
import type { Visits, VisitsOptions } from './visits';

export interface SignInRoutesOptions extends Pick<VisitsOptions, 'baseUrl' | 'callbacks'> {
  readonly pages: Pages;
  readonly flows: Flows;
  readonly sessions: Sessions;
  readonly visits: Visits;
  readonly callback: Callback;
}

const SIGNED_OUT = 'signed-out';

/** To the sign-in service and back, and out. */
export function signInRoutes(options: SignInRoutesOptions): Router {
  const { pages, visits, callbacks, callback, flows } = options;
  return Router()
    .get('/login', async (request, response) => {
      const returnTo = pagePathOf(queryOf(request, options.baseUrl).get('return'));
      await visits.begin(request, response, { flow: 'sign-in', returnTo, cancelTo: '/' });
    })
    .get('/reset-password', async (request, response) => {
      const page = findSignedIn(request) === undefined ? '/' : '/profile';
      if (flows['password-reset'] === undefined) {
        pages.show(request, response, { name: 'reset-password', title: 'Your password' });
        return;
      }
      await visits.begin(request, response, { flow: 'password-reset', returnTo: page, cancelTo: page });
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
      pages.show(request, response, { name: 'signed-out', title: 'You are signed out', data: { isComplete: true } });
    });
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
    pages.show(request, response, { name: 'signed-out', title: 'You are signed out', data: { isComplete: false } });
  }
}

function isSignedOut(request: Request, { baseUrl }: SignInRoutesOptions): boolean {
  const query = queryOf(request, baseUrl);
  return query.get('state') === SIGNED_OUT || (query.size === 0 && findSignedIn(request) === undefined);
}

function queryOf(request: Request, baseUrl: URL): URLSearchParams {
  return new URL(request.originalUrl, baseUrl).searchParams;
}
