import { maximumAntichain } from '../../support/antichain';

test.each<[string, Record<string, string[]>, number]>([
  ['nothing', {}, 0],
  ['three that wait for none', { a: [], b: [], c: [] }, 3],
  ['a chain', { a: [], b: ['a'], c: ['b'], d: ['c'] }, 1],
  ['two chains', { a: [], b: ['a'], c: [], d: ['c'] }, 2],
  ['a fan', { a: [], b: ['a'], c: ['a'], d: ['a'], e: ['b', 'c', 'd'] }, 3],
  ['chains that cross', { a: [], b: [], c: ['a', 'b'], d: ['a', 'b'], e: ['c'], f: ['d'] }, 2],
  ['one that waits for a distant one', { a: [], b: ['a'], c: ['b'], d: ['a'] }, 2],
])('the most nodes that wait for none another, of %s', (_what, graph, expected) => {
  expect(maximumAntichain(new Map(Object.entries(graph)))).toBe(expected);
});
