import { formatPlace, showValue } from '../../../src/estate/source/finding';
import { visible, visibleLines } from '../../../src/estate/source/visible';

test.each([
  '\u0000',
  '\u001b',
  '\u007f',
  '\u0085',
  '\u009b',
  '\u061c',
  '\u200b',
  '\u200d',
  '\u200f',
  '\u2028',
  '\u202e',
  '\u2060',
  '\u2066',
  '\u2069',
  '\ufeff',
  '\ud800',
])('%j is written as an escape', (character) => {
  const code = `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  expect(visible(`a${character}b`)).toBe(`a${code}b`);
  expect(formatPlace({ file: `a${character}`, line: 1, column: 2 })).toBe(`a${code}:1:2`);
});

test('letters of all scripts and emoji stay, those joined of several too', () => {
  const text = 'größer 名前 😀 👩\u200d🚀 👩🏽\u200d🚀 ❤\ufe0f\u200d🔥';
  expect(visible(text)).toBe(text);
});

test('a value that is shown holds nothing that is not seen', () => {
  expect(showValue('a\u202eb\u200b')).toBe('"a\\u202eb\\u200b"');
});

test.each(['##vso[task.setvariable variable=x]y', '##[group]x', 'name ##VSO[task.complete]'])(
  '%s is not a command to what runs a pipeline',
  (text) => {
    expect(visible(text)).not.toMatch(/##(vso)?\[/i);
    expect(visible(text)).toBe(text.replace('##', '\\u0023#'));
    expect(showValue(text)).toContain('\\u0023#');
  },
);

test('lines stay lines', () => {
  expect(visibleLines('a\u001b[2J\nb\n')).toBe('a\\u001b[2J\nb\n');
});
