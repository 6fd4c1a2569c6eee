import { changesOf, simpleEstate } from '../../support/preview/reports';

/** Effect of a change of the set, and its details as `<effect> <text>`. */
function changeOf(before: string, after: string): readonly string[] {
  const estate = (body: string): string => simpleEstate({ set: `{ name: Reader, ${body} }` });
  const { permissionSets } = changesOf({ estate: estate(after) }, { estate: estate(before) });
  return permissionSets.flatMap(({ effect, details }) => [
    effect,
    ...details.map((detail) => `${detail.effect}: ${detail.text}`),
  ]);
}

const inline = (statements: string): string => `inlinePolicy: { Version: '2012-10-17', Statement: [${statements}] }`;
const read = "{ Sid: Read, Effect: Allow, Action: ['s3:GetObject'], Resource: '*' }";

test.each<[string, string, string, readonly string[]]>([
  [
    'a managed policy added',
    'managedPolicies: [ReadOnlyAccess]',
    'managedPolicies: [ReadOnlyAccess, AdministratorAccess]',
    ['widened', 'widened: managed policy AdministratorAccess added'],
  ],
  [
    'a managed policy removed',
    'managedPolicies: [ReadOnlyAccess, SecurityAudit]',
    'managedPolicies: [ReadOnlyAccess]',
    ['narrowed', 'narrowed: managed policy SecurityAudit removed'],
  ],
  [
    'one policy for another',
    'managedPolicies: [ReadOnlyAccess]',
    'managedPolicies: [SecurityAudit]',
    ['either', 'widened: managed policy SecurityAudit added', 'narrowed: managed policy ReadOnlyAccess removed'],
  ],
  [
    'a policy that denies everything',
    'managedPolicies: [ReadOnlyAccess]',
    'managedPolicies: [ReadOnlyAccess, AWSDenyAll]',
    ['narrowed', 'narrowed: managed policy AWSDenyAll added'],
  ],
  [
    'a name written as ARN',
    'managedPolicies: [ReadOnlyAccess]',
    "managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess']",
    [],
  ],
  [
    'a customer-managed policy',
    'customerManagedPolicies: [{ name: A }]',
    'customerManagedPolicies: [{ name: A, path: /team/ }]',
    ['either', 'widened: customer-managed policy /team/A added', 'narrowed: customer-managed policy /A removed'],
  ],
  [
    'a boundary removed',
    'permissionsBoundary: { managedPolicy: ReadOnlyAccess }',
    'description: none',
    ['widened', 'widened: permissions boundary ReadOnlyAccess removed', 'neutral: description added'],
  ],
  [
    'a boundary added',
    'managedPolicies: [A]',
    'managedPolicies: [A], permissionsBoundary: { customerManagedPolicy: { name: B, path: /x/ } }',
    ['narrowed', 'narrowed: permissions boundary /x/B added'],
  ],
  [
    'another boundary',
    'permissionsBoundary: { managedPolicy: A }',
    'permissionsBoundary: { managedPolicy: B }',
    ['either', 'either: permissions boundary changed from A to B'],
  ],
  [
    'a longer session',
    'sessionDuration: PT1H',
    'sessionDuration: PT8H',
    ['widened', 'widened: session longer: 8 hours instead of 1 hour'],
  ],
  [
    'a shorter session',
    'sessionDuration: PT1H30M',
    'sessionDuration: PT1H',
    ['narrowed', 'narrowed: session shorter: 1 hour instead of 1 hour 30 minutes'],
  ],
  [
    'the same session in minutes',
    'sessionDuration: PT1H',
    'sessionDuration: PT60M',
    ['neutral', 'neutral: session written PT60M instead of PT1H'],
  ],
  [
    'a guard rail removed',
    'grantable: { groups: [Developers] }',
    'description: x',
    ['neutral', 'neutral: description added', 'neutral: guard rail (grantable) removed'],
  ],
  [
    'an inline policy added',
    'managedPolicies: [A]',
    `managedPolicies: [A], ${inline(read)}`,
    ['widened', 'widened: inline policy: statement Read (Allow) added'],
  ],
  [
    'a statement that denies added',
    inline(read),
    inline(`${read}, { Effect: Deny, Action: 's3:DeleteBucket', Resource: '*' }`),
    ['narrowed', 'narrowed: inline policy: statement s3:DeleteBucket (Deny) added'],
  ],
  [
    'a statement that denies removed',
    inline(`${read}, { Effect: Deny, Action: 's3:DeleteBucket', Resource: '*' }`),
    inline(read),
    ['widened', 'widened: inline policy: statement s3:DeleteBucket (Deny) removed'],
  ],
  [
    'another action in a statement',
    inline(read),
    inline(read.replace("'s3:GetObject'", "'s3:GetObject', 's3:PutObject'")),
    ['widened', 'widened: inline policy: statement Read (Allow): Action added s3:PutObject'],
  ],
  [
    'a condition removed from a statement',
    inline(read.replace(' }', ", Condition: { Bool: { 'aws:SecureTransport': 'true' } } }")),
    inline(read),
    ['widened', 'widened: inline policy: statement Read (Allow): Condition removed'],
  ],
  [
    'another condition',
    inline(read.replace(' }', ", Condition: { Bool: { 'aws:SecureTransport': 'true' } } }")),
    inline(read.replace(' }', ", Condition: { Bool: { 'aws:SecureTransport': 'false' } } }")),
    ['either', 'either: inline policy: statement Read (Allow): Condition changed'],
  ],
  [
    'statements in another order',
    inline(`${read}, { Effect: Deny, Action: a, Resource: b }`),
    inline(`{ Resource: b, Effect: Deny, Action: a }, ${read}`),
    [],
  ],
])('tells %s', (...[, before, after, expected]) => {
  expect(changeOf(before, after)).toEqual(expected);
});

test('counts the assignments that a changed set has, and says where it stands', () => {
  const estate = (policy: string): string => simpleEstate({ set: `{ name: Reader, managedPolicies: [${policy}] }` });
  const { permissionSets } = changesOf({ estate: estate('SecurityAudit') }, { estate: estate('ReadOnlyAccess') });
  expect(permissionSets).toMatchObject([{ name: 'Reader', kind: 'changed', assignments: 1, place: { line: 3 } }]);
});

test('lists widened sets first', () => {
  const estate = (a: string, b: string): string =>
    `access:\n  permissionSets: [{ name: A, sessionDuration: ${a} }, { name: B, sessionDuration: ${b} }]\n  grants: []\n`;
  const { permissionSets } = changesOf({ estate: estate('PT1H', 'PT2H') }, { estate: estate('PT2H', 'PT1H') });
  expect(permissionSets.map(({ name, effect }) => `${name} ${effect}`)).toEqual(['B widened', 'A narrowed']);
});

test('reports added, removed and redirected attributes for access control', () => {
  const estate = (attributes: string): string =>
    `access: { attributes: [${attributes}], permissionSets: [], grants: [] }`;
  const { attributes } = changesOf(
    { estate: estate("{ key: Team, source: '${path:b}' }, { key: New, source: '${path:c}' }") },
    { estate: estate("{ key: Team, source: '${path:a}' }, { key: Old, source: '${path:d}' }") },
  );
  expect(attributes).toEqual([
    'New added, from ${path:c}',
    'Old removed',
    'Team comes from ${path:b} instead of ${path:a}',
  ]);
});

test('says whose policies compare an attribute that comes from elsewhere', () => {
  const set = (name: string, condition: string): string =>
    `{ name: ${name}, inlinePolicy: { Version: '2012-10-17', Statement: [{ Effect: Allow, Action: 's3:*', Resource: '*', Condition: { StringEquals: { ${condition} } } }] } }`;
  const sets = [
    set('ByKey', "'aws:PrincipalTag/team': a"),
    set('ByVariable', "'s3:prefix': '${aws:PrincipalTag/Team}'"),
    set('Other', "'aws:PrincipalTag/TeamLead': a"),
  ];
  const estate = (path: string): string =>
    [
      'access:',
      `  attributes: [{ key: Team, source: '${path}' }]`,
      `  permissionSets: [${sets.join(', ')}]`,
      '  grants:',
      '    - { group: Developers, permissionSets: [ByKey, Other], accounts: { include: [{ all: true }] } }',
      '',
    ].join('\n');
  const { attributes } = changesOf({ estate: estate('${path:b}') }, { estate: estate('${path:a}') });
  expect(attributes).toEqual([
    'Team comes from ${path:b} instead of ${path:a}; policies of ByKey (Developers), ByVariable (granted to nobody) compare it',
  ]);
});
