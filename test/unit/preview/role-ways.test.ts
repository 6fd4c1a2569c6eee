import type { ReadRole } from '../../../src/estate/source/aws-snapshots';
import { ORGANIZATION_FILE, POLICIES_FILE, ROLES_FILE } from '../../../src/estate/source/estate-folder';
import { RoleInventory } from '../../../src/estate/sections/access/sets/role-inventory';
import { renderTerminal } from '../../../src/preview/render';
import { policiesText } from '../../support/aws-policies';
import { policyDocument, readRole, rolesText } from '../../support/aws-roles';
import { MANAGEMENT, type OrganizationSpec, organizationText } from '../../support/estate-files';
import { changesOf, reportOf } from '../../support/preview/reports';

const [APP, WEB] = ['100000000001', '100000000002'];
const organization: OrganizationSpec = {
  ous: ['/Workloads'],
  accounts: [MANAGEMENT, { id: APP, name: 'app', ou: '/Workloads' }, { id: WEB, name: 'web', ou: '/Workloads' }],
  groups: ['Developers'],
};
const INVENTORY = '  roleInventory: { readerRole: reader }\n';
const estate = (statement: string, { inventory = INVENTORY, name = 'Builder' } = {}): string => `access:
${inventory}  permissionSets:
    - name: ${name}
      description: Builds.
      inlinePolicy: { Version: '2012-10-17', Statement: [${statement}] }
  grants:
    - { group: Developers, permissionSets: [${name}], accounts: { include: [{ name: app }] } }
`;
const READS = "{ Effect: Allow, Action: 's3:GetObject', Resource: '*' }";
const ASSUMES = `${READS}, { Effect: Allow, Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/build-*' }`;
const everything = { Effect: 'Allow', Action: '*', Resource: '*' };

const BUILD = readRole(
  'build-one',
  { AWS: `arn:aws:iam::${APP}:root` },
  {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Resource: `arn:aws:iam::${WEB}:role/release`,
  },
);
const RELEASE = readRole('release', { AWS: `arn:aws:iam::${APP}:role/build-one` }, everything);
const files = (app: readonly ReadRole[], web: readonly ReadRole[] | string) => ({
  [POLICIES_FILE]: policiesText(),
  [ROLES_FILE]: rolesText({ [APP]: app, [WEB]: web }, { [APP]: [ROLE] }),
});
const ROLE = 'aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Builder_0123456789abcdef';
const FOUND = files([BUILD], [RELEASE]);

const waysOf = (head: Parameters<typeof changesOf>[0], base: Parameters<typeof changesOf>[0]) =>
  changesOf(head, base).abilities?.abilities.flatMap(({ waysUp }) => waysUp) ?? [];

afterEach(() => {
  jest.restoreAllMocks();
});

test('a way to administrator in another account is told role by role, and opens a way for the gate', () => {
  const head = { estate: estate(ASSUMES), organization, files: FOUND };
  const base = { estate: estate(READS), organization, files: FOUND };
  const [way, ...others] = waysOf(head, base);
  expect(way).toEqual({
    id: 'sts-001 build-one, sts-001 release',
    steps: ['sts:AssumeRole on the role build-one in app', 'sts:AssumeRole on the role release in web'],
    verdict: 'yes',
  });
  expect(others).toEqual([]);
  const { abilities, extent } = changesOf(head, base);
  expect(abilities?.changes.map(({ opensWay }) => opensWay)).toEqual([true]);
  expect(extent.find(({ of }) => of === 'waysUp')).toMatchObject({ assignments: 1 });
  expect(renderTerminal(reportOf(head, base), { colour: false, files: [] })).toContain('the role release in web');
});

test('a set without a role yet has one whose ARN is as its own will be', () => {
  const Condition = {
    ArnLike: {
      'aws:PrincipalArn': `arn:aws:iam::${APP}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Builder_*`,
    },
  };
  const everybody = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Condition };
  const role = { ...readRole('build-one', '*', everything), trust: policyDocument(everybody) };
  const read = { [POLICIES_FILE]: policiesText(), [ROLES_FILE]: rolesText({ [APP]: [role] }) };
  const head = { estate: estate(ASSUMES), organization, files: read };
  expect(waysOf(head, { estate: estate(READS, { name: 'Other' }), organization, files: read })).toMatchObject([
    { id: 'sts-001 build-one', verdict: 'yes' },
  ]);
});

test.each([
  [
    'the last role trusts another',
    files([BUILD], [readRole('release', { AWS: `arn:aws:iam::${APP}:role/build-two` }, everything)]),
  ],
  ['no role of the other account was read', files([BUILD], 'AWS refuses sts:AssumeRole')],
])('without a role that is there the pattern is told as before: %s', (_, read) => {
  const ways = waysOf(
    { estate: estate(ASSUMES), organization, files: read },
    { estate: estate(READS), organization, files: read },
  );
  expect(ways).toMatchObject([{ id: 'sts-001', target: 'arn:aws:iam::*:role/build-*' }]);
});

test('roles that changed in AWS open a way, though the estate is the same', () => {
  const version = (read: Readonly<Record<string, string>>) => ({ estate: estate(ASSUMES), organization, files: read });
  const { abilities } = changesOf(version(FOUND), version(files([BUILD], [])));
  expect(abilities?.abilities).toMatchObject([{ waysUp: [{ id: 'sts-001 build-one, sts-001 release' }] }]);
  expect(abilities?.changes).toMatchObject([{ group: 'Developers', opensWay: true }]);
  expect(changesOf(version(FOUND), version(FOUND)).abilities).toBeUndefined();
});

test('ways are searched for access that changes, and not for what stays', () => {
  const search = jest.spyOn(RoleInventory.prototype, 'wayFrom');
  const more = '    - { group: Developers, permissionSets: [Builder], accounts: { include: [{ name: web }] } }\n';
  const base = { estate: estate(READS), organization, files: FOUND };
  changesOf({ ...base, estate: base.estate + more }, base);
  expect(search.mock.calls.map(([, account]) => account)).toEqual([WEB]);
});

test('a file without the key counts for nothing, and one that was not there before opens nothing', () => {
  const without = (statement: string) => ({
    estate: estate(statement, { inventory: '' }),
    organization,
    files: FOUND,
  });
  expect(waysOf(without(ASSUMES), without(READS))).toMatchObject([{ id: 'sts-001' }]);
  const first = { estate: estate(ASSUMES), organization, files: FOUND };
  expect(changesOf(first, without(ASSUMES)).abilities).toBeUndefined();
});

const ARN = `arn:aws:iam::${APP}:role/${ROLE}`;
const SESSION = `arn:aws:sts::${APP}:assumed-role/AWSReservedSSO_Builder_0123456789abcdef/jane`;
const LIKE = 'arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Builder_*';
const denies = (Resource: string) => ({ Effect: 'Deny', Action: 'iam:*', Resource });
const LIMIT = `arn:aws:iam::${WEB}:policy/limit`;

/** Roles that name the role of the set one way each, and two that name others. */
const NAMING: readonly ReadRole[] = [
  readRole('by-arn', { AWS: ARN }),
  readRole('by-session', { AWS: SESSION }),
  readRole('by-resource', '*', denies(ARN)),
  { ...readRole('by-boundary', '*'), boundary: LIMIT },
  {
    ...readRole('by-pattern', '*'),
    trust: policyDocument({
      ...{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' },
      Condition: { ArnLike: { 'aws:PrincipalArn': LIKE } },
    }),
  },
  readRole('by-account', { AWS: `arn:aws:iam::${APP}:root` }),
  readRole('other-set', { AWS: ARN.replace('Builder', 'Builder_Two') }),
  readRole('other-account', { AWS: ARN.replace(APP, WEB) }),
];
const NAMED = {
  [POLICIES_FILE]: policiesText(),
  [ROLES_FILE]: rolesText({ [APP]: [], [WEB]: NAMING }, { [APP]: [ROLE] }, { [LIMIT]: policyDocument(denies(ARN)) }),
};
const EXACT = ['by-arn', 'by-session', 'by-resource', 'by-boundary'];

test.each([
  ['renamed', estate(READS, { name: 'Maker' }), [...EXACT, 'by-pattern']],
  [
    'gone',
    'access: { roleInventory: { readerRole: reader }, permissionSets: [], grants: [] }',
    [...EXACT, 'by-pattern'],
  ],
  ['assigned in another account instead', estate(READS).replace('name: app', 'name: web'), EXACT],
  [
    'assigned to a group that is not synchronized',
    `${estate(READS).replace('group: Developers', 'group: Later')}workforce: { groups: [{ name: Later, description: Later. }] }\n`,
    EXACT,
  ],
])('roles that name the role of a set are named where it is %s', (_, head, names) => {
  const base = { estate: estate(READS), organization, files: NAMED };
  const { replacements } = changesOf({ estate: head, organization, files: NAMED }, base);
  const found = replacements.filter(({ kind }) => kind === 'role-named');
  expect(found).toMatchObject([{ subject: 'Builder', assignments: 1 }]);
  const named = NAMING.map(({ name }) => name).filter((name) => found[0]?.detail.includes(`${name} in web`));
  expect(named).toEqual(names);
});

test('that another group holds the set instead keeps its role, and an instance of its own does not', () => {
  const groups = { ...organization, groups: ['Developers', 'Operators'] };
  const base = { estate: estate(READS), organization: groups, files: NAMED };
  const handed = { ...base, estate: estate(READS).replace('group: Developers', 'group: Operators') };
  expect(changesOf(handed, base).replacements).toEqual([]);
  const elsewhere = organizationText(groups).replace('ssoins-0123456789abcdef', 'ssoins-fedcba9876543210');
  const moved = { ...base, files: { ...NAMED, [ORGANIZATION_FILE]: elsewhere } };
  expect(changesOf(moved, base).replacements).toMatchObject([{ kind: 'instance-changed' }, { kind: 'role-named' }]);
});
