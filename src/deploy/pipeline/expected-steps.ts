import { previewEnvironment } from '../../estate/sections/azure/azure';
import type { Estate } from '../../estate/sections/estate';
import { STACKS } from '../../estate/plan/stacks';
import type { DeployedParts } from './deployed-parts';
import type { Outcome } from './outcome';
import { type Engine, isStack, type Step, STEPS } from './steps';

/**
 * Adds expected steps that lack an answer, as failed: an absent answer is none, and must not pass for a good one. The steps of
 * an engine that the pipeline leaves out were not asked, for the reason that it gives.
 */
export function withMissing(
  outcomes: readonly Outcome[],
  expected: readonly Step[],
  leftOut: DeployedParts['leftOut'],
): readonly Outcome[] {
  return STEPS.flatMap((step) => {
    const found = outcomes.find((outcome) => outcome.step === step);
    if (found !== undefined) return [found];
    return expected.includes(step) ? [withoutAnswer(step, leftOut[engineOf(step)])] : [];
  });
}

/** Looks of the doctor in a directory take the identities of Pulumi's programs; others the roles of AWS. */
const IN_A_DIRECTORY: readonly Step[] = ['doctor-customers', 'doctor-workforce', 'doctor-emergency'];

function engineOf(step: Step): Engine {
  if (isStack(step)) return STACKS[step].engine;
  return IN_A_DIRECTORY.includes(step) ? 'pulumi' : 'cdk';
}

/** The same before the engines outside of `asked` were asked: their steps say what they wait for. */
export function withWaiting(
  { azure }: Pick<Estate, 'azure'>,
  outcomes: readonly Outcome[],
  asked: readonly Engine[],
): readonly Outcome[] {
  const environment = azure === undefined ? undefined : previewEnvironment(azure);
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

function withoutAnswer(step: Step, leftOut: string | undefined): Outcome {
  const state = leftOut === undefined ? 'failed' : 'not-asked';
  const text = leftOut ?? 'There is no answer: the job ended before it asked, or a reviewer rejected it.';
  return { step, command: `npm run cloud-plan -- --step ${step}`, state, destroyed: [], text };
}
