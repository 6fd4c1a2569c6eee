import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { createIdentityCenterClients } from '../../../src/clouds/aws/aws-clients';
import { readAssignments } from '../../../src/clouds/aws/read-assignments';
import type { AccessFacts, DeployedAssignment, DeployedSet } from '../../../src/clouds/facts/access-facts';
import { isAsDeclared } from '../../../src/clouds/facts/assignment-drift';
import type { Facts } from '../../../src/clouds/facts/facts';
import { failed, known } from '../../../src/clouds/reading';
import { examineEstate } from '../../../src/doctor/examination';
import { AccountId } from '../../../src/estate/source/ids';
import { deployedSet } from '../../support/deployed-access';
import { edited, planFiles, sandboxFiles } from '../../support/sandbox';

const PLAYGROUND = AccountId.parse('210000000013');
const REASON = 'closed on 30 November, its last bill is pending';

const plan = planFiles(sandboxFiles());
const excluding = planFiles(
  edited(sandboxFiles(), ({ access }) => {
    access.excludedAccounts = [{ account: PLAYGROUND, reason: REASON }];
  }),
);
const accessOf = ({ access } = plan) => {
  if (access === undefined) throw new Error('no access');
  return access;
};

/** Permission sets by their names alone: what they hold is no matter of these checks. */
const sets = accessOf().stacks.flatMap(({ permissionSets }) => permissionSets.map(({ name }) => deployedSet(name)));
const arnOf = (name: string): DeployedSet['arn'] => (sets.find((one) => one.name === name) ?? deployedSet('')).arn;
/** All that the estate without the exclusion declares. */
const deployed = accessOf().expansion.assignments.flatMap(
  ({ account, permissionSet, principalId }): readonly DeployedAssignment[] =>
    principalId === undefined
      ? []
      : [{ account: account.id, set: arnOf(permissionSet), principalType: 'GROUP', principalId }],
);
const elsewhere = deployed.filter(({ account }) => account !== PLAYGROUND);

function found(check: string, facts: Partial<AccessFacts>, of = excluding): readonly string[] {
  const nothing = failed('was not asked for');
  const access = {
    ...{ permissionSets: known(sets), assignments: known(deployed), users: nothing, groups: nothing },
    ...facts,
  } as unknown as NonNullable<Facts['access']>;
  const { checks } = examineEstate({ plan: of, facts: { access }, now: new Date('2026-06-01') }, [check]);
  return checks.flatMap(({ observations }) =>
    observations.map(({ outcome, message, advice }) => `${outcome}: ${message} -> ${advice ?? ''}`),
  );
}

test('what is left in an excluded account is a warning, and in any other a failure', () => {
  const [left = '', ...more] = found('access-assignments', {});
  expect(more).toEqual([]);
  expect(left).toMatch(
    /^warning: group c2a55444-\S+3333 has SecurityAudit in playground \(210000000013\), which is not in the estate; .*; the estate excludes the account -> take it away once AWS lets you \(aws sso-admin delete-account-assignment /,
  );
  const byHand = deployed.map((one) => ({ ...one, set: arnOf('BillingReader') })).slice(0, 1);
  const [other = ''] = found('access-assignments', { assignments: known([...elsewhere, ...byHand]) });
  expect(other).toMatch(/^failure: .* has BillingReader in /);
});

test('an excluded account that AWS does not tell about is a warning with what AWS says', () => {
  const unread = [{ account: PLAYGROUND, reason: 'AccessDeniedException: not now' }];
  expect(found('access-assignments', { assignments: known(elsewhere), unread })).toEqual([
    'warning: AWS did not tell who has what in playground (210000000013) (AccessDeniedException: not now); the estate excludes the account -> run this again once AWS answers for the account; people may still have access there',
  ]);
});

test('an excluded account that lacks the latest permission set is a warning', () => {
  const behind = (...outdatedIn: readonly AccountId[]) =>
    known(sets.map((set) => (set.name === 'SecurityAudit' ? { ...set, outdatedIn } : set)));
  const outdated = { permissionSets: behind(PLAYGROUND) };
  expect(found('access-provisioned', outdated)[0]).toMatch(/^warning: permission set SecurityAudit is outdated in 1/);
  expect(found('access-provisioned', outdated, plan)[0]).toMatch(/^failure: /);
  const both = { permissionSets: behind(PLAYGROUND, AccountId.parse('210000000012')) };
  expect(found('access-provisioned', both)[0]).toMatch(/^failure: /);
});

test('no one waits for an excluded account to be as declared', () => {
  const withoutSets = (of: typeof plan) => ({ ...accessOf(of), stacks: [], rollouts: [] });
  const settled = (of: typeof plan, assignments: readonly DeployedAssignment[]): boolean =>
    isAsDeclared(withoutSets(of), { permissionSets: [], assignments });
  expect([settled(excluding, []), settled(plan, [])]).toEqual([false, false]);
});

describe('reading who has what', () => {
  const REFUSED = { __type: 'AccessDeniedException', message: 'not now' };

  /** IAM Identity Center with one set in two accounts, of which it does not tell about one. */
  const ssoAdmin = new SSOAdminClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: {
      handle: (request: { headers: Record<string, string>; body: Uint8Array }) => {
        const operation = request.headers['x-amz-target']?.split('.').at(-1) ?? '';
        const { AccountId: account } = JSON.parse(new TextDecoder().decode(request.body)) as { AccountId?: string };
        const isRefused = operation === 'ListAccountAssignments' && account === PLAYGROUND;
        const answer =
          operation === 'ListAccountAssignments'
            ? { AccountAssignments: [{ PrincipalType: 'GROUP', PrincipalId: elsewhere[0]?.principalId }] }
            : { AccountIds: [PLAYGROUND, '210000000012'] };
        return Promise.resolve({
          response: {
            statusCode: isRefused ? 400 : 200,
            headers: { 'content-type': 'application/x-amz-json-1.1' },
            body: Buffer.from(JSON.stringify(isRefused ? REFUSED : answer)),
          },
        });
      },
    },
  });
  const clients = {
    ...createIdentityCenterClients({ region: 'eu-west-1', concurrency: 2, onProgress: () => undefined }),
    ssoAdmin,
  };
  const read = (mayBeUnread?: (account: AccountId) => boolean) =>
    readAssignments(clients, {
      instanceArn: 'arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6',
      sets: sets.slice(0, 1),
      ...(mayBeUnread && { mayBeUnread }),
    });

  test('goes on without an account that may be left out', async () => {
    const assignments = await read((account) => account === PLAYGROUND);
    expect(assignments.map(({ account }) => account)).toEqual(['210000000012']);
  });

  test('fails for any other', async () => {
    await expect(read()).rejects.toThrow('AccessDeniedException: not now');
    await expect(read((account) => account !== PLAYGROUND)).rejects.toThrow('AccessDeniedException: not now');
  });
});
