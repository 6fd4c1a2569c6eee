import { ApiConnectors, CustomExtensions } from '../../../../constructs/entra/customers-directory';
import { GraphProvider } from '../../../../constructs/graph/provider';
import type { CustomExtension, DeclaredConnector } from '../../../../src/estate/sections/customers/customers';
import { declaredConnector } from '../../../support/customers-estate';
import { runProgram } from '../../../support/pulumi-mocks';

const api = {
  at: [],
  url: 'https://api.example.com/loyalty',
  resourceId: 'api://api.example.com/0a1b2c3d-1111-2222-3333-444455556666',
};
const tokens: CustomExtension = { ...api, name: 'loyalty', event: 'tokenIssuanceStart', claims: ['level', 'card'] };
const codes: CustomExtension = {
  ...{ ...api, name: 'codes', event: 'otpSend', timeoutMilliseconds: 1500, retries: 0 },
  behaviorOnError: 'fallbackToMicrosoftProviderOnError',
};

const withExtensions = (...extensions: readonly CustomExtension[]) =>
  runProgram(() => {
    const providers = [new GraphProvider('graph')];
    new CustomExtensions('extensions', { extensions, application: 'client-1' }, { providers });
    return {};
  });

const withConnectors = (...connectors: readonly DeclaredConnector[]) =>
  runProgram(() => {
    const providers = [new GraphProvider('graph')];
    new ApiConnectors('connectors', { connectors }, { providers });
    return {};
  });

/** Names of the resources of the provider. */
const namesIn = ({ resources }: Awaited<ReturnType<typeof withExtensions>>): readonly string[] =>
  resources
    .filter(({ type }) => type.startsWith('entragraph:'))
    .map(({ name }) => name)
    .toSorted();

test('an extension has what the estate says, its claims in one order, and a listener calls it', async () => {
  const run = await withExtensions(tokens, codes);
  const inputsOf = (name: string) => run.one('entragraph:index:CustomAuthenticationExtension', name).inputs;
  expect(inputsOf('extensions-tokenIssuanceStart')['claims']).toEqual(['card', 'level']);
  expect(inputsOf('extensions-otpSend')).toMatchObject({
    displayName: 'codes',
    timeoutInMilliseconds: 1500,
    maximumRetries: 0,
    behaviorOnError: 'fallbackToMicrosoftProviderOnError',
  });
  const listener = run.one('entragraph:index:AuthenticationEventListener', 'extensions-otpSend-listener');
  expect(listener.inputs).toEqual({
    event: 'otpSend',
    extension: 'id-of-extensions-otpSend',
    applications: ['client-1'],
  });
});

test('another name of the estate is no other resource: its removal would take away what the new one took over', async () => {
  const before = namesIn(await withExtensions({ ...tokens, displayName: 'Loyalty' }));
  expect(before).toEqual(['extensions-tokenIssuanceStart', 'extensions-tokenIssuanceStart-listener']);
  expect(namesIn(await withExtensions({ ...tokens, name: 'levels', displayName: 'Loyalty' }))).toEqual(before);
  const connector = declaredConnector('loyalty', { displayName: 'Loyalty' });
  expect(namesIn(await withConnectors(connector))).toEqual(['connectors-Loyalty']);
  expect(namesIn(await withConnectors({ ...connector, name: 'levels' }))).toEqual(['connectors-Loyalty']);
});
