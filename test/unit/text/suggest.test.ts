import { quotedList, suggestionOrList, suggestName } from '../../../src/text/suggest';

test.each([
  ['Developr', 'Developer'],
  ['develoPER', 'Developer'],
  ['Audit', 'Auditor'],
  ['xyz', undefined],
  ['Administrators of everything', undefined],
])('for %j suggests %j', (given, expected) => {
  expect(suggestName(given, ['Auditor', 'Developer'])).toBe(expected);
});

test('a name of which less than half is right is not suggested', () => {
  expect(suggestName('xx', ['ou', 'id'])).toBeUndefined();
  expect(suggestName('tgas', ['tags'])).toBe('tags');
});

test('of two near names it suggests the nearer', () => {
  expect(suggestName('prod-eu-3', ['prod-us-1', 'prod-eu-1'])).toBe('prod-eu-1');
});

test('lists what is known where nothing is near, and counts what is beyond a dozen', () => {
  expect(suggestionOrList('zzzzz', ['a', 'b'], 'groups')).toBe("groups: 'a', 'b'");
  expect(suggestionOrList('zzzzz', [], 'groups')).toBe('groups: none');
  const names = Array.from({ length: 15 }, (_, index) => `n${index}`);
  expect(quotedList(names)).toMatch(/^'n0', .*'n11' and 3 more$/);
  expect(quotedList(names.slice(0, 12))).toMatch(/'n11'$/);
});

// The edit distance to each of them would take hours.
test('a name of a megabyte is not compared letter by letter', () => {
  const accounts = Array.from({ length: 1000 }, (_, index) => `account-${index}`);
  expect(suggestName('x'.repeat(1_000_000), accounts)).toBeUndefined();
});
