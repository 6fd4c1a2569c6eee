import type { AddressInfo } from 'node:net';
import { Eta } from 'eta';
import express from 'express';
import type { SessionState } from '../../apps/web/sessions/state';

interface BenchSession {
  readonly cookie: string;
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
const sessions = new Map<string | undefined, SessionState>();
if (BENCH_SESSION !== undefined) {
  const { cookie, state } = JSON.parse(BENCH_SESSION) as BenchSession;
  sessions.set(cookie, state);
}
const ADA = { name: 'Ada Lovelace', given_name: 'Ada', emails: ['ada@example.org'] };
app.get('/', (request, response) => {
  const claims = sessions.size === 0 ? ADA : (sessions.get(request.headers.cookie)?.signedIn?.claims ?? {});
  const person = { name: claims['name'], givenName: claims['given_name'], emails: claims['emails'] };
  const frame = {
    title: 'Home',
    windowTitle: 'Home',
    path: '/',
    stylesheet: '/assets/style.css?v=abc',
    script: '/assets/dates.js?v=abc',
    csrfToken: 'x'.repeat(43),
  };
  response.send(eta.render('./home', { ...frame, person, notice: undefined }));
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});
