import { planOf, report } from '../../../support/estate-files';

function findingsOf(...attributes: readonly (readonly [key: string, source: string])[]): readonly string[] {
  const lines = attributes.map(([key, source]) => `    - { key: ${JSON.stringify(key)}, source: '${source}' }\n`);
  return report(planOf(`access:\n  permissionSets: []\n  grants: []\n  attributes:\n${lines.join('')}`));
}

const SOURCE = '${path:enterprise.department}';

test.each(['k', 'k'.repeat(128), 'Cost center', 'Größe_.:/=+-@', 'awsome'])('the key %s is accepted', (key) => {
  expect(findingsOf([key, SOURCE])).toEqual([]);
});

test.each(['k'.repeat(129), 'aws:x', 'AWS:x', 'a#b', '😀'])('the key %s is refused', (key) => {
  const shown = key.length > 80 ? `"${'k'.repeat(79)}…` : `"${key}"`;
  expect(findingsOf([key, SOURCE])).toEqual([
    `error attribute-key estate.yaml:5:14 access.attributes[0].key: ${shown} is not a valid attribute key (1 to 128 letters, digits, spaces and _.:/=+-@, not starting with aws:)`,
  ]);
});

test('a key is defined once, whatever its source', () => {
  expect(findingsOf(['a', SOURCE], ['A', SOURCE], ['a', '${path:title}'])).toEqual([
    'error duplicate-attribute estate.yaml:7:14 access.attributes[2].key: "a" is defined twice (each key once) [see estate.yaml:5:14]',
  ]);
});

test.each([
  '${path:userName}',
  '${path:name.givenName}',
  '${path:emails[primary eq true].value}',
  '${path:enterprise.costCenter}',
])('the source %s is accepted', (source) => {
  expect(findingsOf(['a', source])).toEqual([]);
});

test('a source that is no user attribute is refused, with the nearest one', () => {
  expect(findingsOf(['a', '${path:enterprise.costcentre}'])).toEqual([
    'error attribute-source estate.yaml:5:27 access.attributes[0].source: "${path:enterprise.costcentre}" is not a user attribute of IAM Identity Center (did you mean \'${path:enterprise.costCenter}\'?)',
  ]);
  expect(findingsOf(['a', 'enterprise.costCenter'])).toHaveLength(1);
});

test('fifty attributes are accepted, one more is refused', () => {
  const attributes = Array.from({ length: 51 }, (_, index) => [`k${index}`, SOURCE] as const);
  expect(findingsOf(...attributes.slice(1))).toEqual([]);
  expect(findingsOf(...attributes)).toEqual([
    'error too-many-attributes estate.yaml:5:5 access.attributes: 51 attributes (at most 50)',
  ]);
});
