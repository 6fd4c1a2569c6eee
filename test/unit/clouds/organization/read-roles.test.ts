import { IAMClient } from '@aws-sdk/client-iam';
import { COMPARED_ROLES } from '../../../../src/clouds/aws/organization/compare-roles';
import { readRoles } from '../../../../src/clouds/aws/organization/read-roles';
import type { AwsRoles } from '../../../../src/estate/source/aws-snapshots';
import { answering, refusal } from '../../../support/answering-client';

const DOCUMENT = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
const encoded = encodeURIComponent(JSON.stringify(DOCUMENT));
const [ONE, TWO] = ['100000000001', '100000000002'];
const OWN = `arn:aws:iam::${ONE}:policy/own`;

const detail = (Path: string, RoleName: string, more: object = {}) => ({
  ...{ Path, RoleName, AssumeRolePolicyDocument: encoded, CreateDate: new Date('2026-11-01T00:00:00Z') },
  ...{ RoleLastUsed: { LastUsedDate: new Date('2026-11-30T00:00:00Z') }, Tags: [{ Key: 'a', Value: 'b' }] },
  ...more,
});
const policy = (Arn: string) => ({
  ...{ Arn, DefaultVersionId: 'v2' },
  PolicyVersionList: [
    { VersionId: 'v1', Document: encodeURIComponent('{}') },
    { VersionId: 'v2', Document: encoded },
  ],
});
/** Two pages. */
const answer = ({ Marker }: Readonly<Record<string, unknown>>) =>
  Marker === undefined
    ? {
        ...{ IsTruncated: true, Marker: 'next' },
        RoleDetailList: [
          detail('/', 'z', {
            AttachedManagedPolicies: [{ PolicyArn: OWN }],
            PermissionsBoundary: { PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/Limit' },
            RolePolicyList: [{ PolicyName: 'inline', PolicyDocument: encoded }],
          }),
          detail('/aws-service-role/ecs.amazonaws.com/', 'AWSServiceRoleForECS'),
        ],
      }
    : {
        RoleDetailList: [
          detail('/aws-reserved/sso.amazonaws.com/', 'AWSReservedSSO_A_0123456789abcdef'),
          detail('/service-role/', 'a'),
        ],
        Policies: [OWN, 'arn:aws:iam::aws:policy/Limit', 'arn:aws:iam::aws:policy/Unused'].map(policy),
      };

function read(answers = answer, clientOf?: (account: string) => IAMClient): Promise<AwsRoles> {
  const client = (): IAMClient =>
    answering(new IAMClient({ region: 'eu-west-1' }), { GetAccountAuthorizationDetailsCommand: answers }).client;
  const wanted = { region: 'eu-west-1', accounts: [TWO, ONE], readerRole: 'reader' };
  return readRoles({ concurrency: 2, onProgress: () => undefined }, wanted, (id) =>
    Promise.resolve().then(() => (clientOf ?? client)(id)),
  );
}

test('keeps roles and the policies that they have, sorted, without what changes each day and what services make', async () => {
  const found = await read();
  const roles = [
    { name: 'service-role/a', trust: DOCUMENT, attached: [], inline: [] },
    {
      ...{ name: 'z', trust: DOCUMENT, boundary: 'arn:aws:iam::aws:policy/Limit', attached: [OWN] },
      inline: [{ name: 'inline', document: DOCUMENT }],
    },
  ];
  const permissionSets = ['aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_0123456789abcdef'];
  expect(found).toEqual({
    version: 1,
    accounts: [ONE, TWO].map((id) => ({ id, state: 'read', permissionSets, roles })),
    policies: [OWN, 'arn:aws:iam::aws:policy/Limit'].map((arn) => ({ arn, document: DOCUMENT })),
  });
});

test('an account that refuses is not read, by the action that is missing, and the others are', async () => {
  let calls = 0;
  const found = await read((input) => {
    if (input['Marker'] === undefined) calls += 1;
    if (calls === 1) throw refusal('AccessDenied');
    return answer(input);
  });
  expect(found.accounts.map(({ state }) => state).toSorted()).toEqual(['not read', 'read']);
  const unread = found.accounts.find(({ state }) => state === 'not read');
  expect(unread).toMatchObject({ reason: 'AWS refuses iam:GetAccountAuthorizationDetails' });
});

test('what is no refusal fails the snapshot, so that nothing is written', async () => {
  const throttled = () => {
    throw refusal('Throttling', 'Rate exceeded');
  };
  await expect(read(throttled)).rejects.toThrow('lower --concurrency');
});

test('the file is fresh where AWS has the same, and names what came, went and changed', async () => {
  const now = await read();
  const { text } = COMPARED_ROLES.compare(undefined, now);
  expect(COMPARED_ROLES.compare(text, now)).toMatchObject({ isFresh: true, isIdentical: true, changes: [] });
  const [first, second] = now.accounts;
  const before: AwsRoles = {
    ...now,
    accounts: [
      first?.state === 'read'
        ? { ...first, roles: first.roles.slice(1).map((role) => ({ ...role, trust: {} })) }
        : { id: now.accounts[0]?.id as never, state: 'not read', reason: 'x' },
      ...(second === undefined ? [] : [second]),
    ],
  };
  expect(COMPARED_ROLES.compare(JSON.stringify(before), now).changes).toEqual([
    `+ role service-role/a in ${ONE}: with 0 policies`,
    `~ role z in ${ONE}: its document or what it is attached to`,
  ]);
  const fewer = { ...now, accounts: now.accounts.slice(0, 1) };
  expect(COMPARED_ROLES.differsBeside(JSON.stringify(fewer), now, [TWO])).toBe(false);
  expect(COMPARED_ROLES.differsBeside(JSON.stringify(fewer), now, [])).toBe(true);
});
