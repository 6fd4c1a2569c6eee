import { codesAndPlaces, planOf } from '../../../support/estate-files';

test('names of 120 and descriptions of 1,024 characters are accepted', () => {
  const estate = `workforce:\n  groups:\n    - { name: ${'n'.repeat(120)}, description: ${'d'.repeat(1024)} }\n`;
  expect(codesAndPlaces(planOf(estate))).toEqual([]);
});

test('longer ones are refused', () => {
  const estate = `workforce:\n  groups:\n    - name: ${'n'.repeat(121)}\n      description: ${'d'.repeat(1025)}\n`;
  expect(codesAndPlaces(planOf(estate))).toEqual([
    'error group-name estate.yaml:3:13 workforce.groups[0].name',
    'error group-description estate.yaml:4:20 workforce.groups[0].description',
  ]);
});

test('a group is declared once', () => {
  expect(codesAndPlaces(planOf('workforce:\n  groups:\n    - name: A\n    - name: a\n    - name: A\n'))).toEqual([
    'error duplicate-group estate.yaml:5:13 workforce.groups[2].name [see estate.yaml:3:13]',
  ]);
});

test('an object id is adopted by one group, in whatever case it is written', () => {
  const [id, same] = ['3e2d1c0b-5555-4666-8777-88889999000a', '3E2D1C0B-5555-4666-8777-88889999000A'];
  const groups = `    - { name: A, adopt: { id: ${id} } }\n    - { name: B, adopt: { id: ${same} } }\n`;
  expect(codesAndPlaces(planOf(`workforce:\n  groups:\n${groups}`))).toEqual([
    'error adopted-group-id estate.yaml:4:31 workforce.groups[1].adopt.id [see estate.yaml:3:31]',
  ]);
});

test('a workforce without an access section needs no organization', () => {
  const plan = planOf('workforce:\n  groups:\n    - name: A\n', undefined, {
    'organization.json': { kind: 'missing' },
  });
  expect(codesAndPlaces(plan)).toEqual([]);
  expect(plan.access).toBeUndefined();
});

test('a description of a group that is only looked up is a warning, since nobody writes it', () => {
  expect(
    codesAndPlaces(
      planOf(
        'workforce:\n  groups:\n    - { name: A, adopt: { id: 3e2d1c0b-5555-4666-8777-888899990000 }, description: Old }\n',
      ),
    ),
  ).toEqual(['warning adopted-group-description estate.yaml:3:84 workforce.groups[0].description']);
});
