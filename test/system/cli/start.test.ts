import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { trustCertificateFile } from '../../../provider/trust';
import { freePort } from '../../support/free-port';
import { B2cAgent, plainText, signIn } from '../../support/b2c-agent';
import { childrenOf, isAlive } from '../../support/children';
import { PROGRAM, REPOSITORY, SANDBOX } from '../../support/repository';

const ADA = { email: 'ada@example.com', password: 'Engine-1843' };

let root: string;
let port: number;
let started: Start[] = [];

interface Start {
  readonly id: number;
  readonly output: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly process: ChildProcess;
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'start-'));
  port = await freePort();
  writeEstate('small', [`http://localhost:${port}`]);
});

afterEach(async () => {
  for (const { process, ended } of started) {
    process.kill('SIGTERM');
    await ended;
  }
  started = [];
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

/** The customers of another estate alone, with other hosts. */
function writeEstate(name: string, hosts: readonly string[], source = SANDBOX): void {
  const file = readFileSync(join(source, 'estate.yaml'), 'utf8');
  const { customers } = z
    .object({ customers: z.looseObject({ webApplication: z.looseObject({}) }) })
    .parse(parse(file));
  const webApplication = { ...customers.webApplication, hosts };
  mkdirSync(join(root, 'estates', name), { recursive: true });
  writeFileSync(join(root, 'estates', name, 'estate.yaml'), stringify({ customers: { ...customers, webApplication } }));
}

function start(state: string, ...options: readonly string[]): Start {
  const args = ['--disable-warning=ExperimentalWarning', PROGRAM, 'start'];
  const folders = ['--estates', join(root, 'estates'), '--state', join(root, state)];
  const child = spawn(process.execPath, [...args, ...folders, ...options], {
    cwd: REPOSITORY,
    env: { ...process.env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)));
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const begun = { id: child.pid ?? 0, output: () => output, ended, process: child };
  started.push(begun);
  return begun;
}

async function until(isSo: () => boolean, what: () => string): Promise<void> {
  const deadline = performance.now() + 600_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(what());
    await wait(20);
  }
}

async function ready(run: Start): Promise<Start> {
  let hasEnded = false;
  void run.ended.then(() => (hasEnded = true));
  const isReady = (): boolean => run.output().includes('Ctrl-C ends it.');
  await until(() => isReady() || hasEnded, run.output);
  if (!isReady()) throw new Error(`did not start:\n${run.output()}`);
  return run;
}

const servicesOf = ({ id }: Start): readonly number[] => childrenOf(id, 'main.ts').concat(childrenOf(id, '/services/'));

async function signedIn(): Promise<B2cAgent> {
  const agent = new B2cAgent();
  const page = await agent.open(`http://localhost:${port}/login`);
  await signIn(agent, page, ADA);
  return agent;
}

async function policyNumber(agent: B2cAgent): Promise<string> {
  const page = await agent.open(`http://localhost:${port}/account`);
  const number = /Policy (?<number>[\d ]+)/.exec(plainText(page.html))?.groups?.['number'];
  if (number === undefined) throw new Error(`no policy on ${page.url}: ${plainText(page.html)}`);
  return number.trim();
}

test('starts, signs in, ends by Ctrl-C, and goes on where it was', async () => {
  const first = await ready(start('state'));
  expect(first.output()).toContain(`The customer application of the estate 'small' runs:  http://localhost:${port}\n`);
  expect(first.output()).toContain('Sign in as  ada@example.com, password Engine-1843');
  const inbox = /Codes +(?<url>http:\S+)/.exec(first.output())?.groups?.['url'] ?? '';
  expect((await fetch(inbox)).status).toBe(200);
  const agent = await signedIn();
  const number = await policyNumber(agent);
  await until(() => /^api +\| .* GET \/policy 200 \d+ ms$/m.test(first.output()), first.output);

  const services = servicesOf(first);
  expect(services).toHaveLength(4);
  first.process.kill('SIGINT');
  first.process.kill('SIGINT');
  expect(await first.ended).toEqual({ code: 0, signal: null });
  expect(services.filter(isAlive)).toEqual([]);

  const second = await ready(start('state'));
  expect(second.output()).toContain(inbox);
  expect(await policyNumber(agent)).toBe(number);

  // What is left by a kill of the start itself.
  const others = servicesOf(second);
  second.process.kill('SIGKILL');
  await until(
    () => !others.some(isAlive),
    () => `left behind: ${others.filter(isAlive).join(', ')}`,
  );
  await ready(start('state'));
  expect(await policyNumber(agent)).toBe(number);
});

test('keeps its state for its owner alone', () => {
  const open = readdirSync(join(root, 'state'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => (statSync(join(root, 'state', name)).mode & 0o077) !== 0,
  );
  expect(open).toEqual([]);
});

test('a second start of the same folder, or of the same port, refuses and says who has it', async () => {
  const first = await ready(start('state'));
  const sameFolder = start('state');
  expect((await sameFolder.ended).code).toBe(1);
  expect(sameFolder.output()).toBe(
    `${join(root, 'state')}: another npm start (process ${first.id}) has it; stop that one (Ctrl-C), or start this ` +
      'one with --state FOLDER\n',
  );
  const samePort = start('other');
  expect((await samePort.ended).code).toBe(1);
  expect(samePort.output()).toMatch(
    new RegExp(`^Port ${port} is held by process \\d+ \\(.*apps/web/main\\.ts\\)\\.\nEnd it, or`),
  );
});

test('a reset forgets the customers and their policies', async () => {
  await ready(start('state', '--reset'));
  const page = await (await signedIn()).open(`http://localhost:${port}/account`);
  expect(plainText(page.html)).toContain('Nobody has been named yet.');
});

test.each(['api', 'web', 'b2c', 'database'])(
  'where the %s dies, it says so with its last lines, and ends all',
  async (name) => {
    const run = await ready(start('state', '--quiet'));
    const services = servicesOf(run);
    const [victim = 0] = childrenOf(run.id, `/${name}`);
    process.kill(victim, 'SIGKILL');
    expect((await run.ended).code).toBe(1);
    expect(run.output()).toContain(`${name} has ended (signal SIGKILL).`);
    expect(services.filter(isAlive)).toEqual([]);
  },
);

test('ends in the middle of a start as well', async () => {
  const run = start('state');
  // The API is the last to be ready.
  await until(() => run.output().includes('b2c '), run.output);
  const services = servicesOf(run);
  run.process.kill('SIGTERM');
  expect(await run.ended).toEqual({ code: 0, signal: null });
  expect(run.output()).not.toContain('Ctrl-C ends it.');
  expect(services.filter(isAlive)).toEqual([]);
});

test('says what is wrong with the estate, and leaves nothing running', async () => {
  writeEstate('remote', ['https://claims.example.com']);
  const run = start('state', '--estate', 'remote');
  expect((await run.ended).code).toBe(1);
  expect(run.output()).toBe(
    'customers.webApplication.hosts of the estate has no host on this machine, so the sign-in would send no one back here; ' +
      'add http://localhost:5000\n',
  );
});

test('refuses a port that is none as a wrong call', async () => {
  const run = start('state', '--estate', 'small', '--port', '70000');
  expect((await run.ended).code).toBe(2);
  expect(run.output()).toBe(
    "option '--port <port>' argument '70000' is invalid. It must be a whole number from 1 to 65535.\n",
  );
});

test('runs with customers in External ID as well', async () => {
  writeEstate('outside', [`http://localhost:${port}`], 'test/estates/external');
  const run = await ready(start('outside-state', '--estate', 'outside'));
  expect(await policyNumber(await signedIn())).toMatch(/\d/);
  expect(run.output()).toContain('/3f9d2b68-5c17-4e0a-9b84-d1e6a7c05f32/oauth2/v2.0/token 200');
});

test('serves the sign-in over https, for which the applications trust its authority', async () => {
  const run = await ready(start('https', '--estate', 'small', '--https'));
  const authority = join(root, 'https', 'authority', 'ca.pem');
  expect(run.output()).toContain(`Authority   ${authority}`);
  trustCertificateFile(authority);
  const agent = await signedIn();
  expect(agent.visited.some((url) => url.startsWith('https://localhost:'))).toBe(true);
  expect(await policyNumber(agent)).toMatch(/\d/);
});

test('runs the sign-in alone, with the settings of an application, and keeps its authority through a reset', async () => {
  writeEstate('remote', ['https://claims.example.com']);
  const own = await freePort();
  const options = ['--estate', 'remote', '--only', 'directory', '--https', '--port', String(own), '--reset'];
  const run = await ready(start('https', ...options));
  expect(servicesOf(run)).toHaveLength(1);
  const metadata = /Metadata +(?<url>https:\S+B2C_1_signupsignin1\/\S+)/.exec(run.output())?.groups?.['url'] ?? '';
  // Trusted by the test before: the reset left it.
  expect(await (await fetch(metadata)).json()).toMatchObject({
    issuer: expect.stringMatching(new RegExp(`^https://localhost:${own}/`)) as string,
  });
  expect(run.output()).toMatch(/Client +[\da-f-]{36} \(Claims\)\n +https:\/\/claims\.example\.com\/auth\/callback\n/);
  const { clientSecret } = z
    .object({ clientSecret: z.string() })
    .parse(JSON.parse(readFileSync(join(root, 'https', 'secrets.json'), 'utf8')));
  expect(run.output()).not.toContain(clientSecret);
});

test.each([
  [['--tenant', '--https'], '--tenant'],
  [['--public-url', 'https://signin.localhost'], '--public-url'],
  [['--only', 'workforce', '--https'], '--https'],
])('refuses %j, which would say two things', async (options, named) => {
  const run = start('refused', '--estate', 'small', ...options);
  expect((await run.ended).code).toBe(2);
  expect(run.output()).toContain(named);
});

/** The last code that was sent to an address or number. */
async function codeFor(run: Start, to: string): Promise<string> {
  const inbox = /Codes +(?<url>http:\S+)/.exec(run.output())?.groups?.['url'] ?? '';
  const rows = plainText(await (await fetch(inbox)).text());
  const message = rows.slice(rows.indexOf(` ${to} `));
  return /Code: (?<code>\d{6})/.exec(message)?.groups?.['code'] ?? '';
}

test('a customer of the posts signs up, and changes her beneficiary after the second factor', async () => {
  writeEstate('posts', [`http://localhost:${port}`], 'estates/blog');
  const run = await ready(start('posts-state', '--estate', 'posts'));
  const agent = new B2cAgent();
  const [email, phone] = ['marge@jogcloud.example', '+12025550143'];
  const entry = await agent.press(await agent.open(`http://localhost:${port}/account`), 'Sign up now');
  const sent = await agent.press(entry, 'Send verification code', { email });
  const details = await agent.press(sent, 'Verify code', { code: await codeFor(run, email) });
  const password = 'Springfield-1989';
  const names = { displayName: 'Marge Simpson', givenName: 'Marge', surname: 'Simpson' };
  const account = await agent.press(details, 'Create', { password, repeated: password, ...names });
  expect(agent.visited.map((url) => new URL(url).pathname)).toContain('/getAToken');
  expect(account.url).toBe(`http://localhost:${port}/account`);

  const factor = await agent.open(`http://localhost:${port}/account/beneficiary`);
  const texted = await agent.press(factor, 'Send code', { phone });
  const form = await agent.press(texted, 'Verify code', { code: await codeFor(run, phone) });
  expect(agent.visited.map((url) => new URL(url).pathname)).toContain('/getATokenMFA');
  const saved = await agent.press(form, 'Save', { beneficiary: 'Homer Simpson' });
  expect(plainText(saved.html)).toContain('Homer Simpson');
});
