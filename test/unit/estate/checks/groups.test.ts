import { planOf, report } from '../../../support/estate-files';

test('names of 256 and descriptions of 1,024 characters are accepted', () => {
  const estate = `workforce:\n  groups:\n    - { name: ${'n'.repeat(256)}, description: ${'d'.repeat(1024)} }\n`;
  expect(report(planOf(estate))).toEqual([]);
});

test('longer ones are refused', () => {
  const estate = `workforce:\n  groups:\n    - name: ${'n'.repeat(257)}\n      description: ${'d'.repeat(1025)}\n`;
  expect(report(planOf(estate))).toEqual([
    `error group-name estate.yaml:3:13 workforce.groups[0].name: "${'n'.repeat(79)}… is 257 characters long (at most 256)`,
    'error group-description estate.yaml:4:20 workforce.groups[0].description: the description is 1025 characters long (at most 1024)',
  ]);
});

test('a group is declared once', () => {
  expect(report(planOf('workforce:\n  groups:\n    - name: A\n    - name: a\n    - name: A\n'))).toEqual([
    'error duplicate-group estate.yaml:5:13 workforce.groups[2].name: "A" is declared twice (each group once) [see estate.yaml:3:13]',
  ]);
});

test('a workforce without an access section needs no organization', () => {
  const plan = planOf('workforce:\n  groups:\n    - name: A\n', undefined, {
    'organization.json': { kind: 'missing' },
  });
  expect(report(plan)).toEqual([]);
  expect(plan.access).toBeUndefined();
});

test('a description of a group that is only looked up is a warning, since nobody writes it', () => {
  expect(
    report(
      planOf(
        'workforce:\n  groups:\n    - { name: A, adopt: { id: 3e2d1c0b-5555-4666-8777-888899990000 }, description: Old }\n',
      ),
    ),
  ).toEqual([
    'warning adopted-group-description estate.yaml:3:84 workforce.groups[0].description: "Old" is never written: a group with adopt is only looked up (no description, or no adopt)',
  ]);
});
