import { programEnvironment } from '../../../src/estate/plan/stacks/stacks';

const ENVIRONMENT = {
  ARM_CLIENT_ID: 'shared',
  ARM_USE_CLI: 'true',
  CUSTOMERS_ARM_CLIENT_ID: 'of the customers',
  WORKFORCE_ARM_CLIENT_ID: 'of the workforce',
  CUSTOMERS_NAME: 'no credential',
};

test.each([
  ['customers', 'of the customers'],
  ['workforce', 'of the workforce'],
] as const)('a variable of %s counts for its directory alone, and the others for both', (program, clientId) => {
  expect(programEnvironment(program, ENVIRONMENT)).toEqual({ ...ENVIRONMENT, ARM_CLIENT_ID: clientId });
});
