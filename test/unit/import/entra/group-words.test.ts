import type { TenantGroup, WorkforceTenant } from '../../../../src/clouds/facts/tenant-facts';
import { groupWords } from '../../../../src/import/entra/group-words';
import { directoryGroup } from '../../../support/directory-group';
import { objectId } from '../../../support/ids';

const group = (name: string, more: Partial<TenantGroup> = {}): TenantGroup => ({
  ...directoryGroup(name),
  ...{ nested: [], hasDirectMembers: true, namesakes: 1, ...more },
});

function wordsOf(...groups: readonly TenantGroup[]): ReturnType<typeof groupWords> {
  const tenant: Pick<WorkforceTenant, 'groups' | 'assignments'> = { groups, assignments: [] };
  return groupWords({ ...tenant, application: { roles: [] } } as unknown as WorkforceTenant);
}

test('a plain group has a name alone, and one from on-premises is adopted', () => {
  const synced = group('Synced', { isSynchronized: true, owners: ['a@b.c'] });
  expect(wordsOf(group('Plain'), synced).words.groups).toEqual([
    { name: 'Plain' },
    { name: 'Synced', adopt: { id: synced.id } },
  ]);
});

test('a group keeps its rule, its owners and whether it is for roles', () => {
  const rule = 'user.department -eq "Security"';
  const { words, left } = wordsOf(
    group('Dynamic', { membershipRule: rule, nested: [objectId('Roles')] }),
    group('Roles', { isAssignableToRoles: true, owners: ['ann@example.com'] }),
  );
  expect(words.groups).toEqual([
    { name: 'Dynamic', membershipRule: rule },
    { name: 'Roles', owners: ['ann@example.com'], assignableToRoles: true },
  ]);
  expect(left).toEqual([]);
});

test('groups in a group are named where the estate has them, and counted where it has not', () => {
  const { words, left } = wordsOf(
    group('Mixed', { nested: [objectId('Inner'), objectId('elsewhere')] }),
    group('Nested', { nested: [objectId('Inner')], hasDirectMembers: false }),
    group('Inner'),
  );
  expect(words.groups).toEqual([
    { name: 'Inner' },
    { name: 'Mixed', nestedGroups: ['Inner'], hasDirectMembers: true },
    { name: 'Nested', nestedGroups: ['Inner'] },
  ]);
  expect(left).toEqual([{ reason: 'nested-group', subject: 'Mixed: 1' }]);
});

test('owners of a group that an application owns too are left out, and so said; a paused rule would go on', () => {
  const { words, left } = wordsOf(
    group('Owned', { owners: ['ann@example.com'], owningApplications: ['deployer'] }),
    group('Paused', { membershipRule: 'user.a -eq 1', isPaused: true }),
  );
  expect(words.groups).toEqual([{ name: 'Owned' }, { name: 'Paused', membershipRule: 'user.a -eq 1' }]);
  expect(left).toEqual([
    { reason: 'owner', subject: 'Owned: ann@example.com, deployer' },
    { reason: 'would-change', subject: 'the rule of the group Paused is paused; the estate applies it' },
  ]);
});
