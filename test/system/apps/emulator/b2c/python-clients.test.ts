import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ADA, FLOWS, READ, startForTest, WEB } from '../../../../support/apps/emulator/b2c/support/application';
import { describeWithPython, pythonEnvironment } from '../../../../support/python';
import { REPOSITORY } from '../../../../support/repository';
import { temporaryFolder } from '../../../../support/templates';

const FOLDER = join(REPOSITORY, 'test/support/clients');
const REQUIREMENTS = join(FOLDER, 'requirements.txt');
const authority = temporaryFolder();

/** Runs the clients over https; they trust the authority by what the docs tell people to set. */
async function runClients(caFile: string, settings: object): Promise<string> {
  const environment = pythonEnvironment(REQUIREMENTS);
  if (!environment.ok) throw new Error(environment.reason);
  const child = spawn(environment.python, ['-W', 'ignore', join(FOLDER, 'python_clients.py')], {
    env: { ...process.env, SSL_CERT_FILE: caFile, REQUESTS_CA_BUNDLE: caFile },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(settings));
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return output;
}

describeWithPython(
  'clients of Python',
  () => {
    test('MSAL, identity and Authlib sign in, refresh an hour later, and sign out', async () => {
      const emulator = await startForTest({ authority });
      const base = emulator.metadataUrl(FLOWS.signIn.id).replace('/v2.0/.well-known/openid-configuration', '');
      const output = await runClients(emulator.caFile ?? '', {
        client_id: WEB.clientId,
        client_secret: WEB.secrets[0],
        redirect_uri: WEB.redirectUris[0],
        scope: READ,
        email: ADA.email,
        password: ADA.password,
        oidc_authority: `${base}/v2.0`,
        authorize: `${base}/oauth2/v2.0/authorize`,
        token: `${base}/oauth2/v2.0/token`,
        end_session: `${base}/oauth2/v2.0/logout`,
      });
      await emulator.stop();
      const outcomes = output.trim().split('\n');
      expect(outcomes.map((line) => JSON.parse(line) as unknown)).toEqual(
        ['msal', 'identity', 'Authlib'].map((library) => ({ library, faults: [] })),
      );
      // Each redeems a code, and later a refresh token.
      const redeemed = emulator.log.entries.filter(({ path, status }) => path.endsWith('/token') && status === 200);
      expect(redeemed).toHaveLength(6);
    });
  },
  REQUIREMENTS,
);
