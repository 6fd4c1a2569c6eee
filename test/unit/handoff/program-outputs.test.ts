import { parseCustomersOutputs } from '../../../src/handoff/customers-outputs';
import { handoffIds, handoffOf } from '../../../src/handoff/handoff';
import { customers } from '../../../stacks/entra/customers';
import { customersEstate, customersSection, externalSection, TENANT } from '../../support/customers-estate';
import { MOCKED_SECRET, runProgram } from '../../support/pulumi-mocks';
import { externalOutputsOf, outputsOf } from '../../support/handoff/outputs';

const context = { now: new Date('2026-02-01T09:30:00Z'), warn: () => undefined };

test('the program itself has every output that is handed over, and the secret as a secret', async () => {
  const program = () => customers(customersEstate(customersSection()), context);
  const { outputs, secretOutputs } = await runProgram(program, { config: { 'azuread:tenantId': TENANT } });
  // Mocked ids are no GUIDs.
  const { apiClientId, webClientId } = outputsOf();
  const printed = JSON.stringify({ ...outputs, apiClientId, webClientId });
  const { ids, clientSecret } = handoffOf(parseCustomersOutputs('sandbox-customers', printed));
  expect(Object.keys(ids).toSorted()).toEqual(handoffIds('b2c').toSorted());
  expect([clientSecret, secretOutputs]).toEqual([MOCKED_SECRET, ['clientSecret']]);
});

test('so it has for an external tenant', async () => {
  const program = () => customers(customersEstate(externalSection()), context);
  const { outputs } = await runProgram(program, { config: { 'azuread:tenantId': TENANT } });
  const { apiClientId, webClientId, stepUpApiClientId } = externalOutputsOf();
  const printed = JSON.stringify({ ...outputs, apiClientId, webClientId, stepUpApiClientId });
  const { ids } = handoffOf(parseCustomersOutputs('sandbox-customers', printed));
  expect(Object.keys(outputs)).toContain('stepUpApiClientId');
  expect(Object.keys(ids).toSorted()).toEqual(handoffIds('external-id').toSorted());
});
