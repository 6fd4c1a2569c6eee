import type { AccessPlan } from '../../../model/estate-plan';
import { readSnapshot } from '../../../snapshot/read-snapshot';
import type { Area } from '../../check';
import { unknownAssignments } from '../../checks/access/assignment-drift';
import { failed, together, within, type Reading } from '../../reading';
import type { AccessFacts } from '../access-facts';
import type { IdentityCenterClients } from './aws-clients';
import { readAws } from './explain-aws';
import { readAssignments } from './read-assignments';
import { readSignIns, readTokenEvents } from './read-console-events';
import { readGroups, readUsers } from './read-identity-store';
import { readMakers } from './read-makers';
import { readAttributes, readPermissionSets } from './read-permission-sets';

export interface AccessOptions {
  readonly areas: readonly Area[];
  /** Longest time for a part of the reading. */
  readonly timeoutSeconds: number;
}

/** Reads what AWS has of an estate's access: the organization, IAM Identity Center and its identity store. */
export async function gatherAccess(
  clients: IdentityCenterClients,
  access: AccessPlan,
  options: AccessOptions,
): Promise<AccessFacts> {
  const reader = new AccessReader(clients, access, options);
  const [grants, store, events] = await Promise.all([reader.grants(), reader.store(), reader.events()]);
  return { ...grants, ...store, ...events };
}

const NOT_ASKED = failed('was not asked for');

class AccessReader {
  constructor(
    private readonly clients: IdentityCenterClients,
    private readonly access: AccessPlan,
    private readonly options: AccessOptions,
  ) {}

  async grants(): Promise<Pick<AccessFacts, 'snapshot' | 'permissionSets' | 'assignments' | 'attributes' | 'makers'>> {
    const { clients, access } = this;
    if (!this.isAsked('access')) {
      return { snapshot: NOT_ASKED, permissionSets: NOT_ASKED, assignments: NOT_ASKED, attributes: NOT_ASKED };
    }
    const { instanceArn } = access.organization;
    const snapshot = this.read(() => readSnapshot(clients, { instanceArn }));
    const permissionSets = await this.read(() => readPermissionSets(clients, instanceArn));
    const assignments =
      permissionSets.state === 'known'
        ? await this.read(() => readAssignments(clients, instanceArn, permissionSets.value))
        : permissionSets;
    const attributes = await this.read(() => readAttributes(clients, instanceArn));
    const makers = await this.makers({ permissionSets, assignments });
    return { snapshot: await snapshot, permissionSets, assignments, attributes, ...(makers && { makers }) };
  }

  /** One after the other, since the identity store answers few requests a second. */
  async store(): Promise<Pick<AccessFacts, 'users' | 'groups'>> {
    if (!this.isAsked('access', 'scim', 'console')) return { users: NOT_ASKED, groups: NOT_ASKED };
    const { identityStoreId } = this.access.organization;
    const users = await this.read(() => readUsers(this.clients, identityStoreId));
    const groups = await this.read(() => readGroups(this.clients, identityStoreId));
    return { users, groups };
  }

  async events(): Promise<Pick<AccessFacts, 'signIns' | 'tokenEvents'>> {
    if (!this.isAsked('scim', 'console')) return { signIns: NOT_ASKED, tokenEvents: NOT_ASKED };
    const signIns = await this.read(() => readSignIns(this.clients));
    const tokenEvents = await this.read(() => readTokenEvents(this.clients));
    return { signIns, tokenEvents };
  }

  /** CloudTrail is slow, and asked only where somebody is to be named. */
  private async makers(grants: Pick<AccessFacts, 'permissionSets' | 'assignments'>): Promise<AccessFacts['makers']> {
    const { permissionSets, assignments } = grants;
    const deployed = together({ permissionSets, assignments });
    if (deployed.state !== 'known' || unknownAssignments(this.access, deployed.value).length === 0) return undefined;
    return this.read(() => readMakers(this.clients));
  }

  private isAsked(...areas: readonly Area[]): boolean {
    return areas.some((area) => this.options.areas.includes(area));
  }

  private read<T>(task: () => Promise<T>): Promise<Reading<T>> {
    return within(this.options.timeoutSeconds, readAws(task));
  }
}
