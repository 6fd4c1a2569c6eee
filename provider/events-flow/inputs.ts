import { z } from 'zod';
import { compareText } from '../../src/estate/source/finding';
import type { Failure } from '../resource';
import { isProperties, mappingsIn, type Properties, textOf, UNKNOWN, type Value } from '../values';

const Text = z.string().min(1, { error: 'is empty' });

export const CollectedAttribute = z.strictObject({
  attribute: Text,
  label: Text.optional(),
  isOptional: z.boolean(),
});
export type CollectedAttribute = z.infer<typeof CollectedAttribute>;

export const EventsFlowInputs = z.strictObject({
  displayName: Text,
  description: z.string().optional(),
  isSignUpAllowed: z.boolean(),
  identityProviders: z.array(Text).min(1, { error: 'is empty; Graph takes no user flow without one' }),
  attributes: z.array(CollectedAttribute).optional(),
  applications: z.array(Text).optional(),
});
export type EventsFlowInputs = z.infer<typeof EventsFlowInputs>;

/** The defaults that Graph applies, written out so that a state and a declaration can be compared. */
export function withDefaults(inputs: Properties): Properties {
  const { attributes } = inputs;
  return {
    isSignUpAllowed: true,
    ...inputs,
    ...(Array.isArray(attributes) && { attributes: (attributes as readonly Value[]).map(attributeWithDefaults) }),
    // Sets: their order means nothing, to Graph or to anybody.
    ...sorted('identityProviders', inputs),
    ...sorted('applications', inputs),
  };
}

function attributeWithDefaults(entry: Value): Value {
  return isProperties(entry) ? { isOptional: false, ...entry } : entry;
}

function sorted(key: string, inputs: Properties): Properties {
  const list = inputs[key];
  if (!Array.isArray(list) || list.includes(UNKNOWN)) return {};
  return { [key]: (list as readonly Value[]).toSorted((one, other) => compareText(textOf(one), textOf(other))) };
}

/** Rules that the shape of the inputs does not say. */
export function eventsFlowRules(inputs: Properties): readonly Failure[] {
  const names = mappingsIn(inputs['attributes']).map(({ attribute }) => textOf(attribute).toLowerCase());
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (name === UNKNOWN || first === index) return [];
    const reason = `'${name}' is listed already, as attributes[${first}]; a flow asks for an attribute once`;
    return [{ property: `attributes[${index}].attribute`, reason }];
  });
}
