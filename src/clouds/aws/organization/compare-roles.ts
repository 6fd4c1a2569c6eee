import { type AccountRoles, type AwsRoles, parseAwsRoles } from '../../../estate/source/aws-snapshots';
import { ROLES_FILE } from '../../../estate/source/estate-folder';
import { ComparedFile, type Entries, type Entry, linesOf } from './compare-policies';
import { counted } from './compare-snapshot';

/** `aws-roles.json`: the reader has sorted it. */
export const COMPARED_ROLES = new ComparedFile<AwsRoles>({
  name: ROLES_FILE,
  parse: parseAwsRoles,
  serialize: (file) => `${JSON.stringify(file, null, 2)}\n`,
  size: sizeOf,
  changes: (before, after) => [
    ...linesOf('account', accountTexts(before), accountTexts(after)),
    ...linesOf('role', roleTexts(before), roleTexts(after)),
    ...linesOf('policy of roles', policyTexts(before), policyTexts(after)),
  ],
  without: (file, accounts) => {
    const kept = file.accounts.filter(({ id }) => !accounts.includes(id));
    const used = new Set(kept.flatMap(rolesIn).flatMap(({ attached, boundary }) => [...attached, boundary]));
    return { ...file, accounts: kept, policies: file.policies.filter(({ arn }) => used.has(arn)) };
  },
});

function rolesIn(account: AccountRoles) {
  return account.state === 'read' ? account.roles : [];
}

function sizeOf({ accounts }: AwsRoles): string {
  const unread = accounts.filter(({ state }) => state === 'not read').length;
  const roles = counted(accounts.flatMap(rolesIn).length, 'role');
  return `${roles} in ${counted(accounts.length - unread, 'account')}${unread > 0 ? `, ${unread} not read` : ''}`;
}

function accountTexts({ accounts }: AwsRoles): Entries {
  return new Map(
    accounts.map((account): [string, Entry] => {
      const shown = account.state === 'read' ? 'its roles are read' : `not read (${account.reason})`;
      return [account.id, { shown, whole: '' }];
    }),
  );
}

function roleTexts({ accounts }: AwsRoles): Entries {
  return new Map(
    accounts.flatMap((account): readonly [string, Entry][] => {
      if (account.state !== 'read') return [];
      return [
        ...account.permissionSets.map((name): [string, Entry] => [
          `${name} in ${account.id}`,
          { shown: 'of a permission set', whole: '' },
        ]),
        ...account.roles.map((role): [string, Entry] => [
          `${role.name} in ${account.id}`,
          { shown: policiesOf(role), whole: JSON.stringify(role) },
        ]),
      ];
    }),
  );
}

function policiesOf({ attached, inline }: ReturnType<typeof rolesIn>[number]): string {
  return `with ${counted(attached.length + inline.length, 'policy', 'policies')}`;
}

function policyTexts({ policies }: AwsRoles): Entries {
  return new Map(policies.map(({ arn, document }) => [arn, { shown: 'of a role', whole: JSON.stringify(document) }]));
}
