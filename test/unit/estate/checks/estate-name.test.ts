import { planEstate } from '../../../../src/estate/plan/estate-plan';
import { memoryFolder, organizationText, codesAndPlaces, SMALL_ORGANIZATION } from '../../../support/estate-files';

function findingsOf(name: string): readonly string[] {
  const files = {
    'estate.yaml': 'access:\n  permissionSets: []\n  grants: []\n',
    'organization.json': organizationText(SMALL_ORGANIZATION),
  };
  return codesAndPlaces(planEstate(memoryFolder(files, name)));
}

test.each(['a', 'Acme-2', `a${'b'.repeat(109)}`])('stacks can be named after the folder %s', (name) => {
  expect(findingsOf(name)).toEqual([]);
});

test.each(['2acme', 'acme_corp', 'acme.eu', '-acme', 'größe'])(
  'stacks can not be named after the folder %s',
  (name) => {
    expect(findingsOf(name)).toEqual([`error estate-name estates/${name}/estate.yaml:1:1`]);
  },
);

test('a folder is refused whatever sections the estate has: its name stands in commands', () => {
  const folder = memoryFolder({ 'estate.yaml': 'workforce:\n  groups: []\n' }, 'my estate');
  expect(codesAndPlaces(planEstate(folder)).join()).toContain('error estate-name estates/my estate/estate.yaml:1:1');
});

test('a name of 111 characters is too long', () => {
  expect(findingsOf('a'.repeat(111))).toHaveLength(1);
});
