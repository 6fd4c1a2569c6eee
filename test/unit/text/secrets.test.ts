import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { hideSecret, hideVariables, streamWithoutSecrets, withoutSecrets } from '../../../src/text/secrets';

const CLIENT_SECRET = 'aBc8Q~0123456789abcdefghijklmnopqrstuvw';
const JWT = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(20)}`;

describe('secrets that others quote', () => {
  test.each([
    [
      'AWS refuses a secret',
      `1 validation error detected: Value 'hunter2 and more' at 'secretString' failed to satisfy constraint`,
      'hunter2',
    ],
    ['AWS refuses a parameter', `Value 'hunter2 and more' at 'value' failed to satisfy constraint: length`, 'hunter2'],
    [
      'a request is quoted',
      `PutSecretValue {"SecretId":"a/b","SecretString":"hunter2hunter2"} was refused`,
      'hunter2hunter2',
    ],
    [
      'a form is quoted',
      'grant_type=client_credentials&client_secret=abcdef0123456789abc&scope=x',
      'abcdef0123456789abc',
    ],
    ['a header is quoted', `Authorization: Bearer ${'x'.repeat(30)}`, 'x'.repeat(30)],
    ['a token is quoted', `the token ${JWT} is expired`, JWT],
    ['a client secret is quoted', `AADSTS7000215: Invalid client secret '${CLIENT_SECRET}'`, CLIENT_SECRET],
    ['an address is signed', 'https://a.blob.core.windows.net/x?sv=1&sig=ab%2Bcd%3D&se=2', 'ab%2Bcd%3D'],
    ['a key is quoted', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----', 'MIIE'],
    ['a string quotes JSON', String.raw`body: "{\"password\": \"hunter2hunter2\"}"`, 'hunter2hunter2'],
    ['Pulumi shows what a value becomes', `~ clientSecret: "hunter1hunter1" => "hunter2hunter2"`, 'hunter2hunter2'],
    ['an address has a password', 'fatal: https://oauth2:hunter2hunter2@git.example.com/a', 'hunter2hunter2'],
    ['a password is a header', 'Authorization: Basic dXNlcjpodW50ZXIy', 'dXNlcjpodW50ZXIy'],
    [
      'a token has colons',
      `token: a1b2c3d4-e5f6-7890-abcd-ef1234567890:00000000-1111-2222-3333-444444444444:${'A'.repeat(9)}`,
      'AAAA',
    ],
    ['Pulumi quotes the configuration', `error: config {"entra:scimToken": "a1b2c3d4e5"} is not valid`, 'a1b2c3d4e5'],
  ])('are taken out where %s', (_what, text, secret) => {
    expect(withoutSecrets(text)).not.toContain(secret);
    expect(withoutSecrets(text)).toContain('[secret]');
  });

  test.each([
    'no token: put it into SCIM_TOKEN, or on standard input.',
    'workforce.awsApplication.scim.tokenExpires: "2026-01-01" has passed (token-expired)',
    '"tokenSecret": "arn:aws:secretsmanager:us-east-1:210000000001:secret:forge-AbCdEf"',
    "Value 'PT13H' at 'sessionDuration' failed to satisfy constraint",
    'There is no secret sandbox/customers/web-client-secret in this account and Region, so nothing was written.',
    'GITLAB_TOKEN must be a project access token of this project',
  ])('leave other words as they are: %s', (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });
});

describe('secrets that this process holds', () => {
  test('are taken out in every form in which they are repeated', () => {
    const secret = 'plain "words" & more';
    hideSecret(secret);
    const text = [
      secret,
      JSON.stringify(secret),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ].join(' | ');
    expect(withoutSecrets(text)).toBe('[secret] | "[secret]" | [secret] | [secret]');
  });

  test('are taken out line by line, and without the line that ends them', () => {
    hideVariables({ A_PASSWORD: 'first line of it\nsecond line of it', B_PASSWORD: 'ends with a line\n' });
    expect(withoutSecrets('second line of it, ends with a line.')).toBe('[secret], [secret].');
  });

  test('are those of its environment, but not the name of a file', () => {
    hideVariables({ PULUMI_CONFIG_PASSPHRASE: 'correct horse', AWS_WEB_IDENTITY_TOKEN_FILE: '/tmp/token-file' });
    expect(withoutSecrets('incorrect passphrase correct horse')).toBe('incorrect passphrase [secret]');
    expect(withoutSecrets('/tmp/token-file is gone')).toBe('/tmp/token-file is gone');
  });
});

describe('secrets in what an engine prints', () => {
  const shown = (...chunks: readonly string[]): Promise<string> =>
    text(Readable.from(streamWithoutSecrets(Readable.from(chunks))));

  test('are taken out where a chunk ends within one, and colours stay', async () => {
    const green = '\u001b[32m';
    const [before, after] = ['"clientSecret"', `: ${green}"hunter2hunter2"\u001b[39m\n`];
    expect(await shown('creating\n', before, after.slice(0, 14), after.slice(14), 'done')).toBe(
      `creating\n"clientSecret": ${green}[secret]\u001b[39m\ndone`,
    );
  });

  test('are taken out of a private key that comes line by line, and of one that has no end', async () => {
    const lines = ['key:\n', '-----BEGIN PRIVATE KEY-----\n', 'MIIE\n', '-----END PRIVATE KEY-----\n', 'next\n'];
    expect(await shown(...lines)).toBe('key:\n[secret]\nnext\n');
    expect(await shown(...lines.slice(0, 3))).toBe('key:\n[secret]');
  });

  test('are taken out of a key whose lines begin with a sign, and of one that is cut off', async () => {
    const lines = ['BEGIN PRIVATE KEY-----', 'MIIE', 'abc=', 'END PRIVATE KEY-----'];
    const all = lines.map((line) => `  + ${line.replace(/^(?=BEGIN|END)/, '-----')}\n`);
    expect(await shown(...all, 'next\n')).toBe('  + [secret]\nnext\n');
    expect(await shown(...all.slice(0, 3))).toBe('  + [secret]');
  });

  test('and a sentence about a key hides nothing of what follows', async () => {
    const about = 'a key has to begin with -----BEGIN PRIVATE KEY-----\n';
    expect(await shown(about, 'error: it does not\n')).toBe('a key has to begin with [secret]\nerror: it does not\n');
    const source = async function* () {
      yield `${about}${'line of the log\n'.repeat(1000)}`;
      await new Promise(() => undefined);
    };
    const first = await streamWithoutSecrets(source()).next();
    expect(first.value).toContain('line of the log');
  });

  test('are looked for in a very long line in no time', async () => {
    const begin = performance.now();
    const line = 'a'.repeat(500_000);
    expect(await shown(line, line)).toHaveLength(1_000_000);
    expect(performance.now() - begin).toBeLessThan(5_000);
  });

  test('and each line is shown once it has come', async () => {
    const source = async function* () {
      yield 'one\ntw';
      await new Promise(() => undefined);
    };
    const first = await streamWithoutSecrets(source()).next();
    expect(first).toEqual({ done: false, value: 'one\n' });
  });
});
