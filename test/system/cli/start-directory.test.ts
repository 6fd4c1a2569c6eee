import {
  type AuthenticationResult,
  ConfidentialClientApplication,
  type Configuration,
  CryptoProvider,
  type INetworkModule,
  PublicClientApplication,
} from '@azure/msal-node';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { trustCertificateFile } from '../../../provider/trust';
import { SEED_USERS } from '../../../src/local/seed-users';
import { B2cAgent, signIn } from '../../support/b2c-agent';
import { PROGRAM, REPOSITORY, SANDBOX } from '../../support/repository';
import { temporaryFolder } from '../../support/templates';

const [ADA] = SEED_USERS;
const ORIGIN = 'https://portal.example.com';
const REDIRECTS = { web: `${ORIGIN}/auth`, singlePage: `${ORIGIN}/spa` } as const;
const APPLICATIONS = [
  { name: 'portal', kind: 'web', displayName: 'Partner portal', redirectUris: [REDIRECTS.web] },
  { name: 'page', kind: 'singlePage', displayName: 'Partner page', redirectUris: [REDIRECTS.singlePage] },
] as const;

const root = temporaryFolder();
let running: ChildProcess | undefined;

afterEach(() => {
  running?.kill('SIGKILL');
});

/** The customers of an estate, with two applications that it does not host. */
function writeEstate(name: string, source: string): void {
  const { customers } = z
    .object({ customers: z.looseObject({}) })
    .parse(parse(readFileSync(join(source, 'estate.yaml'), 'utf8')));
  const calls = [{ api: 'api', scopes: ['Accounts.Read'] }];
  const applications = APPLICATIONS.map((one) => ({
    ...{ ...one, calls },
    ...(one.kind === 'web' && { clientSecret: { start: '2026-01-01', period: 'P180D' } }),
  }));
  mkdirSync(join(root, name, 'estates', name), { recursive: true });
  writeFileSync(
    join(root, name, 'estates', name, 'estate.yaml'),
    stringify({ customers: { ...customers, applications } }),
  );
}

/** Runs the sign-in in a folder, over https. @returns what it prints */
async function start(folder: string, ...options: readonly string[]): Promise<string> {
  const args = ['--disable-warning=ExperimentalWarning', PROGRAM, 'start', '--only', 'directory', '--https'];
  const child = spawn(process.execPath, [...args, '--quiet', ...options], { cwd: folder, stdio: 'pipe' });
  running = child;
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => {
      if (text.includes('Ctrl-C')) resolve();
    });
    void once(child, 'close').then(() => {
      reject(new Error(text));
    });
  });
  return text;
}

const found = (text: string, pattern: RegExp): string => pattern.exec(text)?.[1] ?? `nothing like ${String(pattern)}`;

/** Settings of MSAL, by what the command prints and the files that it names. */
function settingsOf(text: string, displayName: string): Configuration['auth'] & { readonly clientSecret: string } {
  const metadata = found(text, /Metadata +(\S+(?:B2C_1_signupsignin1|-\w{12}))\/v2\.0\/\.well-known/);
  const Secrets = z.object({ clientSecret: z.string() });
  const file = found(text, /its secret is clientSecret in (\S+)/);
  return {
    clientId: found(text, new RegExp(`Client +(\\S+) \\(${displayName}\\)`)),
    clientSecret: Secrets.parse(JSON.parse(readFileSync(file, 'utf8'))).clientSecret,
    authority: metadata,
    knownAuthorities: [new URL(metadata).host],
  };
}

/** Requests as a page makes them. */
const fromPage: INetworkModule = {
  sendGetRequestAsync: (async (url) => send(url, {})) as INetworkModule['sendGetRequestAsync'],
  sendPostRequestAsync: (async (url, options) =>
    send(url, {
      method: 'POST',
      headers: { ...options?.headers, origin: ORIGIN },
      body: options?.body ?? '',
    })) as INetworkModule['sendPostRequestAsync'],
};

async function send(url: string, init: RequestInit): Promise<{ headers: object; body: object; status: number }> {
  const response = await fetch(url, init);
  const body = (await response.json()) as object;
  return { headers: Object.fromEntries(response.headers), body, status: response.status };
}

type Client = Pick<PublicClientApplication, 'getAuthCodeUrl' | 'acquireTokenByCode'>;

/** Signs Ada in with a library of Microsoft's. */
async function tokensOf(client: Client, redirectUri: string, scopes: string[]): Promise<AuthenticationResult> {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const codeChallengeMethod = 'S256';
  const url = await client.getAuthCodeUrl({ scopes, redirectUri, codeChallenge: challenge, codeChallengeMethod });
  const agent = new B2cAgent(({ origin }) => origin === ORIGIN);
  const callback = new URL((await signIn(agent, await agent.open(url), ADA)).url);
  const code = callback.searchParams.get('code') ?? callback.href;
  return await client.acquireTokenByCode({ code, scopes, redirectUri, codeVerifier: verifier });
}

describe.each([
  ['b2c', SANDBOX],
  ['external-id', join(REPOSITORY, 'test/estates/external')],
] as const)('in a directory of type %s', (name, source) => {
  test('applications of a company sign people in, and Graph knows them', async () => {
    writeEstate(name, source);
    const folder = join(root, name);
    const text = await start(folder);
    trustCertificateFile(found(text, /Authority +(\S+?);/));
    const scope = found(text, /Scope +(\S+Accounts\.Read)/);
    const portal = new ConfidentialClientApplication({ auth: settingsOf(text, 'Partner portal') });
    const { clientSecret, ...page } = settingsOf(text, 'Partner page');
    const spa = new PublicClientApplication({ auth: page, system: { networkClient: fromPage } });
    const answers = [
      await tokensOf(portal, REDIRECTS.web, [scope]),
      await tokensOf(spa, REDIRECTS.singlePage, [scope]),
    ];
    expect(answers.map(({ accessToken }) => decodeJwt(accessToken)['scp'])).toEqual(['Accounts.Read', 'Accounts.Read']);
    expect(text).not.toContain(clientSecret);

    const [{ idToken } = { idToken: '' }] = answers;
    const id = z.string().parse(decodeJwt(idToken)['sub'] ?? decodeJwt(idToken)['oid']);
    expect(await userInGraph(text, id)).toMatchObject({ displayName: ADA.displayName, surname: ADA.surname });
  });
});

/** Asks Graph for a user, with the secret of the file that the command names. */
async function userInGraph(text: string, id: string): Promise<unknown> {
  const file = found(text, /its client id and secret are in (\S+)/);
  expect(statSync(file).mode & 0o077).toBe(0);
  const env = Object.fromEntries(
    [...readFileSync(file, 'utf8').matchAll(/^(\w+)='(.*)'$/gm)].map(([, key = '', value = '']) => [key, value]),
  );
  const [, graph = '', authority = ''] = /Graph +(\S+), with tokens of (\S+)/.exec(text) ?? [];
  const client = new ConfidentialClientApplication({
    auth: {
      clientId: env['ARM_CLIENT_ID'] ?? '',
      clientSecret: env['ARM_CLIENT_SECRET'] ?? '',
      authority,
      knownAuthorities: [new URL(authority).host],
    },
  });
  const scopes = ['https://graph.microsoft.com/.default'];
  const { accessToken = '' } = (await client.acquireTokenByClientCredential({ scopes })) ?? {};
  const response = await fetch(`${graph}/users/${id}`, { headers: { authorization: `Bearer ${accessToken}` } });
  return await response.json();
}

test('without an estate, the sign-in is that of the example', async () => {
  const folder = join(root, 'empty');
  mkdirSync(folder);
  expect(await start(folder)).toContain("The sign-in of the estate 'sandbox' runs:  https://localhost:");
});
