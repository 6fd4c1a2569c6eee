import { createIdentityCenterClients, type IdentityCenterClients } from '../clouds/aws/aws-clients';
import { CONCURRENCY } from '../estate/sections/limits';
import { readAws } from '../clouds/aws/aws-call';
import { openDirectory, readGraph } from '../clouds/graph/directory';
import { failed, known, type Reading } from '../clouds/reading';
import type { PrincipalId } from '../estate/source/ids';
import type { Organization } from '../estate/source/organization';
import { findUserId, listGroups, readMemberships } from '../clouds/aws/read-identity-store';
import { AUDIT_LOG_DAYS, AUDIT_LOG_PERMISSIONS, type GroupChange, readGroupChanges } from './group-changes';
import { EVENT_HISTORY_DAYS, readUses, type Uses } from './uses';

const DAY_MS = 86_400_000;

export interface LogsOptions {
  readonly user: string;
  readonly when: Date;
  /** The clock. */
  readonly now: Date;
  readonly organization: Organization;
  /** Directory of the people; without one there is no audit log to read. */
  readonly tenantId: string | undefined;
  /** Variables that name identities and stand-ins. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told what has been read of AWS. @default nothing is told */
  readonly onProgress?: (text: string) => void;
}

/** Entries of both clouds about a person, each with its reason where it does not. */
export interface Logs {
  /** Ids of all groups that the identity store has now. */
  readonly existing: Reading<ReadonlySet<PrincipalId>>;
  /** Names of the current groups, from the identity store. */
  readonly groups: Reading<readonly string[]>;
  /** Since the moment, the latest first. */
  readonly changes: Reading<readonly GroupChange[]>;
  readonly uses: Reading<Uses>;
}

/** Reads what is there to be read. Never throws. */
export async function readLogs(options: LogsOptions): Promise<Logs> {
  const { user, organization } = options;
  const { region, identityStoreId } = organization;
  const clients = createIdentityCenterClients({
    region,
    concurrency: CONCURRENCY.default,
    onProgress: options.onProgress ?? (() => undefined),
  });
  const source = { identityStore: clients.identityStore, identityStoreId };
  const userId = await readAws(() => findUserId(source, user));
  const [existing, groups, uses, changes] = await Promise.all([
    readAws(async () => new Set((await listGroups(clients, identityStoreId)).map(({ id }) => id))),
    after(userId, (id) => readAws(async () => groupNames(organization, await readMemberships(source, id)))),
    after(userId, (id) => usesAround(clients, id, options)),
    changesSince(options),
  ]);
  return { existing, groups, uses, changes };
}

function after<T>(userId: Reading<PrincipalId>, read: (id: PrincipalId) => Promise<Reading<T>>): Promise<Reading<T>> {
  return userId.state === 'known' ? read(userId.value) : Promise.resolve(userId);
}

function groupNames({ groups }: Organization, ids: readonly PrincipalId[]): readonly string[] {
  const names = new Map(groups.map(({ id, displayName }) => [id, displayName]));
  return ids.map((id) => names.get(id) ?? id).toSorted();
}

async function usesAround(
  clients: IdentityCenterClients,
  userId: PrincipalId,
  { when, now }: LogsOptions,
): Promise<Reading<Uses>> {
  if (isOlder(when, now, EVENT_HISTORY_DAYS)) {
    return failed(`the event history goes back ${EVENT_HISTORY_DAYS} days; ask bicep/queries/permission-set-use.sql`);
  }
  return readAws(() => readUses(clients, { userId, when }));
}

async function changesSince({
  user,
  when,
  now,
  tenantId,
  environment,
}: LogsOptions): Promise<Reading<readonly GroupChange[]>> {
  if (when >= now) return known([]);
  if (tenantId === undefined) return failed('the estate names no directory: workforce.tenantId');
  if (isOlder(when, now, AUDIT_LOG_DAYS)) {
    return failed(`Entra ID keeps it for ${AUDIT_LOG_DAYS} days; ask bicep/queries/who-got-access.kql`);
  }
  return readGraph(AUDIT_LOG_PERMISSIONS, async () => {
    const directory = openDirectory('workforce', tenantId, environment);
    try {
      return await readGroupChanges(directory, { user, since: when });
    } finally {
      directory.close();
    }
  });
}

function isOlder(when: Date, now: Date, days: number): boolean {
  return now.getTime() - when.getTime() > days * DAY_MS;
}
