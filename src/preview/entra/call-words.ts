import type { FactInputs } from './facts';
import { objectsIn, textIn } from './read-value';

/** Danger of an API that is called elsewhere: it gets what people enter, and its answers count. */
export function calledElsewhere(before: FactInputs, after: FactInputs, label: string): readonly string[] {
  const [from = '', to = ''] = [before, after].map((inputs) => textIn(inputs, 'targetUrl'));
  if (from === to) return [];
  return [`${label} sends what it is told of people to ${to} instead of ${from}, and does as that API answers.`];
}

/** Dangers of steps of a user flow that call no API any more. */
export function lostCalls(before: FactInputs, after: FactInputs, flow: string): readonly string[] {
  const stepsOf = (inputs: FactInputs): readonly string[] =>
    objectsIn(inputs, 'apiConnectors').flatMap((one) => textIn(one, 'step') ?? []);
  const kept = new Set(stepsOf(after));
  return stepsOf(before)
    .filter((step) => !kept.has(step))
    .map((step) => `${flow} calls no API at ${step} any more: what it refused there is let through.`);
}
