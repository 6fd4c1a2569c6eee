import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as client from 'openid-client';
import pino from 'pino';
import { plainText, signIn, signUp } from '../../../../support/b2c-agent';
import type { B2cEmulator, B2cEmulatorOptions } from '../../../../../apps/emulator/b2c';
import type { Authority } from '../../../../support/apps/emulator/b2c/support/application';
import {
  ADA,
  begin,
  FLOWS,
  newAgent,
  redeem,
  REGISTRATIONS,
  startForTest,
} from '../../../../support/apps/emulator/b2c/support/application';

let folder: string;
/** Ends what a test has left running, also one that failed. */
let cleanUps: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'b2c-state-'));
});

afterEach(async () => {
  await Promise.all(cleanUps.map((cleanUp) => cleanUp()));
  cleanUps = [];
  rmSync(folder, { recursive: true });
});

async function open(options: Partial<B2cEmulatorOptions> = {}): Promise<B2cEmulator> {
  const emulator = await startForTest(options);
  cleanUps.push(emulator.stop);
  return emulator;
}

interface Process {
  readonly port: number;
  readonly kill: () => Promise<void>;
}

async function startProcess(port = 0): Promise<Process> {
  const script = join(__dirname, 'fixtures', 'run-emulator.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  cleanUps.push(kill);
  return { port: Number(line.toString()), kill };
}

/** What `begin` needs of an emulator that runs elsewhere. */
function metadataOf(port: number): Authority {
  const path = (flow: string): string => `/contoso.onmicrosoft.com/${flow}/v2.0/.well-known/openid-configuration`;
  return { metadataUrl: (flow) => `http://localhost:${port}${path(flow)}` };
}

test('sessions, tokens and keys survive a kill at any moment', async () => {
  const agent = newAgent();
  const first = await startProcess();
  const started = await begin(metadataOf(first.port));
  const tokens = await redeem(started, await signIn(agent, await agent.open(started.url), ADA));
  const half = await begin(metadataOf(first.port), { flow: FLOWS.stepUp.id });
  const page = await agent.open(half.url);
  await first.kill();
  const second = await startProcess(first.port);
  const refreshed = await client.refreshTokenGrant(started.config, tokens.refresh_token ?? '');
  expect(refreshed.claims()).toMatchObject({ oid: ADA.id });
  const again = await begin(metadataOf(second.port));
  expect((await redeem(again, await agent.open(again.url))).claims()).toMatchObject({ oid: ADA.id });
  expect(plainText((await agent.open(page.url)).html)).toContain('XXX-XXX-0001');
});

test('users and messages survive a restart, and seeded users are not seeded twice', async () => {
  const before = await open({ data: folder });
  const [agent, started] = [newAgent(), await begin(before)];
  const fields = { password: 'Compiler-1952', displayName: 'Grace', givenName: 'Grace', surname: 'Hopper' };
  const email = 'grace@example.com';
  await redeem(started, await signUp(agent, await agent.open(started.url), { source: before, email, fields }));
  before.users.setPassword(ADA.id, 'Changed-1843');
  await before.stop();
  const after = await open({ data: folder });
  expect(after.users.list().map(({ emails }) => emails[0])).toEqual(['ada@example.com', 'bob@example.com', email]);
  expect(after.users.findByEmail(email)?.attributes).toMatchObject({ displayName: 'Grace', surname: 'Hopper' });
  expect((await after.users.checkPassword(ADA.email, 'Changed-1843')).kind).toBe('right');
  expect(after.inbox.findLatest(email)?.purpose).toBe('Sign up');
  await after.stop();
});

test('a journey that another program wrote is not passed over in silence', async () => {
  const lines: string[] = [];
  const logger = pino({}, { write: (line: string) => lines.push(line) });
  const emulator = await open({ data: folder, logger });
  const agent = newAgent();
  const page = await agent.open((await begin(emulator)).url);
  await agent.press(page, 'Sign up now');
  await emulator.stop();
  const database = new DatabaseSync(join(folder, 'b2c.sqlite'));
  database.exec(`UPDATE entries SET payload = '{"step":{"at":"nowhere"}}' WHERE model = 'Journey'`);
  database.close();
  const again = await open({ data: folder, logger });
  const { status } = await agent.open(page.url.replace(`:${emulator.port}/`, `:${again.port}/`));
  expect(status).toBe(500);
  expect(lines.join('')).toMatch(/payload in the data folder: .*at step\.at; restore the folder, or use another/);
  await again.stop();
});

test('a folder is for one emulator at a time', async () => {
  const first = await open({ data: folder });
  await expect(open({ data: folder })).rejects.toThrow(
    `${folder}: is in use by another emulator; stop it, or use another folder`,
  );
  await first.stop();
  const second = await open({ data: folder });
  await second.stop();
  const elsewhere = await startProcess();
  await expect(open({ data: folder })).rejects.toThrow(
    `${folder}: is in use by another emulator; stop it, or use another folder`,
  );
  await elsewhere.kill();
  await (await open({ data: folder })).stop();
});

test('a start that fails leaves neither its port nor its folder in use', async () => {
  const before = await open({ data: folder });
  await before.stop();
  const registrations = {
    ...REGISTRATIONS,
    get directoryType(): never {
      throw new Error('the registrations cannot be read');
    },
  };
  const { port } = before;
  await expect(open({ data: folder, port, registrations })).rejects.toThrow('the registrations cannot be read');
  const after = await open({ data: folder, port });
  await after.stop();
});

describe('by the clock', () => {
  test('ten wrong passwords lock an account for a minute, for the right one too', async () => {
    let now = Date.now();
    const emulator = await open({ now: () => new Date(now) });
    const check = async (password: string): Promise<string> =>
      (await emulator.users.checkPassword(ADA.email.toUpperCase(), password)).kind;
    const kinds: string[] = [];
    for (let attempt = 0; attempt < 10; attempt += 1) kinds.push(await check('Wrong-12345'));
    expect(kinds).toEqual([...Array<string>(9).fill('wrong'), 'locked']);
    const [agent, started] = [newAgent(), await begin(emulator)];
    const page = await signIn(agent, await agent.open(started.url), ADA);
    expect(plainText(page.html)).toContain('Your account is temporarily locked');
    now += 60_000;
    expect(await check(ADA.password)).toBe('right');
  });

  test('parallel guesses are all counted', async () => {
    const emulator = await open();
    const checks = Array.from({ length: 20 }, () => emulator.users.checkPassword(ADA.email, 'Wrong-12345'));
    const kinds = (await Promise.all(checks)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'wrong')).toHaveLength(9);
  });

  test('a code expires after ten minutes, and another can be asked for', async () => {
    let now = Date.now();
    const emulator = await open({ now: () => new Date(now) });
    const [agent, started] = [newAgent(), await begin(emulator, { flow: FLOWS.reset.id })];
    const sent = await agent.press(await agent.open(started.url), 'Send verification code', { email: ADA.email });
    const code = emulator.inbox.findLatest(ADA.email)?.code ?? '';
    now += 600_000;
    const late = await agent.press(sent, 'Verify code', { code });
    expect(plainText(late.html)).toContain('The code has expired. Ask for a new one.');
    const again = await agent.press(late, 'Send new code');
    const fresh = emulator.inbox.findLatest(ADA.email)?.code ?? '';
    expect(plainText((await agent.press(again, 'Verify code', { code: fresh })).html)).toContain(
      'Choose a new password',
    );
  });
});

describe('options', () => {
  test('rotated refresh tokens: the second use of one revokes all', async () => {
    const emulator = await open({ rotateRefreshTokens: true });
    const [agent, started] = [newAgent(), await begin(emulator)];
    const tokens = await redeem(started, await signIn(agent, await agent.open(started.url), ADA));
    const next = await client.refreshTokenGrant(started.config, tokens.refresh_token ?? '');
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    for (const used of [tokens.refresh_token, next.refresh_token]) {
      const refresh = client.refreshTokenGrant(started.config, used ?? '');
      await expect(refresh).rejects.toMatchObject({ error: 'invalid_grant' });
    }
  });

  test('a flow may decide on lifetimes, on the factor by e-mail, and on sign-outs with a hint', async () => {
    const flow = { ...FLOWS.stepUp, multifactorMethod: 'email', tokenMinutes: 5, requiresIdTokenHint: true } as const;
    const emulator = await open({ registrations: { ...REGISTRATIONS, flows: [flow] } });
    const [agent, started] = [newAgent(), await begin(emulator, { flow: flow.id })];
    const page = await signIn(agent, await agent.open(started.url), ADA);
    expect(plainText(page.html)).toContain('the email address a***@example.com');
    const sent = await agent.press(page, 'Send code');
    const code = emulator.inbox.findLatest(ADA.email)?.code ?? '';
    const tokens = await redeem(started, await agent.press(sent, 'Verify code', { code }));
    expect(tokens).toMatchObject({ expires_in: 300, id_token_expires_in: 300 });
    const signOut = (more: Readonly<Record<string, string>>): string =>
      client.buildEndSessionUrl(started.config, { post_logout_redirect_uri: 'http://localhost:5000/', ...more }).href;
    const hint = { id_token_hint: tokens.id_token ?? '' };
    expect((await agent.open(signOut({}))).status).toBe(400);
    expect((await agent.open(signOut(hint))).status).toBe(400);
    const uri = { ...hint, post_logout_redirect_uri: 'http://localhost:5000/auth/callback' };
    expect((await agent.open(signOut(uri))).url).toBe('http://localhost:5000/auth/callback');
  });

  test('a flow with social accounts alone has no way in here, and says so', async () => {
    const flow = { ...FLOWS.signIn, identityProviders: ['Google-OAUTH'] };
    const emulator = await open({ registrations: { ...REGISTRATIONS, flows: [flow] } });
    const { url } = await newAgent().open((await begin(emulator)).url);
    expect(new URL(url).searchParams.get('error_description')).toMatch(/^AADB2C90051: /);
  });
});
