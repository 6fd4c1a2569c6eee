import type { JsonSchema } from '../../../src/estate/reference/json-schema';
import { estateJsonSchema } from '../../../src/estate/reference/json-schema';
import { estateReference, slugOf } from '../../../src/estate/reference/reference';

const reference = estateReference(estateJsonSchema());

/** Every key of the schema, wherever it is. */
function keysOf(schema: JsonSchema): readonly string[] {
  const own = Object.keys(schema.properties ?? {});
  const below = [...Object.values(schema.properties ?? {}), ...Object.values(schema.$defs ?? {}), schema.items ?? {}];
  return [...own, ...below.flatMap((child) => (Object.keys(child).length > 0 ? keysOf(child) : []))];
}

test.each([...new Set(keysOf(estateJsonSchema()))])('the key %s has a row with a meaning', (key) => {
  const rows = reference.split('\n').filter((line) => line.startsWith(`| \`${key}\` |`));
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(row).toMatch(/ \| \S[^|]* \|$/);
});

test('every link inside leads to a heading', () => {
  const headings = reference.split('\n').filter((line) => line.startsWith('## '));
  const slugs = new Set(headings.map((line) => slugOf(line.slice(3))));
  const links = [...reference.matchAll(/\]\(#([^)]*)\)/g)].map(([, slug = '']) => slug);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((slug) => !slugs.has(slug))).toEqual([]);
});

test.each([
  '| `sessionDuration` | string | `PT1H` | `^PT(\\d+H)?(\\d+M)?(\\d+S)?$` | ISO 8601, from PT1H to PT12H. |',
  '| `deployFrom` | `management` or `delegated-admin` | `management` |  | The account from which IAM Identity Center is deployed. |',
  '| `include` | list of [Selector](#selector) | *required* | not empty | The union of these selectors. |',
  '| `tags` | mapping of strings |  | at most 50 entries | Tags of the permission set. |',
])('it has the row %s', (row) => {
  expect(reference).toContain(`\n${row}\n`);
});

test('a bar in a cell does not end it', () => {
  const schema: JsonSchema = { properties: { a: { type: 'string', pattern: '^(x|y)$', description: 'x | y' } } };
  expect(estateReference(schema)).toContain('| `a` | string |  | `^(x\\|y)$` | x \\| y |');
});
