import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metadataOf } from '../../support/emergency';
import { fakePrograms } from '../../support/fake-cli';
import { EXAMPLE, PROGRAM, SANDBOX } from '../../support/repository';

const TENANT = '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11';
const ISSUER = 'https://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c';
const estate = readFileSync(join(SANDBOX, 'estate.yaml'), 'utf8');
const ACS = /replyUrl: (\S+)/.exec(estate)?.[1] ?? '';

/** In the form of a service provider's metadata (OASIS, SAML 2.0 Metadata, 2.4.4). */
function serviceMetadata({ issuer = ISSUER, urls = [ACS], head = '' } = {}): string {
  const services = urls.map(
    (url, index) =>
      `<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${url}" index="${index}" isDefault="${url === ACS}"/>`,
  );
  return `<?xml version="1.0"?>${head}<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${issuer}"><md:SPSSODescriptor>${services.join('')}</md:SPSSODescriptor></md:EntityDescriptor>`;
}

let folder: string;
let server: Server;
let answer: { readonly status: number; readonly body: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'saml-'));
  server = createServer((_request, response) => response.writeHead(answer.status).end(answer.body));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metadata?appid=1`;
  fakePrograms(join(folder, 'bin')).answer('pulumi', [
    { words: ['output', 'sandbox-workforce'], stdout: JSON.stringify({ federationMetadataUrl: url }) },
  ]);
});

beforeEach(() => {
  answer = { status: 200, body: metadataOf(undefined, TENANT) };
});

afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});

function run(text: string, words: readonly string[] = ['--estate', 'sandbox']) {
  const file = join(folder, 'aws.xml');
  writeFileSync(file, text);
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` };
  return new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((done) => {
    const args = [PROGRAM, 'import', '--saml', file, ...words];
    execFile(process.execPath, args, { env, cwd: EXAMPLE }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

test("AWS's metadata is compared with the estate, or gives its lines", async () => {
  expect(await run(serviceMetadata())).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('are those of') as string,
  });
  const additional = 'https://us-east-1.sso.signin.aws/platform/saml/acs/another';
  const { code, stdout } = await run(serviceMetadata({ urls: [additional, ACS] }), ['--estate', 'fresh']);
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining(`      replyUrl: ${ACS}\n      additionalReplyUrls:\n        - ${additional}\n`),
  ]);
  expect(stdout).toContain('      signOnUrl: https://d-93670a1b2c.awsapps.com/start\n');
});

test('the metadata of another instance is named key by key', async () => {
  const { code, stdout } = await run(serviceMetadata({ issuer: ISSUER.replace('93670a1b2c', '0000000000') }));
  expect(code).toBe(1);
  expect(stdout.match(/saml\.\w+ is/g)).toEqual(['saml.identifier is', 'saml.signOnUrl is']);
});

test.each([
  ['a page', '<html></html>'],
  ["Entra's own", metadataOf()],
  ['of somebody else', serviceMetadata({ issuer: 'https://sp.example.com', urls: ['https://sp.example.com/acs'] })],
  ['with a reply URL of somebody else', serviceMetadata({ urls: [ACS, 'https://attacker.example.com/acs'] })],
  ['that defines entities', serviceMetadata({ head: '<!DOCTYPE x [<!ENTITY a "b">]>' })],
  ['that is far too long', serviceMetadata().padEnd(1_000_001)],
])('metadata %s is refused', async (_what, text) => {
  const { code, stdout, stderr } = await run(text);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('must be the SAML metadata of IAM Identity Center');
});

test.each(['no-such-file.xml', '.'])('%s is refused as no file', (name) => {
  const file = join(folder, name);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, 'import', '--estate', 'sandbox', '--saml', file],
    {
      cwd: EXAMPLE,
      encoding: 'utf8',
    },
  );
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/must be the SAML metadata of IAM Identity Center .*, and there is no such file\n$/);
});

describe("Entra's metadata", () => {
  const out = () => ['--estate', 'sandbox', '--out', folder];

  test('is written ready to upload, with certificate and last day', async () => {
    const { code, stdout } = await run(serviceMetadata(), out());
    expect(code).toBe(0);
    expect(stdout).toMatch(/certificate [0-9A-F]{40}, ends on 2028-12-31\n/);
    expect(stdout).toContain(`steps done identity-center/metadata --estate sandbox --by NAME --metadata ${folder}`);
    expect(readFileSync(join(folder, 'entra-metadata.xml'), 'utf8')).toBe(answer.body);
  });

  test.each([
    ['of another tenant', { status: 200, body: metadataOf(undefined, 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73') }],
    ['without a certificate', { status: 200, body: metadataOf([], TENANT) }],
    ['that is not there', { status: 404, body: '' }],
  ])('%s is not written', async (_what, given) => {
    rmSync(join(folder, 'entra-metadata.xml'), { force: true });
    answer = given;
    expect((await run(serviceMetadata(), out())).code).toBe(1);
    expect(() => readFileSync(join(folder, 'entra-metadata.xml'))).toThrow('ENOENT');
  });
});
