import { join } from 'node:path';
import { createApp } from '../aws/app';
import { IdentityStore } from '../aws/identity-store';
import { ScimEndpoint } from '../aws/scim/endpoint';
import { RequestLog } from '../base/request-log';
import { Closing, listen } from '../base/server';
import { type GraphEmulator, startGraphEmulator } from '../graph';
import { workforceRoutes } from './page';
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
  { data, port = 0 }: WorkforceOptions,
  closing: Closing,
): Promise<WorkforceEmulator> {
  const { tenantId: id, domain, groupIds } = plan;
  const emulator = await startGraphEmulator({
    tenant: { id, domain },
    quirks: { lag: 'none', throttling: 'none' },
    ...(data !== undefined && { data: join(data, 'graph') }),
  });
  closing.add(emulator.stop);
  const store = new IdentityStore({ groupIds, data: data === undefined ? undefined : join(data, 'identity-center') });
  closing.add(() => {
    store.close();
  });
  const endpoint = new ScimEndpoint({ store, tenant: id });
  const server = await listen('127.0.0.1', port);
  closing.add(server.stop);
  const app = createApp(endpoint, new RequestLog(undefined));
  server.answerWith(app);
  const url = `http://localhost:${server.port}`;
  const scimUrl = `http://127.0.0.1:${server.port}${endpoint.path}`;
  const seeded = await seedWorkforce(emulator, plan, { address: scimUrl, token: endpoint.token });
  app.use(workforceRoutes({ emulator, store, endpoint, seeded }));
  return { url, scimUrl, emulator, store, endpoint, stop: closing.close };
}
