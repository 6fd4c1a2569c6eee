import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';

/** The reference: Pulumi's SDK and azuread's, loaded, with a single resource under mocks. */
async function main(): Promise<void> {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs as Record<string, unknown> }),
    call: () => ({}),
  });
  new azuread.Group('group', { displayName: 'group', securityEnabled: true });
  await pulumi.runtime.disconnect();
}

void main();
