import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { EXAMPLE, PROGRAM, REPOSITORY } from '../../support/repository';
import { temporaryFolder } from '../../support/templates';

const running: ChildProcess[] = [];
const folder = temporaryFolder();

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

interface Started {
  readonly url: string;
  readonly scimUrl: string;
  /** Ends it, and waits. @returns code and signal */
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<unknown>;
}

async function start(state: string): Promise<Started> {
  const options = ['start', '--estate', 'sandbox', '--only', 'workforce', '--state', state];
  const child = spawn(process.execPath, [PROGRAM, ...options], {
    cwd: EXAMPLE,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const exited = once(child, 'exit');
  let text = '';
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('Ctrl-C')) resolve();
    });
  });
  const url = /provisioning:\s+(?<url>http\S+)/.exec(text)?.groups?.['url'] ?? '';
  return {
    url,
    scimUrl: /SCIM endpoint\s+(?<url>http\S+)/.exec(text)?.groups?.['url'] ?? '',
    end: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

/** State and groups of a user in the Identity Store, as the page shows them. */
async function shownOf(url: string, person: string): Promise<string> {
  const page = await (await fetch(url)).text();
  const shown = new RegExp(`${person}@\\S+ <span class="chip">(\\w+)</span> <span class="quiet">([^<]*)<`).exec(page);
  return shown?.slice(1).join(': ') ?? '';
}

/** Sends a form of the page: Grace joins a group or leaves it. */
async function change(url: string, action: 'join' | 'leave', group: string): Promise<void> {
  const page = await (await fetch(url)).text();
  const [, item = ''] = page.split('<li>grace@');
  const valueOf = (pattern: string): string => new RegExp(pattern).exec(item)?.[1] ?? '';
  const user = valueOf('name="user" value="([^"]*)"');
  const id =
    action === 'join'
      ? valueOf(`<option value="([^"]*)">${group}<`)
      : valueOf(`name="group" value="([^"]*)"><button class="link" name="action" value="leave">Leave ${group}<`);
  const body = new URLSearchParams({ action, user, group: id });
  expect((await fetch(`${url}/membership`, { method: 'POST', body })).status).toBe(200);
}

const cycle = (url: string): Promise<Response> => fetch(`${url}/cycle`, { method: 'POST' });

test('somebody joins a group, and has it after a cycle; leaves, and loses it; a kill between loses nothing', async () => {
  const state = `${folder}/state`;
  const first = await start(state);
  expect(await shownOf(first.url, 'grace')).toBe('enabled: Network Operators');
  await change(first.url, 'join', 'Security Auditors');
  expect(await shownOf(first.url, 'grace')).toBe('enabled: Network Operators');
  // The page shows a request that nobody can read, without the token.
  const refused = await fetch(`${first.scimUrl}/Users/%`, { headers: { authorization: 'Bearer a-wrong-token' } });
  const page = await (await fetch(first.url)).text();
  expect([refused.status, page.includes('/Users/%'), page.includes('wrong-token')]).toEqual([401, true, false]);
  await cycle(first.url);
  expect(await shownOf(first.url, 'grace')).toBe('enabled: Network Operators, Security Auditors');
  await change(first.url, 'leave', 'Network Operators');
  await change(first.url, 'leave', 'Security Auditors');
  await first.end('SIGKILL');
  const second = await start(state);
  // The job that starts again runs its next cycle.
  expect(await shownOf(second.url, 'grace')).toBe('disabled: ');
  expect(await second.end('SIGTERM')).toEqual([0, null]);
});

test('an estate without provisioning is refused', () => {
  const options = ['start', '--estates', 'test/estates/corpus', '--estate', 'customers-b2c', '--only', 'workforce'];
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...options], { cwd: REPOSITORY, encoding: 'utf8' });
  expect(stderr).toContain('workforce.awsApplication.scim');
  expect(status).toBe(1);
});
