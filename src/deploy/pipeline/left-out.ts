import type { StackPlan } from '../../estate/plan/stacks/stacks';
import { makesEntraObjects } from '../../estate/sections/pipeline/pipeline';
import { deployedParts } from './deployed-parts';
import type { RunKind } from '../forges/run-kind';

/** Parts of an estate that its pipeline leaves out. */
export interface LeftOut {
  /** True if it deploys nothing at all. */
  readonly isEverything: boolean;
  /** True if the estate asks for no deployment: nothing is wrong. */
  readonly isChosen?: true;
  /** At least one. */
  readonly reasons: readonly string[];
}

const NO_SECTION = "the estate has no section 'pipeline'";

export const DEPLOYS_NOTHING = 'the pipeline deploys nothing of this estate';

/** Finds what the pipeline of an estate leaves out; undefined where it deploys everything. */
export function leftOutOf(plan: StackPlan, run: RunKind | undefined): LeftOut | undefined {
  const { estate } = plan;
  if (estate.pipeline === undefined) return { isEverything: true, isChosen: true, reasons: [NO_SECTION] };
  const { engines, leftOut } = deployedParts(plan, run);
  const reasons = [...new Set([makesEntraObjects(estate) ? leftOut.pulumi : undefined, leftOut.cdk])].flatMap(
    (reason) => reason ?? [],
  );
  const isEverything = engines.length === 0;
  if (reasons.length > 0) return { isEverything, reasons };
  return isEverything ? { isEverything, reasons: ['the estate declares nothing that a pipeline deploys'] } : undefined;
}
