import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Target } from '../load';
import { serveUntilTold } from '../served';

/** Answers of a server, by method and path. */
interface Recorded {
  readonly target: Target;
  readonly answers: Readonly<Record<string, { readonly status: number; readonly body: string }>>;
}

/** The reference: a bare server that reads each request and answers the same bytes, and knows nothing. */
const { target, answers } = JSON.parse(process.argv[2] ?? '') as Recorded;
const server = createServer((request, response) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    const path = request.method === 'DELETE' ? '' : (request.url ?? '');
    const { status, body } = answers[`${request.method ?? ''} ${path}`] ?? { status: 404, body: '' };
    response.writeHead(status, body === '' ? {} : { 'content-type': 'application/json' });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  serveUntilTold({ ...target, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
