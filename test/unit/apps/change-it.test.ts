import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIELD } from '../../support/application-changes';
import { REPOSITORY } from '../../support/repository';

const TEXT =
  /## Change it\n([^]*?)\n## /.exec(readFileSync(join(REPOSITORY, 'docs/application.md'), 'utf8'))?.[1] ?? '';

/** Files that the documentation lists for a change. */
function listed(change: 'field' | 'page' | 'route' | 'claim'): readonly string[] {
  const part = new RegExp(`\\*\\*A ${change}\\*\\*([^]*?)(?=\\n\\*\\*|$)`).exec(TEXT)?.[1] ?? '';
  return [...part.matchAll(/^- `([^`]+)`/gm)].map(([, file = '']) => file).toSorted();
}

/** Sources of the application that a pattern is in. */
function having(pattern: RegExp): readonly string[] {
  return ['apps/api', 'apps/service', 'apps/web']
    .flatMap((folder) =>
      readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
    )
    .filter((file) => /\.(ts|eta)$/.test(file) && !file.includes('node_modules'))
    .filter((file) => pattern.test(readFileSync(join(REPOSITORY, file), 'utf8')))
    .toSorted();
}

test('a field takes six files at most, and the listed ones are those that the tried change touches', () => {
  expect(listed('field')).toEqual([...new Set(FIELD.map(({ file }) => file))].toSorted());
  expect(listed('field').length).toBeLessThanOrEqual(6);
  for (const { file, from } of FIELD)
    expect([file, readFileSync(join(REPOSITORY, file), 'utf8').includes(from)]).toEqual([file, true]);
});

test.each([
  ['page', /['"]\/?claims['"]/],
  ['route', /policy\/beneficiary/],
  ['claim', /family_name|familyName/],
] as const)('a %s: every file that names the example is listed', (change, pattern) => {
  const sources = listed(change).filter((file) => file.startsWith('apps/') && !file.endsWith('claims.eta'));
  expect(sources).toEqual(having(pattern).filter((file) => !file.endsWith('claims.eta')));
  expect(listed(change).filter((file) => !existsSync(join(REPOSITORY, file)))).toEqual([]);
});
