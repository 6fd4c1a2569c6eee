import { previewEnvironment } from '../../estate/sections/pipeline/environments';
import type { Estate } from '../../estate/sections/estate';
import { STACKS } from '../../estate/plan/stacks/stacks';
import type { DeployedParts } from './deployed-parts';
import type { RunKind } from '../forges/run-kind';
import type { Outcome } from './outcome';
import { type Engine, ENGINES, isStack, type Step, STEPS } from './steps';

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
export function reviewedIn({ azure }: Pick<Estate, 'azure'>, run: RunKind | undefined): string | undefined {
  return run?.base === undefined || azure === undefined ? undefined : previewEnvironment(azure);
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
