import { csvOf } from '../../../src/text/csv';

test.each([
  '=1',
  '+1',
  '-1',
  '@SUM(1)',
  '\t=1',
  ' =1',
  '\u00a0=1',
  '\u200b=1',
  '\u0000=1',
  '\u001bx',
  '＝1',
  '＋1',
  '－1',
  '＠1',
])('a cell that begins a formula is a text: %j', (text) => {
  expect(csvOf([[text]])).toBe(`'${text}\r\n`);
});

test('a new line before a sign is guarded, and kept in quotes', () => {
  expect(csvOf([['\n=1', '\r=1']])).toBe(`"'\n=1","'\r=1"\r\n`);
});

test('other texts stay as they are', () => {
  expect(csvOf([['a=1', ' a', '(＝)', '2026-01-31', '']])).toBe('a=1, a,(＝),2026-01-31,\r\n');
});
