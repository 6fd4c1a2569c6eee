import { nameIn, type BeneficiaryForm } from './beneficiary-form';
import type { Policy } from './policies-api';

/**
 * Fate of a form, by the policy's history: an attempt may have been saved although its answer was lost. `replaced`: it
 * was saved, and the beneficiary has been changed since. `other-saved`: it was saved with another name than it has now.
 */
export type Outcome = 'not-saved' | 'saved' | 'replaced' | 'other-saved';

export function outcomeOf({ history }: Policy, form: Pick<BeneficiaryForm, 'beneficiary' | 'key'>): Outcome {
  const own = history.find(({ key }) => key === form.key);
  if (own === undefined) return 'not-saved';
  if (own.beneficiary !== nameIn(form)) return 'other-saved';
  return own === history.at(-1) ? 'saved' : 'replaced';
}
