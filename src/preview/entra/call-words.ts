import type { FactInputs } from './facts';
import { textIn } from '../../estate/plan/inputs';

/** Danger of an API that is called elsewhere: it gets what people enter, and its answers count. */
export function calledElsewhere(before: FactInputs, after: FactInputs, label: string): readonly string[] {
  const [from = '', to = ''] = [before, after].map((inputs) => textIn(inputs, 'targetUrl'));
  if (from === to) return [];
  return [`${label} sends what it is told of people to ${to} instead of ${from}, and does as that API answers.`];
}
