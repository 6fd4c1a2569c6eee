import { stepId } from '../../../estate/sections/customers/manual-steps';
import type { RecordedStep } from '../../../estate/sections/customers/step-records';
import { type Check, type Observation, ok, warning } from '../../check';

/** Advice on an open step. */
export function adviceFor({ id, where, shows }: RecordedStep): string {
  return `set it at ${where}, see that ${shows}, and run npx --no entra-aws steps done ${id} --by NAME`;
}

/** Steps of a person are recorded. A record is that person's word: other checks look at what shows from outside. */
export const steps: Check = {
  id: 'b2c-steps',
  area: 'b2c',
  title: 'Steps that only a person can do are recorded',
  run: ({ plan }) => {
    if (plan.estate.customers === undefined || plan.steps.length === 0) return undefined;
    // The second factor has a check of its own, which fails.
    const factors = plan.estate.customers.userFlows.map(({ id }) => stepId(id, 'multifactor'));
    return plan.steps.filter(({ id }) => !factors.includes(id)).map(examineStep);
  },
};

function examineStep(step: RecordedStep): Observation {
  const { id, asks, record } = step;
  if (record !== undefined) return ok(`${id}: ${record.by} did it on ${record.on} (a record)`);
  return warning(`${id}: no record says that this was set: ${asks}`, adviceFor(step));
}
