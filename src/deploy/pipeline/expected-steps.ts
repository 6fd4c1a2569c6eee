import { previewEnvironment } from '../../estate/sections/azure/azure';
import type { Estate } from '../../estate/sections/estate';
import type { Engine, Outcome, StackStep, Step } from './outcome';
import { STACK_STEPS, STEPS } from './outcome';

/** The steps that an estate has, in the order of a deployment; with `isDrift`, those that are looked at for drift. */
export function stepsOf({ customers, workforce, access, hosting }: Estate, isDrift: boolean): readonly Step[] {
  const has: Readonly<Record<Step, boolean>> = {
    customers: customers !== undefined,
    workforce: workforce !== undefined,
    access: access !== undefined,
    'access-management': access?.deployFrom === 'delegated-admin',
    'workforce-watch': workforce?.alarms !== undefined,
    'hosting-data': hosting !== undefined,
    hosting: hosting !== undefined,
    snapshot: access !== undefined && isDrift,
    assignments: access !== undefined && isDrift,
  };
  return STEPS.filter((step) => has[step]);
}

/** Adds expected steps that lack an answer, as failed: an absent answer is none, and must not pass for a good one. */
export function withMissing(outcomes: readonly Outcome[], expected: readonly Step[]): readonly Outcome[] {
  return STEPS.flatMap((step) => {
    const found = outcomes.find((outcome) => outcome.step === step);
    if (found !== undefined) return [found];
    return expected.includes(step) ? [withoutAnswer(step)] : [];
  });
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
    const waits = state === 'failed' && isStack(step) && !asked.includes(STACK_STEPS[step]);
    return waits ? { step, command, state: 'not-asked', destroyed: [], text: reason } : outcome;
  });
}

function isStack(step: Step): step is StackStep {
  return step in STACK_STEPS;
}

function withoutAnswer(step: Step): Outcome {
  const text = 'There is no answer: the job ended before it asked, or a reviewer rejected it.';
  return { step, command: `npm run cloud-plan -- --step ${step}`, state: 'failed', destroyed: [], text };
}
