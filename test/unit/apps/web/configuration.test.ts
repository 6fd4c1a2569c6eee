import { randomBytes } from 'node:crypto';
import { readConfiguration } from '../../../../apps/web/configuration';

const flow = (id: string): string =>
  `https://contoso.b2clogin.com/contoso.onmicrosoft.com/${id}/v2.0/.well-known/openid-configuration`;
const SECRET = 'very~secret~value';
const KEY = randomBytes(32).toString('base64url');

const GOOD = {
  PORT: '5000',
  BASE_URL: 'https://insurance.example',
  WEB_CLIENT_ID: '22222222-2222-4222-8222-222222222222',
  WEB_CLIENT_SECRET: SECRET,
  SIGN_IN_METADATA_URL: flow('B2C_1_signupsignin1'),
  STEP_UP_METADATA_URL: flow('B2C_1_signupsignin1_mfa'),
  PROFILE_EDIT_METADATA_URL: flow('B2C_1_profileediting1'),
  PASSWORD_RESET_METADATA_URL: flow('B2C_1_passwordreset1'),
  API_URL: 'https://api.insurance.example',
  API_READ_SCOPE: 'https://contoso.onmicrosoft.com/api/Accounts.Read',
  API_WRITE_SCOPE: 'https://contoso.onmicrosoft.com/api/Accounts.Write',
  SESSIONS_TABLE: 'sessions',
  SESSION_KEYS: KEY,
  AWS_REGION: 'eu-central-1',
};

function findingsOf(changes: Readonly<Record<string, string | undefined>>): readonly string[] {
  const read = readConfiguration({ ...GOOD, ...changes });
  return read.ok ? [] : read.findings;
}

test('reads what is given, and fills in the rest', () => {
  const read = readConfiguration({ ...GOOD, SESSION_KEYS: `${KEY}, ${KEY}`, AWS_ENDPOINT_URL_DYNAMODB: '' });
  expect(read.ok && read.configuration).toMatchObject({
    HOST: '127.0.0.1',
    PORT: 5000,
    SIGN_IN_CALLBACK: '/auth/callback',
    STEP_UP_CALLBACK: '/auth/callback/mfa',
    SESSION_KEYS: [Buffer.from(KEY, 'base64url'), Buffer.from(KEY, 'base64url')],
    SESSION_IDLE_MINUTES: 30,
    SESSION_MAX_HOURS: 12,
    STEP_UP_MINUTES: 5,
    TRUST_PROXY: 0,
    REQUESTS_PER_MINUTE: 300,
    LOG_LEVEL: 'info',
  });
});

test('an empty environment says all that is missing at once', () => {
  const read = readConfiguration({});
  expect(read.ok ? [] : read.findings.toSorted()).toEqual(
    Object.keys(GOOD)
      .map((name) => `${name}: is missing`)
      .toSorted(),
  );
});

test.each([
  ['PORT', '65536', 'must be a port, a whole number from 0 to 65535'],
  ['BASE_URL', 'insurance.example', 'must be a URL'],
  ['BASE_URL', 'https://insurance.example/app', 'must be an origin alone'],
  ['WEB_CLIENT_ID', 'web', 'must be a GUID'],
  ['WEB_CLIENT_SECRET', 'short', 'must be a client secret of 8 characters or more'],
  ['SIGN_IN_METADATA_URL', 'https://contoso.b2clogin.com/', 'must be a full OpenID metadata URL'],
  ['SIGN_IN_METADATA_URL', flow('B2C_1_signupsignin1_mfa'), 'must be of another flow than SIGN_IN_METADATA_URL'],
  ['SIGN_IN_CALLBACK', 'https://evil.example/', 'must be a path such as /auth/callback'],
  ['SIGN_IN_CALLBACK', '/Login', 'must be a path that the web has no page at'],
  ['STEP_UP_CALLBACK', '/healthz', 'must be a path that the web has no page at'],
  ['STEP_UP_CALLBACK', '/assets/style.css', 'must be a path that the web has no page at'],
  ['STEP_UP_CALLBACK', '/auth/Callback', 'must be another path than SIGN_IN_CALLBACK'],
  ['STEP_UP_CALLBACK', '/auth/callback', 'must be another path than SIGN_IN_CALLBACK'],
  ['SIGN_IN_CALLBACK', '/auth/callback/mfa', 'STEP_UP_CALLBACK: must be another path than SIGN_IN_CALLBACK'],
  ['API_READ_SCOPE', 'Accounts.Read', 'must be a full scope name'],
  ['SESSIONS_TABLE', 'a', 'must be a table name'],
  ['SESSION_KEYS', 'too-short', 'must be keys of 32 bytes in base64url'],
  ['SESSION_KEYS', `${KEY},`, 'must be keys of 32 bytes in base64url'],
  ['SESSION_IDLE_MINUTES', '0', 'must be minutes, a whole number from 1 to 1440'],
  ['STEP_UP_MINUTES', '61', 'must be minutes, a whole number from 1 to 60'],
  ['AWS_REGION', 'Frankfurt', 'must be a region such as eu-central-1'],
  ['LOG_LEVEL', 'loud', 'must be one of trace'],
  ['TRUST_PROXY', 'all', 'must be a number of proxies (0 to 9)'],
])('%s=%s: %s', (name, value, message) => {
  const [finding, ...others] = findingsOf({ [name]: value });
  expect(finding).toContain(message);
  expect(others).toEqual([]);
});

test('all findings come at once, and none shows a value', () => {
  const findings = findingsOf({ PORT: SECRET, SESSION_KEYS: SECRET, AWS_REGION: SECRET, BASE_URL: SECRET });
  expect(findings).toHaveLength(4);
  expect(findings.join('\n')).not.toContain(SECRET);
});

test.each(['BASE_URL', 'API_URL', 'SIGN_IN_METADATA_URL', 'AWS_ENDPOINT_URL_DYNAMODB'])(
  'weakness 18: %s may be plain http on loopback alone',
  (name) => {
    const value = (GOOD as Readonly<Record<string, string>>)[name] ?? 'https://db.example';
    expect(findingsOf({ [name]: value.replace('https:', 'http:') }).join()).toContain('http is for loopback hosts');
    const local = new URL(value.replace('https:', 'http:'));
    local.hostname = 'localhost';
    expect(findingsOf({ [name]: local.href.replace(/\/$/, '') })).toEqual([]);
  },
);

describe('with External ID', () => {
  const EXTERNAL = {
    PORT: GOOD.PORT,
    DIRECTORY_TYPE: 'external-id',
    BASE_URL: GOOD.BASE_URL,
    WEB_CLIENT_ID: GOOD.WEB_CLIENT_ID,
    WEB_CLIENT_SECRET: SECRET,
    SIGN_IN_METADATA_URL: 'https://contoso.ciamlogin.com/t/v2.0/.well-known/openid-configuration',
    API_URL: GOOD.API_URL,
    API_READ_SCOPE: GOOD.API_READ_SCOPE,
    API_WRITE_SCOPE: 'https://contoso.onmicrosoft.com/api-step-up/Accounts.Write',
    SESSIONS_TABLE: GOOD.SESSIONS_TABLE,
    SESSION_KEYS: KEY,
    AWS_REGION: GOOD.AWS_REGION,
  };
  const externalFindings = (changes: Readonly<Record<string, string>>): readonly string[] => {
    const read = readConfiguration({ ...EXTERNAL, ...changes });
    return read.ok ? [] : read.findings;
  };

  test('one metadata URL is enough', () => {
    expect(externalFindings({})).toEqual([]);
    expect(externalFindings({ SIGN_IN_METADATA_URL: '' })).toEqual(['SIGN_IN_METADATA_URL: is missing']);
  });

  test('the scope for changing must be of the application that a policy protects', () => {
    expect(externalFindings({ API_WRITE_SCOPE: GOOD.API_WRITE_SCOPE })).toEqual([
      'API_WRITE_SCOPE: must be of another application than API_READ_SCOPE, or no one is asked for a second factor',
    ]);
  });

  test('another type is refused by its name', () => {
    expect(externalFindings({ DIRECTORY_TYPE: 'ciam' })).toEqual(['DIRECTORY_TYPE: must be one of b2c, external-id']);
  });
});
