import { consequences, type Consequences } from './consequences';
import { flagIn, type Inputs, missing, objectIn, objectsIn, textIn, textsIn } from '../source/inputs';

const MULTIFACTOR_STRENGTH: Readonly<Record<string, number>> = { off: 0, conditional: 1, on: 2 };

/** External ID: whether people may sign up by themselves. Another type of a flow of B2C replaces it. */
export function changedSignUp(before: Inputs, after: Inputs, flow: string): Consequences {
  const [wasOpen, isOpen] = [before, after].map((inputs) => flagIn(inputs, 'isSignUpAllowed') ?? true);
  return consequences(
    [wasOpen && !isOpen && `No one can sign up in ${flow} any more.`],
    [!wasOpen && isOpen && `Everybody may sign up in ${flow} from now on.`],
  );
}

export function changedFactor(before: Inputs, after: Inputs, flow: string): Consequences {
  const [old, now] = [before, after].map((inputs) => textIn(objectIn(inputs, 'multifactor'), 'state'));
  const [from = 0, to = 0] = [old, now].map((state) => MULTIFACTOR_STRENGTH[state ?? 'off']);
  const change = `${old ?? 'none'} becomes ${now ?? 'none'}.`;
  return consequences(
    [to < from && `The second factor of ${flow} is weakened: ${change}`],
    [to > from && `The second factor of ${flow} is strengthened: ${change}`],
  );
}

export function lostClaims(before: Inputs, after: Inputs, flow: string): Consequences {
  const lost = missing(textsIn(before, 'claims'), textsIn(after, 'claims'));
  return consequences([
    lost.length > 0 && `Tokens of ${flow} lack ${lost.join(', ')}: applications that read it break.`,
  ]);
}

export function lostProviders(before: Inputs, after: Inputs, flow: string): Consequences {
  const lost = missing(textsIn(before, 'identityProviders'), textsIn(after, 'identityProviders'));
  return consequences(lost.map((provider) => `Whoever signs in to ${flow} with ${provider} can't any more.`));
}

/** Steps at which a user flow calls APIs: an API is told of people, and its answers count. */
export function changedCalls(before: Inputs, after: Inputs, flow: string): Consequences {
  const [old, now] = [callsOf(before), callsOf(after)];
  return consequences(
    [...old].map(([step, from]) => {
      const to = now.get(step);
      if (to === from) return undefined;
      return to === undefined
        ? `${flow} calls no API at ${step} any more: what it refused there is let through.`
        : `${flow} calls ${to} at ${step} instead of ${from}: that API is told of people, and its answers count.`;
    }),
    [...now].map(
      ([step, to]) =>
        !old.has(step) && `${flow} calls ${to} at ${step} from now on: it is told of people, and its answers count.`,
    ),
  );
}

/** Names of the APIs that a user flow calls, by step. */
function callsOf(inputs: Inputs): ReadonlyMap<string, string> {
  return new Map(
    objectsIn(inputs, 'apiConnectors').map((one) => [textIn(one, 'step') ?? '', textIn(one, 'connector') ?? '']),
  );
}

/** Calls of a user flow by their steps, so that a comparison says at which one another API is called. */
export function callsByStep(inputs: Inputs): Inputs {
  const calls = objectsIn(inputs, 'apiConnectors').map((one) => [textIn(one, 'step') ?? '', one['connector']]);
  return { apiConnectors: Object.fromEntries(calls) as Inputs };
}
