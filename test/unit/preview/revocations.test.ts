import type { OrganizationSpec } from '../../support/estate-files';
import { MANAGEMENT } from '../../support/estate-files';
import { changesOf } from '../../support/preview/reports';

const ACCOUNTS = Array.from({ length: 12 }, (_, index) => ({
  id: String(100_000_000_001 + index),
  name: `account-${index + 1}`,
  ou: '/Workloads',
}));
const organization: OrganizationSpec = {
  ous: ['/Workloads'],
  accounts: [MANAGEMENT, ...ACCOUNTS],
  groups: ['Developers', 'Auditors'],
};

function estate(sets: readonly string[], grants: readonly (readonly [group: string, set: string])[]): string {
  const lines = grants.map(
    ([group, set]) => `    - { group: ${group}, permissionSets: [${set}], accounts: { include: [{ all: true }] } }\n`,
  );
  const list = sets.map((name) => `{ name: ${name} }`).join(', ');
  return `access:\n  permissionSets: [${list}]\n  grants:${lines.length === 0 ? ' []\n' : `\n${lines.join('')}`}`;
}

const version = (...args: Parameters<typeof estate>) => ({ organization, estate: estate(...args) });
const both = version(['Reader', 'Writer'], [['Developers', 'Reader'], ['Developers', 'Writer'], ['Auditors', 'Reader']]); // prettier-ignore

test('nothing is taken away where access is only gained', () => {
  expect(changesOf(both, version(['Reader', 'Writer'], [])).revocations).toBeUndefined();
});

test('a permission set that goes with its assignments goes after them, in rounds of ten', () => {
  const head = version(['Reader'], [['Developers', 'Reader'], ['Auditors', 'Reader']]); // prettier-ignore
  expect(changesOf(head, both).revocations).toEqual({
    assignments: 12,
    accounts: 12,
    rounds: 2,
    exchanged: 0,
    sets: [{ name: 'Writer', assignments: 12 }],
  });
});

test('an account that loses several takes a round for each', () => {
  const head = version(['Reader', 'Writer'], []);
  expect(changesOf(head, both).revocations).toMatchObject({ assignments: 36, accounts: 12, rounds: 4, sets: [] });
});

test('what a renamed permission set gave goes after what comes in its place, and in no round before', () => {
  const head = version(['Reader', 'Editor'], [['Developers', 'Reader'], ['Developers', 'Editor'], ['Auditors', 'Reader']]); // prettier-ignore
  expect(changesOf(head, both).revocations).toMatchObject({
    assignments: 0,
    rounds: 0,
    exchanged: 12,
    sets: [{ name: 'Writer', assignments: 12 }],
  });
});

test('what others manage from now on, or no longer, is told', () => {
  const elsewhere = '  managedElsewhere: { users: [{ name: eve, reason: TEAM gives it for hours }] }\n';
  const head = { ...both, estate: `${both.estate}${elsewhere}` };
  expect(changesOf(head, both).managedElsewhere).toEqual([
    "users 'eve' are managed elsewhere, and no drift is looked for: TEAM gives it for hours",
  ]);
  expect(changesOf(both, head).managedElsewhere).toEqual(["users 'eve' are no longer managed elsewhere"]);
  expect(changesOf(head, head).managedElsewhere).toBeUndefined();
});

test('a key and Regions of IAM Identity Center that the estate names from now on, or no longer, are told', () => {
  const key = 'arn:aws:kms:eu-west-1:210000000001:key/mrk-0123456789abcdef0123456789abcdef';
  const settings = `  identityCenter: { kmsKey: '${key}', additionalRegions: [eu-central-1] }\n`;
  const head = { ...both, estate: `${both.estate}${settings}` };
  expect(changesOf(head, both).identityCenter).toEqual([
    `the roles may use the key ${key}, instead of no customer-managed key`,
    'people sign in through eu-central-1 too, once an administrator has added the Region',
  ]);
  expect(changesOf(both, head).identityCenter).toEqual([
    `the roles may use no customer-managed key, instead of the key ${key}`,
    'people no longer sign in through eu-central-1',
  ]);
  expect(changesOf(head, head).identityCenter).toBeUndefined();
});
