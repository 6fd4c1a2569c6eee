import { ESTATE_FILE, ORGANIZATION_FILE, POLICIES_FILE, ROLES_FILE } from '../../src/estate/source/estate-folder';
import { policiesText } from '../../test/support/aws-policies';
import { policyDocument, readRole, rolesText } from '../../test/support/aws-roles';
import { largeEstate } from '../../test/support/large-estate';
import { report, sideOf } from './compared-sides';

const ACCOUNTS = 100;
const ROLES = 300;
const SETS = 20;
const SERVICES = ['lambda', 'ec2', 'ecs-tasks', 'codebuild', 'cloudformation', 'glue'];

const everything = { Effect: 'Allow', Action: '*', Resource: '*' };

/** Roles of an account: most are of services, some may be taken on from the account or the next one, two are administrators. */
function rolesOf(accounts: readonly string[], index: number) {
  const [own = '', next = ''] = [accounts[index], accounts[(index + 1) % accounts.length]];
  const roles = Array.from({ length: ROLES - 2 }, (_, role) => {
    const principal = { Service: `${SERVICES[role % SERVICES.length]}.amazonaws.com` };
    const trusted = role % 10 === 0 ? { AWS: `arn:aws:iam::${role % 20 === 0 ? own : next}:root` } : principal;
    const bucket = `arn:aws:s3:::bucket-${own}-${role}`;
    return readRole(
      `role-${role}`,
      trusted,
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `${bucket}/*` },
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' },
      ...(role % 7 === 0
        ? [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: `arn:aws:iam::${next}:role/role-${role + 1}` }]
        : []),
      ...(role % 11 === 0
        ? [
            {
              Effect: 'Allow',
              Action: ['iam:PassRole', 'lambda:*'],
              Resource: `arn:aws:iam::${own}:role/role-${role + 2}`,
            },
          ]
        : []),
    );
  });
  return [
    ...roles,
    readRole('admin', { AWS: `arn:aws:iam::${next}:role/role-0` }, everything),
    readRole('stack', { Service: 'cloudformation.amazonaws.com' }, everything),
  ];
}

/** Compares an estate before and after one of 20 sets may take roles on, with 300 roles in each of 100 accounts. */
function main(): void {
  const files = largeEstate({ accounts: ACCOUNTS - 1, groups: 1, setsOfGroup: SETS });
  const { accounts } = JSON.parse(String(files[ORGANIZATION_FILE])) as { accounts: readonly { readonly id: string }[] };
  const ids = accounts.map(({ id }) => id);
  const read = {
    ...files,
    [POLICIES_FILE]: policiesText(),
    [ROLES_FILE]: rolesText(Object.fromEntries(ids.map((id, index) => [id, rolesOf(ids, index)]))),
  };
  const side = (taking: number) => {
    const estate = JSON.parse(String(files[ESTATE_FILE])) as { access: { permissionSets: object[] } };
    const sets = estate.access.permissionSets.map((set, index) => {
      const reads = { Effect: 'Allow', Action: ['s3:Get*', 'ec2:Describe*'], Resource: `arn:aws:s3:::set-${index}-*` };
      const takes = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/role-*' };
      return { ...set, managedPolicies: [], inlinePolicy: policyDocument(reads, ...(index < taking ? [takes] : [])) };
    });
    const access = { ...estate.access, permissionSets: sets, roleInventory: { readerRole: 'reader' } };
    return sideOf({ ...read, [ESTATE_FILE]: JSON.stringify({ ...estate, access }) });
  };
  report(() => [side(0), side(1)]);
}

main();
