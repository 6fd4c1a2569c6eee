import { repairsOf } from '../../../../../src/cli/deploy/repair/repairs';
import type { Caller } from '../../../../../src/clouds/aws/account-credentials';
import type {
  AccessFacts,
  DeployedAssignment,
  DeployedSet,
  OwnedResources,
  StoreRecord,
} from '../../../../../src/clouds/facts/access-facts';
import { failed, known } from '../../../../../src/clouds/reading';
import { PrincipalId, readId } from '../../../../../src/estate/source/ids';
import { deployedSet } from '../../../../support/deployed-access';
import { planOf, userId } from '../../../../support/estate-files';
import { accountId, principalId } from '../../../../support/ids';

const ACCOUNT = '222222222221';
const REASON = 'reason: TEAM gives it for hours';
const AUDIT = deployedSet('Audit');
const EVE = principalId('00000000-0000-0000-0000-000000000009');
const TEAM = principalId('00000000-0000-0000-0000-000000000008');

const of = (principalType: 'GROUP' | 'USER', id: DeployedAssignment['principalId']): DeployedAssignment => {
  return { set: AUDIT.arn, account: accountId(ACCOUNT), principalType, principalId: id };
};
const toEve = of('USER', EVE);
const toTeam = of('GROUP', TEAM);

const ADA: Caller = { account: ACCOUNT, arn: 'arn:aws:iam::222222222221:user/ada' };

/** What is taken away, and what is left since its name is unknown, of an estate where others manage this. */
function repairs(
  elsewhere: string,
  names: { users?: readonly StoreRecord[]; groups?: readonly StoreRecord[] } = {},
  caller = ADA,
) {
  const estate = `access:
  permissionSets: [{ name: Audit }]
  grants:
    - { group: Auditors, permissionSets: [Audit], accounts: { include: [{ name: app }] } }
  managedElsewhere: ${elsewhere}
`;
  const plan = planOf(estate, { accounts: [{ id: ACCOUNT, name: 'app' }], groups: ['Auditors'] });
  const { access } = plan;
  if (access === undefined) throw new Error('no access');
  const auditors = access.organization.groupByName.get('Auditors')?.id ?? readId(PrincipalId, '');
  const read = (found: readonly StoreRecord[] | undefined) =>
    found === undefined ? failed('not authorized') : known(found);
  const facts = {
    permissionSets: known([AUDIT]),
    assignments: known([of('GROUP', auditors), toEve, toTeam]),
    owned: known({ sets: [], assignments: [], applications: [], unread: [] }),
    ...{ users: read(names.users), groups: read(names.groups) },
    ...{ snapshot: failed('was not asked for'), attributes: failed('was not asked for') },
  } as unknown as AccessFacts;
  const found = repairsOf({ plan, access, facts, caller, others: true });
  return { deletions: found?.deletions, unclear: found?.unclear };
}

test('an estate that names no users and groups of others needs no names', () => {
  expect(repairs('{}')).toEqual({ deletions: [toEve, toTeam], unclear: [] });
});

test.each([
  ['stay, where the caller is signed in by it', ACCOUNT, []],
  ['go, where the caller is signed in by it to another account', '222222222222', [toEve, toTeam]],
])('assignments of a permission set %s', (_what, account, deletions) => {
  const arn = `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_Audit_0123456789abcdef/eve`;
  expect(repairs('{}', {}, { account, arn })).toEqual({ deletions, unclear: [] });
});

test.each([
  ['users', toEve, toTeam],
  ['groups', toTeam, toEve],
] as const)(
  'nothing is taken away from %s whose names could not be read, where others manage some',
  (kind, kept, gone) => {
    const elsewhere = `{ ${kind}: [{ name: 'team-*', ${REASON} }] }`;
    expect(repairs(elsewhere)).toEqual({ deletions: [gone], unclear: [kept] });
    // Read, but without this one.
    expect(repairs(elsewhere, { users: [], groups: [] })).toEqual({ deletions: [gone], unclear: [kept] });
  },
);

test('what has a name is judged by it', () => {
  const elsewhere = `{ users: [{ name: 'team-*', ${REASON} }], groups: [{ name: 'team-*', ${REASON} }] }`;
  const named = (user: string, group: string) => ({
    users: [{ id: EVE, name: user }],
    groups: [{ id: TEAM, name: group }],
  });
  expect(repairs(elsewhere, named('team-eve', 'Others'))).toEqual({ deletions: [toTeam], unclear: [] });
  expect(repairs(elsewhere, named('eve', 'team-night'))).toEqual({ deletions: [toEve], unclear: [] });
});

describe('what waits for a deployment', () => {
  const EVE_UNTIL = `    - { user: eve, reason: An incident., until: 2020-01-02, permissionSets: [Audit], accounts: { include: [{ name: app }] } }
`;
  const NOTHING: OwnedResources = { sets: [], assignments: [], applications: [], unread: [] };
  const FORMER = deployedSet('Former');
  const toUser = of('USER', userId(0));
  const OTHER = '222222222222';

  /** Repairs of an estate that grants Audit to its auditors, by what AWS and the stacks have. */
  function repairsWith(found: {
    readonly there: (auditors: DeployedAssignment) => readonly DeployedAssignment[];
    readonly owned: (auditors: DeployedAssignment) => AccessFacts['owned'];
    readonly sets?: readonly DeployedSet[];
    readonly more?: string;
  }) {
    const estate = `access:
  permissionSets: [{ name: Audit }]
  grants:
    - { group: Auditors, permissionSets: [Audit], accounts: { include: [{ name: app }] } }
${found.more ?? ''}`;
    const accounts = [
      { id: ACCOUNT, name: 'app' },
      { id: OTHER, name: 'other' },
    ];
    const plan = planOf(estate, { accounts, groups: ['Auditors'], users: ['eve'] });
    const { access } = plan;
    if (access === undefined) throw new Error('no access');
    const auditors = of('GROUP', access.organization.groupByName.get('Auditors')?.id ?? readId(PrincipalId, ''));
    const facts = {
      permissionSets: known([AUDIT, ...(found.sets ?? [])]),
      assignments: known(found.there(auditors)),
      owned: found.owned(auditors),
      stackRecords: known([]),
      ...{ users: failed('was not asked for'), groups: failed('was not asked for') },
    } as unknown as AccessFacts;
    const repairsFound = repairsOf({ plan, access, facts, caller: ADA, others: true });
    if (repairsFound === undefined) throw new Error('nothing could be read');
    const { deletions, creations, sets, outdated, postponed } = repairsFound;
    return { deletions, creations, sets, outdated, postponed, auditors };
  }

  test('a grant that no stack has yet is left to the deployment, which would fail at it', () => {
    const { creations, postponed } = repairsWith({ there: () => [], owned: () => known(NOTHING) });
    expect(creations).toEqual([]);
    expect(postponed).toEqual([{ what: `group "Auditors": Audit in app (${ACCOUNT})`, why: 'comes' }]);
  });

  test('what a stack has and AWS lacks is given again', () => {
    const { creations, postponed, auditors } = repairsWith({
      there: () => [],
      owned: (one) => known({ ...NOTHING, assignments: [one] }),
    });
    expect({ creations, postponed }).toEqual({ creations: [auditors], postponed: [] });
  });

  test('an assignment and a permission set that a stack still has are left to it', () => {
    const ofFormer = { ...toUser, set: FORMER.arn };
    const { deletions, sets, postponed } = repairsWith({
      there: (auditors) => [auditors, toTeam, ofFormer],
      owned: () => known({ ...NOTHING, sets: [FORMER.arn], assignments: [ofFormer] }),
      sets: [FORMER],
    });
    expect({ deletions, sets }).toEqual({ deletions: [toTeam], sets: [] });
    expect(postponed).toEqual([
      { what: `user "eve": Former in app (${ACCOUNT})`, why: 'goes' },
      { what: 'permission set Former', why: 'goes' },
    ]);
  });

  test('what the stacks have left behind is taken away', () => {
    const former = { ...FORMER, tags: { 'aws:cloudformation:stack-name': 'demo-access' } };
    const { sets, postponed } = repairsWith({
      there: (auditors) => [auditors],
      owned: () => known(NOTHING),
      sets: [former],
    });
    expect({ sets, postponed }).toEqual({ sets: [former], postponed: [] });
  });

  test('an exception that has ended is taken away, though a stack still has it', () => {
    const { deletions, postponed } = repairsWith({
      there: (auditors) => [auditors, toUser],
      owned: () => known({ ...NOTHING, assignments: [toUser] }),
      more: EVE_UNTIL,
    });
    expect({ deletions, postponed }).toEqual({ deletions: [toUser], postponed: [] });
  });

  test('what is left in an excluded account that people can use is taken away, and its old permission sets are renewed', () => {
    const behind = { ...FORMER, outdatedIn: [accountId(ACCOUNT)] };
    const { deletions, outdated, auditors } = repairsWith({
      there: (one) => [one],
      owned: () => known(NOTHING),
      sets: [behind],
      more: `  excludedAccounts: [{ account: '${ACCOUNT}', reason: It leaves the organization. }]\n`,
    });
    expect({ deletions, outdated }).toEqual({ deletions: [auditors], outdated: [behind] });
  });

  test('what the same person has in an account of no exception waits for the deployment', () => {
    const elsewhere = { ...toUser, account: accountId(OTHER) };
    const { deletions, postponed } = repairsWith({
      there: (auditors) => [auditors, elsewhere],
      owned: () => known({ ...NOTHING, assignments: [elsewhere] }),
      more: EVE_UNTIL,
    });
    expect({ deletions, postponed }).toMatchObject({ deletions: [], postponed: [{ why: 'goes' }] });
  });

  test.each<[string, AccessFacts['owned']]>([
    ['could not be read', failed('no answer')],
    ['is in another account', known({ ...NOTHING, unread: ['demo-access'] })],
  ])('nothing is made or taken away where the stack %s', (_what, owned) => {
    const { deletions, creations, postponed } = repairsWith({ there: () => [toTeam], owned: () => owned });
    expect({ deletions, creations }).toEqual({ deletions: [], creations: [] });
    expect(postponed.map(({ why }) => why)).toEqual(['unknown', 'unknown']);
  });
});
