import { expressMode, hostingTemplates, production } from '../support/hosting';
import { withoutHashes } from '../support/templates';

expect.addSnapshotSerializer(withoutHashes);

const sandbox = hostingTemplates();

test('the data stack of the sandbox', () => {
  expect(sandbox.data).toMatchSnapshot();
});

test('the stack of services of the sandbox', () => {
  expect(sandbox.services).toMatchSnapshot();
});

test.each([
  ['the sandbox', sandbox],
  ['production with a private API', hostingTemplates(production)],
  ['ECS Express Mode', hostingTemplates(expressMode)],
])('the schemas of CloudFormation, AwsSolutions and AppRunner find nothing in %s', (_what, { issues }) => {
  expect(issues).toEqual([]);
});
