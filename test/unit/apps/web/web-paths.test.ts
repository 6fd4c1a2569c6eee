import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isWebPath } from '../../../../apps/service/web-paths';
import { REPOSITORY } from '../../../support/repository';

/** Paths of routes, as the sources of the web have them. */
function routesIn(folder: string): readonly string[] {
  const files = readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts') && !file.startsWith('node_modules'));
  return sources.flatMap((file) => {
    const text = readFileSync(join(REPOSITORY, folder, file), 'utf8');
    return [...text.matchAll(/(?:\.(?:get|post|put|delete|route|all)\(|const PATH = )'(\/[^']*)'/g)].map(
      ([, path = '']) => path,
    );
  });
}

test('every route of the web is a path that no redirect URI may have', () => {
  const routes = [...routesIn('apps/web'), ...routesIn('apps/service')];
  expect(routes).toEqual(expect.arrayContaining(['/login', '/account/beneficiary', '/healthz', '/assets/icon.svg']));
  expect(routes.filter((path) => !isWebPath(path))).toEqual([]);
});

test('the paths of the posts and the defaults are free', () => {
  for (const path of ['/auth/callback', '/auth/callback/mfa', '/getAToken', '/getATokenMFA', '/accounts'])
    expect([path, isWebPath(path)]).toEqual([path, false]);
});
