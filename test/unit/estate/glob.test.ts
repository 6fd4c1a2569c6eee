import { compileGlob, isGlob } from '../../../src/estate/source/names';

test.each([
  // A star is any run of characters, also none; a question mark is exactly one.
  ['*', '', true],
  ['*', 'prod', true],
  ['prod*', 'prod', true],
  ['prod*', 'prod-eu', true],
  ['prod*', 'my-prod', false],
  ['*prod', 'my-prod', true],
  ['*prod', 'prod-eu', false],
  ['a*c', 'ac', true],
  ['a*c', 'abbbc', true],
  ['a*c', 'abbbcd', false],
  ['*a*b*', 'xxaxxbxx', true],
  ['*a*b*', 'xxbxxaxx', false],
  ['**', 'x', true],
  ['?', '', false],
  ['?', 'a', true],
  ['?', 'ab', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['??*', 'a', false],
  ['??*', 'ab', true],
  ['*?', '', false],
  ['*?', 'a', true],
  // Both ends are anchored.
  ['prod*', 'xprod', false],
  ['*-dev', 'app-dev-2', false],
  // A later part may need an earlier star to take more.
  ['*ab', 'aab', true],
  ['a*b?d', 'abcbxd', true],
  // One character is one code point, also outside the basic plane.
  ['?', '😀', true],
  ['??', '😀', false],
  ['team-?', 'team-🚀', true],
  ['*🚀', 'team-🚀', true],
  ['🚀*', '🚀-team', true],
  // No normalisation, folding or trimming.
  ['caf?', 'cafe\u0301', false],
  ['caf??', 'cafe\u0301', true],
  ['PROD*', 'prod-eu', false],
  ['prod*', ' prod', false],
  ['*prod', 'prod ', false],
  // All else stands for itself.
  ['a.c*', 'abc', false],
  ['a.c*', 'a.cd', true],
  ['[ab]*', 'a', false],
  ['[ab]*', '[ab]c', true],
  ['(a|b)*', 'a', false],
  ['a+*', 'aab', false],
  ['^*$', 'x', false],
  ['^*$', '^x$', true],
  ['\\*', 'x', false],
  ['\\*', '\\x', true],
  ['{a,b}*', 'a', false],
  ['!*', 'x', false],
  ['*\n', 'a\n', true],
  ['?', '\n', true],
])('glob %j against name %j: %j', (pattern, name, expected) => {
  expect(compileGlob(pattern)(name)).toBe(expected);
});

test.each([
  ['prod', 'prod', true],
  ['prod', 'Prod', false],
  ['prod', 'prod ', false],
  ['prod', 'prod-eu', false],
  ['caf\u00e9', 'cafe\u0301', false],
  ['pr.d', 'prod', false],
])('a pattern without wildcards is an exact name: %j against %j: %j', (pattern, name, expected) => {
  expect(isGlob(pattern)).toBe(false);
  expect(compileGlob(pattern)(name)).toBe(expected);
});

test.each(['*', '?', 'a*', 'a?b'])('%j is a glob', (pattern) => {
  expect(isGlob(pattern)).toBe(true);
});

// One that does would outlast the suite.
test.each(['*a*a*a*a*a*b', '*a?a?a?a?*b', `${'*a'.repeat(50)}*b`])('%s takes no exponential time', (pattern) => {
  const matches = compileGlob(pattern);
  expect(matches('a'.repeat(20_000))).toBe(false);
});
