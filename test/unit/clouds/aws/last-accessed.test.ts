import { IAMClient } from '@aws-sdk/client-iam';
import { readUses } from '../../../../src/clouds/aws/last-accessed';
import { heldSets } from '../../../../src/estate/plan/explanation/unused';
import { answering, refusal } from '../../../support/answering-client';
import { MANAGEMENT, planOf } from '../../../support/estate-files';

const plan = planOf(
  JSON.stringify({
    access: {
      permissionSets: [{ name: 'Dev_Ops', managedPolicies: ['SecurityAudit'] }],
      grants: [{ group: 'Developers', permissionSets: ['Dev_Ops'], accounts: { include: [{ name: 'app' }] } }],
    },
  }),
  { accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }], groups: ['Developers'] },
);
const held = heldSets(plan);

const CREATED = new Date('2026-01-01T00:00:00Z');
const LAST = new Date('2026-10-01T00:00:00Z');
const roleNamed = (RoleName: string) => ({
  RoleName,
  Arn: `arn:aws:iam::100000000001:role/aws-reserved/sso.amazonaws.com/${RoleName}`,
  CreateDate: CREATED,
});
const ROLE = roleNamed('AWSReservedSSO_Dev_Ops_0123456789abcdef');
/** Answers of the form that 'GetServiceLastAccessedDetails' documents. */
const PAGES = [
  {
    JobStatus: 'COMPLETED',
    IsTruncated: true,
    Marker: 'next',
    ServicesLastAccessed: [
      {
        ServiceName: 'Amazon S3',
        ServiceNamespace: 's3',
        LastAuthenticated: LAST,
        TotalAuthenticatedEntities: 1,
        TrackedActionsLastAccessed: [
          { ActionName: 'GetBucketAcl', LastAccessedTime: LAST, LastAccessedRegion: 'eu-west-1' },
          { ActionName: 'PutBucketAcl' },
        ],
      },
    ],
  },
  { JobStatus: 'COMPLETED', ServicesLastAccessed: [{ ServiceName: 'Amazon SQS', ServiceNamespace: 'sqs' }] },
];

async function useWith(answers: Parameters<typeof answering>[1]) {
  const { client, calls } = answering(new IAMClient({ region: 'eu-west-1' }), answers);
  const options = {
    ...{ region: 'eu-west-1', partition: 'aws', role: undefined, concurrency: 1 },
    onProgress: () => undefined,
  };
  const useOf = await readUses(held, options, () => Promise.resolve(client));
  const [one] = held;
  if (one === undefined) throw new Error('nothing is held');
  return { use: useOf(one), calls };
}

const ANSWERS = {
  ListRolesCommand: () => ({ Roles: [roleNamed('AWSReservedSSO_Ops_0123456789abcdef'), ROLE] }),
  GenerateServiceLastAccessedDetailsCommand: () => ({ JobId: 'job' }),
  GetServiceLastAccessedDetailsCommand: ({ Marker }: Readonly<Record<string, unknown>>) =>
    Marker === 'next' ? PAGES[1] : PAGES[0],
};

test('the report of the role of a set is read to its last page', async () => {
  const { use, calls } = await useWith(ANSWERS);
  expect(use).toEqual({
    created: CREATED,
    services: new Map([
      [
        's3',
        {
          last: LAST,
          actions: new Map([
            ['getbucketacl', LAST],
            ['putbucketacl', undefined],
          ]),
        },
      ],
      ['sqs', {}],
    ]),
  });
  expect(calls).toEqual([
    'ListRolesCommand',
    'GenerateServiceLastAccessedDetailsCommand',
    'GetServiceLastAccessedDetailsCommand',
    'GetServiceLastAccessedDetailsCommand',
  ]);
});

test('it asks for actions, about that role alone', async () => {
  const asked: unknown[] = [];
  const GenerateServiceLastAccessedDetailsCommand = (input: unknown) => {
    asked.push(input);
    return { JobId: 'job' };
  };
  await useWith({ ...ANSWERS, GenerateServiceLastAccessedDetailsCommand });
  expect(asked).toEqual([{ Arn: ROLE.Arn, Granularity: 'ACTION_LEVEL' }]);
});

test.each<readonly [string, Parameters<typeof answering>[1], string]>([
  ['without a role', { ...ANSWERS, ListRolesCommand: () => ({ Roles: [] }) }, 'there is no role of the set'],
  [
    'with two roles',
    {
      ...ANSWERS,
      ListRolesCommand: () => ({ Roles: [ROLE, roleNamed('AWSReservedSSO_Dev_Ops_0123456789abcde0')] }),
    },
    'there are several roles of that name',
  ],
  [
    'where AWS refuses',
    {
      ...ANSWERS,
      GenerateServiceLastAccessedDetailsCommand: () => {
        throw refusal('AccessDenied');
      },
    },
    'AWS refuses iam:GenerateServiceLastAccessedDetails',
  ],
  [
    'whose report fails',
    { ...ANSWERS, GetServiceLastAccessedDetailsCommand: () => ({ JobStatus: 'FAILED', Error: { Message: 'broken' } }) },
    'IAM made no report: broken',
  ],
])('an account %s leaves use unknown, with the reason', async (_, answers, unknown) => {
  expect((await useWith(answers)).use).toEqual({ unknown });
});
