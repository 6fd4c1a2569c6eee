import { z } from 'zod';
import { filledIn, sortedSets, Text } from '../inputs';
import { present, type Properties } from '../values';

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
  return present({
    isSignUpAllowed: true,
    ...inputs,
    attributes: filledIn(inputs['attributes'], (entry) => ({ isOptional: false, ...entry })),
    ...sortedSets(inputs, ['identityProviders', 'applications']),
  });
}
