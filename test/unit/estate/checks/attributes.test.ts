import { planOf, codesAndPlaces } from '../../../support/estate-files';

function findingsOf(...attributes: readonly (readonly [key: string, source: string])[]): readonly string[] {
  const lines = attributes.map(([key, source]) => `    - { key: ${JSON.stringify(key)}, source: '${source}' }\n`);
  return codesAndPlaces(planOf(`access:\n  permissionSets: []\n  grants: []\n  attributes:\n${lines.join('')}`));
}

const SOURCE = '${path:enterprise.department}';

test.each(['k', 'k'.repeat(128), 'Cost center', 'Größe_.:/=+-@', 'awsome'])('the key %s is accepted', (key) => {
  expect(findingsOf([key, SOURCE])).toEqual([]);
});

test.each(['k'.repeat(129), 'aws:x', 'AWS:x', 'a#b', '😀'])('the key %s is refused', (key) => {
  expect(findingsOf([key, SOURCE])).toEqual(['error attribute-key estate.yaml:5:14 access.attributes[0].key']);
});

test('a key is defined once, whatever its source', () => {
  expect(findingsOf(['a', SOURCE], ['A', SOURCE], ['a', '${path:title}'])).toEqual([
    'error duplicate-attribute estate.yaml:7:14 access.attributes[2].key [see estate.yaml:5:14]',
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
    'error attribute-source estate.yaml:5:27 access.attributes[0].source',
  ]);
  expect(findingsOf(['a', 'enterprise.costCenter'])).toHaveLength(1);
});

test('fifty attributes are accepted, one more is refused', () => {
  const attributes = Array.from({ length: 51 }, (_, index) => [`k${index}`, SOURCE] as const);
  expect(findingsOf(...attributes.slice(1))).toEqual([]);
  expect(findingsOf(...attributes)).toEqual(['error too-many-attributes estate.yaml:5:5 access.attributes']);
});
