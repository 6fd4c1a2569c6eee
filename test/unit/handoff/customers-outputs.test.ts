import { parseCustomersOutputs } from '../../../src/handoff/customers-outputs';
import { handoffOf, versionOf } from '../../../src/handoff/handoff';
import { CLIENT_SECRET, externalOutputsOf, outputsOf } from '../../support/handoff/outputs';

const parse = (value: unknown) => parseCustomersOutputs('sandbox-customers', JSON.stringify(value));

test('takes every id from the outputs of the customers program', () => {
  expect(handoffOf(parse(outputsOf()))).toEqual({
    ids: {
      tenantId: 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73',
      apiClientId: '0b5f9d5e-6c1c-4a43-8d0d-5f3f1f0e2a11',
      webClientId: '7a1f5b1c-2d3e-4f50-9a6b-7c8d9e0f1a22',
      signInFlow: 'B2C_1_signupsignin1',
      signInMetadataUrl:
        'https://contosoclaims.b2clogin.com/contosoclaims.onmicrosoft.com/B2C_1_signupsignin1/v2.0/.well-known/openid-configuration',
      stepUpFlow: 'B2C_1_signupsignin1_mfa',
      stepUpMetadataUrl:
        'https://contosoclaims.b2clogin.com/contosoclaims.onmicrosoft.com/B2C_1_signupsignin1_mfa/v2.0/.well-known/openid-configuration',
      profileEditMetadataUrl:
        'https://contosoclaims.b2clogin.com/contosoclaims.onmicrosoft.com/B2C_1_profileediting1/v2.0/.well-known/openid-configuration',
      passwordResetMetadataUrl:
        'https://contosoclaims.b2clogin.com/contosoclaims.onmicrosoft.com/B2C_1_passwordreset1/v2.0/.well-known/openid-configuration',
      readScope: 'https://contosoclaims.onmicrosoft.com/api/Accounts.Read',
      writeScope: 'https://contosoclaims.onmicrosoft.com/api/Accounts.Write',
    },
    clientSecret: CLIENT_SECRET,
  });
});

test('takes from those of an external tenant the application of the second factor, and no flow', () => {
  expect(handoffOf(parse(externalOutputsOf())).ids).toEqual({
    tenantId: 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73',
    apiClientId: '0b5f9d5e-6c1c-4a43-8d0d-5f3f1f0e2a11',
    stepUpApiClientId: '5c9e2d10-8a4b-4f6e-9d37-2b1a0c8e7f65',
    webClientId: '7a1f5b1c-2d3e-4f50-9a6b-7c8d9e0f1a22',
    signInMetadataUrl:
      'https://contosocustomers.ciamlogin.com/3f9d2b68-5c17-4e0a-9b84-d1e6a7c05f32/v2.0/.well-known/openid-configuration',
    readScope: 'https://contosocustomers.onmicrosoft.com/api/Accounts.Read',
    writeScope: 'https://contosocustomers.onmicrosoft.com/api-step-up/Accounts.Write',
  });
});

test('names what the applications need of an external tenant and the estate lacks', () => {
  const outputs = { ...externalOutputsOf(), stepUpApiClientId: undefined, userFlows: {} };
  expect(() => handoffOf(parse(outputs))).toThrow(
    new Error(
      'The customers program lacks what the applications need; add it to the estate and deploy it:\n' +
        '  a user flow with use: signIn (customers.userFlows)\n' +
        '  customers.stepUp',
    ),
  );
});

test('takes outputs that name no type for those of a B2C directory, as a program of before wrote them', () => {
  const outputs = { ...outputsOf(), directoryType: undefined };
  expect(handoffOf(parse(outputs))).toEqual(handoffOf(parse(outputsOf())));
});

test('names everything that is wrong with the outputs, and no value', () => {
  const outputs = { ...outputsOf(), tenantId: 'nobody', webClientId: undefined, clientSecret: 42 };
  expect(() => parse(outputs)).toThrow(
    new Error(
      'The outputs of the stack sandbox-customers are not those of the customers program (stack-outputs):\n' +
        '  tenantId: Invalid GUID\n' +
        '  webClientId: Invalid input: expected string, received undefined\n' +
        '  clientSecret: Invalid input: expected string, received number\n' +
        'Deploy it first: pulumi up --stack sandbox-customers',
    ),
  );
});

test('refuses a secret that Pulumi hid', () => {
  expect(() => parse(outputsOf({ clientSecret: '[secret]' }))).toThrow(
    'clientSecret: is hidden: it was read without --show-secrets',
  );
});

test('quotes nothing of a text that is no JSON, which may hold the secret', () => {
  expect(() => parseCustomersOutputs('sandbox-customers', `{"clientSecret": "${CLIENT_SECRET}`)).toThrow(
    new Error('pulumi stack output --json --stack sandbox-customers printed something other than JSON'),
  );
});

test('names every flow and scope that the applications need and the estate lacks, each once', () => {
  const outputs = outputsOf();
  const { signIn } = outputs.userFlows;
  expect(() => handoffOf(parse({ ...outputs, userFlows: { signIn }, scopes: [] }))).toThrow(
    new Error(
      'The customers program lacks what the applications need; add it to the estate and deploy it:\n' +
        '  a user flow with use: stepUp (customers.userFlows)\n' +
        '  a user flow with use: profileEdit (customers.userFlows)\n' +
        '  a user flow with use: passwordReset (customers.userFlows)\n' +
        '  the scope Accounts.Read (customers.apiApplication.scopes)\n' +
        '  the scope Accounts.Write (customers.apiApplication.scopes)',
    ),
  );
});

test('a scope is found by its whole value', () => {
  const scopes = ['https://x/api/NotAccounts.Read', 'https://x/api/Accounts.Read', 'https://x/api/Accounts.Write'];
  expect(handoffOf(parse(outputsOf({ scopes }))).ids.readScope).toBe('https://x/api/Accounts.Read');
});

test('the version changes with every id and with the version of the secret, and knows nothing of its value', () => {
  const { ids } = handoffOf(parse(outputsOf()));
  const others = Object.keys(ids).map((id) => versionOf({ ...ids, [id]: 'other' }, 'v1'));
  const versions = [versionOf(ids, 'v1'), versionOf(ids, 'v2'), ...others];
  expect(new Set(versions).size).toBe(versions.length);
  expect(versionOf(ids, 'v1')).toMatch(/^[0-9a-f]{64}$/);
});

test('says what to do where the stack keeps the client secrets that the application has', () => {
  const kept = Object.fromEntries(Object.entries(outputsOf()).filter(([name]) => !name.startsWith('clientSecret')));
  expect(() => parse(kept)).toThrow(
    "The stack sandbox-customers keeps the client secrets that the web application has, so it can't hand one over. Have it " +
      'make its own: pulumi config set credentials managed --stack sandbox-customers, then pulumi up --stack sandbox-customers',
  );
});
