import { default as pMap } from 'p-map';
import { FLOW_TYPE, FLOWS, readEventsFlow } from '../../../../provider/events-flow/events-flow';
import type { Live } from '../../../../provider/resource';
import { readFlow } from '../../../../provider/user-flow/read-flow';
import { mappingsIn, type Properties, textOf } from '../../../../provider/values';
import type { FoundFlow } from '../../../estate/records/flow-properties';
import { ClientId, ObjectId, readId } from '../../../estate/source/ids';
import type { FoundApplication } from '../../facts/trust-facts';
import type { CustomersTenant } from '../../facts/tenant-facts';
import { MICROSOFT_GRAPH } from '../../facts/ways-in';
import { known, type ReadingOptions } from '../../reading';
import { type Directory, needed, readGraph, TenantError } from '../directory';
import { findPrincipal, readApplication } from '../read-application';
import { readSignInPolicies } from '../read-sign-in-policies';
import { readConsents, readTrust } from '../read-trust';

export interface CustomersTenantOptions extends ReadingOptions {
  /** Chooses the applications that are imported. @throws Error where that takes a choice */
  readonly chosen: (directory: Omit<CustomersTenant, 'trusts'>) => readonly FoundApplication[];
}

/** Reads what a directory of customers has. @throws TenantError if it has no user flow, or what is needed can't be read */
export async function readCustomersTenant(
  directory: Directory,
  { chosen, concurrency, onProgress }: CustomersTenantOptions,
): Promise<CustomersTenant> {
  const { tenantId, context } = directory;
  onProgress("user flows of the customers' directory");
  const { type, flows } = await readFlows(directory, concurrency);
  onProgress("applications of the customers' directory");
  const applications = await readGraph('Application.Read.All', () => readApplications(directory, concurrency));
  const graph = await readGraph('Application.Read.All', () =>
    findPrincipal(context.graph, readId(ClientId, MICROSOFT_GRAPH)),
  );
  const principal = needed(graph, 'applications', tenantId);
  const found = {
    tenantId,
    type,
    flows,
    initialDomain: await readGraph('Organization.Read.All', () => readInitialDomain(directory)),
    applications: needed(applications, 'applications', tenantId),
    grants: await readGraph('DelegatedPermissionGrant.Read.All', () => readConsents(context.graph)),
    policies: type === 'b2c' ? known([]) : await readGraph('Policy.Read.All', () => readSignInPolicies(directory)),
    microsoftGraph: principal && readId(ObjectId, principal['id']),
  };
  return { ...found, trusts: await readTrusts(directory, chosen(found)) };
}

/** Reads the trust of applications, by their object ids. */
async function readTrusts(
  directory: Directory,
  applications: readonly FoundApplication[],
): Promise<CustomersTenant['trusts']> {
  const entries = await Promise.all(
    applications.map(async (one) => [one.objectId, await readTrust(directory, one, readGraph)] as const),
  );
  return new Map(entries);
}

async function readInitialDomain({ context, tenantId }: Directory): Promise<string> {
  const [organization] = await context.graph.list('/v1.0/organization');
  const initial = mappingsIn(organization?.['verifiedDomains']).find(({ isInitial }) => isInitial === true);
  if (initial === undefined) throw new TenantError(`the directory ${tenantId} says no initial domain`);
  return textOf(initial['name']);
}

type Flows = Pick<CustomersTenant, 'type' | 'flows'>;

/** A directory has user flows of one kind: that tells what it is. */
async function readFlows(directory: Directory, concurrency: number): Promise<Flows> {
  const [b2c, external] = await Promise.all([
    readGraph('IdentityUserFlow.Read.All', () => readUserFlows(directory, concurrency)),
    readGraph('EventListener.Read.All', () => readEventsFlows(directory, concurrency)),
  ]);
  if (b2c.state === 'known' && b2c.value.length > 0) return { type: 'b2c', flows: b2c.value };
  if (external.state === 'known' && external.value.length > 0) return { type: 'external-id', flows: external.value };
  const { tenantId } = directory;
  // The one that can be read is empty: the answer is in the other one.
  needed(b2c, 'the user flows of B2C', tenantId);
  needed(external, 'the user flows of External ID', tenantId);
  throw new TenantError(
    `the directory ${tenantId} has no user flow, of B2C or of External ID: there is nothing to import`,
  );
}

async function readUserFlows({ context }: Directory, concurrency: number): Promise<readonly FoundFlow[]> {
  const found = await context.graph.list('/beta/identity/b2cUserFlows');
  return readAll(found, concurrency, (id) => readFlow(id, undefined, context));
}

async function readEventsFlows({ context }: Directory, concurrency: number): Promise<readonly FoundFlow[]> {
  const found = (await context.graph.list(FLOWS)).filter((flow) => (flow['@odata.type'] ?? FLOW_TYPE) === FLOW_TYPE);
  return readAll(found, concurrency, (id) => readEventsFlow(id, undefined, context));
}

async function readAll(
  found: readonly Properties[],
  concurrency: number,
  read: (id: string) => Promise<Live | undefined>,
): Promise<readonly FoundFlow[]> {
  const all = await pMap(found, async (flow) => ({ id: textOf(flow['id']), live: await read(textOf(flow['id'])) }), {
    concurrency,
  });
  return all.flatMap(({ id, live }) => (live === undefined ? [] : [{ id, inputs: live.inputs }]));
}

async function readApplications(
  { context: { graph } }: Directory,
  concurrency: number,
): Promise<readonly FoundApplication[]> {
  const found = await graph.list('/v1.0/applications', { query: { $top: '999' } });
  return pMap(found, (application) => readApplication(graph, application), { concurrency });
}
