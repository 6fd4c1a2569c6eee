import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answer to every read: quicker than any real table, so that the API is what is measured. */
const ITEM = JSON.stringify({
  Item: {
    pk: { S: 'POLICY#00000000-0000-4000-8000-000000000000' },
    oid: { S: '00000000-0000-4000-8000-000000000000' },
    policyNumber: { S: '4821937465' },
    beneficiary: { S: 'Ada Lovelace' },
    email: { S: 'ada@example.org' },
    createdAt: { S: '2026-01-01T00:00:00.000Z' },
    updatedAt: { S: '2026-01-02T00:00:00.000Z' },
    history: { L: [{ M: { beneficiary: { S: 'Ada Lovelace' }, changedAt: { S: '2026-01-02T00:00:00.000Z' } } }] },
    version: { N: '2' },
    writeId: { S: '00000000-0000-4000-8000-000000000001' },
  },
});

/** A table on the processor of whoever asks the API, so that the API has its own for itself. */
export interface BenchTable {
  readonly url: string;
  readonly server: Server;
}

export async function startTable(): Promise<BenchTable> {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      response
        .writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0', 'Content-Length': ITEM.length })
        .end(ITEM);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
