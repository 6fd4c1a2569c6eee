import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { COMPARED_POLICIES } from '../../../../src/clouds/aws/organization/compare-policies';
import { readPolicies } from '../../../../src/clouds/aws/organization/read-policies';
import type { AwsPolicies } from '../../../../src/estate/source/aws-snapshots';
import { answering, refusal } from '../../../support/answering-client';

type Answers = Parameters<typeof answering>[1];

const DOCUMENT = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] };
const ENABLED = ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'].map((Type) => ({ Type, Status: 'ENABLED' }));

const ORGANIZATION: Answers = {
  ListRootsCommand: () => ({ Roots: [{ Id: 'r-root', PolicyTypes: ENABLED }] }),
  ListPoliciesCommand: ({ Filter }) => ({
    Policies:
      Filter === 'SERVICE_CONTROL_POLICY'
        ? [
            { Id: 'p-zzzzzzzz', Name: 'Later' },
            { Id: 'p-aaaaaaaa', Name: 'Keep' },
            { Id: 'p-nowhere0', Name: 'Nowhere' },
          ]
        : [],
  }),
  ListTargetsForPolicyCommand: ({ PolicyId }) => ({
    Targets: PolicyId === 'p-nowhere0' ? [] : [{ TargetId: 'r-root' }, { TargetId: '100000000001' }],
  }),
  DescribePolicyCommand: () => ({ Policy: { Content: JSON.stringify(DOCUMENT) } }),
};
const IAM: Answers = {
  GetPolicyCommand: () => ({ Policy: { DefaultVersionId: 'v7' } }),
  GetPolicyVersionCommand: () => ({
    PolicyVersion: {
      Document: encodeURIComponent(JSON.stringify(DOCUMENT)),
      CreateDate: new Date('2026-11-02T10:00:00Z'),
    },
  }),
};

function read(organization: Answers = {}, iam: Answers = {}): Promise<AwsPolicies> {
  const config = { region: 'eu-west-1' };
  const source = {
    organizations: answering(new OrganizationsClient(config), { ...ORGANIZATION, ...organization }).client,
    concurrency: 3,
    onProgress: () => undefined,
  };
  const wanted = { region: 'eu-west-1', managed: ['SecurityAudit', 'job-function/ViewOnlyAccess', 'SecurityAudit'] };
  return readPolicies(source, wanted, answering(new IAMClient(config), { ...IAM, ...iam }).client);
}
const textOf = (file: AwsPolicies): string => COMPARED_POLICIES.compare(undefined, file).text;
const denied = () => {
  throw refusal('AccessDeniedException');
};

test('keeps managed policies once, and control policies that are attached, sorted', async () => {
  const found = await read();
  const targets = ['100000000001', 'r-root'];
  expect(found).toEqual({
    version: 1,
    managedPolicies: ['SecurityAudit', 'job-function/ViewOnlyAccess'].map((name) => ({
      ...{ name, version: 'v7', changed: '2026-11-02', document: DOCUMENT },
    })),
    serviceControlPolicies: {
      state: 'read',
      policies: [
        { id: 'p-aaaaaaaa', name: 'Keep', targets, document: DOCUMENT },
        { id: 'p-zzzzzzzz', name: 'Later', targets, document: DOCUMENT },
      ],
    },
    resourceControlPolicies: { state: 'read', policies: [] },
  });
});

test.each([
  ['ListPoliciesCommand', 'organizations:ListPolicies'],
  ['ListTargetsForPolicyCommand', 'organizations:ListTargetsForPolicy'],
  ['DescribePolicyCommand', 'organizations:DescribePolicy'],
])('control policies are not read where AWS refuses %s', async (command, reason) => {
  const { serviceControlPolicies, managedPolicies } = await read({ [command]: denied });
  expect(serviceControlPolicies).toEqual({ state: 'not read', reason: `AWS refuses ${reason}` });
  expect(managedPolicies).toHaveLength(2);
});

test('a type that the organization does not use is not enabled, and one that changes is not read', async () => {
  const found = await read({
    ListRootsCommand: () => ({
      Roots: [{ Id: 'r-root', PolicyTypes: [{ Type: 'RESOURCE_CONTROL_POLICY', Status: 'PENDING_ENABLE' }] }],
    }),
  });
  expect(found.serviceControlPolicies).toEqual({ state: 'not enabled' });
  expect(found.resourceControlPolicies).toEqual({ state: 'not read', reason: 'the type is PENDING_ENABLE' });
});

test('a managed policy that is refused or not there is named with the reason', async () => {
  const found = await read(
    {},
    {
      GetPolicyCommand: ({ PolicyArn }) => {
        throw refusal(String(PolicyArn).includes('ViewOnly') ? 'NoSuchEntityException' : 'AccessDenied');
      },
    },
  );
  expect(found.managedPolicies).toEqual([]);
  expect(found.notRead).toEqual([
    { name: 'SecurityAudit', reason: 'AWS refuses iam:GetPolicy' },
    { name: 'job-function/ViewOnlyAccess', reason: 'no such policy in aws' },
  ]);
});

test('what is no refusal fails the snapshot, so that nothing is written', async () => {
  const broken = () => {
    throw refusal('ThrottlingException', 'slow down');
  };
  await expect(read({ DescribePolicyCommand: broken })).rejects.toThrow('organizations:DescribePolicy');
  const throttled = () => {
    throw refusal('Throttling', 'Rate exceeded');
  };
  await expect(read({}, { GetPolicyVersionCommand: throttled })).rejects.toThrow('lower --concurrency');
});

test('a document that the file can not keep is left out by name, and the rest is read', async () => {
  const long = JSON.stringify({ ...DOCUMENT, Id: 'x'.repeat(200_000) });
  const found = await read(
    { DescribePolicyCommand: () => ({ Policy: { Content: '[]' } }) },
    {
      GetPolicyVersionCommand: ({ PolicyArn }) => {
        const text = String(PolicyArn).includes('ViewOnly') ? long : JSON.stringify(DOCUMENT);
        const CreateDate = new Date('2026-11-02T10:00:00Z');
        return { PolicyVersion: { Document: encodeURIComponent(text), CreateDate } };
      },
    },
  );
  expect(found.managedPolicies.map(({ name }) => name)).toEqual(['SecurityAudit']);
  expect(found.notRead).toMatchObject([{ name: 'job-function/ViewOnlyAccess' }]);
  expect(found.serviceControlPolicies.state).toBe('not read');
});

test.each(['ListTargetsForPolicyCommand', 'DescribePolicyCommand'])(
  'a policy that is deleted before %s is left out, and the others are read',
  async (command) => {
    const gone: Answers = {
      [command]: (input) => {
        if (input['PolicyId'] === 'p-zzzzzzzz') throw refusal('PolicyNotFoundException');
        return ORGANIZATION[command]?.(input);
      },
    };
    const { serviceControlPolicies: scps } = await read(gone);
    expect(scps.state === 'read' && scps.policies.map(({ id }) => id)).toEqual(['p-aaaaaaaa']);
  },
);

test('a managed policy that AWS deletes before its document is read is not there', async () => {
  const gone = () => {
    throw refusal('NoSuchEntityException');
  };
  const { notRead } = await read({}, { GetPolicyVersionCommand: gone });
  expect(notRead?.map(({ reason }) => reason)).toEqual(['no such policy in aws', 'no such policy in aws']);
});

test('the same content has the same text, and the changes name versions and targets', async () => {
  const now = await read();
  const { serviceControlPolicies: scps } = now;
  const turned: AwsPolicies = {
    ...now,
    managedPolicies: now.managedPolicies.toReversed(),
    ...(scps.state === 'read' && {
      serviceControlPolicies: { state: 'read', policies: scps.policies.toReversed() },
    }),
  };
  expect(textOf(turned)).toBe(textOf(now));
  expect(COMPARED_POLICIES.compare(textOf(turned), now)).toMatchObject({
    isFresh: true,
    isIdentical: true,
    changes: [],
  });
  const before: AwsPolicies = {
    ...now,
    managedPolicies: now.managedPolicies.map((one) => ({ ...one, version: 'v6', changed: '2026-01-02' })).slice(0, 1),
    resourceControlPolicies: { state: 'not read', reason: 'organizations:ListPolicies' },
  };
  expect(COMPARED_POLICIES.compare(textOf(before), now)).toMatchObject({
    isFresh: false,
    changes: [
      '~ AWS managed policy SecurityAudit: v6 of 2026-01-02 -> v7 of 2026-11-02',
      '+ AWS managed policy job-function/ViewOnlyAccess: v7 of 2026-11-02',
      '- RCP policies: not read (organizations:ListPolicies)',
    ],
  });
  expect(COMPARED_POLICIES.compare(undefined, now).isFresh).toBe(false);
});

test('a policy that reaches a new account too is no other change', async () => {
  const now = await read();
  const before: AwsPolicies = { ...now, serviceControlPolicies: attachedTo(now, ['r-root']) };
  expect(COMPARED_POLICIES.differsBeside(textOf(before), now, ['100000000001'])).toBe(false);
  expect(COMPARED_POLICIES.differsBeside(textOf(before), now, [])).toBe(true);
  expect(COMPARED_POLICIES.differsBeside(textOf(now), before, ['100000000001'])).toBe(true);
});

function attachedTo({ serviceControlPolicies: scps }: AwsPolicies, targets: string[]): typeof scps {
  return scps.state === 'read' ? { ...scps, policies: scps.policies.map((one) => ({ ...one, targets })) } : scps;
}
