import { CloudFormationValidatePlugin } from 'aws-cdk-lib';
import { NagPack } from 'cdk-nag';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { answersInMemory } from '../../support/answers';
import { changed } from '../../support/entra-estate';
import { planOf } from '../../support/estate-files';

const ESTATE = `access:
  permissionSets: [{ name: Reader, sessionDuration: PT8H, managedPolicies: [ReadOnlyAccess] }]
  grants: [{ group: Developers, permissionSets: [Reader], accounts: { include: [{ all: true }] } }]
`;

test.each([
  ["CloudFormation's validator", () => jest.spyOn(CloudFormationValidatePlugin.prototype, 'validate')],
  ['cdk-nag', () => jest.spyOn(NagPack.prototype, 'validateScope')],
])('templates that %s could not check are an error, and are not remembered as sound', (_, check) => {
  const known = answersInMemory();
  // What earlier runs know of the checks, such as their version, must not hide that one fails.
  const before = planOf(ESTATE);
  expect(synthesizeEstate(before, { known, files: ['before'] }).issues).toEqual([]);
  const plan = planOf(changed(ESTATE, 'PT8H', 'PT4H'));
  const failing = check().mockImplementation(() => {
    throw new Error('out of memory');
  });
  const synthesize = () => synthesizeEstate(plan, { known, files: ['now'] });
  expect(synthesize).toThrow(/could not check the templates: .*out of memory/);
  expect(synthesize).toThrow(/could not check the templates: .*out of memory/);
  failing.mockRestore();
  expect(synthesize().issues).toEqual([]);
});
