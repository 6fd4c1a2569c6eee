import * as azuread from '@pulumi/azuread';
import { ScimProvisioning } from '../../../../constructs/entra/scim-provisioning';
import { runProgram } from '../../../support/pulumi-mocks';
import { SCIM } from '../../../support/workforce-estate';

test('keeps the token as a secret, even where it is given in plain', async () => {
  const { resources } = await runProgram(() => {
    const servicePrincipal = new azuread.ServicePrincipal('sp', { clientId: 'client' });
    const args = { servicePrincipal, template: 'gallery', scim: SCIM, token: 'plain-token', assignments: [] } as const;
    return { status: new ScimProvisioning('scim', args).status };
  });
  const withToken = resources.filter(({ inputs }) => JSON.stringify(inputs).includes('plain-token'));
  expect(withToken.map(({ name, secretInputs }) => [name, secretInputs])).toEqual([
    ['scim-secrets', ['credentials']],
    ['scim-state', ['credentials']],
  ]);
});

test('safeguards are in the plan as they are, also where no token is given', async () => {
  const safeguards = { notificationEmail: 'identity@example.com', deletionThreshold: 20 };
  const scim = { ...SCIM, safeguards: { at: [...SCIM.at, 'safeguards'], ...safeguards } };
  const { resources } = await runProgram(() => {
    const servicePrincipal = new azuread.ServicePrincipal('sp', { clientId: 'client' });
    return {
      status: new ScimProvisioning('scim', { servicePrincipal, template: 'gallery', scim, assignments: [] }).status,
    };
  });
  const state = resources.find(({ name }) => name === 'scim-state');
  expect(state?.inputs).toMatchObject({ safeguards });
  expect(state?.inputs).not.toHaveProperty('credentials');
});
