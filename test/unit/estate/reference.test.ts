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

test.each([...new Set(keysOf(estateJsonSchema()))])('the key %s has a meaning, or a part of its own', (key) => {
  const entries = reference
    .split('\n')
    .filter((line) => line.startsWith(`- \`${key}\` `) || line.startsWith(`- \`${key}\`:`));
  expect(entries.length).toBeGreaterThan(0);
  for (const entry of entries) expect(entry).toMatch(/: \S|\]\(#[^)]+\)/);
});

test('every link inside leads to a heading', () => {
  const headings = reference.split('\n').filter((line) => line.startsWith('## '));
  const slugs = new Set(headings.map((line) => slugOf(line.slice(3))));
  const links = [...reference.matchAll(/\]\(#([^)]*)\)/g)].map(([, slug = '']) => slug);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((slug) => !slugs.has(slug))).toEqual([]);
});

test.each([
  ['sessionDuration', 'default `PT1H`'],
  ['sessionDuration', 'PT1H to PT12H'],
  ['deployFrom', '`management` or `delegated-admin`'],
  ['include', '*required*'],
  ['tags', 'at most 50 entries'],
])('the entry of %s has %s before its meaning', (key, part) => {
  const facts = reference
    .split('\n')
    .flatMap((line) => line.split(/(?<=\)): /, 1).filter((one) => one.startsWith(`- \`${key}\` (`)));
  expect(facts.filter((one) => one.includes(part))).not.toEqual([]);
});
