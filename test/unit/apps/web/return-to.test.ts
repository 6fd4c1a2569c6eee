import fc from 'fast-check';
import { PAGE_PATHS } from '../../../../apps/service/web-paths';
import { pagePathOf } from '../../../../apps/web/sign-in/return-to';

test.each(PAGE_PATHS)('%s can be returned to', (path) => {
  expect(pagePathOf(path)).toBe(path);
});

test.each([
  'https://evil.example/account',
  '//evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '/%2f/evil.example',
  '/account/../../evil',
  '/account?x=//evil.example',
  '/account#x',
  ' /account',
  '/account\r\nSet-Cookie: a=b',
  'javascript:alert(1)',
  'data:text/html,x',
  '/login',
  '/logout',
  '/auth/callback',
  '',
  null,
  undefined,
  ['/account'],
])('%j leads to the start page', (path) => {
  expect(pagePathOf(path)).toBe('/');
});

test('whatever is asked for, the browser stays on our own origin', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.constantFrom('//', '/\\', '/%09/').map((start) => `${start}evil.example`),
      ),
      (text) => {
        expect(new URL(pagePathOf(text), 'https://insurance.example').origin).toBe('https://insurance.example');
      },
    ),
  );
});
