import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AwsPolicies } from '../../../../src/estate/source/aws-snapshots';
import { ESTATE_FILE, POLICIES_FILE } from '../../../../src/estate/source/estate-folder';
import { type Moto, startMoto } from '../../../support/moto';
import { describeWithPython } from '../../../support/python';
import { seedOrganization } from '../../../support/seed-organization';
import { INSTANCE } from '../../../support/clouds/organization/sample-organization';
import { type Estates, finish, killGroup, makeEstates, runSnapshot, startSnapshot } from './run-snapshot';

const ESTATE = `version: 1
access:
  permissionSets:
    - { name: Audit, managedPolicies: [SecurityAudit] }
  grants: []
`;
const DOCUMENT = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' }],
};

describeWithPython('snapshot of an estate with access', () => {
  let moto: Moto;
  let estates: Estates;
  let rootId: string;

  const run = (...args: readonly string[]) =>
    runSnapshot(['--estates', estates.root, '--estate', 'sandbox', ...args], moto.env);
  const policies = (): AwsPolicies =>
    AwsPolicies.parse(JSON.parse(readFileSync(join(dirname(estates.file), POLICIES_FILE), 'utf8')));

  beforeAll(async () => {
    moto = await startMoto({ identityCenter: { instanceArn: INSTANCE, identityStoreId: 'd-1234567890' } });
    await seedOrganization(moto, { organizationalUnits: ['Workloads'], accounts: [], groups: [] });
    const client = new OrganizationsClient(moto.client);
    const { Policy } = await client.send(
      new CreatePolicyCommand({
        ...{ Name: 'Stay', Description: 'Stay', Type: 'SERVICE_CONTROL_POLICY', Content: JSON.stringify(DOCUMENT) },
      }),
    );
    rootId = await rootOf(client);
    await client.send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));
    await client.send(new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId: rootId }));
  });
  afterAll(() => moto.stop());
  beforeEach(() => {
    estates = makeEstates();
    writeFileSync(join(dirname(estates.file), ESTATE_FILE), ESTATE);
  });
  afterEach(async () => {
    await moto.clearFaults();
    estates.remove();
  });

  test('writes documents beside the organization, and is fresh afterwards', async () => {
    expect(await run()).toMatchObject({ code: 0, stderr: '' });
    const { serviceControlPolicies: scps, notRead } = policies();
    const stay = scps.state === 'read' ? scps.policies.find(({ name }) => name === 'Stay') : undefined;
    expect(stay).toMatchObject({ targets: [rootId], document: DOCUMENT });
    expect(notRead?.map(({ name }) => name) ?? ['SecurityAudit']).toEqual(['SecurityAudit']);
    expect(await run('--check')).toMatchObject({ code: 0, stderr: '' });
  });

  test('--out takes no name of the file that is written beside it', async () => {
    const out = join(dirname(estates.file), POLICIES_FILE);
    expect(await run('--out', out)).toMatchObject({ code: 2, stdout: '' });
    expect(readdirSync(dirname(estates.file))).toEqual([ESTATE_FILE]);
  });

  test('a kill while policies are read leaves both files as they were', async () => {
    await moto.orderFault({ service: 'organizations', operation: 'DescribePolicy', delayMs: 5000 });
    await moto.resetCalls();
    const child = startSnapshot(['--estates', estates.root, '--estate', 'sandbox'], moto.env);
    const finished = finish(child);
    while ((await moto.calls()).operations['organizations:DescribePolicy'] === undefined);
    killGroup(child);
    await finished;
    expect(readdirSync(dirname(estates.file))).toEqual([ESTATE_FILE]);
  });
});

async function rootOf(client: OrganizationsClient): Promise<string> {
  const { Roots = [] } = await client.send(new ListRootsCommand({}));
  return String(Roots[0]?.Id);
}
