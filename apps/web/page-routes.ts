import { Router } from 'express';
import { requestIdOf } from '../service/request-log';
import type { Parts } from './parts';
import { findSignedIn, getSignedIn, requireFormOfSession, takeNotice } from './sessions/sessions';
import { claimRows } from './pages/claims-view';

/** Pages that show the policy and what the session knows, and the one that shows everybody whether the API can be reached. */
export function pageRoutes({ pages, api, sessions, flows, policies, transactions }: Parts): Router {
  const canEdit = flows['profile-edit'] !== undefined;
  return Router()
    .get('/', async (request, response) => {
      const notice = await takeNotice(sessions, request);
      const [name, title] = findSignedIn(request) ? (['home', 'Home'] as const) : (['welcome', 'Welcome'] as const);
      pages.show(request, response, { name, title, notice });
    })
    .get('/account', async (request, response) => {
      getSignedIn(request);
      const policy = await policies.read(request);
      const notice = await takeNotice(sessions, request);
      pages.show(request, response, { name: 'account', title: 'Your policy', notice, data: { policy } });
    })
    .get('/claims', (request, response) => {
      const rows = claimRows(getSignedIn(request).claims);
      pages.show(request, response, { name: 'claims', title: 'Sign-in data', data: { rows } });
    })
    .get('/profile', async (request, response) => {
      getSignedIn(request);
      const notice = await takeNotice(sessions, request);
      pages.show(request, response, { name: 'profile', title: 'Your details', notice, data: { canEdit } });
    })
    .post('/profile', requireFormOfSession, async (request, response) => {
      getSignedIn(request);
      await transactions.begin(request, response, { flow: 'profile-edit', returnTo: '/profile', cancelTo: '/profile' });
    })
    .get('/public', async (request, response) => {
      const text = await api.readPublic(requestIdOf(request));
      response.status(text === undefined ? 503 : 200);
      pages.show(request, response, { name: 'public', title: 'Service status', data: { text } });
    });
}
