import type { EstatePlan } from '../../model/estate-plan';
import type { OrganizationFile } from '../../model/organization-file';
import type { Area } from '../check';
import { createIdentityCenterClients } from './aws/aws-clients';
import { gatherAccess } from './aws/gather-access';
import type { AccessFacts } from './access-facts';
import type { Needs } from '../local-target';
import type { Facts } from './facts';
import { openDirectory } from './graph/directory';
import { gatherWorkforce } from './graph/gather-workforce';
import type { WorkforceFacts } from './workforce-facts';

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
  const [access, workforce] = await Promise.all([gatherIdentityCenter(options), gatherEntra(options)]);
  return {
    ...(access && { access }),
    ...(workforce && { workforce }),
    ...(snapshotOnDisk && { snapshotOnDisk }),
  };
}

/** Areas that compare with IAM Identity Center or its identity store. */
const IDENTITY_CENTER: readonly Area[] = ['access', 'scim', 'console'];
/** Areas that look at the AWS application in Entra ID. */
const AWS_APPLICATION: readonly Area[] = ['access', 'saml', 'scim', 'console'];

async function gatherIdentityCenter(options: GatherOptions): Promise<AccessFacts | undefined> {
  const { access } = options.plan;
  if (access === undefined || !isAsked(options, IDENTITY_CENTER)) return undefined;
  const clients = createIdentityCenterClients({ ...options, region: access.organization.region });
  return gatherAccess(clients, access, options);
}

async function gatherEntra(options: GatherOptions): Promise<WorkforceFacts | undefined> {
  const { workforce } = options.plan.estate;
  const { tenantId, awsApplication } = workforce ?? {};
  if (tenantId === undefined || awsApplication === undefined || !isAsked(options, AWS_APPLICATION)) return undefined;
  const directory = openDirectory('workforce', tenantId, options.environment);
  try {
    return await gatherWorkforce(directory, awsApplication, options);
  } finally {
    directory.close();
  }
}

function isAsked({ areas }: Pick<GatherOptions, 'areas'>, some: readonly Area[]): boolean {
  return some.some((area) => areas.includes(area));
}

/** Which clouds are asked. */
export function needsOf({ estate, access }: EstatePlan, areas: readonly Area[]): Needs {
  return {
    aws:
      (access !== undefined && isAsked({ areas }, IDENTITY_CENTER)) ||
      (estate.hosting !== undefined && isAsked({ areas }, ['hosting'])),
    graph:
      (estate.workforce?.awsApplication !== undefined && isAsked({ areas }, AWS_APPLICATION)) ||
      (estate.customers !== undefined && isAsked({ areas }, ['b2c'])),
  };
}
