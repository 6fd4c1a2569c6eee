import * as pulumi from '@pulumi/pulumi';
import { B2cUserFlows, type B2cUserFlowsArgs } from '../../../../constructs/entra/customers-directory';
import { GraphProvider } from '../../../../constructs/graph/provider';
import type { UserFlow } from '../../../../src/estate/sections/customers/customers';
import { flowAttribute, userFlow } from '../../../support/customers-estate';
import { pageTexts } from '../../../support/page-texts';
import { type MockOptions, runProgram } from '../../../support/pulumi-mocks';

const FLOW = 'entragraph:index:UserFlow';
const PROVIDER = 'pulumi:providers:entragraph';

const create = (flows: readonly UserFlow[], options: MockOptions = {}, names: Omit<B2cUserFlowsArgs, 'flows'> = {}) =>
  runProgram(() => {
    const providers = [new GraphProvider('graph')];
    new B2cUserFlows('flows', { flows, ...names }, { providers });
    return {};
  }, options);

test('a flow has what the estate says, the attributes in their order', async () => {
  const flow = userFlow('a', {
    multifactor: { state: 'on', method: 'phoneSms' },
    attributes: [flowAttribute('surname', { optional: true }), flowAttribute('email', { requiresVerification: true })],
    claims: ['objectId', 'emails'],
    identityProviders: ['Google-OAUTH', 'EmailPassword-OAUTH'],
    languages: { default: 'en', shown: ['en', 'de'] },
  });
  const run = await create([flow]);
  expect(run.one(FLOW, 'flows-B2C_1_a').inputs).toEqual({
    userFlowId: 'B2C_1_a',
    userFlowType: 'signUpOrSignIn',
    multifactor: { state: 'on', method: 'phoneSms' },
    attributes: [
      { attribute: 'surname', isOptional: true, requiresVerification: false },
      { attribute: 'email', isOptional: false, requiresVerification: true },
    ],
    claims: ['emails', 'objectId'],
    isLanguageCustomizationEnabled: true,
    defaultLanguageTag: 'en',
    languages: ['de', 'en'],
    identityProviders: ['EmailPassword-OAUTH', 'Google-OAUTH'],
  });
});

test('texts of pages come one by one, as Graph names them', async () => {
  const texts = [
    pageTexts('de', 'phonefactor', { 'UxElement/alert_message': 'Abbrechen?', 'ClaimType/email/DisplayName': 'Mail' }),
  ];
  const run = await create([userFlow('a', { languages: { default: 'en', shown: ['en', 'de'], texts } })]);
  const place = { language: 'de', page: 'phonefactor' };
  expect(run.one(FLOW).inputs).toMatchObject({
    languages: ['de', 'en'],
    pageTexts: [
      { ...place, elementType: 'UxElement', stringId: 'alert_message', value: 'Abbrechen?' },
      { ...place, elementType: 'ClaimType', elementId: 'email', stringId: 'DisplayName', value: 'Mail' },
    ],
  });
});

test('what a flow leaves empty is left to the service', async () => {
  const run = await create([userFlow('a', { type: 'passwordReset' })]);
  expect(run.one(FLOW).inputs).toEqual({
    userFlowId: 'B2C_1_a',
    userFlowType: 'passwordReset',
  });
});

test('a renamed flow stays under its earlier id, with the same settings, while the estate names it', async () => {
  const run = await create([userFlow('a', { previousNames: ['B2C_1_old'], identityProviders: ['Google-OAUTH'] })]);
  const { userFlowId, ...settings } = run.one(FLOW, 'flows-B2C_1_a').inputs;
  expect(userFlowId).toBe('B2C_1_a');
  expect(run.one(FLOW, 'flows-B2C_1_old').inputs).toEqual({ userFlowId: 'B2C_1_old', ...settings });
});

test('flows sign in with the configuration of azuread', async () => {
  const config = { 'azuread:tenantId': 'the-tenant', 'azuread:clientSecret': 'hidden' };
  const run = await create([userFlow('a')], { config });
  expect(run.one(PROVIDER)).toMatchObject({ inputs: { tenantId: 'the-tenant' }, secretInputs: ['clientSecret'] });
  expect(run.one(FLOW).provider).toBe(`${run.one(PROVIDER).urn}::id-of-graph`);
});

test('names of the estate become what the directory has for them, and a field is as declared', async () => {
  const names = {
    identityProviders: new Map([['google', pulumi.output('Google-OAUTH')]]),
    customAttributes: new Map([['Plan', pulumi.output('extension_0a_Plan')]]),
  };
  const field = flowAttribute('Plan', {
    label: 'Your plan',
    input: 'radioSingleSelect',
    choices: [{ label: 'Free', value: 'free', default: true }],
  });
  const run = await create([userFlow('a', { attributes: [field], identityProviders: ['google'] })], {}, names);
  expect(run.one(FLOW).inputs).toMatchObject({
    identityProviders: ['Google-OAUTH'],
    attributes: [
      {
        attribute: 'extension_0a_Plan',
        displayName: 'Your plan',
        userInputType: 'radioSingleSelect',
        userAttributeValues: [{ name: 'Free', value: 'free', isDefault: true }],
      },
    ],
  });
});
