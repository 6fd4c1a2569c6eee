import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/repository';

/** Where texts that a person sees are written. */
const CODE = ['src', 'provider', 'stacks', 'constructs', 'apps'];

const page = readFileSync(join(REPOSITORY, 'docs/troubleshooting.md'), 'utf8');
const blocks = [...page.matchAll(/^```text(.*)\n([^]*?)^```$/gm)].map(([, of = '', text = '']) => ({ of, text }));

function sourcesIn(path: string): readonly string[] {
  return readdirSync(join(REPOSITORY, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|cjs)$/.test(name) && !name.includes('node_modules'))
    .map((name) => readFileSync(join(REPOSITORY, path, name), 'utf8'));
}

/** Texts as they come together: one that goes on in the next line of code is one text. */
const code = CODE.flatMap(sourcesIn)
  .join('\n')
  .replaceAll(/['"`]\s*\+\s*['"`]/g, '')
  .replaceAll(String.raw`\'`, "'");

/** What stands between two places that differ. */
const partsOf = (line: string): readonly string[] => line.split('…').filter((part) => /\w/.test(part));

const ours = blocks
  .filter(({ of }) => of === '')
  .flatMap(({ text }) => text.trimEnd().split('\n'))
  .map((line) => [line] as const);

test.each(ours)('the code says: %s', (line) => {
  expect(partsOf(line).filter((part) => !code.includes(part))).toEqual([]);
  expect(partsOf(line).join('').length).toBeGreaterThan(10);
});

test('a text of another program is marked with whose it is', () => {
  expect(blocks.filter(({ of }) => !/^( of=\w[\w ]+)?$/.test(of))).toEqual([]);
  expect(ours.length).toBeGreaterThan(15);
});
