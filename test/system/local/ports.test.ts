import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePorts } from '../../../src/local/ports';

let root: string;
let path: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ports-'));
  path = join(root, 'ports.json');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

test('chooses the same ports again, each of its own', async () => {
  const first = await choosePorts(path);
  expect(new Set(Object.values(first)).size).toBe(3);
  expect(await choosePorts(path)).toEqual(first);
});

test('chooses another port for one that is taken meanwhile, and keeps the others', async () => {
  const first = await choosePorts(path);
  const server = createServer().listen(first.api, '127.0.0.1');
  await once(server, 'listening');
  const second = await choosePorts(path);
  expect(second.api).not.toBe(first.api);
  expect(second).toEqual({ ...first, api: second.api });
  server.close();
});

test('refuses a damaged file', async () => {
  writeFileSync(path, '{}');
  await expect(choosePorts(path)).rejects.toThrow(`${path}: is damaged`);
});
