import { Redaction, type RedactionOptions } from '../../../src/prove/redaction';

const OPTIONS: RedactionOptions = {
  replaced: [
    ['prove-0a1b2c3d', '{mark}'],
    ['210000000099', '{account}'],
  ],
  ids: /\bps-\d{4}\b/g,
  secret: /Token$/,
  isEnumerated: () => false,
  known: new Set(),
};

const told = (text: string, more: Partial<RedactionOptions> = {}): unknown =>
  new Redaction({ ...OPTIONS, ...more }).value('Name', text);

test('placeholders and marks between them are shown', () => {
  expect(told('prove-0a1b2c3d/ps-0001, 210000000099')).toBe('{mark}/{id-1}, {account}');
});

test.each(['{lovelace}', '{mark} {board}', '{id-7}', 'prove-0a1b2c3d {salary}', '{}', '{id-}'])(
  'what only looks like a placeholder is a text: %s',
  (text) => {
    expect(told(text)).toBe('{text}');
  },
);

test.each(['', 'a', 'abc'])("a text of the run as short as '%s' is replaced nowhere", (short) => {
  const replaced = [...OPTIONS.replaced, [short, '{domain}'] as const];
  expect(told('a banana, abc', { replaced, known: new Set(['a banana, abc']) })).toBe('a banana, abc');
  expect(told('Ada Lovelace', { replaced })).toBe('{text}');
});
