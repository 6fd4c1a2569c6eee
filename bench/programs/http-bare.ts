import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Mix } from '../load';
import { serveUntilTold } from '../served';

/** Input from the process that measures: a mix, and the answers by method and path. */
interface Recorded {
  readonly mix: Mix;
  readonly answers: Readonly<Record<string, string>>;
}

/** The reference: a bare server that reads each request and answers the same bytes, and knows nothing. */
const { mix, answers } = JSON.parse(String(process.argv[2])) as Recorded;
const server = createServer((request, response) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    const answer = answers[`${String(request.method)} ${request.method === 'DELETE' ? '' : String(request.url)}`];
    if (answer === undefined) response.writeHead(404);
    else if (answer === '') response.writeHead(204);
    else response.writeHead(200, { 'content-type': 'application/json' });
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => {
  serveUntilTold({ ...mix, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
