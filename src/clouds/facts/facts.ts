import type { OrganizationFile } from '../../estate/source/organization';
import type { AccessFacts } from './access-facts';
import type { PulumiKind } from '../../estate/plan/stacks/stacks';
import type { EmergencyFacts } from './emergency-facts';
import type { HostingFacts, WatchFacts } from './hosting-facts';
import type { CustomersFacts } from './customers-facts';
import type { Reading } from '../reading';
import type { FoundIdentity, LeaversReaderFacts, TokenFacts } from './trust-facts';
import type { PreflightFacts } from './preflight-facts';
import type { MadeByPulumi, WorkforceFacts } from './workforce-facts';

/** Areas of checks; `--only` chooses by it. */
export const AREAS = ['access', 'saml', 'scim', 'b2c', 'hosting', 'console', 'emergency'] as const;
export type Area = (typeof AREAS)[number];

/** Areas of all checks: those of the doctor, and what is asked before a deployment. */
export type CheckArea = Area | 'preflight';

/** All that was read. A part that the estate lacks, or that was not asked for, is absent. */
export interface Facts {
  readonly access?: AccessFacts;
  readonly workforce?: WorkforceFacts;
  /** Absent where the leavers function signs in otherwise than by its role. */
  readonly leaversReader?: LeaversReaderFacts;
  /** Absent where Pulumi was not asked. */
  readonly made?: Reading<MadeByPulumi>;
  /** Alarms that tell people what needs them; `undefined` where it is not deployed. */
  readonly watch?: Reading<WatchFacts | undefined>;
  /** Tokens with which the directories are read, by their programs. */
  readonly tokens?: Readonly<Partial<Record<PulumiKind, Reading<TokenFacts>>>>;
  /** Identities of the pipeline, by their programs. */
  readonly identities?: Readonly<Partial<Record<PulumiKind, Reading<readonly FoundIdentity[]>>>>;
  readonly customers?: CustomersFacts;
  readonly hosting?: HostingFacts;
  readonly emergency?: EmergencyFacts;
  /** Absent where the estate is deployed already. */
  readonly preflight?: PreflightFacts;
  /** Hashes of what the images are built from, which are their tags. */
  readonly imageHashes?: Readonly<Record<string, string>>;
  /** The snapshot that the estate is planned with. */
  readonly snapshotOnDisk?: OrganizationFile;
}
