import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { openTls } from '../../../apps/emulator/base/local-tls';
import type { B2cEmulator, Client, Registrations } from '../../../apps/emulator/b2c';
import { trustCertificateFile } from '../../../provider/trust';
import {
  ADA,
  API,
  FLOWS,
  READ,
  REGISTRATIONS,
  startForTest,
  WEB,
} from '../../support/apps/emulator/b2c/support/application';
import { IN_BROWSER, startBrowser, type StartedBrowser } from '../../support/browser';
import { createApplications } from '../../support/clients/application';
import { temporaryFolder } from '../../support/templates';
import { moveClock } from '../../support/fixed-day';
import { testWithTools } from '../../support/tools';
import { TENANT } from '../apps/emulator/external-id/tenant';
import { fillSignIn, heading, inBrowser, press } from '../apps/web/in-browser';

const test = testWithTools(IN_BROWSER);
const authority = temporaryFolder();

const DIRECTORIES = {
  b2c: REGISTRATIONS,
  'external-id': { ...TENANT, apis: [API] },
} as const satisfies Record<string, Registrations>;
type Directory = keyof typeof DIRECTORIES;

interface Running {
  readonly origin: string;
  readonly emulator: B2cEmulator;
  /** Sessions that the front channel ended. */
  readonly ended: string[];
  readonly stop: () => Promise<void>;
}

let started: StartedBrowser;
const running = new Map<Directory, Running>();

beforeAll(async () => {
  trustCertificateFile((await openTls(authority, [])).caFile);
  started = await startBrowser();
  for (const directory of ['b2c', 'external-id'] as const) running.set(directory, await start(directory));
});

afterEach(() => {
  jest.useRealTimers();
});

afterAll(async () => {
  await started.close();
  for (const { stop } of running.values()) await stop();
});

/** An application of one registration, with addresses of a page and of servers, at a directory. */
async function start(directory: Directory): Promise<Running> {
  const { server, origin, answerWith } = await listen();
  const client: Client = {
    ...WEB,
    redirectUris: [
      ...['code', 'id_token', 'code-id_token'].flatMap((type) => {
        const base = `${origin}/express-openid-connect/${type}`;
        return [base, `${base}/callback`];
      }),
      ...['', '/callback'].map((path) => `${origin}/passport-azure-ad${path}`),
    ],
    spaRedirectUris: [`${origin}/msal-browser`],
    implicitTokens: ['id_token', 'token'],
    logoutUrl: `${origin}/front-channel`,
  };
  const registrations = { ...DIRECTORIES[directory], clients: [client] };
  const emulator = await startForTest({ registrations, authority });
  const isB2c = directory === 'b2c';
  const { domain, tenantId } = { domain: 'contoso.onmicrosoft.com', tenantId: registrations.tenantId };
  const ended: string[] = [];
  answerWith(
    createApplications({
      onFrontChannel: (session) => ended.push(session),
      isB2c,
      origin,
      authority: isB2c ? `${emulator.url}/${domain}/${FLOWS.signIn.id}` : `${emulator.url}/${tenantId}`,
      directoryMetadata: `${emulator.url}/${isB2c ? domain : tenantId}/v2.0/.well-known/openid-configuration`,
      flow: FLOWS.signIn.id,
      clientId: client.clientId,
      clientSecret: WEB.secrets[0] ?? '',
      apiClientId: API.clientId,
      scope: READ,
    }),
  );
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await emulator.stop();
  };
  return { origin, emulator, ended, stop };
}

async function listen(): Promise<{ server: Server; origin: string; answerWith: (app: RequestListener) => void }> {
  const { certificate: cert, key } = await (await openTls(authority, [])).issue();
  const server = createServer({ cert, key }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  return { server, origin, answerWith: (app) => server.on('request', app) };
}

function at(directory: Directory): Running {
  const found = running.get(directory);
  if (found === undefined) throw new Error(`no application of ${directory} runs`);
  return found;
}

const inside = (check: (page: Page) => Promise<void>): Promise<void> =>
  inBrowser(started, { ignoreHTTPSErrors: true }, check);

const NAME = ADA.displayName;

describe.each(['b2c', 'external-id'] as const)('%s', (directory) => {
  test('MSAL for the browser signs in, calls an API, refreshes an hour later, and signs out', () =>
    inside(async (page) => {
      const { origin, emulator } = at(directory);
      await page.clock.install();
      await page.goto(`${origin}/msal-browser`);
      await heading(page, 'Signed out');
      await press(page, 'Sign in');
      await fillSignIn(page);
      await heading(page, `Signed in as ${NAME}`);
      await press(page, 'Call the API');
      await heading(page, 'Accounts.Read by the kept token');
      await page.clock.setSystemTime(Date.now() + 3_590_000);
      await press(page, 'Call the API');
      await heading(page, 'Accounts.Read by a refreshed token');
      await press(page, 'Sign out');
      await heading(page, 'Signed out');
      await press(page, 'Sign in');
      await page.getByLabel('Password').waitFor();
      expect(emulator.log.entries.filter(({ status }) => status >= 400)).toEqual([]);
    }));

  test.each([
    ['code', 'Refreshed'],
    ['id_token', 'No access token'],
    ['code-id_token', 'Refreshed'],
  ])('express-openid-connect signs in by %s, in an hour is at %s, and signs out', (type, outcome) =>
    inside(async (page) => {
      const base = `${at(directory).origin}/express-openid-connect/${type}`;
      await page.goto(`${base}/start`);
      await fillSignIn(page);
      await heading(page, `Signed in as ${NAME}`);
      moveClock(3_700_000);
      await page.goto(base);
      await page.getByText(outcome).waitFor();
      await page.goto(`${base}/logout`);
      await heading(page, 'Signed out');
      await page.goto(`${base}/start`);
      await page.getByLabel('Password').waitFor();
    }),
  );

  test('passport-azure-ad signs in by code id_token, and out, by the front channel too', () =>
    inside(async (page) => {
      const base = `${at(directory).origin}/passport-azure-ad`;
      const start = `${base}/start${directory === 'b2c' ? `?p=${FLOWS.signIn.id}` : ''}`;
      await page.goto(start);
      await fillSignIn(page);
      await heading(page, `Signed in as ${NAME}`);
      const ended = at(directory).ended.length;
      await page.goto(`${base}/logout`);
      await heading(page, 'Signed out');
      expect(at(directory).ended).toHaveLength(ended + (directory === 'b2c' ? 0 : 1));
      await page.goto(start);
      await page.getByLabel('Password').waitFor();
    }));
});
