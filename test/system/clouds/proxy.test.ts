import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finish } from './organization/run-snapshot';
import { writeProject } from '../../support/estate-project';
import { PROGRAM, REPOSITORY } from '../../support/repository';
import { hostedSandboxFiles } from '../../support/sandbox';
import { Tunnel } from '../../support/tunnel';

const HOSTS = [
  '*.amazonaws.com',
  '*.us-east-1.amazonaws.com',
  '*.eu-central-1.amazonaws.com',
  '*.eu-west-1.amazonaws.com',
  'login.microsoftonline.com',
  'graph.microsoft.com',
  'api.github.com',
];
const TENANT = '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11';

const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
const authority = join(folder, 'authority.pem');
const token = join(folder, 'token');
let tunnel: Tunnel;

beforeAll(async () => {
  tunnel = await Tunnel.start(HOSTS, answer);
  writeFileSync(authority, tunnel.authority);
  writeFileSync(token, 'a.b.c');
  writeProject(folder, { sandbox: hostedSandboxFiles() });
});

afterAll(async () => {
  await tunnel.stop();
  rmSync(folder, { recursive: true });
});

/** Signs everybody in, and then refuses whatever is asked. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const body = signIn(String(request.url));
  response.writeHead(body === undefined ? 403 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body ?? { error: { code: 'AccessDenied', message: 'refused' }, message: 'refused' }));
}

function signIn(path: string): object | undefined {
  const login = `https://login.microsoftonline.com/${TENANT}`;
  if (path.includes('/oauth2/v2.0/token')) return { token_type: 'Bearer', expires_in: 3600, access_token: 'a-token' };
  if (path.includes('openid-configuration')) {
    const endpoints = { token_endpoint: `${login}/oauth2/v2.0/token`, authorization_endpoint: `${login}/authorize` };
    return { ...endpoints, issuer: `${login}/v2.0`, jwks_uri: `${login}/keys` };
  }
  if (!path.includes('discovery/instance')) return undefined;
  return {
    tenant_discovery_endpoint: `${login}/v2.0/.well-known/openid-configuration`,
    metadata: [
      {
        preferred_network: 'login.microsoftonline.com',
        preferred_cache: 'login.windows.net',
        aliases: ['login.microsoftonline.com'],
      },
    ],
  };
}

const KEY = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example', AWS_REGION: 'eu-central-1' };
const ROLE = 'arn:aws:iam::210000000001:role/example';
const CDK = join(REPOSITORY, 'node_modules/aws-cdk/bin/cdk');

/** Clients of clouds and forges: what starts each, with which sign-in, and whom it must reach. */
const CLIENTS: Readonly<
  Record<
    string,
    { readonly command: readonly string[]; readonly env: Record<string, string>; readonly hosts: readonly string[] }
  >
> = {
  AWS: {
    command: [PROGRAM, 'snapshot', '--estate', 'sandbox', '--check'],
    env: KEY,
    hosts: ['organizations.us-east-1.amazonaws.com'],
  },
  'AWS, with a token of the forge': {
    command: [PROGRAM, 'snapshot', '--estate', 'sandbox', '--check'],
    env: { AWS_REGION: 'eu-central-1', AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: token },
    hosts: ['sts.eu-west-1.amazonaws.com'],
  },
  'Graph, and the sign-in to it': {
    command: [PROGRAM, 'doctor', '--estate', 'sandbox', '--only', 'saml'],
    env: { ARM_TENANT_ID: TENANT, ARM_CLIENT_ID: TENANT, ARM_CLIENT_SECRET: 'example' },
    hosts: ['login.microsoftonline.com', 'graph.microsoft.com'],
  },
  GitHub: {
    // What a preview left in the checkout is not what is said.
    command: [PROGRAM, 'ci', 'comment', '--estate', 'sandbox', '--preview', folder, '--clouds', folder],
    env: {
      GITHUB_ACTIONS: 'true',
      GITHUB_TOKEN: 'example',
      GITHUB_REPOSITORY: 'insurance/identity',
      GITHUB_RUN_ID: '1',
      GITHUB_REF: 'refs/pull/7/merge',
      GITHUB_API_URL: 'https://api.github.com',
      GITHUB_SERVER_URL: 'https://github.com',
    },
    hosts: ['api.github.com'],
  },
  'the CDK': {
    command: [CDK, 'diff', '-c', 'estate=sandbox', 'sandbox-access'],
    env: { ...KEY, CDK_DISABLE_CLI_TELEMETRY: '1' },
    hosts: ['sts.eu-central-1.amazonaws.com'],
  },
};

describe.each(['HTTPS_PROXY', 'https_proxy'])('by the proxy of %s', (name) => {
  test.each(Object.entries(CLIENTS))('goes %s', async (_client, { command, env, hosts }) => {
    tunnel.reached.splice(0);
    const child = spawn(process.execPath, command, {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, NODE_EXTRA_CA_CERTS: authority, [name]: tunnel.url, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = await finish(child);
    const reached = new Set(tunnel.reached.map((request) => /^\w+ ([^/:]+)/.exec(request)?.[1]));
    expect({ reached: [...reached], said: stdout + stderr }).toMatchObject({
      reached: expect.arrayContaining([...hosts]) as string[],
    });
  });
});
