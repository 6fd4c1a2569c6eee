import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import type { B2cEmulator, Flow } from '../../../apps/emulator/b2c';
import { STEPS_FILE } from '../../../src/estate/source/estate-folder';
import { ADA, FLOWS, REGISTRATIONS, startForTest, WEB } from '../../support/apps/emulator/b2c/support/application';
import { B2cAgent, giveFactor, signIn } from '../../support/b2c-agent';
import { freePort } from '../../support/free-port';
import { PROGRAM, SANDBOX } from '../../support/repository';
import { hostedSandboxFiles, withRecords } from '../../support/sandbox';

const FLOW = 'B2C_1_signupsignin1_mfa';
const TENANT = 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73';

interface Record {
  readonly step: string;
  readonly proved?: { readonly faults: readonly string[]; readonly shown: readonly string[] };
}

let folder: string;
let emulator: B2cEmulator;
let redirect: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sign-ins-'));
  cpSync(SANDBOX, join(folder, 'sandbox'), { recursive: true });
  writeFileSync(join(folder, 'sandbox', STEPS_FILE), withRecords(hostedSandboxFiles())[STEPS_FILE] ?? '');
  redirect = `http://localhost:${await freePort()}/auth/callback`;
});

afterEach(async () => {
  await emulator.stop();
  rmSync(folder, { recursive: true });
});

/** Runs the command while a browser without JavaScript does what it asks for. */
async function check(stepUp: Partial<Flow> = {}) {
  emulator = await startForTest({
    registrations: {
      ...REGISTRATIONS,
      ...{ directory: 'contosoclaims', tenantId: TENANT },
      clients: [{ ...WEB, redirectUris: [redirect] }],
      flows: [{ ...FLOWS.stepUp, ...stepUp }],
    },
  });
  const words = ['steps', 'check', FLOW, '--estates', folder, '--against', 'local'];
  const env = { ...process.env, B2C_ORIGIN: emulator.url, B2C_CLIENT_SECRET: WEB.secrets[0], PATH: '' };
  const child = spawn(process.execPath, [PROGRAM, ...words, '--client', WEB.clientId, '--redirect', redirect], {
    env,
  });
  const agent = new B2cAgent();
  const output = text(child.stdout);
  const codes: number[] = [];
  for await (const line of createInterface(child.stderr)) {
    const [url] = /http:\S+authorize\S+/.exec(line) ?? [];
    if (url === undefined) continue;
    await afterSecondOf(codes.at(-1));
    const page = await signIn(agent, await agent.open(url), ADA);
    const end =
      stepUp.multifactor === 'off' ? page : await giveFactor(agent, page, { source: emulator, to: ADA.phone });
    codes.push(Date.now());
    expect(end.status).toBe(200);
  }
  const code = child.exitCode ?? (await new Promise<number | null>((done) => child.once('close', done)));
  const { done } = JSON.parse(readFileSync(join(folder, 'sandbox', STEPS_FILE), 'utf8')) as {
    readonly done: readonly Record[];
  };
  return { code, stdout: await output, records: done.filter(({ step }) => step.startsWith(`${FLOW}/`)) };
}

/** Times of tokens are in seconds. */
async function afterSecondOf(moment: number | undefined): Promise<void> {
  while (moment !== undefined && Math.floor(Date.now() / 1000) <= Math.floor(moment / 1000)) await setImmediate();
}

test('a person signs in twice; the token has what the flow declares, and the day and the result are recorded', async () => {
  const { code, stdout, records } = await check();
  expect(stdout).toContain('as declared: the second sign-in asked again: auth_time is later');
  expect(stdout).toContain('as declared: it has the claim oid');
  expect(stdout).toContain(`not told: it does not tell whether ${FLOW} asked for a second factor`);
  expect(code).toBe(0);
  expect(records.map(({ step, proved }) => [step, proved?.faults])).toEqual([
    [`${FLOW}/multifactor`, []],
    [`${FLOW}/claims`, []],
  ]);
});

test('a claim that somebody took out in the portal since is a fault, and is recorded as one', async () => {
  const { code, records } = await check({ claims: ['objectId', 'displayName', 'emails', 'givenName'] });
  expect(code).toBe(1);
  for (const { proved } of records) expect(proved?.faults).toEqual([expect.stringContaining('family_name is missing')]);
});
