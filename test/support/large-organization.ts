import type { AccessOrder, Moto } from './moto';
import type { AccountSpec, GroupSpec, OrganizationSpec, SeededOrganization } from './seed-organization';
import { seedOrganization } from './seed-organization';

const TEAMS = 12;
const STAGES = ['Production', 'Staging', 'Development'];
const ACCOUNTS = 299;
const SETS = 40;
/** Sets that everybody who audits, operates or secures has in every account. */
const WIDE_SETS = 10;
/** Sets that each team has in its own accounts. */
const TEAM_SETS = 6;

const UNITS = [
  'Security',
  'Infrastructure',
  'Sandbox',
  ...range(TEAMS).flatMap((team) => STAGES.map((stage) => `Workloads/Team${team}/${stage}`)),
];

/** With the management account, 300. Most teams have accounts in each stage; a few accounts are suspended. */
const ACCOUNT_SPECS: readonly AccountSpec[] = range(ACCOUNTS).map((index) => ({
  name: `account-${index}`,
  ou: UNITS[index % UNITS.length] ?? '',
  suspended: index % 100 === 99,
  tags: { 'cost-center': String(index % 7) },
}));

const GROUPS: readonly GroupSpec[] = [
  ...['Auditors', 'Operators', 'Security'].map((displayName) => ({ displayName })),
  ...range(TEAMS).map((team) => ({ displayName: `Team ${team}` })),
];

/** The largest realistic organization: 300 accounts in nested OUs, 40 permission sets, 10,000 assignments. */
export const LARGE_ORGANIZATION: OrganizationSpec = {
  organizationalUnits: UNITS,
  accounts: ACCOUNT_SPECS,
  groups: GROUPS,
};

/** An assignment by names. */
export interface NamedAssignment {
  readonly group: string;
  readonly permissionSet: string;
  readonly account: string;
}

/** Whether the three wide groups have the same permission sets, or each its own, which makes for more sets in an account. */
export type WideSets = 'shared' | 'own';

/** Wide sets everywhere but in a few accounts; the sets of a team in its own accounts, some of them below production only. */
export function largeAssignments(wideSets: WideSets): readonly NamedAssignment[] {
  const wide = ['Auditors', 'Operators', 'Security'].flatMap((group, index) =>
    range(WIDE_SETS).flatMap((set) =>
      ACCOUNT_SPECS.filter((account, at) => account.suspended !== true && (at + set) % 60 !== index).map(
        ({ name }) => ({
          group,
          permissionSet: `Set${(wideSets === 'own' ? index * WIDE_SETS : 0) + set}`,
          account: name,
        }),
      ),
    ),
  );
  const teams = range(TEAMS).flatMap((team) =>
    range(TEAM_SETS).flatMap((set) =>
      ACCOUNT_SPECS.filter(({ ou = '' }) => isOf(ou, team, set)).map(({ name }) => ({
        group: `Team ${team}`,
        permissionSet: `Set${SETS - 1 - set}`,
        account: name,
      })),
    ),
  );
  return [...wide, ...teams.filter(({ account }) => !isSuspended(account))];
}

function isOf(ou: string, team: number, set: number): boolean {
  return ou.startsWith(`Workloads/Team${team}/`) && !(set > 2 && ou.endsWith('/Production'));
}

function isSuspended(name: string): boolean {
  return ACCOUNT_SPECS.some((account) => account.name === name && account.suspended === true);
}

/** Seeds the organization through the API, and Identity Center at once, with as many assignments, evenly taken. @param most all */
export async function seedLargeOrganization(
  moto: Moto,
  wideSets: WideSets,
  most?: number,
): Promise<SeededOrganization> {
  const seeded = await seedOrganization(moto, LARGE_ORGANIZATION);
  const all = largeAssignments(wideSets);
  const share = (most ?? all.length) / all.length;
  const taken = all.filter((_, index) => Math.floor((index + 1) * share) > Math.floor(index * share));
  await moto.fillAccess(largeAccess(seeded, taken));
  return seeded;
}

function largeAccess(
  { groupIds, accountIds }: SeededOrganization,
  assignments: readonly NamedAssignment[],
): AccessOrder {
  const id = (ids: ReadonlyMap<string, string>, name: string): string => ids.get(name) ?? `no ${name}`;
  return {
    permissionSets: range(SETS).map((set) => ({
      Name: `Set${set}`,
      Description: `Permission set number ${set}.`,
      SessionDuration: set % 2 === 0 ? 'PT8H' : 'PT1H',
      ManagedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::aws:policy/job-function/Billing'],
      CustomerManagedPolicyReferences: set % 5 === 0 ? [{ Name: 'Team', Path: '/team/' }] : [],
      ...(set % 4 === 0 && {
        InlinePolicy: {
          Version: '2012-10-17',
          Statement: [
            { Sid: 'Own', Effect: 'Allow', Action: ['s3:GetObject'], Resource: `arn:aws:s3:::team-${set}/*` },
          ],
        },
      }),
      ...(set % 3 === 0 && {
        PermissionsBoundary: { CustomerManagedPolicyReference: { Name: 'Boundary', Path: '/' } },
      }),
      Tags: [{ Key: 'number', Value: String(set) }],
    })),
    assignments: assignments.map(({ group, permissionSet, account }) => [
      'GROUP',
      id(groupIds, group),
      permissionSet,
      id(accountIds, account),
    ]),
    attributes: [{ Key: 'CostCenter', Value: { Source: ['${path:enterprise.costCenter}'] } }],
  };
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
