import { Eta } from 'eta';
import express from 'express';

/** The least that answers the home page: Express and the same templates, for somebody whom nobody asked for a session. */
const eta = new Eta({
  views: process.env['VIEWS'] ?? '',
  autoEscape: true,
  autoTrim: [false, 'nl'],
  cache: true,
});
const app = express();
app.get('/', (_request, response) => {
  const person = { name: 'Ada Lovelace', givenName: 'Ada', familyName: 'Lovelace', emails: ['ada@example.org'] };
  const frame = { title: 'Home', path: '/', stylesheet: '/assets/style.css?v=abc', csrfToken: 'x'.repeat(43) };
  response.send(eta.render('./home', { ...frame, person, notice: undefined }));
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') {
    console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}` }));
  }
});
