import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnableAWSServiceAccessCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { startSandboxOrganization } from '../stacks/sandbox-organization';
import type { Moto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import { healthyEstate } from './healthy-estate';
import { runCommand, writeEstate } from './run-doctor';
import { withEnvironment } from './with-environment';

describeWithPython('preflight', () => {
  let moto: Moto;
  let estates: string;
  let restore: () => void;
  beforeAll(async () => {
    moto = await startSandboxOrganization();
    restore = withEnvironment(moto.env);
    estates = mkdtempSync(join(tmpdir(), 'preflight-'));
    writeEstate(join(estates, 'sandbox'), (await healthyEstate(moto.region)).files);
    const organizations = new OrganizationsClient(moto.client);
    await organizations.send(
      new EnableAWSServiceAccessCommand({ ServicePrincipal: 'member.org.stacksets.cloudformation.amazonaws.com' }),
    );
  });
  afterAll(async () => {
    restore();
    await moto.stop();
  });
  test('shows', async () => {
    for (const more of [[], ['--role', 'Audit']]) {
      const { stdout, stderr, code } = await runCommand(
        'preflight',
        ['--estates', estates, '--against', 'local', ...more],
        moto.env,
      );
      console.log(stdout, stderr, code);
    }
    console.log(JSON.stringify(await moto.calls()));
  });
});
