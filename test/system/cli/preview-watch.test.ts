import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeEstate } from '../../support/estate-project';
import { MANAGEMENT, organizationText } from '../../support/estate-files';
import { PROGRAM } from '../../support/repository';

const ESTATE = `access:
  permissionSets:
    - { name: Reader, managedPolicies: [ReadOnlyAccess] }
  grants:
    - { group: Auditors, permissionSets: [Reader], accounts: { include: [{ all: true }] } }
`;
const ORGANIZATION = { accounts: [MANAGEMENT, { id: '100000000001', name: 'shop' }], groups: ['Auditors'] };

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'watch-'));
  writeEstate(root, 'demo', { 'estate.yaml': ESTATE, 'organization.json': organizationText(ORGANIZATION) });
});
afterEach(() => {
  rmSync(root, { recursive: true });
});
const file = (name: string): string => join(root, 'estates/demo', name);
const schemaFile = (): string => join(root, 'estates/estate.schema.json');

/** Output of a process until it has a text. */
function until(child: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes(text)) resolve(output);
    });
    child.on('exit', () => {
      reject(new Error(`ended without '${text}': ${output}`));
    });
  });
}

test('previews on every save, on the terminal and in an open page', async () => {
  const child = spawn(process.execPath, [PROGRAM, 'preview', '--watch'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    const url = /http:\/\/localhost:\d+\//.exec(await until(child, '/\n'))?.[0] ?? '';
    expect(await (await fetch(`${url}page`)).text()).toContain('Auditors');
    const { body: events } = await fetch(`${url}changes`);
    const told = events?.pipeThrough(new TextDecoderStream()).getReader();
    const found = until(child, 'unknown-permission-set');
    writeFileSync(file('estate.yaml'), ESTATE.replace('[Reader]', '[Writer]'));
    await found;
    // A save may show as several changes.
    expect(await told?.read()).toEqual({
      done: false,
      value: expect.stringMatching(/^(data: changed\n\n)+$/) as string,
    });
    expect(await (await fetch(`${url}page`)).text()).toContain('unknown-permission-set');
    await told?.cancel();
    expect(await statusFor(url, 'estate.attacker.example')).toBe(403);
  } finally {
    child.kill('SIGINT');
  }
  expect(await exited).toEqual([0, null]);
  expect(existsSync(schemaFile())).toBe(true);
});

test('goes on when the folder of the estate is replaced, and says which port is taken', async () => {
  const child = spawn(process.execPath, [PROGRAM, 'preview', '--watch'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const url = /http:\/\/localhost:\d+\//.exec(await until(child, '/\n'))?.[0] ?? '';
    const gone = until(child, 'there is no such file');
    rmSync(join(root, 'estates/demo'), { recursive: true });
    await gone;
    const back = until(child, 'unknown-permission-set');
    writeEstate(root, 'demo', {
      'estate.yaml': ESTATE.replace('[Reader]', '[Writer]'),
      'organization.json': organizationText(ORGANIZATION),
    });
    await back;
    const { port } = new URL(url);
    const second = spawnSync(process.execPath, [PROGRAM, 'preview', '--watch', '--port', port], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(second.status).toBe(1);
    expect(second.stderr).toMatch(
      new RegExp(`^port ${port} can't be used \\(.*\\): choose another with --port, or leave it out\n$`),
    );
  } finally {
    child.kill('SIGINT');
  }
});

/** Status of an answer to a request that names another host. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}page`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

const schema = (...options: readonly string[]) => {
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM, 'docs', 'schema', ...options], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout };
};

test('the schema of an estate is written, and told to be stale', () => {
  const path = 'estates/estate.schema.json';
  const stale = {
    status: 1,
    stdout: `${path} is stale; run npx --no entra-aws docs schema to update it\n`,
  };
  expect(schema('--check')).toEqual(stale);
  expect(schema()).toEqual({ status: 0, stdout: `${path} written\n` });
  expect(schema('--check')).toEqual({ status: 0, stdout: `${path} is up to date\n` });
  expect(readFileSync(schemaFile(), 'utf8')).toContain('{"label":"Auditors","body":"Auditors"}');
  appendFileSync(schemaFile(), ' ');
  expect(schema('--check')).toEqual(stale);
});

test('the schema is not written through a link, which may lead anywhere', () => {
  const elsewhere = join(root, 'precious');
  writeFileSync(elsewhere, 'precious');
  symlinkSync(elsewhere, schemaFile());
  expect(schema().status).toBe(1);
  expect(readFileSync(elsewhere, 'utf8')).toBe('precious');
});
