import type { JsonObject } from '../estate/sections/estate';
import type { Finding, Issue } from '../estate/source/finding';
import type { EstatePlan } from '../estate/plan/planner';
import type { PlacementState } from '../estate/sections/access/placement/placement-file';
import type { CdkKind } from '../estate/plan/stacks/stacks';
import type { ProgramRuns } from './entra/facts';

/** A CloudFormation template as CDK synthesised it: of a stack, or of one of its nested stacks. */
export interface SynthesizedTemplate {
  /** Name of the top stack, such as `sandbox-access`; nested stacks carry their parent's. */
  readonly stack: string;
  readonly role: CdkKind;
  /** Number of the shard, for a nested stack; absent for the top stack. */
  readonly shard?: number;
  readonly template: JsonObject;
}

/** Result of synthesis: templates, and what its validation found. */
export interface Synthesis {
  readonly templates: readonly SynthesizedTemplate[];
  /** Findings of the validation; `at` is a path of the estate file. */
  readonly issues: readonly Issue[];
}

/** An estate at one moment: the working tree, or a git revision. */
export interface Side {
  readonly plan: EstatePlan;
  /** All that the plan was made from: the files, and what else the folder says of itself. */
  readonly files: readonly string[];
  /** Absent where the model has errors: then nothing was synthesised. */
  readonly synthesis?: Synthesis;
  /** Runs of the Pulumi programs. Absent where the model has errors: then none was run. */
  readonly programs?: ProgramRuns;
  /** Name of a git revision in reports, as given; absent for the working tree. */
  readonly revision?: string;
}

/** Base that the estate is compared with. */
export type BaseFacts =
  | {
      readonly kind: 'estate';
      readonly revision: string;
      readonly commit: string;
      /** True if it is what was deployed last. */
      readonly isDeployed: boolean;
      readonly side: Side;
    }
  /** Everything is new, as `note` says in a sentence. */
  | { readonly kind: 'absent'; readonly revision: string; readonly commit?: string; readonly note: string };

/**
 * Outcome for the placement file: `written` if it was stale or missing, `not-written` if the model has
 * errors, else as it was found.
 */
export type PlacementOutcome = PlacementState['state'] | 'written' | 'not-written';

/** Everything that a report is built from. */
export interface PreviewFacts {
  readonly head: Side;
  readonly base?: BaseFacts;
  /** True if what a person would look into is an error: in continuous integration. */
  readonly isStrict: boolean;
  /** Findings about the repository and the run, beside those of the files. @default none */
  readonly surroundings?: readonly Finding[];
  /** Absent where there is no access section to place. */
  readonly placement?: { readonly file: string; readonly outcome: PlacementOutcome };
}
