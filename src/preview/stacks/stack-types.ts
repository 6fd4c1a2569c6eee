import type { StackRole } from '../../estate/sections/access/placement/placement';
import type { CdkKind } from '../../estate/plan/stacks/stacks';

export interface ReportStack {
  readonly name: string;
  readonly role: StackRole;
  readonly account: string;
  readonly region: string;
  readonly permissionSets: number;
  readonly shards: readonly { readonly number: number; readonly assignments: number }[];
}

/** A stack that no other part of the report describes: its section of the estate file says what is in it. */
export interface ReportServiceStack {
  readonly name: string;
  readonly role: CdkKind;
  readonly account: string;
  readonly region: string;
  /** Absent where it was not synthesised. */
  readonly resources?: number | undefined;
}

/** Effects of deploying one stack with its nested stacks, in resources. */
export interface StackOperation {
  readonly stack: string;
  readonly created: number;
  readonly updated: number;
  readonly replaced: number;
  readonly deleted: number;
  /** True if CDK's own diff sees permissions broadened. */
  readonly broadensPermissions: boolean;
}
