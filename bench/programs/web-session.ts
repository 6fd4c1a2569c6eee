import { Eta } from 'eta';
import express from 'express';
import expressSession, { Cookie, MemoryStore } from 'express-session';
// What the applications declare of a session.
import type {} from '../../apps/web/sessions/session-store';
import type { SessionState } from '../../apps/web/sessions/state';

/**
 * Server with the least that a page for somebody signed in needs: Express, its session in memory, and the same
 * templates.
 */
const eta = new Eta({
  views: process.env['VIEWS'] ?? '',
  autoEscape: true,
  autoTrim: [false, 'nl'],
  cache: true,
});
const { id, secret, state } = JSON.parse(process.env['BENCH_SESSION'] ?? '{}') as {
  readonly id: string;
  readonly secret: string;
  readonly state: SessionState;
};
const store = new MemoryStore();
store.set(id, { cookie: new Cookie(), state });
const app = express();
app.use(expressSession({ name: 'customer-session', secret, store, resave: false, saveUninitialized: false }));
app.get('/', (request, response) => {
  const claims = request.session.state?.signedIn?.claims ?? {};
  const person = { name: claims['name'], givenName: claims['given_name'], emails: claims['emails'] };
  const frame = { title: 'Home', path: '/', stylesheet: '/assets/style.css?v=abc', csrfToken: 'x'.repeat(43) };
  response.send(eta.render('./home', { ...frame, person, notice: undefined }));
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') {
    console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}` }));
  }
});
