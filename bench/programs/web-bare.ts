import type { AddressInfo } from 'node:net';
import { Eta } from 'eta';
import express from 'express';
import expressSession, { Cookie, MemoryStore } from 'express-session';
// What the applications declare of a session.

import type { SessionState } from '../../apps/web/sessions/state';

interface BenchSession {
  readonly id: string;
  readonly secret: string;
  readonly state: SessionState;
}

/**
 * The least that answers the home page: Express and the same templates, for somebody whom nobody asked for a session; or,
 * where a session is given, the least for somebody signed in, with that session in memory.
 */
const { VIEWS, BENCH_SESSION } = process.env;
if (VIEWS === undefined) throw new Error('VIEWS must be the folder of the templates');
const eta = new Eta({ views: VIEWS, autoEscape: true, autoTrim: [false, 'nl'], cache: true });
const app = express();
if (BENCH_SESSION !== undefined) {
  const { id, secret, state } = JSON.parse(BENCH_SESSION) as BenchSession;
  const store = new MemoryStore();
  store.set(id, { cookie: new Cookie(), state });
  app.use(expressSession({ name: 'customer-session', secret, store, resave: false, saveUninitialized: false }));
}
const ADA = { name: 'Ada Lovelace', given_name: 'Ada', emails: ['ada@example.org'] };
app.get('/', (request, response) => {
  const session = request.session as typeof request.session | undefined;
  const claims = session === undefined ? ADA : (session.state?.signedIn?.claims ?? {});
  const person = { name: claims['name'], givenName: claims['given_name'], emails: claims['emails'] };
  const frame = { title: 'Home', path: '/', stylesheet: '/assets/style.css?v=abc', csrfToken: 'x'.repeat(43) };
  response.send(eta.render('./home', { ...frame, person, notice: undefined }));
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});
