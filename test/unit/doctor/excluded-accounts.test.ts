import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { createIdentityCenterClients } from '../../../src/clouds/aws/aws-clients';
import { readAssignments } from '../../../src/clouds/aws/read-assignments';
import type { AccessFacts, DeployedAssignment, DeployedSet } from '../../../src/clouds/facts/access-facts';
import { isAsDeclared } from '../../../src/clouds/facts/access-drift';
import type { Facts } from '../../../src/clouds/facts/facts';
import { failed, known } from '../../../src/clouds/reading';
import { examineEstate } from '../../../src/doctor/examination';
import { AccountId } from '../../../src/estate/source/ids';
import type { AccountState } from '../../../src/estate/source/organization';
import { deployedSet } from '../../support/deployed-access';
import { edited, itemOf, planFiles, sandboxFiles } from '../../support/sandbox';

const PLAYGROUND = AccountId.parse('210000000013');
const REASON = 'closed on 30 November, its last bill is pending';

const plan = planFiles(sandboxFiles());
const excludingFiles = edited(sandboxFiles(), ({ access }) => {
  access.excludedAccounts = [{ account: PLAYGROUND, reason: REASON }];
});
/** The account is ACTIVE: people can use what they have in it. */
const excluding = planFiles(excludingFiles);
const inState = (state: AccountState, files = excludingFiles) =>
  planFiles(
    edited(files, ({ organization }) => {
      itemOf(organization.accounts, ({ id }) => id === PLAYGROUND).state = state;
    }),
  );
const UNUSABLE = ['SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'] as const;
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

test('what is left in an excluded account that people can use is a failure, by hand or by a former grant', () => {
  const [left = '', ...more] = found('access-assignments', {});
  expect(more).toEqual([]);
  expect(left).toMatch(
    /^failure: group "Security Auditors" has SecurityAudit in playground \(210000000013\), which is not in the estate; .*; the estate excludes the account, which people can use -> take it away \(aws sso-admin delete-account-assignment .*\), or take the account out of access\.excludedAccounts$/,
  );
  const byHand = { ...deployed[0], set: arnOf('BillingReader') } as DeployedAssignment;
  const [other = ''] = found('access-assignments', { assignments: known([...elsewhere, byHand]) });
  expect(other).toMatch(
    /^failure: .* has BillingReader in .* -> take it away .*, or add a grant to the estate and import/,
  );
});

test.each(UNUSABLE)('what is left in an account that is %s is a warning, excluded or not', (state) => {
  for (const either of [inState(state), inState(state, sandboxFiles())]) {
    const [left = '', ...more] = found('access-assignments', {}, either);
    expect(more).toEqual([]);
    expect(left).toMatch(/^warning: .* has SecurityAudit in playground .* -> leave it: it can't be used/);
    expect(left).toContain(`; the account is ${state} -> `);
  }
});

test('an account that AWS does not tell about is a warning with what AWS says, if it can not be used', () => {
  const unread = [{ account: PLAYGROUND, reason: 'AccessDeniedException: not now' }];
  expect(found('access-assignments', { assignments: known(elsewhere), unread }, inState('SUSPENDED'))).toEqual([
    'warning: AWS did not tell who has what in playground (210000000013) (AccessDeniedException: not now); the account is SUSPENDED -> run this again once AWS answers for the account; people may still have access there',
  ]);
});

test('an excluded account that lacks the latest permission set is a failure while people can use it', () => {
  const behind = (...outdatedIn: readonly AccountId[]) => ({
    permissionSets: known(sets.map((set) => (set.name === 'SecurityAudit' ? { ...set, outdatedIn } : set))),
  });
  const outdated = behind(PLAYGROUND);
  expect(found('access-provisioned', outdated)[0]).toMatch(/^failure: permission set SecurityAudit is outdated in 1/);
  expect(found('access-provisioned', outdated, inState('CLOSED'))[0]).toMatch(/^warning: /);
  const both = behind(PLAYGROUND, AccountId.parse('210000000012'));
  expect(found('access-provisioned', both, inState('CLOSED'))[0]).toMatch(/^failure: /);
});

test('an excluded account is waited for until it is as declared, and one that can not be used is not', () => {
  const unwanted = deployed.filter(({ account }) => account === PLAYGROUND);
  expect(unwanted).toHaveLength(1);
  const settled = (of: typeof plan): boolean => {
    const access = accessOf(of);
    const none = { ...access, stacks: [], rollouts: [], expansion: { ...access.expansion, assignments: [] } };
    return isAsDeclared(none, { permissionSets: [], assignments: unwanted });
  };
  expect(settled(excluding)).toBe(false);
  expect(UNUSABLE.map((state) => settled(inState(state)))).toEqual([true, true, true]);
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
