import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGE_ERRORS } from '../../../apps/web/http/page-error';
import { REPOSITORY } from '../../support/repository';

const GUIDE = readFileSync(join(REPOSITORY, 'docs/application.md'), 'utf8');
const sectionOf = (title: string): string => GUIDE.split(/^## /m).find((section) => section.startsWith(title)) ?? '';

test('every threat has a test that is named after its number', () => {
  const numbers = sectionOf('Threat model').match(/^\d+(?=\. )/gm) ?? [];
  expect(numbers).toEqual(Array.from({ length: 22 }, (_, index) => String(index + 1)));
  const tests = ['unit/apps', 'system/apps/api', 'system/apps/web', 'system/containers']
    .map((folder) => join(REPOSITORY, 'test', folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  expect(numbers.filter((number) => !new RegExp(`['"\`]weakness ${number}\\b`).test(tests))).toEqual([]);
});

test('every error page is explained, with its status', () => {
  const text = readFileSync(join(REPOSITORY, 'docs/web.md'), 'utf8').split('## Error pages')[1] ?? '';
  const explained = [...text.matchAll(/^- (\d+) `([\w-]+)`: /gm)].map(([, status, code]) => [code, Number(status)]);
  expect(explained).toEqual(Object.entries(PAGE_ERRORS).map(([code, { status }]) => [code, status]));
});
