import { isLoopbackHost, isLoopbackUrl, isProtectedUrl } from '../../../../apps/service/loopback';

test.each(['localhost', '127.0.0.1', '127.1.2.3', '127.255.255.255', '::1', '[::1]'])(
  'takes %s as this machine',
  (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  },
);

test.each([
  '',
  '0.0.0.0',
  '::',
  '10.0.0.1',
  '128.0.0.1',
  '127.0.0.1.evil.example',
  '127.0.0.1.',
  '127.0.0',
  '127.0.0.256',
  '127.0.0.01',
  '0x7f.0.0.1',
  '127.evil.example',
  'localhost.',
  'LOCALHOST.',
  'localhost.evil.example',
  'evil.localhost',
  'evillocalhost',
  'localhost\n',
  '::1%eth0',
  '::11',
  '[::ffff:127.0.0.1]',
  '::ffff:7f00:1',
])('does not take %j as this machine', (host) => {
  expect(isLoopbackHost(host)).toBe(false);
});

test.each(['http://localhost:5000/path', 'http://LOCALHOST', 'http://127.1', 'http://2130706433/', 'https://[0::1]:1'])(
  'keeps on this machine what is sent to %s',
  (url) => {
    expect(isLoopbackUrl(url)).toBe(true);
  },
);

test.each([
  'no URL',
  'http://localhost@evil.example/',
  'http://127.0.0.1:80@evil.example/',
  'http://evil.example\\@localhost',
  'http://evil.example/?@localhost',
  'http://evil.example#localhost',
  'http://LOCALHOST./',
  'http://127.0.0.1.evil.example',
  'http://[::ffff:127.0.0.1]/',
  'http://0/',
])('does not keep on this machine what is sent to %s', (url) => {
  expect(isLoopbackUrl(url)).toBe(false);
  expect(isProtectedUrl(url)).toBe(false);
});

test.each(['https://evil.example', 'https://localhost', 'http://[::1]:4000'])('protects what is sent to %s', (url) => {
  expect(isProtectedUrl(url)).toBe(true);
});

test.each(['ftp://localhost', 'localhost:5000', 'javascript://localhost'])(
  'does not protect what is sent to %s',
  (url) => {
    expect(isProtectedUrl(url)).toBe(false);
  },
);
