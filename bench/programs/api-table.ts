import { createServer } from 'node:http';

/** A table that answers every read with one policy: quicker than any real one, so that the API is what is measured. */
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

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0', 'Content-Length': ITEM.length }).end(ITEM);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object')
    console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}` }));
});
