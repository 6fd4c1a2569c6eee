import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../support/free-port';
import { databaseClient, tableItems } from '../../../support/dynalite';
import { ask, putBeneficiary, startApi, TABLE, tokensOf, type Answer, type Api } from './api';
import { expectWholePolicies } from './whole-policies';
import { REPOSITORY } from '../../../support/repository';

const PEOPLE = 30;

let folder: string;
let port: number;
let running: ChildProcess;
let api: Api;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'database-kill-'));
  port = await freePort();
  running = await startDatabase();
  api = await startApi({ database: `http://127.0.0.1:${port}` });
});

afterAll(async () => {
  await api.stop();
  running.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** As `npm start` runs it. */
async function startDatabase(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/local/services/database.ts'], {
    cwd: REPOSITORY,
    env: { PATH: process.env['PATH'], PORT: String(port), DATA: folder },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return child;
}

test('killed in the middle, the database has every write that was answered, and no half policy', async () => {
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => tokensOf(api)));
  const saved = new Map<string, string>();
  const problems: Answer[] = [];
  const keep = async (oid: string, stepUp: string, beneficiary: string): Promise<void> => {
    const answer = await putBeneficiary(api, stepUp, { beneficiary, tag: '*' });
    if (answer.status === 200) saved.set(oid, beneficiary);
    else problems.push(answer);
  };
  const work = people.map(async ({ oid, signIn, stepUp }) => {
    await ask(`${api.url}/policy`, signIn);
    // One after the other, so that the last one that was answered is what must be there.
    for (let change = 0; change < 20 && problems.length === 0; change++) await keep(oid, stepUp, `Change ${change}`);
  });
  while (saved.size < PEOPLE / 2) await new Promise(setImmediate);
  const exited = once(running, 'exit');
  running.kill('SIGKILL');
  await exited;
  await Promise.all(work);
  expect(new Set(problems.map(({ status }) => status))).toEqual(new Set([503]));

  running = await startDatabase();
  const client = databaseClient(`http://127.0.0.1:${port}`);
  const items = await tableItems(client, TABLE);
  client.destroy();
  expectWholePolicies(items);
  for (const [oid, beneficiary] of saved) {
    const policy = items.find(({ pk }) => pk === `POLICY#${oid}`);
    const names = (policy?.['history'] as { beneficiary: string }[]).map((entry) => entry.beneficiary);
    expect(names).toContain(beneficiary);
  }
  const [{ stepUp } = { stepUp: '' }] = people;
  await ask(`${api.url}/policy`, stepUp);
  expect((await putBeneficiary(api, stepUp, { beneficiary: 'After', tag: '*' })).status).toBe(200);
});
