import { z } from 'zod';
import { parsePreview } from '../../../../src/deploy/pipeline/gate';
import { parseWritten } from '../../../../src/deploy/pipeline/written-file';

const read = (text: string) =>
  parseWritten(z.object({ commit: z.string() }), {
    file: 'plan/deployed.json',
    text,
    command: 'npx --no entra-aws ci deployed-commit',
  });

test('what the command wrote is read', () => {
  expect(read('{"commit":"a"}')).toEqual({ commit: 'a' });
});

test.each([
  ['{"comm', /^plan\/deployed\.json must be what npx --no entra-aws ci deployed-commit writes: .*JSON/],
  [
    '{"commit":1}',
    /^plan\/deployed\.json must be what npx --no entra-aws ci deployed-commit writes:\n.*expected string.*\n.*at commit/,
  ],
])('%s names the file and the command that writes it', (text, message) => {
  expect(() => read(text)).toThrow(message);
});

test('a preview that was cut off is named', () => {
  expect(() => parsePreview('{"estate":')).toThrow(/^preview\.json must be what npx --no entra-aws preview writes: /);
});
