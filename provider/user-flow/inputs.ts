import { z } from 'zod';
import { CONNECTOR_STEPS, FLOW_ID, INPUT_TYPES, usualInputType } from '../limits';
import { filledIn, sortedSets, Text } from '../inputs';
import { hasUnknown, mappingsIn, present, type Properties, type Value } from '../values';

const FLOW_TYPES = ['signUp', 'signIn', 'signUpOrSignIn', 'passwordReset', 'profileUpdate', 'resourceOwner'] as const;
const MFA_STATES = ['off', 'on', 'conditional'] as const;
const MFA_METHODS = ['email', 'phoneCallOrSms', 'phoneSms', 'phoneCall', 'authenticator'] as const;

/** The input type in the case in which it is declared: Graph answers in another one than its documentation has. */
export function canonicalInputType(value: unknown): Value {
  const text = typeof value === 'string' ? value : 'textBox';
  return INPUT_TYPES.find((known) => known.toLowerCase() === text.toLowerCase()) ?? text;
}

const AttributeChoice = z.strictObject({ name: Text, value: Text, isDefault: z.boolean() });

export const FlowAttribute = z.strictObject({
  attribute: Text,
  displayName: Text.optional(),
  isOptional: z.boolean(),
  requiresVerification: z.boolean(),
  userInputType: z.enum(INPUT_TYPES),
  userAttributeValues: z.array(AttributeChoice).optional(),
});
export type FlowAttribute = z.infer<typeof FlowAttribute>;

/** A text that a page shows in a language in place of Microsoft's. */
const PageText = z.strictObject({
  language: Text,
  page: Text,
  elementType: Text,
  elementId: Text.exactOptional(),
  stringId: Text,
  value: z.string(),
});
export type PageText = Readonly<z.infer<typeof PageText>>;

/** Name of a text in its page, by which Graph tells it from others: `ClaimType/email/DisplayName`, `UxElement//heading`. */
export function textName({ elementType, elementId, stringId }: TextName): string {
  return [elementType, elementId ?? '', stringId].join('/');
}
type TextName = Pick<PageText, 'elementType' | 'elementId' | 'stringId'>;

/** Name of a text in its flow. */
export function textKey(text: Omit<PageText, 'value'>): string {
  return [text.language, text.page, textName(text)].join('/');
}

/** Texts in one order: their own means nothing. */
export function sortedTexts(texts: readonly PageText[]): readonly PageText[] {
  return texts.toSorted((one, other) => (textKey(one) < textKey(other) ? -1 : 1));
}

/** Texts of the inputs of a state, which may hold what no declaration could have. */
export function textsIn({ pageTexts }: Properties): readonly PageText[] {
  return z.array(PageText).safeParse(pageTexts).data ?? [];
}

export const UserFlowInputs = z.strictObject({
  userFlowId: z.string().regex(FLOW_ID, {
    error: 'must be the prefix B2C_1_ and 1 to 58 letters, digits, _ or -; Graph would add the prefix by itself',
  }),
  userFlowType: z.enum(FLOW_TYPES),
  userFlowTypeVersion: z.number().min(1, { error: 'must be 1 or more; 3 is the recommended version' }),
  attributes: z.array(FlowAttribute).optional(),
  identityProviders: z.array(Text).optional(),
  isLanguageCustomizationEnabled: z.boolean().optional(),
  defaultLanguageTag: Text.optional(),
  languages: z.array(Text).optional(),
  pageTexts: z.array(PageText).optional(),
  apiConnectors: z.array(z.strictObject({ step: z.enum(CONNECTOR_STEPS), connector: Text })).optional(),
  multifactor: z.strictObject({ state: z.enum(MFA_STATES), method: z.enum(MFA_METHODS).optional() }).optional(),
  claims: z.array(Text).optional(),
});
export type UserFlowInputs = z.infer<typeof UserFlowInputs>;

const ATTRIBUTE_DEFAULTS = { isOptional: false, requiresVerification: false } as const;

/** The defaults that Graph applies, written out so that a state and a declaration can be compared. */
export function withDefaults(inputs: Properties): Properties {
  return present({
    userFlowTypeVersion: 3,
    ...inputs,
    attributes: filledIn(inputs['attributes'], attributeWithDefaults),
    apiConnectors: bySteps(inputs['apiConnectors']),
    pageTexts: inTheirOrder(inputs['pageTexts']),
    ...sortedSets(inputs, ['identityProviders', 'languages', 'claims']),
  });
}

/** Texts in one order; a list with anything else in it, or with what is not known yet, stays as it is. */
function inTheirOrder(list: Value | undefined): Value | undefined {
  const { data, success } = z.array(PageText).safeParse(list);
  return success && !hasUnknown(list) ? sortedTexts(data).map((text) => present({ ...text })) : list;
}

/** Connectors in the order in which a flow comes to their steps; whatever else stands there stays. */
function bySteps(list: Value | undefined): Value | undefined {
  const places = mappingsIn(list).map(({ step }) => CONNECTOR_STEPS.findIndex((one) => one === step));
  if (!Array.isArray(list) || places.length < list.length || places.includes(-1)) return list;
  const placeOf = ({ step }: Properties): number => CONNECTOR_STEPS.findIndex((one) => one === step);
  return mappingsIn(list).toSorted((one, other) => placeOf(one) - placeOf(other));
}

function attributeWithDefaults(entry: Properties): Properties {
  const attribute = typeof entry['attribute'] === 'string' ? entry['attribute'] : '';
  return { ...ATTRIBUTE_DEFAULTS, userInputType: usualInputType(attribute), ...entry };
}
