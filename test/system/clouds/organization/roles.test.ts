import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AwsRoles } from '../../../../src/estate/source/aws-snapshots';
import { ROLES_FILE } from '../../../../src/estate/source/estate-folder';
import { INSTANCE } from '../../../support/clouds/organization/sample-organization';
import { type Moto, startMoto } from '../../../support/moto';
import { describeWithPython } from '../../../support/python';
import { seedOrganization } from '../../../support/seed-organization';
import { type Estates, makeEstates, runSnapshot } from './run-snapshot';

const OTHER = '200000000002';
const ESTATE = `version: 1
access:
  roleInventory: { readerRole: reader }
  permissionSets: []
  grants: []
`;
const document = (Action: string, more: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, ...more }],
});
const TRUST = document('sts:AssumeRole', { Principal: { Service: 'lambda.amazonaws.com' } });
const READS = document('s3:GetObject', { Resource: '*' });
const VIEWS = 'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess';
const SET = { path: 'aws-reserved/sso.amazonaws.com/eu-west-1/', name: 'AWSReservedSSO_Reader_0123456789abcdef' };

/** Makes roles as an account has them: one with each kind of policy (moto leaves boundaries out), one of a permission set, and one of AWS's services. */
async function makeRoles(iam: IAMClient): Promise<void> {
  const AssumeRolePolicyDocument = JSON.stringify(TRUST);
  const PolicyDocument = JSON.stringify(READS);
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'limit', PolicyDocument }));
  await iam.send(new CreateRoleCommand({ RoleName: 'build', Path: '/ci/', AssumeRolePolicyDocument }));
  await iam.send(new PutRolePolicyCommand({ RoleName: 'build', PolicyName: 'reads', PolicyDocument }));
  for (const PolicyArn of [Policy?.Arn, VIEWS])
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'build', PolicyArn }));
  await iam.send(new CreateRoleCommand({ RoleName: SET.name, Path: `/${SET.path}`, AssumeRolePolicyDocument }));
  const Path = '/aws-service-role/ecs.amazonaws.com/';
  await iam.send(new CreateRoleCommand({ RoleName: 'AWSServiceRoleForECS', Path, AssumeRolePolicyDocument }));
}

describeWithPython('the roles of the accounts', () => {
  let moto: Moto;
  let estates: Estates;

  beforeAll(async () => {
    moto = await startMoto({ identityCenter: { instanceArn: INSTANCE, identityStoreId: 'd-1234567890' } });
    await seedOrganization(moto, { accounts: [{ name: 'other', id: OTHER }] });
    estates = makeEstates();
    writeFileSync(join(dirname(estates.file), 'estate.yaml'), ESTATE);
    const iam = new IAMClient(moto.client);
    await makeRoles(iam);
    iam.destroy();
  });

  afterAll(async () => {
    estates.remove();
    await moto.stop();
  });

  test('snapshot writes those that IAM has, in each account', async () => {
    const { code, stderr } = await runSnapshot(['--estates', estates.root, '--estate', 'sandbox'], moto.env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { accounts, policies } = AwsRoles.parse(
      JSON.parse(readFileSync(join(dirname(estates.file), ROLES_FILE), 'utf8')),
    );
    const limit = `arn:aws:iam::${moto.accountId}:policy/limit`;
    expect(new Map(accounts.map(({ id, ...read }) => [id, read]))).toEqual(
      new Map<string, object>([
        [OTHER, { state: 'read', permissionSets: [], roles: [] }],
        [
          moto.accountId,
          {
            state: 'read',
            permissionSets: [`${SET.path}${SET.name}`],
            roles: [
              {
                name: 'ci/build',
                trust: TRUST,
                attached: [limit, VIEWS],
                inline: [{ name: 'reads', document: READS }],
              },
            ],
          },
        ],
      ]),
    );
    expect(policies.find(({ arn }) => arn === limit)).toEqual({ arn: limit, document: READS });
  });
});
