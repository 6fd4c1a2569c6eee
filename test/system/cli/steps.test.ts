import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { STEPS_FILE } from '../../../src/estate/source/estate-folder';
import { parseSamlMetadata } from '../../../src/estate/source/saml-metadata';
import { metadataOf } from '../../support/emergency';
import { PROGRAM, SANDBOX } from '../../support/repository';

const FLOW = 'B2C_1_signupsignin1';
const METADATA = metadataOf();
const [THUMBPRINT = ''] = parseSamlMetadata(METADATA)?.thumbprints ?? [];
const AUTHORITY = `/contosoclaims.onmicrosoft.com/${FLOW}`;

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let estates: string;

beforeEach(() => {
  estates = mkdtempSync(join(tmpdir(), 'steps-'));
  cpSync(SANDBOX, join(estates, 'sandbox'), { recursive: true });
});

afterEach(() => {
  rmSync(estates, { recursive: true });
});

function run(
  words: readonly string[],
  options: { readonly input?: string; readonly origin?: string } = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...(options.origin !== undefined && { B2C_ORIGIN: options.origin }) };
    const args = [PROGRAM, 'steps', ...words, '--estates', estates];
    const child = execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
    child.stdin?.end(options.input ?? '');
  });
}

test('lists each step with place, value and state, records one, and lists it as done', async () => {
  const before = await run([]);
  expect(before).toMatchObject({ code: 0, stderr: '' });
  expect(before.stdout).toContain(`${FLOW}/claims
  in     directory contosoclaims, c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73
  where  Azure portal > Azure AD B2C > User flows > ${FLOW} > Application claims
  set    displayName, emails, givenName, objectId, surname
  why    Graph has no property for it
  shows  the ID token of a sign-in has them; \`npx --no entra-aws steps check FLOW\` names each that is missing
  state  open: npx --no entra-aws steps done ${FLOW}/claims --by NAME
`);
  expect(before.stdout).toMatch(/9 of 9 steps are open\n$/);
  const done = await run(['done', `${FLOW}/claims`, '--by', 'Ada Lovelace', '--note', 'seen in a token']);
  expect(done.code).toBe(0);
  expect(JSON.parse(readFileSync(join(estates, 'sandbox', STEPS_FILE), 'utf8'))).toEqual({
    version: 1,
    done: [
      {
        step: `${FLOW}/claims`,
        target: 'directory contosoclaims, c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73',
        asks: 'displayName, emails, givenName, objectId, surname',
        by: 'Ada Lovelace',
        on: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) as string,
        note: 'seen in a token',
      },
    ],
  });
  const after = await run(['list']);
  expect(after.stdout).toMatch(/state {2}done by Ada Lovelace on \d{4}-\d{2}-\d{2} \(seen in a token\)\n/);
  expect(after.stdout).toMatch(/8 of 9 steps are open\n$/);
});

describe('the metadata that was uploaded to AWS', () => {
  const STEP = 'identity-center/metadata';
  const done = (...more: readonly string[]) => run(['done', STEP, '--by', 'Ada Lovelace', ...more]);

  test('is recorded by its certificate, and what ACCEPT costs stands in the list', async () => {
    expect((await run([])).stdout).toContain('  - registered second factors are deleted;');
    const file = join(estates, 'metadata.xml');
    writeFileSync(file, METADATA);
    expect(await done('--metadata', file)).toMatchObject({ code: 0, stderr: '' });
    const records = JSON.parse(readFileSync(join(estates, 'sandbox', STEPS_FILE), 'utf8')) as unknown;
    expect(records).toMatchObject({ done: [{ step: STEP, by: 'Ada Lovelace', thumbprints: [THUMBPRINT] }] });
    expect((await run([])).stdout).toContain(`  upload the certificate ${THUMBPRINT}\n  state  done by Ada Lovelace`);
  });

  test('must be named, and be metadata of an identity provider; other steps take none', async () => {
    const file = join(estates, 'page.xml');
    writeFileSync(file, '<html></html>');
    for (const [result, message] of [
      [await done(), 'needs --metadata FILE'],
      [await done('--metadata', file), 'must be SAML metadata of an identity provider'],
      [await run(['done', `${FLOW}/claims`, '--by', 'Ada', '--metadata', file]), 'takes no --metadata'],
    ] as const)
      expect([result.code, result.stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

test.each([
  [['done'], 'say which step: npx --no entra-aws steps done STEP'],
  [['done', `${FLOW}/claim`, '--by', 'Ada'], `unknown step '${FLOW}/claim'\n(did you mean '${FLOW}/claims'?)`],
  [['done', `${FLOW}/claims`], '--by must be the name of the person who did it'],
  [['check', '--against', 'local'], 'B2C_ORIGIN'],
  [['check', FLOW], '--client must be an application of the directory'],
  [['check', 'identity-center/metadata'], 'doctor --only saml-upload'],
  [['check', 'identity-center/provisioning', '--against', 'local'], 'have no stand-in here'],
  [['check', 'identity-center/source'], "unknown step 'identity-center/source'"],
])('%j is a wrong call', async (words, message) => {
  const { code, stdout, stderr } = await run(words);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});

describe('a token', () => {
  let server: Server;
  let origin: string;
  let keysOrigin: string;
  let sign: (claims: Readonly<Record<string, unknown>>) => Promise<string>;

  beforeAll(async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' };
    server = createServer(({ url = '' }, response) => {
      const path = url.toLowerCase();
      const isMetadata = path === `${AUTHORITY}/v2.0/.well-known/openid-configuration`.toLowerCase();
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(
          isMetadata
            ? {
                issuer: `${origin}/issuer`,
                authorization_endpoint: `${origin}/authorize`,
                token_endpoint: `${origin}/token`,
                jwks_uri: `${keysOrigin}/keys`,
              }
            : { keys: [jwk] },
        ),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    keysOrigin = origin;
    sign = (claims) =>
      new SignJWT({ tfp: FLOW, iat: 1_700_000_000, exp: 1_700_003_600, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(`${origin}/issuer`)
        .sign(privateKey);
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const WHOLE = { name: 'Ada', emails: ['ada@example.com'], given_name: 'Ada', family_name: 'Lovelace', oid: 'o' };
  const check = (token: string) => run(['check', '--against', 'local'], { input: `${token}\n`, origin });

  test('with all claims is as declared, although it has expired', async () => {
    const { code, stdout, stderr } = await check(await sign(WHOLE));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${FLOW}: signed by the keys of the directory\n  as declared: it has the claim name\n`);
  });

  test('without one is not, and the claim is named', async () => {
    const { code, stdout } = await check(await sign({ ...WHOLE, given_name: undefined }));
    expect(code).toBe(1);
    expect(stdout).toContain('  not as declared: the claim given_name is missing');
  });

  test('that somebody else signed proves nothing, and is not printed', async () => {
    const [head, body] = (await sign(WHOLE)).split('.');
    const forged = `${head ?? ''}.${body ?? ''}.${Buffer.from('forged').toString('base64url')}`;
    const { code, stdout, stderr } = await check(forged);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
    expect(stderr).not.toContain(body ?? '');
  });

  test('whose keys are elsewhere proves nothing', async () => {
    keysOrigin = origin.replace('127.0.0.1', 'localhost');
    const { code, stdout, stderr } = await check(await sign(WHOLE));
    keysOrigin = origin;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('openid-configuration: its keys are elsewhere: http://localhost:');
  });

  test('is asked for where there is none', async () => {
    expect((await check('')).stderr).toContain('no token: put the ID token of a sign-in on standard input');
  });
});
