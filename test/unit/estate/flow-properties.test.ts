import { b2cFlow, FLOW_PROPERTIES, flowDrift } from '../../../src/estate/records/flow-properties';
import { otherFields } from '../../../src/estate/records/flow-attributes';
import { flowAttribute, userFlow } from '../../support/customers-estate';
import { describedProperties } from '../../support/described-properties';
import { OTHER_FLOW_PROPERTIES } from '../../support/other-properties';

const DESCRIBED = ['b2cIdentityUserFlow', 'externalUsersSelfServiceSignUpEventsFlow'].flatMap((type) => [
  ...describedProperties(type),
]);
const RECORDED = Object.values(FLOW_PROPERTIES).flatMap(({ graph }) => graph.map((path) => path.split('/')[0]));

test("the record has every property of Microsoft's user flows, or says why not", () => {
  const mentioned = [...RECORDED, ...Object.keys(OTHER_FLOW_PROPERTIES)];
  expect(DESCRIBED).not.toEqual([]);
  expect(DESCRIBED.filter((property) => !mentioned.includes(property))).toEqual([]);
  expect(mentioned.filter((property) => !DESCRIBED.includes(property ?? ''))).toEqual([]);
});

const NONE = { kind: 'b2c', names: {} } as const;
const flow = userFlow('a', {
  identityProviders: ['Google-OAUTH', 'EmailPassword-OAUTH'],
  languages: { default: 'en', shown: ['en', 'de'] },
  attributes: [flowAttribute('LoyaltyNumber')],
});
const found = { userFlowId: flow.id, ...b2cFlow(flow) };

test('languages that somebody switched off are a difference, whichever the directory still lists', () => {
  expect(flowDrift({ ...found, isLanguageCustomizationEnabled: false }, flow, NONE)).toEqual([
    'its languages are none, not de, en (by default en)',
  ]);
});

test('the order of a set is none, and what the service adds to an attribute is not declared', () => {
  const attribute = `extension_${'0'.repeat(32)}_LoyaltyNumber`;
  const field = { attribute, isOptional: false, requiresVerification: false, userInputType: 'textBox' };
  const same = { ...found, identityProviders: ['EmailPassword-OAUTH', 'Google-OAUTH'], attributes: [field] };
  expect(flowDrift(same, flow, NONE)).toEqual([]);
  expect(flowDrift({ ...same, attributes: [{ ...field, isOptional: true }] }, flow, NONE)).toEqual([
    'it asks for LoyaltyNumber (optional), not for LoyaltyNumber',
  ]);
});

test('what Graph tells of a choice beside what is declared is no difference, whichever attributes it added by itself', () => {
  const choice = { label: 'Private', value: 'private', default: true };
  const choosing = { ...flow, attributes: [flowAttribute('kind', { choices: [choice] })] };
  const answer = (value: string) => ({
    ...b2cFlow(choosing),
    userFlowId: flow.id,
    attributes: [
      { attribute: 'displayName', isOptional: false, requiresVerification: false },
      {
        attribute: 'kind',
        isOptional: false,
        requiresVerification: false,
        userAttributeValues: [{ '@odata.type': '#choice', name: 'Private', value, isDefault: true }],
      },
    ],
  });
  expect(flowDrift(answer('private'), choosing, NONE)).toEqual([]);
  expect(flowDrift(answer('business'), choosing, NONE)).toEqual([
    'it asks for kind of business, not for kind of private',
  ]);
});

test('a field of a kind that Graph does not document is told of, as any that a deployment would change', () => {
  const fields = [
    { attribute: 'displayName', userInputType: 'paragraph' },
    { attribute: 'city', userInputType: 'textBox' },
    { attribute: 'email', userInputType: 'textBox' },
  ];
  expect(otherFields({ attributes: fields })).toEqual(['displayName by paragraph', 'email by textBox']);
});

test('a type that Graph leaves out is none, and not the declared one', () => {
  const [drift] = flowDrift({ ...found, userFlowType: null }, flow, NONE);
  expect(drift).toBe(`its type is unknown, not ${flow.type}`);
});
