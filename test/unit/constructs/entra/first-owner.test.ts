import * as pulumi from '@pulumi/pulumi';
import { firstOwner } from '../../../../constructs/entra/applications';

const NOTHING: pulumi.runtime.Mocks = {
  newResource: () => ({ id: undefined, state: {} }),
  call: () => ({}),
};

// What a plan knows must not be another value when somebody else deploys by it.
test.each([
  ['a preview does not know', true, pulumi.runtime.unknownValue],
  ['an update knows', false, 'object-of-who-deploys'],
])('%s who will own what is made', async (_, isPreview, owner) => {
  await pulumi.runtime.setMocks(NOTHING, 'project', 'stack', isPreview);
  const sent = await pulumi.runtime.serializeProperties('args', { owner: firstOwner('object-of-who-deploys') });
  expect(sent).toEqual({ owner });
});
