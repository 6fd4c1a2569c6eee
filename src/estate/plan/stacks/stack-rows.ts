import type { InstanceHome } from '../../sections/access/instance-key';
import type { EmergencyPlan } from '../../sections/emergency/emergency-plan';
import type { Estate } from '../../sections/estate';
import type { Watch } from '../../sections/workforce/watch';
import type { StackRole } from '../../sections/access/placement/placement';

/** An estate as far as its stacks need to know it. */
export interface StackPlan {
  readonly estate: Estate;
  readonly access?: {
    readonly organization: InstanceHome;
    readonly stacks: readonly (AwsHome & { readonly role: StackRole })[];
  };
  readonly watch?: Watch;
  readonly emergency?: EmergencyPlan;
}

/** The place of a stack on AWS. */
export interface AwsHome {
  /** @default the name of the estate and the kind of the stack */
  readonly name?: string;
  readonly account: string;
  readonly region: string;
}

/** The tenant of a Pulumi stack; undefined where the estate leaves it to the stack's config. */
interface EntraHome {
  readonly tenantId: string | undefined;
}

/**
 * Way to find a change behind the engine's back is found: `engine`, the engine compares what is there with its state or template;
 * `snapshot` and `doctor-…`, the looks of the pipeline beside it; `drill`, `npx --no entra-aws doctor drill`; `deployment`, the check of its
 * step in `npx --no entra-aws deploy`.
 */
export type DriftLook =
  | 'engine'
  | 'snapshot'
  | 'doctor-access'
  | 'doctor-customers'
  | 'doctor-workforce'
  | 'doctor-emergency'
  | 'doctor-hosting'
  | 'drill'
  | 'deployment';

/** Facts of a row, whatever its engine. */
export interface Facts {
  /** Section of the estate file that it comes from. */
  readonly section: Exclude<keyof Estate, 'name' | 'setAside'>;
  /** A person deploys what the pipeline must not change: its own permissions, and the way in when all else fails. */
  readonly deployedBy: 'pipeline' | 'person';
  /** Steps of a deployment from nothing that lead to it, in their order. */
  readonly steps: readonly string[];
  /** Title of its step, where one `cdk deploy` in the account of the access stacks is all that it takes. */
  readonly title?: string;
  readonly drift: readonly DriftLook[];
  readonly isIn: (estate: Estate) => boolean;
}

/** A row of `STACKS`. */
export type Row = Facts &
  (
    | { readonly engine: 'bicep' }
    | { readonly engine: 'pulumi'; readonly home: (estate: Estate) => EntraHome }
    | { readonly engine: 'cdk'; readonly homes: (plan: StackPlan) => readonly AwsHome[] }
  );
