import { z } from 'zod';
import { compareText } from '../../model/finding';
import { FLOW_ID } from '../../model/limits';
import { isProperties, type Properties, textOf, UNKNOWN, type Value } from '../values';

const FLOW_TYPES = ['signUp', 'signIn', 'signUpOrSignIn', 'passwordReset', 'profileUpdate', 'resourceOwner'] as const;
const INPUT_TYPES = [
  'textBox',
  'dateTimeDropdown',
  'radioSingleSelect',
  'dropdownSingleSelect',
  'emailBox',
  'checkboxMultiSelect',
] as const;
const MFA_STATES = ['off', 'on', 'conditional'] as const;
const MFA_METHODS = ['email', 'phoneCallOrSms', 'phoneSms', 'phoneCall', 'authenticator'] as const;
const SESSION_SCOPES = ['tenant', 'application', 'policy', 'disabled'] as const;

const Text = z.string().min(1, { error: 'is empty' });
const minutes = (min: number, max: number) => whole(min, max, 'minutes');
const days = (min: number, max: number) => whole(min, max, 'days');

function whole(min: number, max: number, unit: string) {
  const error = `must be ${min} to ${max} ${unit}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

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
  multifactor: z.strictObject({ state: z.enum(MFA_STATES), method: z.enum(MFA_METHODS).optional() }).optional(),
  tokenLifetime: z
    .strictObject({
      accessAndIdTokenLifetimeInMinutes: minutes(5, 1440).optional(),
      refreshTokenLifetimeInDays: days(1, 90).optional(),
      rollingRefreshTokenLifetimeInDays: days(-1, 365).optional(),
    })
    .optional(),
  session: z
    .strictObject({
      sessionLifetimeInMinutes: minutes(15, 1440).optional(),
      isSessionLifetimeAbsolute: z.boolean().optional(),
      sessionScope: z.enum(SESSION_SCOPES).optional(),
      enforceIdTokenHintOnLogout: z.boolean().optional(),
    })
    .optional(),
  isJavaScriptEnabled: z.boolean().optional(),
  tokenClaims: z.array(Text).optional(),
  manualSteps: z.enum(['fail', 'warn']),
});
export type UserFlowInputs = z.infer<typeof UserFlowInputs>;

const ATTRIBUTE_DEFAULTS = { isOptional: false, requiresVerification: false, userInputType: 'textBox' } as const;

/** The defaults that Graph applies, written out so that a state and a declaration can be compared. */
export function withDefaults(inputs: Properties): Properties {
  return {
    userFlowTypeVersion: 3,
    manualSteps: 'fail',
    ...inputs,
    ...(Array.isArray(inputs['attributes']) && { attributes: inputs['attributes'].map(attributeWithDefaults) }),
    // A set: its order means nothing, to Graph or to anybody.
    ...sorted('identityProviders', inputs),
    ...sorted('languages', inputs),
    ...sorted('tokenClaims', inputs),
  };
}

function attributeWithDefaults(entry: Value): Value {
  if (!isProperties(entry)) return entry;
  const isEmail = typeof entry['attribute'] === 'string' && /^e-?mail/i.test(entry['attribute']);
  return { ...ATTRIBUTE_DEFAULTS, ...(isEmail && { userInputType: 'emailBox' }), ...entry };
}

function sorted(key: string, inputs: Properties): Properties {
  const list = inputs[key];
  if (!Array.isArray(list) || list.includes(UNKNOWN)) return {};
  return { [key]: (list as readonly Value[]).toSorted((one, other) => compareText(textOf(one), textOf(other))) };
}
