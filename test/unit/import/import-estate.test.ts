import fc from 'fast-check';
import { parse } from 'yaml';
import { importEstate } from '../../../src/import/import-estate';
import type { DeployedAccess } from '../../../src/import/adopt';
import { ESTATE_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import type { Organization, OrganizationFile } from '../../../src/estate/source/organization';
import type { World } from '../../support/arbitraries';
import { world } from '../../support/arbitraries';
import type { AssignmentLabels } from '../../support/deployed-access';
import { deployedAccess, deployedSet, organizationOf } from '../../support/deployed-access';
import { memoryFolder, organizationFile, planOf, SMALL_ORGANIZATION, userId } from '../../support/estate-files';
import { accountId } from '../../support/ids';

const RUNS = { numRuns: 100 };

const small = organizationFile(SMALL_ORGANIZATION);

function importOf(deployed: DeployedAccess, file: OrganizationFile = small, existing: Record<string, string> = {}) {
  return importEstate(memoryFolder(existing), { deployed, organizationText: JSON.stringify(file) });
}

/** Plans what was written, read back from its texts alone. */
function readBack(files: Readonly<Record<string, string>>): EstatePlan {
  return planEstate(memoryFolder(files));
}

function assignmentsOf(plan: EstatePlan): readonly AssignmentLabels[] {
  return (plan.access?.expansion.assignments ?? []).map(({ holder, permissionSet, account }) => [
    holder.name,
    permissionSet,
    account.id,
  ]);
}

function fileOf(of: World): OrganizationFile {
  return organizationFile({ ous: of.ous, accounts: of.accounts, groups: of.synchronizedGroups.toSorted() });
}

/** Any assignments of the world's groups at all: in each account or not, as a coin falls. */
const anyAssignments = fc
  .tuple(world, fc.array(fc.boolean(), { minLength: 200, maxLength: 200 }))
  .map(([of, coins]): { readonly of: World; readonly words: readonly AssignmentLabels[] } => {
    const cells = of.synchronizedGroups.flatMap((group) =>
      of.permissionSets.flatMap((set) => of.accounts.map(({ id }): AssignmentLabels => [group, set, id])),
    );
    return { of, words: cells.filter((_, index) => coins[index % coins.length]) };
  });

/** What the grants of a world give: OUs, globs, tags and exclusions have made it. */
const granted = world.map((of) => {
  const plan = planOf(
    JSON.stringify({ access: { permissionSets: of.permissionSets.map((name) => ({ name })), grants: of.grants } }),
    { ous: of.ous, accounts: of.accounts, groups: of.synchronizedGroups.toSorted() },
  );
  return { of, words: assignmentsOf(plan) };
});

test('an imported estate expands to exactly what is deployed, in active accounts', () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.oneof(anyAssignments, granted), ({ of, words }) => {
      const file = fileOf(of);
      const organization = organizationOf(file);
      const active = words.filter(([, , id]) => organization.accountById.get(id)?.state === 'ACTIVE');
      // A world without access compares nothing, and is not a run.
      fc.pre(active.length > 0);
      const { files, left } = importOf(deployedAccess(organization, words), file);
      const plan = readBack(files);
      expect(new Set(assignmentsOf(plan).map(String))).toEqual(new Set(active.map(String)));
      expect(plan.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(plan.access?.placement.state).toBe('fresh');
      expect(left).toHaveLength(words.length - active.length);
      compared++;
    }),
    RUNS,
  );
  expect(compared).toBeGreaterThanOrEqual(RUNS.numRuns);
});

test('the order of what AWS answers changes nothing', () => {
  fc.assert(
    fc.property(anyAssignments, ({ of, words }) => {
      // Fewer have no order.
      fc.pre(words.length > 1);
      const file = fileOf(of);
      const deployed = deployedAccess(organizationOf(file), words);
      const turned = {
        ...deployed,
        permissionSets: deployed.permissionSets.toReversed(),
        assignments: deployed.assignments.toReversed(),
      };
      expect(importOf(turned, file).files).toEqual(importOf(deployed, file).files);
    }),
    { ...RUNS, numRuns: 30 },
  );
});

test('an estate file reads as one would write it', () => {
  const file = organizationFile({
    ous: ['/Workloads'],
    accounts: [
      { id: '100000000000', name: 'management' },
      { id: '100000000001', name: 'app', ou: '/Workloads' },
      { id: '100000000002', name: 'shop\n# not: a key', ou: '/Workloads' },
      { id: '000000000003', name: 'logs' },
    ],
    groups: ['Developers', 'Auditors'],
  });
  const organization = organizationOf(file);
  const in3 = ['100000000001', '100000000002', '000000000003'];
  const deployed = deployedAccess(
    organization,
    [
      ...in3.map((id): AssignmentLabels => ['Auditors', 'Audit', id]),
      ['Auditors', 'Audit', '100000000000'],
      ...in3.map((id): AssignmentLabels => ['Auditors', 'Billing', id]),
      ['Developers', 'Admin', '100000000001'],
      ['Developers', 'Admin', '000000000003'],
    ],
    {
      permissionSets: [
        deployedSet('Billing'),
        deployedSet('Admin', {
          description: 'Everything: "all" of it',
          sessionDuration: 'PT8H',
          relayState: 'https://console.aws.amazon.com/',
          managedPolicies: [
            'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess',
            'arn:aws:iam::aws:policy/ReadOnlyAccess',
          ],
          customerManagedPolicies: ['/Own', '/team/Team'],
          inlinePolicy: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }],
          },
          permissionsBoundary: '/team/Limit',
          tags: { team: '007' },
        }),
        deployedSet('Audit', {
          permissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess',
        }),
      ],
      attributes: { CostCenter: ['${path:enterprise.costCenter}'] },
    },
  );
  const { files, left } = importOf(deployed, file);
  expect(files[ESTATE_FILE]).toMatchInlineSnapshot(`
    "# yaml-language-server: $schema=../estate.schema.json

    apiVersion: entra-aws-identity/v1
    access:
      deployFrom: management

      attributes:
        - key: CostCenter
          source: \${path:enterprise.costCenter}

      policies:
        - name: Own
          managedElsewhere: It was in the accounts when the estate was imported.
        - name: Limit
          path: /team/
          managedElsewhere: It was in the accounts when the estate was imported.
        - name: Team
          path: /team/
          managedElsewhere: It was in the accounts when the estate was imported.

      permissionSets:
        - name: Admin
          description: 'Everything: "all" of it'
          sessionDuration: PT8H
          relayState: https://console.aws.amazon.com/
          managedPolicies: [ReadOnlyAccess, job-function/ViewOnlyAccess]
          customerManagedPolicies:
            - name: Own
            - name: Team
              path: /team/
          inlinePolicy:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action: s3:Get*
                Resource: '*'
          permissionsBoundary:
            customerManagedPolicy:
              name: Limit
              path: /team/
          tags:
            team: '007'

        - name: Audit
          permissionsBoundary:
            managedPolicy: PowerUserAccess

        - name: Billing

      grants:
        - group: Auditors
          permissionSets: [Audit, Billing]
          accounts:
            include:
              - all: true

        - group: Auditors
          permissionSets: [Audit]
          accounts:
            include:
              - id: '100000000000' # management

        - group: Developers
          permissionSets: [Admin]
          accounts:
            include:
              - id: '000000000003' # logs
              - id: '100000000001' # app
    "
  `);
  expect(left).toEqual([]);
});

const inApp = (who: string, set = 'Admin'): AssignmentLabels => [who, set, '100000000001'];
const organization = (of: OrganizationFile = small): Organization => organizationOf(of);

test('what an estate can not hold is named, each with its reason', () => {
  const suspended = organizationFile({
    ...SMALL_ORGANIZATION,
    accounts: [...SMALL_ORGANIZATION.accounts, { id: '100000000002', name: 'old', state: 'SUSPENDED' }],
  });
  const words: readonly AssignmentLabels[] = [
    inApp('Developers'),
    inApp('user-1'),
    inApp('9067-gone'),
    ['Developers', 'Admin', '100000000002'],
    ['Developers', 'Admin', '999999999999'],
  ];
  const deployed = deployedAccess(organization(suspended), words, {
    permissionSets: [
      deployedSet('Admin', {
        inlinePolicy: 'no JSON',
        tags: { 'aws:cloudformation:stack-name': 'landing-zone' },
      }),
    ],
    attributes: { Two: ['${path:userName}', '${path:locale}'], None: [] },
  });
  const { left, plan } = importOf(deployed, suspended);
  expect(left.map(({ reason, subject }) => `${reason}: ${subject}`)).toEqual([
    'user: user user-1 has Admin in 100000000001 (app)',
    'unknown-group: group 9067-gone has Admin in 100000000001 (app)',
    'inactive-account: group Developers has Admin in 100000000002 (old)',
    'unknown-account: group Developers has Admin in 999999999999',
    'inline-policy: the inline policy of permission set Admin',
    'system-tag: aws:cloudformation:stack-name=landing-zone of permission set Admin',
    'attribute-sources: attribute None with 0 sources',
    'attribute-sources: attribute Two with 2 sources: all but ${path:userName}',
  ]);
  expect(assignmentsOf(plan)).toEqual([inApp('Developers')]);
});

test('what AWS allows and the estate refuses is a finding at its place, and stays in the file', () => {
  const old = { Version: '2008-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };
  const deployed = deployedAccess(organization(), [inApp('Developers')], {
    permissionSets: [deployedSet('Admin', { inlinePolicy: old })],
  });
  const { plan, files } = importOf(deployed);
  expect(plan.findings.map(({ code, path }) => `${code} ${path}`)).toEqual([
    'inline-policy access.permissionSets[0].inlinePolicy.Version',
  ]);
  expect(files[ESTATE_FILE]).toContain("Version: '2008-10-17'");
});

test('tags of a set stay, whatever their keys', () => {
  const keys = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString'), fc.stringMatching(/^[a-z]{1,3}$/));
  fc.assert(
    fc.property(fc.uniqueArray(keys, { maxLength: 4 }), (names) => {
      const tags = Object.fromEntries(names.map((name) => [name, `of ${name}`]));
      const permissionSets = [deployedSet('Admin', { tags })];
      const deployed = deployedAccess(organization(), [inApp('Developers')], { permissionSets });
      const written = readBack(importOf(deployed).files).estate.access?.permissionSets[0]?.tags ?? [];
      expect(new Map(written.map(({ key, value }) => [key, value]))).toEqual(new Map(Object.entries(tags)));
    }),
    { ...RUNS, numRuns: 30 },
  );
});

test('sections of an estate that exists stay, comments and all', () => {
  const existing =
    '# Ours\nworkforce:\n  groups:\n    - name: Developers # the best\naccess: {permissionSets: [], grants: []}\n';
  const deployed = deployedAccess(organization(), [inApp('Developers')]);
  const { files, plan } = importOf(deployed, small, { [ESTATE_FILE]: existing });
  expect(files[ESTATE_FILE]).toContain('# Ours\nworkforce:\n  groups:\n    - name: Developers # the best\naccess:\n');
  expect(plan.estate.workforce?.groups.map(({ name }) => name)).toEqual(['Developers']);
  expect(assignmentsOf(plan)).toEqual([inApp('Developers')]);
});

test('an assignment stays in the shard where the placement file has it', () => {
  const deployed = deployedAccess(organization(), [inApp('Developers')]);
  const placed = importOf(deployed).files[PLACEMENT_FILE]?.replaceAll(/ 1(?=\.\d+")/g, ' 7') ?? '';
  expect(importOf(deployed, small, { [PLACEMENT_FILE]: placed }).files[PLACEMENT_FILE]).toBe(placed);
});

test.each([
  ['access: [', 'it is not YAML: '],
  ['- a list', 'it holds no sections'],
])('refuses to touch an estate file that it can not read: %s', (text, message) => {
  const deployed = deployedAccess(organization(), [inApp('Developers')]);
  expect(() => importOf(deployed, small, { [ESTATE_FILE]: text })).toThrow(message);
});

test('what others manage, as the estate says, stays theirs and stays said', () => {
  const organization = organizationOf(small);
  const [group = ''] = organization.groups.map(({ displayName }) => displayName);
  const [account] = organization.accounts.filter(({ state }) => state === 'ACTIVE');
  const deployed = deployedAccess(organization, [
    [group, 'Reader', account?.id ?? ''],
    [group, 'TEAM-1', account?.id ?? ''],
  ]);
  const existing = {
    [ESTATE_FILE]: `access:
  permissionSets: []
  grants: []
  managedElsewhere:
    permissionSets:
      - name: TEAM-*
        reason: TEAM gives it for some hours.
`,
  };
  const { files, plan } = importOf(deployed, small, existing);
  expect(assignmentsOf(plan).map(([, set]) => set)).toEqual(['Reader']);
  expect(files[ESTATE_FILE]).toContain('      - name: TEAM-*\n        reason: TEAM gives it for some hours.\n');
});

describe('an import over an estate that exists', () => {
  const POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };
  const of = {
    ...SMALL_ORGANIZATION,
    accounts: [...SMALL_ORGANIZATION.accounts, { id: '100000000002', name: 'stuck', ou: '/Workloads' }],
  };
  const file = organizationFile(of);
  const before = {
    [ESTATE_FILE]: JSON.stringify({
      access: {
        deployFrom: 'management',
        policies: [
          { name: 'Reader', path: '/own/', document: POLICY, accounts: { include: [{ all: true }] } },
          { name: 'Limit', managedElsewhere: 'The landing zone keeps it.' },
        ],
        excludedAccounts: [{ account: '100000000002', reason: 'It is closing until January.' }],
        permissionSets: [
          {
            name: 'Admin',
            inlinePolicyFile: 'admin.json',
            grantable: { groups: ['Developers'] },
            acknowledge: [{ rule: 'IdentityCenter-IC7', reason: 'The team agreed to it.' }],
          },
          { name: 'Gone' },
        ],
        grants: [
          {
            group: 'Developers',
            permissionSets: ['Admin'],
            accounts: { include: [{ all: true }] },
            acknowledge: [{ rule: 'IdentityCenter-IC5', reason: 'For the migration.' }],
          },
        ],
        managedElsewhere: { groups: [{ name: 'TEAM *', reason: 'TEAM gives it for hours.' }] },
      },
    }),
    'admin.json': JSON.stringify(POLICY),
  };
  const deployed = deployedAccess(
    organizationOf(file),
    [inApp('Developers'), ['Developers', 'Admin', '100000000002']],
    {
      permissionSets: [
        deployedSet('Admin', { inlinePolicy: POLICY, customerManagedPolicies: ['/own/Reader', '/Limit', '/New'] }),
      ],
    },
  );

  test('keeps what AWS does not know', () => {
    const { plan, files } = importOf(deployed, file, before);
    const access = (parse(files[ESTATE_FILE] ?? '') as { access: Record<string, unknown> }).access;
    const written = (JSON.parse(before[ESTATE_FILE]) as { access: Record<string, unknown> }).access;
    for (const key of ['deployFrom', 'excludedAccounts', 'managedElsewhere'])
      expect([key, access[key]]).toEqual([key, written[key]]);
    expect(access['policies']).toEqual([
      ...(written['policies'] as unknown[]),
      { name: 'New', managedElsewhere: 'It was in the accounts when the estate was imported.' },
    ]);
    expect(access['permissionSets']).toEqual([
      expect.objectContaining({
        name: 'Admin',
        inlinePolicyFile: 'admin.json',
        grantable: { groups: ['Developers'] },
        acknowledge: [{ rule: 'IdentityCenter-IC7', reason: 'The team agreed to it.' }],
      }),
    ]);
    expect(access['permissionSets']).not.toEqual([expect.objectContaining({ inlinePolicy: POLICY })]);
    expect(assignmentsOf(plan)).toEqual([inApp('Developers')]);
  });

  test('says what it does not keep', () => {
    expect(importOf(deployed, file, before).left.map(({ reason, subject }) => `${reason}: ${subject}`)).toEqual([
      'excluded-account: group Developers has Admin in 100000000002 (stuck)',
      'undeployed-set: permission set Gone',
      'grant-acknowledgement: IdentityCenter-IC5, of Admin for Developers: For the migration.',
    ]);
  });

  test('writes the policy that is deployed where its file has another one', () => {
    const other = { ...before, 'admin.json': JSON.stringify({ ...POLICY, Id: 'another' }) };
    const { files } = importOf(deployed, file, other);
    expect(files[ESTATE_FILE]).toContain('Action: s3:GetObject');
    expect(files[ESTATE_FILE]).not.toContain('inlinePolicyFile');
  });

  test('keeps a list of policies that is empty on purpose', () => {
    const empty = { [ESTATE_FILE]: 'access: { policies: [], permissionSets: [], grants: [] }\n' };
    const plain = deployedAccess(organization(), [inApp('Developers')]);
    expect(importOf(plain, small, empty).files[ESTATE_FILE]).toContain('  policies: []\n');
  });

  test('replaces no section with faults, from which it can not read what to keep', () => {
    const faulty = {
      [ESTATE_FILE]: 'access:\n  excludedAccounts: [{ acount: 1 }]\n  permissionSets: []\n  grants: []\n',
    };
    expect(() => importOf(deployed, file, faulty)).toThrow(
      "its access section has faults (access.excludedAccounts[0].account: 'account' is missing), so that what to keep of it can't be read: correct them, or remove the section",
    );
  });
});

describe('assignments of users', () => {
  const JANE = 'jane@example.com';
  const withJane = organizationFile({ ...SMALL_ORGANIZATION, users: [JANE] });
  const ofJane: DeployedAccess = {
    permissionSets: [deployedSet('Admin')],
    assignments: [
      {
        set: deployedSet('Admin').arn,
        account: accountId('100000000001'),
        principalType: 'USER',
        principalId: userId(0),
      },
    ],
    attributes: {},
  };
  const importUntil = (usersUntil: string | undefined, existing: Record<string, string> = {}) =>
    importEstate(memoryFolder(existing), {
      deployed: ofJane,
      organizationText: JSON.stringify(withJane),
      usersUntil,
    });

  test('are left out where no end is given', () => {
    const { left, plan } = importUntil(undefined);
    expect(left).toMatchObject([{ reason: 'user' }]);
    expect(assignmentsOf(plan)).toEqual([]);
  });

  test('are exceptions that end on the given day', () => {
    const { left, plan, files } = importUntil('2027-03-31');
    expect(left).toEqual([]);
    expect(plan.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(assignmentsOf(readBack(files))).toEqual([[JANE, 'Admin', '100000000001']]);
    expect(files[ESTATE_FILE]).toContain('user: jane@example.com\n');
    expect(files[ESTATE_FILE]).toContain("until: '2027-03-31'");
  });

  test('keep the reason and the end that the estate had', () => {
    const { files } = importUntil('2027-03-31');
    const edited = (files[ESTATE_FILE] ?? '')
      .replace('2027-03-31', '2027-01-31')
      .replace('It was there when the estate was imported.', 'She looks into the incident.');
    const again = importUntil(undefined, { ...files, [ESTATE_FILE]: edited });
    expect(again.files[ESTATE_FILE]).toContain("until: '2027-01-31'");
    expect(again.files[ESTATE_FILE]).toContain('She looks into the incident.');
  });
});
