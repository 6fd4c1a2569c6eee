import { type NeededPermission, neededPermissions } from '../../../clouds/graph/permissions/needed-permissions';
import type { PulumiKind } from '../../../estate/plan/stacks/stacks';
import type { Estate } from '../../../estate/sections/estate';
import { type FederatedCredential, federatedCredentials, pipelineTrust } from '../../../estate/sections/pipeline/trust';

/** Use of an application: jobs of the pipeline sign in as it without a secret, or a laptop by a certificate. */
export type Use = 'pipeline' | 'laptop';

/** A permission of Graph that an application is given: a role for itself, or a scope for a person who signs in to it. */
export interface PermissionRow extends NeededPermission {
  readonly kind: 'role' | 'scope';
}

/** An application as it should be in the directory of a program. */
export interface WantedApplication {
  /** Of previews, it reads; of deployments, it changes. */
  readonly duty: 'preview' | 'deploy';
  readonly displayName: string;
  /** Tags by which it is known to be made here: the estate's and the program's alone. */
  readonly tags: readonly string[];
  readonly roles: readonly PermissionRow[];
  readonly scopes: readonly PermissionRow[];
  /** Undefined where the pipeline is not asked about: what is there stays. */
  readonly trust: readonly FederatedCredential[] | undefined;
  /** True if this laptop gets a certificate. */
  readonly laptop: boolean;
}

/** Marks every application of this kind. */
const MARK = 'entra-aws-identity:bootstrap';

export interface Wish {
  readonly estate: Estate;
  readonly program: PulumiKind;
  readonly uses: readonly Use[];
}

/** Applications that the estate wants in the directory of a program, the one that deploys first. */
export function wantedApplications({ estate, program, uses }: Wish): readonly WantedApplication[] {
  const credentials = trustOf(estate, program);
  const isForPipeline = uses.includes('pipeline');
  const isForLaptop = uses.includes('laptop');
  const deployments: WantedApplication = {
    duty: 'deploy',
    ...namesOf(estate.name, program, 'deploy'),
    roles: rowsOf({ estate, program }, 'deploy', 'role'),
    scopes: isForLaptop ? rowsOf({ estate, program }, 'look', 'scope') : [],
    trust: isForPipeline ? (credentials?.deploy ?? []) : undefined,
    laptop: isForLaptop,
  };
  if (!isForPipeline) return [deployments];
  const previews: WantedApplication = {
    duty: 'preview',
    ...namesOf(estate.name, program, 'preview'),
    roles: rowsOf({ estate, program }, 'preview', 'role'),
    scopes: [],
    trust: credentials?.preview ?? [],
    laptop: false,
  };
  return [deployments, previews];
}

/** Names by which the applications of an estate are found again. */
export function namesOf(
  estate: string,
  program: PulumiKind,
  duty: WantedApplication['duty'],
): Pick<WantedApplication, 'displayName' | 'tags'> {
  const what = { deploy: 'deployments', preview: 'previews' }[duty];
  return { displayName: `${estate} ${what}`, tags: [MARK, `estate:${estate}`, `program:${program}`, `for:${what}`] };
}

/** Credentials of both applications; undefined where the estate does not say who its pipeline is. */
export function trustOf(estate: Estate, program: PulumiKind): ReturnType<typeof federatedCredentials> | undefined {
  const trust = pipelineTrust(estate);
  const roles = trust?.[program];
  return trust === undefined || roles === undefined ? undefined : federatedCredentials(trust.forge, roles);
}

function rowsOf(
  { estate, program }: Pick<Wish, 'estate' | 'program'>,
  duty: 'preview' | 'deploy' | 'look',
  kind: PermissionRow['kind'],
): readonly PermissionRow[] {
  return neededPermissions(estate, program, duty).map((needed) => ({ ...needed, kind }));
}
