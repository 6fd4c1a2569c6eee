import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash, createHmac } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { SignatureV4 } from '@smithy/signature-v4';
import { isUnavailable, Table, type TableOptions } from '../../../../apps/service/table';
import { DATABASE_CREDENTIALS, databaseEnvironment } from '../../../support/dynalite';

const HEADERS = { 'Content-Type': 'application/x-amz-json-1.0' };
const servers: Server[] = [];

/** A digest as the SDK's signer asks for one. */
class NodeHash {
  readonly #hash: { update(data: string | Uint8Array): unknown; digest(): Buffer };

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key as string);
  }

  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  reset(): void {
    throw new Error('a digest is used once');
  }
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** @returns where it is */
async function serve(answer: RequestListener, host = '127.0.0.1'): Promise<string> {
  const server = createServer(answer).listen(0, host);
  servers.push(server);
  await once(server, 'listening');
  return `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
}

async function askOne(answer: RequestListener, timeouts?: TableOptions['timeouts']): Promise<unknown> {
  const [item] = await askAtOnce(1, answer, timeouts);
  return item;
}

async function askAtOnce(
  count: number,
  answer: RequestListener,
  timeouts?: TableOptions['timeouts'],
): Promise<readonly unknown[]> {
  const endpoint = await serve(answer);
  Object.assign(process.env, databaseEnvironment(endpoint));
  const table = new Table({ table: 'table', region: 'eu-central-1', endpoint, ...(timeouts && { timeouts }) });
  const ask = (): Promise<unknown> => table.read({ pk: 'key' });
  const asked = Array.from({ length: count }, ask);
  // All have ended before the first fault is told.
  await Promise.allSettled(asked);
  return await Promise.all(asked);
}

test('an answer that comes in pieces, one of them in the middle of a letter, is read whole', async () => {
  const bytes = Buffer.from(JSON.stringify({ Item: { name: { S: 'Zoë Çelik' } } }));
  const middle = bytes.indexOf('ë') + 1;
  const item = await askOne((_request, response) => {
    response.writeHead(200, HEADERS).write(bytes.subarray(0, middle), () => {
      setImmediate(() => response.end(bytes.subarray(middle)));
    });
  });
  expect(item).toEqual({ name: 'Zoë Çelik' });
});

test('an answer that breaks off is a fault of the database, after three attempts', async () => {
  let attempts = 0;
  const fault: unknown = await askOne((_request, response) => {
    attempts += 1;
    response.writeHead(200, { ...HEADERS, 'Content-Length': 1_000 }).write('{"Item":', () => response.destroy());
  }).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(Error);
  expect(isUnavailable(fault)).toBe(true);
  expect(attempts).toBe(3);
});

const ENDLESS: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  ['stands still', () => undefined],
  [
    'goes on for ever',
    (response) => {
      const writing = setInterval(() => response.write(' '), 10);
      response.once('close', () => {
        clearInterval(writing);
      });
    },
  ],
];
test.each(ENDLESS)(
  'an answer that begins and then %s is a fault of the database, after three attempts',
  async (_, go) => {
    let attempts = 0;
    const timeouts = { credentials: 5_000, attempt: 100 };
    const fault: unknown = await askOne((_request, response) => {
      attempts += 1;
      response.writeHead(200, { ...HEADERS, 'Content-Length': 1_000_000 }).write('{"Item":');
      go(response);
    }, timeouts).catch((error: unknown) => error);
    expect(fault).toMatchObject({ name: 'ConnectionError' });
    expect(isUnavailable(fault)).toBe(true);
    expect(attempts).toBe(3);
  },
);

test('two hundred reads are on their way at once, and those behind them wait without a fault', async () => {
  const timeouts = { credentials: 5_000, attempt: 600_000 };
  const held: ServerResponse[] = [];
  let most = 0;
  const answer = (): void => {
    for (const response of held.splice(0)) response.writeHead(200, HEADERS).end('{"Item":{"a":{"S":"b"}}}');
  };
  const items = await askAtOnce(
    400,
    (_request, response) => {
      most = Math.max(most, held.push(response));
      if (held.length === 200) setImmediate(answer);
    },
    timeouts,
  );
  expect(items).toEqual(Array.from({ length: 400 }, () => ({ a: 'b' })));
  expect(most).toBe(200);
});

test("signs as the SDK's own signer does, with the token of a session", async () => {
  process.env['AWS_SESSION_TOKEN'] = 'session/token+';
  const received: { readonly headers: Record<string, string>; readonly body: string }[] = [];
  await askOne((request, response) => {
    void text(request).then((body) => {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
      received.push({ headers: Object.fromEntries(headers), body });
      response.writeHead(200, HEADERS).end('{}');
    });
  });
  delete process.env['AWS_SESSION_TOKEN'];
  const { headers, body } = received[0] ?? { headers: {}, body: '' };
  const names = /SignedHeaders=([^,]+)/.exec(String(headers['authorization']))?.[1]?.split(';') ?? [];
  expect(names).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target']));
  const [, year, month, day, hour, minute, second] =
    /^(....)(..)(..)T(..)(..)(..)Z$/.exec(String(headers['x-amz-date'])) ?? [];
  const signer = new SignatureV4({
    service: 'dynamodb',
    region: 'eu-central-1',
    credentials: { ...DATABASE_CREDENTIALS, sessionToken: 'session/token+' },
    sha256: NodeHash,
    applyChecksum: false,
  });
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: 'localhost',
      path: '/',
      headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
      body,
    },
    { signingDate: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) },
  );
  expect(headers['authorization']).toBe(signed.headers['authorization']);
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
test.each([
  ['400 ProvisionedThroughputExceededException', 3, true],
  ['400 RequestLimitExceeded', 3, true],
  ['400 ThrottlingException', 3, true],
  ['500 InternalServerError', 3, true],
  ['503 ServiceUnavailable', 3, true],
  ['502', 3, true],
  ['400 AccessDeniedException', 1, false],
  ['400 ConditionalCheckFailedException', 1, false],
  ['400 ItemCollectionSizeLimitExceededException', 1, false],
  ['400 MissingAuthenticationTokenException', 1, false],
  ['400 ResourceNotFoundException', 1, false],
  ['400 UnrecognizedClientException', 1, false],
  ['400 ValidationException', 1, false],
])('%s: asked %i times, unavailable: %s', async (answer, expected, isAway) => {
  const [status, type] = answer.split(' ');
  let attempts = 0;
  const fault: unknown = await askOne((_request, response) => {
    attempts += 1;
    const body = { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'as ordered' };
    response.writeHead(Number(status), HEADERS).end(type === undefined ? '<html>' : JSON.stringify(body));
  }).catch((error: unknown) => error);
  expect([attempts, isUnavailable(fault)]).toEqual([expected, isAway]);
});

test('a database that stays away is not asked three times by everybody', async () => {
  let attempts = 0;
  const asked = askAtOnce(200, (_request, response) => {
    attempts += 1;
    response.writeHead(500, HEADERS).end('{}');
  });
  await expect(asked).rejects.toThrow();
  expect(attempts).toBeLessThanOrEqual(300);
});

test('a database at an IPv6 address is asked', async () => {
  const endpoint = await serve((_request, response) => response.writeHead(200, HEADERS).end('{}'), '::1');
  Object.assign(process.env, databaseEnvironment(endpoint));
  const table = new Table({ table: 'table', region: 'eu-central-1', endpoint });
  await expect(table.read({ pk: 'key' })).resolves.toBeUndefined();
});

test('an answer that changes the protocol is a fault of its own, not a wait for ever', async () => {
  const asked = askOne(({ socket }) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: tea\r\n\r\n');
  });
  await expect(asked).rejects.toMatchObject({ name: 'ConnectionError' });
});

describe('credentials of a container', () => {
  const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  const GOOD = JSON.stringify({
    AccessKeyId: 'key',
    SecretAccessKey: 'secret',
    Token: 'token',
    Expiration: new Date(Date.now() + 3_600_000).toISOString(),
  });
  afterEach(() => {
    for (const key of KEYS) Reflect.deleteProperty(process.env, key);
  });

  /** A database whose credentials an agent gives. */
  async function openWith(agent: RequestListener): Promise<() => Promise<unknown>> {
    const endpoint = await serve((_request, response) => response.writeHead(200, HEADERS).end('{}'));
    Object.assign(process.env, databaseEnvironment(endpoint));
    for (const key of KEYS) Reflect.deleteProperty(process.env, key);
    process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `${await serve(agent)}/credentials`;
    const timeouts = { credentials: 4_000, attempt: 4_000 };
    const table = new Table({ table: 'table', region: 'eu-central-1', endpoint, timeouts });
    return () => table.read({ pk: 'key' });
  }

  test.each(['is no JSON', 'never comes'])(
    'where the answer of their agent %s, the database is away until it is good',
    async (fault) => {
      const held: ServerResponse[] = [];
      let isGood = false;
      const ask = await openWith((_request, response) => {
        response.setHeader('Content-Type', 'application/json');
        if (isGood) response.end(GOOD);
        else if (fault === 'never comes') held.push(response);
        else response.end('<html>');
      });
      const asked = await Promise.allSettled([ask(), ask()]);
      expect(asked.map((one) => one.status === 'rejected' && isUnavailable(one.reason))).toEqual([true, true]);
      isGood = true;
      await expect(ask()).resolves.toBeUndefined();
      for (const response of held) response.end(GOOD);
    },
  );
});
