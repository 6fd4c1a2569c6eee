import { B2cUserFlows } from '../../../../constructs/entra/b2c-user-flows';
import { GraphProvider } from '../../../../constructs/graph/provider';
import type { ManualSteps, UserFlow } from '../../../../src/estate/sections/customers/customers';
import { flowAttribute, userFlow } from '../../../support/customers-estate';
import { type MockOptions, runProgram } from '../../../support/pulumi-mocks';

const FLOW = 'entragraph:index:UserFlow';
const PROVIDER = 'pulumi:providers:entragraph';

const create = (flows: readonly UserFlow[], manualSteps: ManualSteps = 'fail', options: MockOptions = {}) =>
  runProgram(() => {
    const providers = [new GraphProvider('graph')];
    const { pendingManualSteps } = new B2cUserFlows('flows', { flows, manualSteps }, { providers });
    return { pendingManualSteps };
  }, options);

test('a flow has what the estate says, the attributes in their order', async () => {
  const flow = userFlow('a', {
    multifactor: { state: 'on', method: 'phoneSms' },
    attributes: [flowAttribute('surname', { optional: true }), flowAttribute('email', { requiresVerification: true })],
    claims: ['objectId', 'emails'],
    identityProviders: ['Google-OAUTH', 'EmailPassword-OAUTH'],
    doneByHand: [{ at: [], setting: 'claims', value: 'emails, objectId', who: 'Ada Lovelace', on: '2026-11-20' }],
  });
  const run = await create([flow], 'warn');
  expect(run.one(FLOW, 'flows-B2C_1_a').inputs).toEqual({
    userFlowId: 'B2C_1_a',
    userFlowType: 'signUpOrSignIn',
    multifactor: { state: 'on', method: 'phoneSms' },
    attributes: [
      { attribute: 'surname', isOptional: true, requiresVerification: false },
      { attribute: 'email', isOptional: false, requiresVerification: true },
    ],
    claims: ['emails', 'objectId'],
    doneByHand: [{ setting: 'claims', value: 'emails, objectId', who: 'Ada Lovelace', on: '2026-11-20' }],
    identityProviders: ['EmailPassword-OAUTH', 'Google-OAUTH'],
    manualSteps: 'warn',
  });
});

test('what a flow leaves empty is left to the service', async () => {
  const run = await create([userFlow('a', { type: 'passwordReset' })]);
  expect(run.one(FLOW).inputs).toEqual({
    userFlowId: 'B2C_1_a',
    userFlowType: 'passwordReset',
    manualSteps: 'fail',
  });
});

test('flows sign in with the configuration of azuread', async () => {
  const config = { 'azuread:tenantId': 'the-tenant', 'azuread:clientSecret': 'hidden' };
  const run = await create([userFlow('a')], 'fail', { config });
  expect(run.one(PROVIDER)).toMatchObject({ inputs: { tenantId: 'the-tenant' }, secretInputs: ['clientSecret'] });
  expect(run.one(FLOW).provider).toBe(`${run.one(PROVIDER).urn}::id-of-graph`);
});

test('what a person still has to do is told by flow', async () => {
  const step = { property: 'multifactor', where: 'portal', value: 'on', reason: 'no property', done: 'record it' };
  const newResource: MockOptions['newResource'] = {
    [FLOW]: ({ name }) => ({ pendingManualSteps: name === 'flows-B2C_1_a' ? [step] : [] }),
  };
  const run = await create([userFlow('a'), userFlow('b')], 'warn', { newResource });
  expect(run.outputs).toEqual({ pendingManualSteps: { B2C_1_a: [step], B2C_1_b: [] } });
});
