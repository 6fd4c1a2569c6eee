import type { Estate } from '../model/estate';
import type { Outcome, Step } from './outcome';
import { STEPS } from './outcome';

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

/** Adds steps that nobody asked about, as failed: an absent answer is none, and must not pass for a good one. */
export function withMissing(outcomes: readonly Outcome[], expected: readonly Step[]): readonly Outcome[] {
  return STEPS.flatMap((step) => {
    const found = outcomes.find((outcome) => outcome.step === step);
    if (found !== undefined) return [found];
    return expected.includes(step) ? [notAsked(step)] : [];
  });
}

function notAsked(step: Step): Outcome {
  const text = 'There is no answer: the job ended before it asked.';
  return { step, command: `npm run cloud-plan -- --step ${step}`, state: 'failed', destroyed: [], text };
}
