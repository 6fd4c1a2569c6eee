import type { Consequences } from './consequences';
import type { FactInputs } from './facts';
import { objectsIn, textIn } from './read-value';

/** Danger of an API that is called elsewhere: it gets what people enter, and its answers count. */
export function calledElsewhere(before: FactInputs, after: FactInputs, label: string): readonly string[] {
  const [from = '', to = ''] = [before, after].map((inputs) => textIn(inputs, 'targetUrl'));
  if (from === to) return [];
  return [`${label} sends what it is told of people to ${to} instead of ${from}, and does as that API answers.`];
}

/** Consequences of the steps at which a user flow calls APIs: an API is told of people, and its answers count. */
export function changedCalls(before: FactInputs, after: FactInputs, flow: string): Consequences {
  const [old, now] = [callsOf(before), callsOf(after)];
  return {
    dangers: [...old].flatMap(([step, from]) => {
      const to = now.get(step);
      if (to === from) return [];
      return to === undefined
        ? [`${flow} calls no API at ${step} any more: what it refused there is let through.`]
        : [`${flow} calls ${to} at ${step} instead of ${from}: that API is told of people, and its answers count.`];
    }),
    notes: [...now]
      .filter(([step]) => !old.has(step))
      .map(([step, to]) => `${flow} calls ${to} at ${step} from now on: it is told of people, and its answers count.`),
  };
}

/** Inputs with the calls of a user flow by their steps, so that a comparison says at which one another API is called. */
export function withNamedSteps(inputs: FactInputs): FactInputs {
  const calls = objectsIn(inputs, 'apiConnectors').map((one) => [textIn(one, 'step'), one['connector']]);
  return { ...inputs, apiConnectors: Object.fromEntries(calls) as FactInputs };
}

/** Names of the APIs that a user flow calls, by step. */
function callsOf(inputs: FactInputs): ReadonlyMap<string, string> {
  return new Map(
    objectsIn(inputs, 'apiConnectors').map((one) => [textIn(one, 'step') ?? '', textIn(one, 'connector') ?? '']),
  );
}
