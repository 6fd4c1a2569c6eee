import { z } from 'zod';
import { located, locatedTexts, withPositions } from '../../../src/estate/source/located';

const Item = located(
  z.strictObject({ name: z.string(), regions: locatedTexts(z.array(z.string()), 'text').default([]) }),
);
const File = z.strictObject({ items: z.array(Item) });

test('a mapping and the texts of a list know where they stand in the file', () => {
  const { items } = File.parse(withPositions({ items: [{ name: 'a' }, { name: 'b', regions: ['x', 'y'] }] }));
  expect(items).toEqual([
    { at: ['items', 0], name: 'a', regions: [] },
    {
      at: ['items', 1],
      name: 'b',
      regions: [
        { at: ['items', 1, 'regions', 0], text: 'x' },
        { at: ['items', 1, 'regions', 1], text: 'y' },
      ],
    },
  ]);
});

test('a value that an alias repeats has a place of its own each time', () => {
  const shared = { name: 'a' };
  const { items } = File.parse(withPositions({ items: [shared, shared] }));
  expect(items.map(({ at }) => at)).toEqual([
    ['items', 0],
    ['items', 1],
  ]);
});

test('an unknown key is the only fault of an item that is sound besides', () => {
  const { error } = File.safeParse(withPositions({ items: [{ name: 'a', nmae: 'b' }] }));
  expect(error?.issues.map(({ code, path }) => [code, path])).toEqual([['unrecognized_keys', ['items', 0]]]);
});

test('a value without positions is a fault of the program', () => {
  expect(() => File.parse({ items: [{ name: 'a' }] })).toThrow('parse what withPositions returns');
});
