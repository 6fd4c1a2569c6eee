import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { createAuthority, createKey, createServerCertificate } from '../../../../../apps/emulator/base/authority';
import { openTls, OWN_NAMES } from '../../../../../apps/emulator/base/local-tls';
import { StateError } from '../../../../../apps/emulator/base/state';
import type { B2cEmulator } from '../../../../../apps/emulator/b2c';
import { startGraphEmulator } from '../../../../../apps/emulator/graph';
import {
  ADA,
  begin,
  newAgent,
  redeem,
  REGISTRATIONS,
  startForTest,
} from '../../../../support/apps/emulator/b2c/support/application';
import { signIn } from '../../../../support/b2c-agent';
import { temporaryFolder } from '../../../../support/templates';
import { trustCertificateFile } from '../../../../../provider/trust';

const DAY = 86_400_000;
const authority = join(temporaryFolder(), 'authority');
const others = temporaryFolder();
const newFolder = (): string => mkdtempSync(join(others, 'authority-'));
const open: (() => unknown)[] = [];

beforeAll(async () => {
  const { caFile } = await openTls(authority, []);
  trustCertificateFile(caFile);
});

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function start(options: Parameters<typeof startForTest>[0]): Promise<B2cEmulator> {
  const emulator = await startForTest(options);
  open.push(emulator.stop);
  return emulator;
}

/** The session's cookies and every address of a whole sign-in. */
async function signInWhole(
  emulator: B2cEmulator,
): Promise<{ readonly origins: readonly string[]; readonly sub: unknown }> {
  const started = await begin(emulator);
  const agent = newAgent();
  const page = await agent.open(started.url);
  const visited = [...agent.visited];
  const callback = await signIn(agent, page, ADA);
  const tokens = await redeem(started, callback);
  const own = [...visited, ...agent.visited].filter((url) => !url.startsWith('http://localhost:5000'));
  return { origins: [...new Set(own.map((url) => new URL(url).origin))], sub: tokens.claims()?.iss };
}

/** Cookies of an authorize request that a browser would send over plain http too. */
async function insecureCookies(emulator: B2cEmulator): Promise<readonly string[]> {
  const response = await fetch((await begin(emulator)).url, { redirect: 'manual' });
  const cookies = response.headers.getSetCookie();
  expect(cookies.length).toBeGreaterThan(0);
  return cookies.filter((cookie) => !/; secure/i.test(cookie));
}

/** Where an authorize request leads, and its cookies. */
async function beginAt(
  emulator: B2cEmulator,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | undefined; readonly cookies: readonly string[] }> {
  const { url } = await begin(emulator);
  const { pathname, search } = new URL(url);
  const sent = httpRequest({ host: '127.0.0.1', port: emulator.port, path: `${pathname}${search}`, headers });
  const [response] = (await once(sent.end(), 'response')) as [IncomingMessage];
  response.resume();
  return { status: response.statusCode, cookies: response.headers['set-cookie'] ?? [] };
}

/** A proxy that ends TLS before an emulator which does not run yet. */
async function startProxy(): Promise<{ readonly origin: string; readonly lead: (port: number) => void }> {
  const { issue } = await openTls(authority, []);
  const { certificate: cert, key } = await issue();
  let target = 0;
  const server: Server = createServer({ cert, key }, (req, res) => {
    const { host = '' } = req.headers;
    const headers = {
      ...req.headers,
      host: `127.0.0.1:${target}`,
      'x-forwarded-host': host,
      'x-forwarded-proto': 'https',
    };
    const passed = httpRequest({ host: '127.0.0.1', port: target, path: req.url, method: req.method, headers });
    passed.on('response', (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(res);
    });
    req.pipe(passed);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => server.close());
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  return { origin, lead: (port) => (target = port) };
}

/** The certificate of whoever listens. */
async function certificateAt(port: number, servername = 'localhost'): Promise<PeerCertificate> {
  const socket = connect({ port, host: '127.0.0.1', servername, ca: readFileSync(join(authority, 'ca.pem')) });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerCertificate();
  socket.destroy();
  return certificate;
}

describe('https', () => {
  test('signs in whole, with every address and cookie of https', async () => {
    const emulator = await start({ authority });
    const { origins, sub } = await signInWhole(emulator);
    expect(origins).toEqual([`https://localhost:${emulator.port}`]);
    expect(sub).toBe(`https://localhost:${emulator.port}/${REGISTRATIONS.tenantId}/v2.0/`);
    expect(await insecureCookies(emulator)).toEqual([]);
  });

  test('takes another certificate in time, of the same authority', async () => {
    const timer = jest.spyOn(globalThis, 'setInterval');
    const emulator = await start({ authority });
    const renew = timer.mock.calls.find(([, delay]) => delay === DAY)?.[0] as () => void;
    timer.mockRestore();
    const before = await certificateAt(emulator.port);
    expect(Date.parse(before.valid_to) - Date.now()).toBeGreaterThan(29 * DAY);
    renew();
    let after = before;
    while (after.serialNumber === before.serialNumber) after = await certificateAt(emulator.port);
    expect(after.issuer).toEqual(before.issuer);
  });

  test('shares its authority with the Graph emulator', async () => {
    const graph = await startGraphEmulator({ authority });
    open.push(graph.stop);
    expect(graph.caFile).toBe(join(authority, 'ca.pem'));
    await certificateAt(Number(new URL(graph.tlsUrl).port));
  });
});

describe('behind a proxy', () => {
  test('signs in whole by its public address alone, with cookies of https', async () => {
    const proxy = await startProxy();
    const emulator = await start({ publicUrl: proxy.origin });
    proxy.lead(emulator.port);
    expect(await signInWhole(emulator)).toEqual({
      origins: [proxy.origin],
      sub: `${proxy.origin}/${REGISTRATIONS.tenantId}/v2.0/`,
    });
    expect(await insecureCookies(emulator)).toEqual([]);
  });

  test('refuses a forwarded name that is not its own, which could read the inbox', async () => {
    const emulator = await start({});
    expect((await beginAt(emulator, { 'x-forwarded-host': 'evil.example' })).status).toBe(421);
    expect((await beginAt(emulator, { 'x-forwarded-host': 'localhost, evil.example' })).status).toBe(421);
  });

  test('without a public address takes no word of a proxy', async () => {
    const emulator = await start({});
    const { status, cookies } = await beginAt(emulator, { 'x-forwarded-proto': 'https' });
    expect(status).toBe(303);
    expect(cookies.filter((cookie) => /; secure/i.test(cookie))).toEqual([]);
  });
});

describe('authority', () => {
  test('keeps its key for its owner alone', () => {
    const modes = ['.', 'ca-key.pem', 'ca.pem'].map((name) => statSync(join(authority, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600]);
  });

  test('signs for no other name that a client would believe', async () => {
    const [certificate, key] = ['ca.pem', 'ca-key.pem'].map((name) => readFileSync(join(authority, name), 'utf8'));
    const pair = { certificate: certificate ?? '', key: key ?? '' };
    const forged = await createServerCertificate(pair, { now: new Date(), names: ['login.microsoftonline.com'] });
    const server = createServer({ cert: forged.certificate, key: forged.key }).listen(0, '127.0.0.1');
    open.push(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(certificateAt(port, 'login.microsoftonline.com')).rejects.toThrow(/permitted subtree/);
  });

  test('refuses a name that it was not made for, and stays as it is', async () => {
    const before = readFileSync(join(authority, 'ca.pem'), 'utf8');
    await expect(openTls(authority, ['b2c'])).rejects.toThrow(StateError);
    await expect(openTls(authority, ['b2c'])).rejects.toThrow('ca.pem: may not sign for b2c');
    expect(readFileSync(join(authority, 'ca.pem'), 'utf8')).toBe(before);
  });

  test('is replaced before it would end under a certificate', async () => {
    const other = newFolder();
    const old = await createAuthority(new Date(Date.now() - 3630 * DAY), OWN_NAMES);
    writeFileSync(join(other, 'ca-key.pem'), old.key);
    writeFileSync(join(other, 'ca.pem'), old.certificate);
    const { caFile, issue } = await openTls(other, []);
    const [next, server] = [
      new X509Certificate(readFileSync(caFile)),
      new X509Certificate((await issue()).certificate),
    ];
    expect(server.checkIssued(next)).toBe(true);
    expect(next.validToDate.getTime()).toBeGreaterThan(server.validToDate.getTime());
  });

  test('is one, whoever of many makes it at once', async () => {
    const folder = newFolder();
    const opened = await Promise.all(Array.from({ length: 8 }, () => openTls(folder, [])));
    const authority = new X509Certificate(readFileSync(join(folder, 'ca.pem')));
    const issued = await Promise.all(opened.map(({ issue }) => issue()));
    expect(issued.map(({ certificate }) => new X509Certificate(certificate).verify(authority.publicKey))).toEqual(
      issued.map(() => true),
    );
    expect(readdirSync(folder).toSorted()).toEqual(['ca-key.pem', 'ca.pem']);
  });

  test('is made for the key that a run left which ended before the certificate', async () => {
    const folder = newFolder();
    const key = await createKey();
    writeFileSync(join(folder, 'ca-key.pem'), key);
    await openTls(folder, []);
    const made = new X509Certificate(readFileSync(join(folder, 'ca.pem')));
    expect([made.checkPrivateKey(createPrivateKey(key)), readFileSync(join(folder, 'ca-key.pem'), 'utf8')]).toEqual([
      true,
      key,
    ]);
  });

  test('is refused without its key, and nothing is written', async () => {
    const folder = newFolder();
    await openTls(folder, []);
    rmSync(join(folder, 'ca-key.pem'));
    await expect(openTls(folder, [])).rejects.toThrow(StateError);
    expect(readdirSync(folder)).toEqual(['ca.pem']);
  });
});
