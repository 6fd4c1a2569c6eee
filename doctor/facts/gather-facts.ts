import type { EstatePlan } from '../../model/estate-plan';
import type { OrganizationFile } from '../../model/organization-file';
import type { Area } from '../check';
import { createIdentityCenterClients } from './aws/aws-clients';
import { gatherAccess } from './aws/gather-access';
import type { AccessFacts } from './access-facts';
import type { Needs } from '../local-target';
import type { Facts } from './facts';

export interface GatherOptions {
  readonly plan: EstatePlan;
  /** What is to be checked; nothing else is read. */
  readonly areas: readonly Area[];
  readonly snapshotOnDisk?: OrganizationFile;
  /** Calls to one service at once. */
  readonly concurrency: number;
  /** Longest time for a part of the reading. */
  readonly timeoutSeconds: number;
  /** Where the stand-ins and identities are named. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told what has been read so far, in a few words. */
  readonly onProgress: (text: string) => void;
}

/** Reads all that the checks of some areas need, from both clouds at once. Never throws: what can't be read says why. */
export async function gatherFacts(options: GatherOptions): Promise<Facts> {
  const { snapshotOnDisk } = options;
  const access = await gatherIdentityCenter(options);
  return { ...(access && { access }), ...(snapshotOnDisk && { snapshotOnDisk }) };
}

/** Provisioning is compared with the identity store as well. */
const IDENTITY_CENTER_AREAS: readonly Area[] = ['access', 'scim', 'console'];

async function gatherIdentityCenter(options: GatherOptions): Promise<AccessFacts | undefined> {
  const { access } = options.plan;
  if (access === undefined || !IDENTITY_CENTER_AREAS.some((area) => options.areas.includes(area))) return undefined;
  const clients = createIdentityCenterClients({ ...options, region: access.organization.region });
  return gatherAccess(clients, access, options);
}

/** Which clouds are asked. */
export function needsOf({ estate, access }: EstatePlan, areas: readonly Area[]): Needs {
  const has = (...some: readonly Area[]): boolean => some.some((area) => areas.includes(area));
  return {
    aws: (access !== undefined && has(...IDENTITY_CENTER_AREAS)) || (estate.hosting !== undefined && has('hosting')),
    graph:
      (estate.workforce?.awsApplication !== undefined && has('access', 'saml', 'scim', 'console')) ||
      (estate.customers !== undefined && has('b2c')),
  };
}
