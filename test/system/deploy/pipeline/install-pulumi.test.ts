import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INSTALLER, installPulumi } from '../../../../src/deploy/pipeline/install-pulumi';

let folder: string;
let archive: Buffer;
let server: Server;
let address: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'install-'));
  archive = pack();
  server = createServer(({ url }, response) => {
    if (url === '/moved') response.writeHead(302, { location: '/archive' }).end();
    else if (url === '/archive') response.end(archive);
    else response.writeHead(503).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** An archive as Pulumi publishes it: programs in a folder. */
function pack(): Buffer {
  mkdirSync(join(folder, 'published/pulumi'), { recursive: true });
  writeFileSync(join(folder, 'published/pulumi/pulumi'), '#!/bin/sh\necho v3.248.0\n', { mode: 0o755 });
  return execFileSync('tar', ['--create', '--gzip', '--directory', join(folder, 'published'), 'pulumi']);
}

async function install(path: string, sha256 = createHash('sha256').update(archive).digest('hex')) {
  const into = mkdtempSync(join(folder, 'job-'));
  const installer = {
    ...INSTALLER,
    versionOnPath: () => undefined,
    archive: () => ({ address: address + path, sha256 }),
  };
  const done = await installPulumi(into, installer).catch((error: unknown) => error);
  return { done, left: readdirSync(into) };
}

test('installs what the release leads to, ready to run', async () => {
  const { done } = await install('/moved');
  expect(execFileSync(join(String(done), 'pulumi'), { encoding: 'utf8' })).toBe('v3.248.0\n');
});

test('leaves nothing where the server does not answer, or the archive is another or broken', async () => {
  expect(await install('/away')).toMatchObject({
    done: { message: expect.stringContaining('HTTP 503') as string },
    left: [],
  });
  expect(await install('/archive', '0'.repeat(64))).toMatchObject({ done: expect.any(Error) as Error, left: [] });
  archive = archive.subarray(0, archive.length / 2);
  expect(await install('/archive')).toMatchObject({
    done: { message: expect.stringContaining('tar') as string },
    left: [],
  });
});
