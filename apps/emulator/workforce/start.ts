import { join } from 'node:path';
import { createApp } from '../aws/app';
import { IdentityStore } from '../aws/identity-store';
import { IdentityProvider } from '../aws/portal/identity-provider';
import { Portal } from '../aws/portal/portal';
import { acsPath, portalRoutes } from '../aws/portal/routes';
import { ScimEndpoint } from '../aws/scim/endpoint';
import { RequestLog } from '../base/request-log';
import { Closing, listen } from '../base/server';
import { type GraphEmulator, startGraphEmulator } from '../graph';
import { answerErrors, workforceRoutes } from './page';
import type { WorkforcePlan } from './plan';
import { seedWorkforce } from './seed';

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
  const closing = new Closing();
  try {
    return await start(plan, options, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
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
