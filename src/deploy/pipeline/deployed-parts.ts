import {
  type CdkKind,
  type CdkStack,
  programsOf,
  type StackPlan,
  STACKS,
  stacksOfKind,
} from '../../estate/plan/stacks/stacks';
import { makesEntraObjects, missingKeys } from '../../estate/sections/pipeline/pipeline';
import { quotedList } from '../../text/suggest';
import type { RunKind } from '../forges/run-kind';
import type { Engine } from './steps';

type Home = Pick<CdkStack, 'account' | 'region'>;
/** Places of CloudFormation stacks that the steps sign in to, by what is there. */
export type Homes = Readonly<Record<'access' | 'management' | 'hosting', Home | undefined>>;

/** Parts of an estate that its pipeline deploys, and the reasons for which it leaves others out. */
export interface DeployedParts {
  readonly homes: Homes;
  /** Engines that the pipeline asks and deploys with. */
  readonly engines: readonly Engine[];
  /** Reason for each declared engine that it leaves out, in words. */
  readonly leftOut: Readonly<Partial<Record<Engine, string>>>;
}

const PARTS: Readonly<Record<Engine, string>> = { pulumi: "Pulumi's programs", cdk: 'the stacks of AWS' };

/** Finds the parts that a run deploys. Each engine counts for itself: what one lacks does not stop the other. */
export function deployedParts(plan: StackPlan, run: RunKind | undefined): DeployedParts {
  const { estate } = plan;
  const homes = homesOf(plan);
  const declared: Readonly<Record<Engine, boolean>> = {
    pulumi: programsOf(estate).length > 0,
    cdk: Object.values(homes).some((home) => home !== undefined),
  };
  const stranger = strangerOf(plan, run);
  const missing = missingKeys(estate);
  const lacks = (engine: Engine): string | undefined =>
    stranger ?? (missing[engine].length === 0 ? undefined : `${PARTS[engine]} need ${quotedList(missing[engine])}`);
  const engines = (['pulumi', 'cdk'] as const).filter((engine) => declared[engine]);
  return {
    homes,
    engines: engines.filter((engine) => lacks(engine) === undefined),
    leftOut: Object.fromEntries(
      engines.flatMap((engine): [Engine, string][] => {
        const reason = lacks(engine);
        return reason === undefined ? [] : [[engine, reason]];
      }),
    ),
  };
}

/** No cloud trusts the run of another repository than the estate names: a copy of the example, or one that was renamed. */
function strangerOf({ estate }: StackPlan, run: RunKind | undefined): string | undefined {
  const [key, named] = estate.azure
    ? ['azure.repository', estate.azure.repository]
    : ['pipeline.repository', estate.pipeline?.repository];
  if (run?.repository === undefined || named === undefined) return undefined;
  // A name may have ids: owner@12/name@345.
  const isSame = named.replaceAll(/@\d+/g, '').toLowerCase() === run.repository.toLowerCase();
  return isSame ? undefined : `this run is of '${run.repository}', and the clouds trust ${key} '${named}' alone`;
}

function homesOf(plan: StackPlan): Homes {
  const homeOf = (kind: CdkKind): Home | undefined =>
    STACKS[kind].isIn(plan.estate) ? stacksOfKind(plan, kind)[0] : undefined;
  return {
    access: homeOf('access') ?? homeOf('workforce-watch'),
    management: homeOf('access-management'),
    hosting: homeOf('hosting'),
  };
}

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
