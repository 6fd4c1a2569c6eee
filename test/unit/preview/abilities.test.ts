import { MANAGEMENT, type OrganizationSpec } from '../../support/estate-files';
import { changesOf, reportOf } from '../../support/preview/reports';
import { POLICIES_FILE } from '../../../src/estate/source/estate-folder';
import { NOTHING_FOLDED } from '../../../src/permissions/fold';
import { renderMarkdown, renderTerminal } from '../../../src/preview/render';
import type { Ability } from '../../../src/preview/access/abilities';

interface Written {
  /** Lines of the set Builder. */
  readonly set: readonly string[];
  /** @default none */
  readonly grants?: readonly string[];
  readonly boundary?: string;
}

const organization: OrganizationSpec = {
  ous: ['/Workloads'],
  accounts: [
    MANAGEMENT,
    { id: '100000000001', name: 'app', ou: '/Workloads' },
    { id: '100000000002', name: 'web', ou: '/Workloads' },
  ],
  groups: ['Admins', 'Developers'],
};

const boundaryStatement = "{ Effect: Allow, Action: '*', Resource: '*' }";

function estate({ set, grants = [], boundary = boundaryStatement }: Written): string {
  return [
    'access:',
    '  policies:',
    '    - name: Limit',
    `      document: { Version: '2012-10-17', Statement: [${boundary}] }`,
    '      accounts: { include: [{ all: true }] }',
    '  permissionSets:',
    '    - name: Builder',
    '      description: Builds.',
    ...set.map((line) => `      ${line}`),
    '    - { name: Reader, description: Reads., managedPolicies: [ReadOnlyAccess] }',
    '  grants:',
    '    - { group: Developers, permissionSets: [Builder], accounts: { include: [{ all: true }] } }',
    ...grants.map((grant) => `    - ${grant}`),
    '',
  ].join('\n');
}

const inline = (...statements: readonly string[]): string =>
  `inlinePolicy: { Version: '2012-10-17', Statement: [${statements.join(', ')}] }`;
const allow = (actions: string, rest = "Resource: '*'"): string => `{ Effect: Allow, Action: [${actions}], ${rest} }`;
const READS = allow('s3:GetObject');

/** Lines of a change, each with what it is about. */
function told(head: Written, base: Written) {
  const { abilities } = changesOf({ estate: estate(head), organization }, { estate: estate(base), organization });
  return (abilities?.changes ?? []).map(({ ability, ...change }) => ({
    ...change,
    ability: abilityAt(abilities?.abilities, ability),
  }));
}

function abilityAt(abilities: readonly Ability[] | undefined, position: number): Ability {
  const ability = abilities?.[position];
  if (ability === undefined) throw new Error(`there is no ability ${position}`);
  return ability;
}

const namesOf = ({ parts }: Ability['gained']): readonly string[] =>
  parts.flatMap(({ services }) =>
    services.flatMap(({ service, levels }) =>
      levels.flatMap(({ names = [] }) => names.map((one) => `${service}:${one}`)),
    ),
  );

test('a changed statement shows who gains and loses which actions, once for all accounts that answer alike', () => {
  const [line, ...others] = told(
    { set: [inline(allow('s3:GetObject, s3:DeleteObject'))] },
    { set: [inline(allow('s3:GetObject, sqs:SendMessage'))] },
  );
  expect(others).toEqual([]);
  expect(line).toMatchObject({ group: 'Developers', sets: ['Builder'], accounts: [{ name: 'app' }, { name: 'web' }] });
  expect(namesOf(line?.ability.gained ?? NOTHING_FOLDED)).toEqual(['s3:DeleteObject']);
  expect(namesOf(line?.ability.lost ?? NOTHING_FOLDED)).toEqual(['sqs:SendMessage']);
});

test('a statement that is written otherwise and allows the same shows nothing', () => {
  const split = inline(allow('s3:GetObject'), allow("'s3:getobject'", "Resource: 'arn:aws:s3:::a'"));
  expect(told({ set: [split] }, { set: [inline(READS)] })).toEqual([]);
});

test('what another set of the group allowed in the account is not gained', () => {
  const grant = '{ group: Developers, permissionSets: [Reader], accounts: { include: [{ name: app }] } }';
  const reader = 'managedPolicies: [AdministratorAccess]';
  const administrator = { set: [reader], grants: [grant.replace('Reader', 'Builder')] };
  expect(told({ set: [reader, inline(READS)] }, administrator)).toEqual([]);
});

test('a way up that opens is told with its steps, and where it leads', () => {
  const lambda = 'lambda:CreateFunction, lambda:InvokeFunction';
  const before = { set: [inline(allow(lambda))] };
  const [any] = told({ set: [inline(allow(`${lambda}, iam:PassRole`))] }, before);
  const way = {
    id: 'lambda-001',
    steps: ['iam:PassRole', 'lambda:CreateFunction', 'lambda:InvokeFunction'],
    verdict: 'yes',
  };
  expect(any?.ability.waysUp).toMatchObject([way]);
  expect(any?.ability.waysUp[0]).not.toHaveProperty('target');
  const some = allow('iam:PassRole', "Resource: 'arn:aws:iam::*:role/app-*'");
  const [narrow] = told({ set: [inline(allow(lambda), some)] }, before);
  expect(narrow?.ability.waysUp).toMatchObject([{ id: 'lambda-001', target: 'arn:aws:iam::*:role/app-*' }]);
});

test.each([
  ['a boundary that denies a step keeps the way shut', "{ Effect: Deny, Action: ['iam:PassRole'], Resource: '*' }", 0],
  ['a boundary that allows it does not', "{ Effect: Deny, Action: ['iam:CreateUser'], Resource: '*' }", 1],
])('%s', (_, deny, ways) => {
  const limited = 'permissionsBoundary: { customerManagedPolicy: { name: Limit } }';
  const boundary = `${boundaryStatement}, ${deny}`;
  const steps = (more: string) => [limited, inline(allow(`lambda:CreateFunction, lambda:InvokeFunction${more}`))];
  const lines = told({ set: steps(', iam:PassRole'), boundary }, { set: steps(''), boundary });
  expect(lines.flatMap(({ ability }) => ability.waysUp)).toHaveLength(ways);
});

test('a changed boundary shows by what it lets through, and one that is lost is named', () => {
  const limited = 'permissionsBoundary: { customerManagedPolicy: { name: Limit } }';
  const set = [limited, inline(allow('s3:GetObject, s3:DeleteObject'))];
  const narrow = `${boundaryStatement}, { Effect: Deny, Action: ['s3:DeleteObject'], Resource: '*' }`;
  const [widened] = told({ set }, { set, boundary: narrow });
  expect(namesOf(widened?.ability.gained ?? NOTHING_FOLDED)).toEqual(['s3:DeleteObject']);
  const [lost] = told({ set: set.slice(1), boundary: narrow }, { set, boundary: narrow });
  expect(lost?.boundariesLost).toEqual(['/Limit']);
});

test('a condition of a statement is told in words', () => {
  const [line] = told(
    {
      set: [
        inline(
          READS,
          allow('s3:DeleteObject', "Resource: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }"),
        ),
      ],
    },
    { set: [inline(READS)] },
  );
  expect(line?.ability.gained.parts).toMatchObject([{ actions: 1, condition: 'aws:MultiFactorAuthPresent is true' }]);
});

test('an administrator is one word, whatever the group had before', () => {
  const [line] = told({ set: ['managedPolicies: [AdministratorAccess]'] }, { set: [inline(READS)] });
  expect(line?.ability).toMatchObject({
    isEverything: true,
    gained: { parts: [{ services: [], but: [{ service: 's3' }] }] },
  });
});

test('a policy that nobody has read counts as unknown, and not as nothing', () => {
  const [line] = told({ set: ['managedPolicies: [ReadOnlyAccess]', inline(READS)] }, { set: [inline(READS)] });
  expect(line?.ability.gained).toMatchObject({ parts: [], unread: ['the AWS managed policy ReadOnlyAccess'] });
});

test('a grant says what the set lets people do there', () => {
  const grant = '{ group: Admins, permissionSets: [Builder], accounts: { include: [{ name: web }] } }';
  const lines = told({ set: [inline(READS)], grants: [grant] }, { set: [inline(READS)] });
  expect(lines.map(({ group, accounts, sets, ability }) => [group, accounts, sets, namesOf(ability.gained)])).toEqual([
    ['Admins', [expect.objectContaining({ name: 'web' })], ['Builder'], ['s3:GetObject']],
  ]);
});

test('the worst comes first', () => {
  const grants = ['{ group: Admins, permissionSets: [Reader], accounts: { include: [{ name: app }] } }'];
  const base = { estate: estate({ set: [inline(READS)], grants }), organization };
  const raised = [grants[0]?.replace('Reader', 'Root') ?? ''];
  const head = estate({ set: [inline(allow('s3:GetObject, s3:DeleteObject'))], grants: raised }).replace(
    '  grants:',
    '    - { name: Root, description: Does all., managedPolicies: [AdministratorAccess] }\n  grants:',
  );
  const report = reportOf({ estate: head, organization }, base);
  expect(report.changes?.abilities?.changes.map(({ group }) => group)).toEqual(['Admins', 'Developers']);
  expect(renderTerminal(report, { files: [], colour: false })).toContain('What people may do');
  expect(renderMarkdown(report)).toContain('### What people may do');
});

test('an unread policy in exchange for another one is told on both sides, by its name alone', () => {
  const sets = (policy: string) => ({ set: [`managedPolicies: [${policy}, SecurityAudit]`] });
  const [line] = told(sets('ReadOnlyAccess'), sets('ViewOnlyAccess'));
  expect(line?.ability).toMatchObject({
    gained: { unread: ['the AWS managed policy ReadOnlyAccess'], unreadDenials: [] },
    lost: { unread: ['the AWS managed policy ViewOnlyAccess'], unreadDenials: [] },
  });
});

const LAMBDA = 'lambda:CreateFunction, lambda:InvokeFunction';
const waysIn = (head: Written, base: Written) =>
  changesOf({ estate: estate(head), organization }, { estate: estate(base), organization }).extent.find(
    ({ of }) => of === 'waysUp',
  );

test('a new way up to administrator asks for the label of a large change', () => {
  const [before, after] = [{ set: [inline(allow(LAMBDA))] }, { set: [inline(allow(`${LAMBDA}, iam:PassRole`))] }];
  expect(waysIn(after, before)).toMatchObject({ assignments: 2, bound: 0, isExceeded: true });
  expect(waysIn(before, after)).toMatchObject({ assignments: 0, isExceeded: false });
});

test('a way that the group had elsewhere asks for no label where an account is new to it', () => {
  const set = [inline(allow(`${LAMBDA}, iam:PassRole`))];
  const reach = (accounts: string) => ({
    set,
    grants: [`{ group: Admins, permissionSets: [Builder], accounts: { include: [${accounts}] } }`],
  });
  expect(waysIn(reach('{ name: app }, { name: web }'), reach('{ name: app }'))).toMatchObject({ assignments: 0 });
  expect(waysIn(reach('{ name: app }'), { set })).toMatchObject({ assignments: 1, isExceeded: true });
});

test('a set that becomes an administrator by the loss of its boundary counts as one', () => {
  const limited = 'permissionsBoundary: { customerManagedPolicy: { name: Limit } }';
  const boundary = `${boundaryStatement}, { Effect: Deny, Action: ['iam:*'], Resource: '*' }`;
  const set = ['managedPolicies: [AdministratorAccess]'];
  const { extent } = changesOf(
    { estate: estate({ set, boundary }), organization },
    { estate: estate({ set: [...set, limited], boundary }), organization },
  );
  expect(extent.find(({ of }) => of === 'administrators')).toMatchObject({ assignments: 2 });
});

test('a way through identities that must carry a boundary is none', () => {
  const bounded =
    "Resource: '*', Condition: { StringEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::100000000001:policy/Limit' } }";
  const raise = (rest?: string) => ({ set: [inline(READS, allow('iam:PutRolePolicy, sts:AssumeRole', rest))] });
  const ids = (head: Written) => told(head, { set: [inline(READS)] }).flatMap(({ ability }) => ability.waysUp);
  expect(ids(raise()).map(({ id }) => id)).toContain('iam-005');
  expect(ids(raise(bounded)).map(({ id }) => id)).not.toContain('iam-005');
});

test('a way that opens for who is administrator elsewhere asks for no label', () => {
  const root = { set: ['managedPolicies: [AdministratorAccess]'] };
  const small = (policies: string): string =>
    estate(root)
      .replace('  grants:', `    - { name: Small, description: Small., ${policies} }\n  grants:`)
      .replace(
        '{ all: true }] } }\n',
        '{ name: app }] } }\n    - { group: Developers, permissionSets: [Small], accounts: { include: [{ name: web }] } }\n',
      );
  const { extent, abilities } = changesOf(
    { estate: small(inline(allow(`${LAMBDA}, iam:PassRole`))), organization },
    { estate: small(inline(allow(LAMBDA))), organization },
  );
  expect(abilities?.abilities.flatMap(({ waysUp }) => waysUp)).not.toEqual([]);
  expect(extent.find(({ of }) => of === 'waysUp')).toMatchObject({ assignments: 0 });
});

const FULL = { Effect: 'Allow', Action: '*', Resource: '*' };
const written = (...Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });

/** Service control policies of statements that are attached to each account, and each level above, by itself. */
function controlled(...statements: readonly object[]) {
  const targets = ['100000000001', '100000000002', 'ou-root-00000001', 'r-root'];
  return { state: 'read', policies: [{ id: 'p-fullaccess', name: 'Full', targets, document: written(...statements) }] };
}

/** `aws-policies.json`. */
function policiesFile(
  serviceControlPolicies: object,
  managed: readonly object[] = [],
): Readonly<Record<string, string>> {
  const resourceControlPolicies = { state: 'not enabled' };
  const file = { version: 1, managedPolicies: managed, serviceControlPolicies, resourceControlPolicies };
  return { [POLICIES_FILE]: JSON.stringify(file) };
}

function readOnly(version: string, actions: readonly string[]): object {
  const document = written({ Effect: 'Allow', Action: actions, Resource: '*' });
  return { name: 'ReadOnlyAccess', version, changed: '2026-11-01', document };
}

test('a managed policy that AWS changed shows who gains and loses what, once for accounts with policies of their own', () => {
  const text = estate({
    set: [inline(READS)],
    grants: ['{ group: Admins, permissionSets: [Reader], accounts: { include: [{ all: true }] } }'],
  });
  const version = (files: Readonly<Record<string, string>>) => ({ estate: text, organization, files });
  const { abilities } = changesOf(
    version(policiesFile(controlled(FULL), [readOnly('v2', ['s3:GetObject', 'sqs:ReceiveMessage'])])),
    version(policiesFile(controlled(FULL), [readOnly('v1', ['s3:GetObject', 'sns:GetTopicAttributes'])])),
  );
  const [line, ...others] = abilities?.changes ?? [];
  expect(others).toEqual([]);
  expect([line?.group, line?.accounts.map(({ name }) => name), line?.sets]).toEqual([
    'Admins',
    ['app', 'web'],
    ['Reader'],
  ]);
  const { gained, lost } = abilityAt(abilities?.abilities, 0);
  expect([namesOf(gained), namesOf(lost)]).toEqual([['sqs:ReceiveMessage'], ['sns:GetTopicAttributes']]);
});

const CLOSED = { Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' };
const NARROW = { Effect: 'Allow', Action: 'ec2:*', Resource: '*' };

test.each([
  ['deny an action', controlled(FULL, CLOSED), true],
  ['were not read', { state: 'not read', reason: 'AccessDenied' }, true],
  ['allow one service', controlled(NARROW), false],
])('everything is allowed where control policies %s: %s', (_what, policies, expected) => {
  const version = (set: string) => ({ estate: estate({ set: [set] }), organization, files: policiesFile(policies) });
  const { abilities } = changesOf(version(inline(allow("'*'"))), version(inline(READS)));
  const inMembers = abilities?.changes.filter(({ accounts }) => accounts.some(({ name }) => name === 'app')) ?? [];
  expect(
    inMembers.map(({ ability, opensWay }) => [abilityAt(abilities?.abilities, ability).isEverything, opensWay]),
  ).toEqual([[expected, true]]);
});

test('a way up is told where a control policy that was not read may close it', () => {
  const files = policiesFile({ state: 'not read', reason: 'AccessDenied' });
  const version = (actions: string) => ({ estate: estate({ set: [inline(allow(actions))] }), organization, files });
  const { abilities } = changesOf(version('iam:CreatePolicyVersion'), version('s3:GetObject'));
  const ways = abilities?.abilities.flatMap(({ waysUp }) => waysUp.map(({ id }) => id)) ?? [];
  expect(new Set(ways)).toEqual(new Set(['iam-001']));
  expect(abilities?.changes.map(({ opensWay }) => opensWay)).not.toContain(false);
});

test.each([
  ['a condition', (mfa: string) => ({ Resource: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': mfa } } })],
  ['patterns with a comma', (mfa: string) => ({ Resource: mfa === 'true' ? ['a', 'b'] : ['a, b'] })],
])('a control policy in which only %s differs shows', (_, rest) => {
  const version = (mfa: string) => {
    const policies = controlled(FULL, { Effect: 'Deny', Action: 's3:GetObject', ...rest(mfa) });
    return { estate: estate({ set: [inline(READS)] }), organization, files: policiesFile(policies) };
  };
  const { abilities } = changesOf(version('true'), version('false'));
  const changed = abilities?.changes.map(({ group, accounts }) => [group, accounts.map(({ name }) => name)]);
  expect(changed).toEqual([['Developers', ['app', 'web']]]);
});

test('an unread policy shuts no way, and opens none: a new one beside it asks for the label', () => {
  const before = { set: ['managedPolicies: [PowerUserAccess]'] };
  const after = { set: [...before.set, inline(allow(`${LAMBDA}, iam:PassRole`))] };
  expect(told(after, before).flatMap(({ ability }) => ability.waysUp.map(({ id }) => id))).toContain('lambda-001');
  expect(waysIn(after, before)).toMatchObject({ assignments: 2, isExceeded: true });
});

test('control policies that were not read hide no gain, and read ones beside them still shut a way', () => {
  const denial = { Effect: 'Deny', Action: 'iam:PassRole', Resource: '*' };
  const malformed = { Effect: 'Deny', NotPrincipal: '*', Action: '*', Resource: '*' };
  const gainedWith = (policies: object) => {
    const version = (more: string) => ({
      estate: estate({ set: [inline(allow(`${LAMBDA}${more}`))] }),
      organization,
      files: policiesFile(policies),
    });
    const { abilities } = changesOf(version(', iam:PassRole, s3:GetObject'), version(''));
    return abilities?.abilities.map(({ gained, waysUp }) => [namesOf(gained), waysUp.map(({ id }) => id)]);
  };
  const all = [['iam:PassRole', 's3:GetObject'], ['lambda-001']];
  expect(gainedWith({ state: 'not read', reason: 'AccessDenied' })).toEqual([all]);
  expect(gainedWith(controlled(malformed))).toEqual([all]);
  const { policies: read } = controlled(FULL, denial);
  const { policies: unread } = controlled(malformed);
  expect(gainedWith({ state: 'read', policies: [...read, ...unread] })).toEqual([[['s3:GetObject'], []]]);
});
