import {
  type CdkKind,
  type CdkStack,
  programsOf,
  recordHome,
  type StackPlan,
  STACKS,
  stacksOfKind,
} from '../../estate/plan/stacks/stacks';
import { makesEntraObjects, missingKeys } from '../../estate/sections/pipeline/pipeline';
import { quotedList } from '../../text/suggest';
import type { RunKind } from '../forges/runner';
import { type Engine, ENGINES, isStack, type Step, STEPS } from './steps';
import { previewEnvironment } from '../../estate/sections/pipeline/limits';
import type { Estate } from '../../estate/sections/estate';
import type { Outcome } from './outcome';

type Home = Pick<CdkStack, 'account' | 'region'>;
/** Places of CloudFormation stacks that the steps sign in to, by what is there. */
export type Homes = Readonly<Record<'access' | 'management' | 'hosting' | 'record', Home | undefined>>;

/** Parts of an estate that its pipeline deploys, and the reasons for which it leaves others out. */
interface DeployedParts {
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
    hosting: homeOf('hosting-data'),
    record: recordHome(plan),
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

/** Known reasons for which a step has no answer. */
interface Unanswered extends Pick<DeployedParts, 'leftOut'> {
  /** Environment whose reviewers let Pulumi be asked; absent where no reviewer has to. */
  readonly environment?: string | undefined;
}

/**
 * Adds expected steps that lack an answer, as failed: an absent answer is none, and must not pass for a good one. The steps of
 * an engine that the pipeline leaves out were not asked, for the reason that it gives.
 */
export function withMissing(
  outcomes: readonly Outcome[],
  expected: readonly Step[],
  unanswered: Unanswered,
): readonly Outcome[] {
  return STEPS.flatMap((step) => {
    const found = outcomes.find((outcome) => outcome.step === step);
    if (found !== undefined) return [found];
    return expected.includes(step) ? [withoutAnswer(step, unanswered)] : [];
  });
}

/** Looks of the doctor in a directory take the identities of Pulumi's programs; others the roles of AWS. */
const IN_A_DIRECTORY: readonly Step[] = ['doctor-customers', 'doctor-workforce', 'doctor-emergency'];

function engineOf(step: Step): Engine {
  if (isStack(step)) return STACKS[step].engine;
  return IN_A_DIRECTORY.includes(step) ? 'pulumi' : 'cdk';
}

/** Environment in which the pull request of a run asks Pulumi; undefined where no reviewer is asked. */
export function reviewedIn(estate: Pick<Estate, 'azure' | 'pipeline'>, run: RunKind | undefined): string | undefined {
  return run?.base === undefined ? undefined : previewEnvironment(estate);
}

/**
 * Engines that the pull request of a run has asked, where it is not given: the CDK if the pipeline asks it, and Pulumi once there is an
 * answer of it. On a branch, and outside of a forge, both if there is any answer.
 */
export function askedBy(
  run: RunKind | undefined,
  { engines }: Pick<DeployedParts, 'engines'>,
  outcomes: readonly Outcome[],
): readonly Engine[] {
  if (run?.base === undefined) return outcomes.length > 0 ? ENGINES : [];
  if (!run.asksClouds) return [];
  const hasAnswered = (engine: Engine): boolean => outcomes.some(({ step }) => engineOf(step) === engine);
  return ENGINES.filter((engine) => hasAnswered(engine) || (engine === 'cdk' && engines.includes(engine)));
}

/** The same before the engines outside of `asked` were asked: their steps say what they wait for. */
export function withWaiting(
  environment: string | undefined,
  outcomes: readonly Outcome[],
  asked: readonly Engine[],
): readonly Outcome[] {
  const reason =
    environment === undefined
      ? 'its job has not ended'
      : `it decrypts the secrets of Pulumi's state, so a reviewer of the environment ${environment} has to allow it on the page of the run`;
  return outcomes.map((outcome) => {
    const { step, command, state } = outcome;
    const waits = state === 'failed' && isStack(step) && !asked.includes(STACKS[step].engine);
    return waits ? { step, command, state: 'not-asked', destroyed: [], text: reason } : outcome;
  });
}

function withoutAnswer(step: Step, { leftOut, environment }: Unanswered): Outcome {
  const engine = engineOf(step);
  const reason = leftOut[engine];
  const rejected =
    engine === 'pulumi' && environment !== undefined ? `, or a reviewer of ${environment} rejected it` : '';
  const text = reason ?? `There is no answer: the job ended before it asked${rejected}.`;
  const state = reason === undefined ? 'failed' : 'not-asked';
  return { step, command: `npx --no entra-aws ci cloud-plan --step ${step}`, state, destroyed: [], text };
}
