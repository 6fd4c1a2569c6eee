import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { type B2cEmulator, startB2cEmulator } from '../../../apps/emulator/b2c';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import type { Customers } from '../../../src/estate/sections/customers/customers';
import type { HandoffIds } from '../../../src/estate/sections/hosting/handoff';
import { emulatedIds } from '../../../src/local/environment';
import { runCustomers } from '../../../src/local/registrations';
import { writeEstate } from '../estate-project';
import { inDays } from '../fixed-day';
import { CLIENT_SECRET } from '../handoff/outputs';
import { SANDBOX } from '../repository';

/** Somebody in the tenant. */
export const TENANT_USER = { email: 'ada@example.com', password: 'Engine-1843', displayName: 'Ada Lovelace' };

/** A directory that was deployed: the emulator in another process, and what `pulumi stack output` has of it. */
export interface Tenant {
  readonly b2c: B2cEmulator;
  readonly customers: Customers;
  readonly ids: HandoffIds;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly redirectUris: readonly string[];
}

/** Writes an estate with the sandbox's customers at one host, and starts their directory. */
export async function startTenant(folder: string, name: string, origin: string): Promise<Tenant> {
  const text = readFileSync(join(SANDBOX, 'estate.yaml'), 'utf8');
  const parsed = z.object({ customers: z.looseObject({ webApplication: z.looseObject({}) }) }).parse(parse(text));
  const webApplication = { ...parsed.customers.webApplication, hosts: [origin] };
  writeEstate(folder, name, { 'estate.yaml': stringify({ customers: { ...parsed.customers, webApplication } }) });
  const { estate } = planEstate(diskFolder(join(folder, 'estates'), name));
  const { customers } = estate;
  if (customers === undefined) throw new Error('the estate has customers');
  const registrations = await runCustomers({ estate, customers, clientSecret: CLIENT_SECRET, now: new Date() });
  const b2c = await startB2cEmulator({ registrations, users: [TENANT_USER] });
  const ids = emulatedIds({ customers, registrations, b2c: b2c.url });
  const { callbacks } = customers.webApplication;
  const redirectUris = [`${origin}${callbacks.signIn}`, `${origin}${callbacks.stepUp}`];
  const flows = customers.userFlows.map(({ use, id }) => [use, { id, metadataUrl: b2c.metadataUrl(id) }]);
  const outputs = {
    ...{ tenantId: customers.tenantId, apiClientId: ids.apiClientId, webClientId: ids.webClientId },
    ...{ clientSecret: CLIENT_SECRET, clientSecretExpires: inDays(300) },
    userFlows: Object.fromEntries(flows) as object,
    scopes: [ids.readScope, ids.writeScope],
    redirectUris,
  };
  return { b2c, customers, ids, outputs, redirectUris };
}
