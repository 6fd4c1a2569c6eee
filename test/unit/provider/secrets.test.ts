import { openSecrets, redact, sealSecrets } from '../../../provider/rpc/secrets';

const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';
const secret = (value: string | readonly string[]) => ({ [SIGNATURE]: SECRET, value });

test('secrets are unwrapped at any depth, and sealed again at the top', () => {
  const opened = openSecrets({
    plain: 'p',
    token: secret('t-123456'),
    list: [{ key: 'k', value: secret('deep-secret') }],
    all: secret(['one-secret']),
  });
  expect(opened.values).toEqual({
    plain: 'p',
    token: 't-123456',
    list: [{ key: 'k', value: 'deep-secret' }],
    all: ['one-secret'],
  });
  expect([...opened.secretKeys]).toEqual(['token', 'list', 'all']);
  expect([...opened.secretTexts]).toEqual(['t-123456', 'deep-secret', 'one-secret']);
  expect(sealSecrets({ plain: 'p', token: 'new', gone: undefined }, opened.secretKeys)).toEqual({
    plain: 'p',
    token: secret('new'),
  });
});

test('no secret is left in a message, the longer of two first', () => {
  expect(redact('got abcdef and abc', ['abc', 'abcdef'])).toBe('got [secret] and [secret]');
});
