import { repairsOf } from '../../../../src/cli/reconcile/repairs';
import type { AccessFacts, DeployedAssignment, StoreRecord } from '../../../../src/clouds/facts/access-facts';
import { failed, known } from '../../../../src/clouds/reading';
import { PrincipalId, readId } from '../../../../src/estate/source/ids';
import { deployedSet } from '../../../support/deployed-access';
import { planOf } from '../../../support/estate-files';
import { accountId, principalId } from '../../../support/ids';

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

/** What is taken away, and what is left since its name is unknown, of an estate where others manage this. */
function repairs(elsewhere: string, names: { users?: readonly StoreRecord[]; groups?: readonly StoreRecord[] } = {}) {
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
    ...{ users: read(names.users), groups: read(names.groups) },
    ...{ snapshot: failed('was not asked for'), attributes: failed('was not asked for') },
  } as unknown as AccessFacts;
  const caller = { account: ACCOUNT, arn: 'arn:aws:iam::222222222221:user/ada' };
  const found = repairsOf({ plan, access, facts, caller, others: true });
  return { deletions: found?.deletions, unclear: found?.unclear };
}

test('an estate that names no users and groups of others needs no names', () => {
  expect(repairs('{}')).toEqual({ deletions: [toEve, toTeam], unclear: [] });
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
