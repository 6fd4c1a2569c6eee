import { ApiConnector, IdentityProvider } from '../../../../constructs/graph/customers';
import { SynchronizationState } from '../../../../constructs/graph/aws-application';
import { runProgram } from '../../../support/pulumi-mocks';

test.each<readonly [string, readonly string[], () => unknown]>([
  [
    'entragraph:index:SynchronizationState',
    ['credentials'],
    () =>
      new SynchronizationState('state', {
        servicePrincipalId: 'sp',
        jobId: 'job',
        credentials: [{ key: 'SecretToken', value: 'plain' }],
      }),
  ],
  [
    'entragraph:index:ApiConnector',
    ['passphrase', 'secret'],
    () =>
      new ApiConnector('api', {
        displayName: 'API',
        targetUrl: 'https://api.example.com',
        secret: 'plain',
        passphrase: 'plain',
      }),
  ],
  [
    'entragraph:index:IdentityProvider',
    ['secret'],
    () => new IdentityProvider('google', { displayName: 'Google', kind: 'social', secret: 'plain' }),
  ],
])('%s keeps secret what it was given in plain: %j', async (type, secrets, create) => {
  const run = await runProgram(create);
  expect(run.one(type).secretInputs.toSorted()).toEqual(secrets);
});
