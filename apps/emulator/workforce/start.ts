import { join } from 'node:path';
import { createApp } from '../aws/app';
import { IdentityStore } from '../aws/identity-store';
import { IdentityProvider } from '../aws/portal/identity-provider';
import { Portal } from '../aws/portal/portal';
import { acsPath, portalRoutes } from '../aws/portal/routes';
import { ScimEndpoint, type ScimExchange } from '../aws/scim/endpoint';
import { RequestLog } from '../base/request-log';
import { type Closing, listen, started } from '../base/server';
import { type GraphEmulator, startGraphEmulator } from '../graph';
import type { WorkforcePlan } from './plan';
import { seedWorkforce, activateCertificate, Graph, referenceTo, type Seeded } from './seed';
import { Router, urlencoded } from 'express';
import { z } from 'zod';
import { onError } from '../base/app';
import { ownFormsOnly, ownHostOnly } from '../base/own-pages';
import { objectOf, objectsOf, textOf } from '../graph/json';
import { renderPage, sendPage } from '../pages/render';

/** Entra ID and IAM Identity Center for staff, running. */
export interface WorkforceEmulator {
  /** The page of both sides. */
  readonly url: string;
  readonly scimUrl: string;
  readonly emulator: GraphEmulator;
  readonly store: IdentityStore;
  readonly endpoint: ScimEndpoint;
  /** May be called again. */
  readonly stop: () => Promise<void>;
}

interface WorkforceOptions {
  /** Folder that keeps the state. @default none: in memory */
  readonly data?: string;
  /** Folder of the authority of its Graph. @default data */
  readonly authority?: string;
  /** Port of the page and the SCIM endpoint. @default 0: any that is free */
  readonly port?: number | undefined;
}

/** Starts both sides, makes what the plan has, and runs the first cycle. @throws Error if a port or the folder is in use */
export async function startWorkforce(plan: WorkforcePlan, options: WorkforceOptions = {}): Promise<WorkforceEmulator> {
  return await started((closing) => start(plan, options, closing));
}

async function start(
  plan: WorkforcePlan,
  { data, port = 0, ...authority }: WorkforceOptions,
  closing: Closing,
): Promise<WorkforceEmulator> {
  const { tenantId: id, domain, groupIds } = plan;
  const server = await listen('127.0.0.1', port);
  closing.add(server.stop);
  const url = `http://localhost:${server.port}`;
  const emulator = await startGraphEmulator({
    tenant: { id, domain },
    quirks: { lag: 'none', throttling: 'none' },
    standIns: standInsOf(plan, url),
    ...{ ...authority, ...(data !== undefined && { data: join(data, 'graph') }) },
  });
  closing.add(emulator.stop);
  const store = new IdentityStore({ groupIds, data: data === undefined ? undefined : join(data, 'identity-center') });
  closing.add(() => {
    store.close();
  });
  const endpoint = new ScimEndpoint({ store, tenant: id });
  const app = createApp(endpoint, new RequestLog(undefined));
  server.answerWith(app);
  const scimUrl = `http://127.0.0.1:${server.port}${endpoint.path}`;
  const seeded = await seedWorkforce(emulator, plan, { address: scimUrl, token: endpoint.token });
  const { identifier, replyUrls } = plan.application;
  const provider = new IdentityProvider(data === undefined ? undefined : join(data, 'identity-center'));
  if (provider.metadata === undefined) provider.upload(await readText(seeded.metadataUrl));
  provider.movedTo(`${emulator.graphUrl}/${id}/saml2`);
  const portal = new Portal({
    store,
    provider,
    identifier,
    replyUrls,
    grants: () => plan.grants,
    now: () => new Date(),
  });
  app.use(portalRoutes(portal), workforceRoutes({ emulator, store, endpoint, seeded }), answerErrors);
  return { url, scimUrl, emulator, store, endpoint, stop: closing.close };
}

/** Where AWS's addresses are on this machine. */
function standInsOf(
  { application: { replyUrls, signOnUrl } }: WorkforcePlan,
  url: string,
): Readonly<Record<string, string>> {
  const endpoints = replyUrls.map((replyUrl, index) => [replyUrl, `${url}${acsPath(index)}`] as const);
  return Object.fromEntries([...endpoints, [signOnUrl, `${url}/start`]]);
}

async function readText(url: string): Promise<string> {
  return await (await fetch(url)).text();
}

interface PageParts {
  readonly emulator: GraphEmulator;
  readonly store: IdentityStore;
  readonly endpoint: ScimEndpoint;
  readonly seeded: Seeded;
}

const Membership = z.object({ action: z.enum(['join', 'leave']), group: z.string(), user: z.string() });

/** A page of both sides: people in Entra's groups, the Identity Store, and each request between the two. */
function workforceRoutes(parts: PageParts): Router {
  return Router()
    .use(ownHostOnly(), ownFormsOnly)
    .get('/', (_req, res) => {
      sendPage(res, { body: render(parts) });
    })
    .get('/metadata.xml', (_req, res) => {
      res.redirect(302, parts.seeded.metadataUrl);
    })
    .post('/cycle', async (_req, res) => {
      await parts.emulator.provision();
      res.redirect(303, '/');
    })
    .post('/certificate', async (_req, res) => {
      const { principalId } = parts.seeded;
      const principal = parts.emulator.directory.get('servicePrincipals', principalId);
      const signing = objectsOf(principal, 'keyCredentials').filter((key) => key['usage'] === 'Sign');
      await activateCertificate(new Graph(parts.emulator), principalId, `certificate ${signing.length + 1}`);
      res.redirect(303, '/');
    })
    .post('/membership', urlencoded({ extended: false }), async (req, res) => {
      await changeMembership(new Graph(parts.emulator), Membership.parse(req.body));
      res.redirect(303, '/');
    });
}

/** Says what was wrong with a request to any of the pages, such as a form that is too large. */
const answerErrors = onError((error, _req, res) => {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  res.status(error instanceof z.ZodError ? 400 : status).type('text');
  res.send(error instanceof Error ? error.message : String(error));
});

async function changeMembership(graph: Graph, { action, group, user }: z.output<typeof Membership>): Promise<void> {
  const members = `/groups/${encodeURIComponent(group)}/members`;
  if (action === 'join') await graph.send('POST', `${members}/$ref`, referenceTo(user));
  else await graph.send('DELETE', `${members}/${encodeURIComponent(user)}/$ref`);
}

function render({ emulator: { directory }, store, endpoint, seeded }: PageParts): string {
  const job = directory.find('synchronizationJobs', seeded.jobId) ?? {};
  const groups = directory.all('groups').map((group) => ({ id: group.id, name: textOf(group, 'displayName') }));
  const isIn = (user: string, group: string): boolean => directory.links(group, 'members').includes(user);
  return renderPage('workforce', {
    title: 'Provisioning',
    service: 'Microsoft Entra ID and IAM Identity Center',
    status: textOf(objectOf(job, 'status'), 'code'),
    people: directory.all('users').map(({ id, ...user }) => ({
      id,
      name: textOf(user, 'userPrincipalName'),
      groups: groups.filter((group) => isIn(id, group.id)),
      others: groups.filter((group) => !isIn(id, group.id)),
    })),
    users: store.users.all.map((user) => ({
      name: user.userName,
      state: user.active ? 'enabled' : 'disabled',
      groups: store.groupsOf(user.id).map(({ displayName }) => displayName),
    })),
    requests: endpoint.requests.map(shownRequest),
  });
}

function shownRequest({ time, method, url, body, token, reply }: ScimExchange): Readonly<Record<string, string>> {
  const path = readable(url.replace(/^.*?\/scim\/v2/, ''));
  const answer = reply.body === undefined ? '' : JSON.stringify(reply.body, undefined, 2);
  return { time, request: `${method} ${path}`, status: String(reply.status), token, body: indented(body), answer };
}

/** A path as people write it, or as it came where it can't be decoded. */
function readable(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function indented(body: string | undefined): string {
  try {
    return body === undefined ? '' : JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body ?? '';
  }
}
