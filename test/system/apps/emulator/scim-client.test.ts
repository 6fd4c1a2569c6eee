import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createApp } from '../../../../apps/emulator/aws/app';
import { IdentityStore } from '../../../../apps/emulator/aws/identity-store';
import { ScimEndpoint } from '../../../../apps/emulator/aws/scim/endpoint';
import { RequestLog } from '../../../../apps/emulator/base/request-log';
import { listen } from '../../../../apps/emulator/base/server';
import { describeWithPython, pythonEnvironment } from '../../../support/python';
import { REPOSITORY } from '../../../support/repository';

const REQUIREMENTS = join(REPOSITORY, 'test/support/scim2.txt');
const SCRIPT = join(REPOSITORY, 'test/support/scim_client.py');

describeWithPython(
  'the SCIM endpoint answers a client of another project',
  () => {
    test('creates, finds, changes and deletes, and each answer is as RFC 7643 has it', async () => {
      const python = pythonEnvironment(REQUIREMENTS);
      if (!python.ok) throw new Error(python.reason);
      const endpoint = new ScimEndpoint({ store: new IdentityStore(), tenant: 'tenant-1' });
      const server = await listen('127.0.0.1', 0);
      server.answerWith(createApp(endpoint, new RequestLog(undefined)));
      const address = `http://127.0.0.1:${server.port}${endpoint.path}`;
      const env = { ...process.env, SCIM_TOKEN: endpoint.token };
      const { stdout } = await promisify(execFile)(python.python, [SCRIPT, address], { env }).finally(server.stop);
      expect(JSON.parse(stdout)).toEqual({
        patch: true,
        conflict: 409,
        found: ['ada@example.com'],
        active: false,
        same: true,
      });
    });
  },
  REQUIREMENTS,
);
