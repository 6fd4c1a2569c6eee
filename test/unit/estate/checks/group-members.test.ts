import { planOf, report } from '../../../support/estate-files';

const group = (...lines: readonly string[]): string =>
  `workforce:\n  groups:\n    - name: Inner\n    - name: Outer\n${lines.map((line) => `      ${line}\n`).join('')}`;
const reported = (...lines: readonly string[]): readonly string[] => report(planOf(group(...lines)));

test.each([
  'user.department -eq "Security"',
  '(user.department -eq "a (b") and (user.accountEnabled -eq true)',
  'Direct Reports for "62e19b97-8b3d-4d4a-a106-4ce66896a863"',
])('the rule %s is accepted', (rule) => {
  expect(reported(`membershipRule: '${rule}'`)).toEqual([]);
});

test.each([
  ['user.department -eq "Security', 'has a quotation mark without its second one (pairs of double quotation marks)'],
  ['(user.department -eq "x"', 'has a parenthesis without its counterpart (pairs of parentheses)'],
  ['user.a -eq 1) or (user.b -eq 2', 'has a parenthesis without its counterpart (pairs of parentheses)'],
  ['device.displayName -eq "x"', 'is about devices (attributes of users: AWS knows people alone)'],
  ['"user.department"', 'names no attribute of a user (such as user.department -eq "Security")'],
])('the rule %s is refused', (rule, problem) => {
  const [finding, ...more] = reported(`membershipRule: '${rule}'`);
  expect(more).toEqual([]);
  expect(finding).toContain('error membership-rule estate.yaml:5:23 workforce.groups[1].membershipRule: ');
  expect(finding).toContain(problem);
});

test('a rule has 3,072 characters at most', () => {
  const rule = (length: number): string => `user.department -eq "${'x'.repeat(length - 22)}"`;
  expect(reported(`membershipRule: '${rule(3072)}'`)).toEqual([]);
  expect(reported(`membershipRule: '${rule(3073)}'`).join()).toContain('is 3073 characters long (at most 3072)');
});

test('an owner is a user principal name, once', () => {
  expect(reported('owners: [ann@example.com, bo]')).toEqual([
    'error group-owner estate.yaml:5:33 workforce.groups[1].owners[1]: "bo" is not a user principal name (name@example.com)',
  ]);
  expect(reported('owners: [ann@example.com, Ann@example.com]')).toEqual([
    'error group-owner estate.yaml:5:33 workforce.groups[1].owners[1]: "Ann@example.com" is an owner already (each owner once) [see estate.yaml:5:16]',
  ]);
});

test.each([
  [
    ['membershipRule: user.a -eq 1', 'nestedGroups: [Inner]'],
    'nestedGroups: a group with membershipRule has no other members: Entra ID refuses to add any (membershipRule, or members)',
  ],
  [
    ['membershipRule: user.a -eq 1', 'hasDirectMembers: true'],
    'hasDirectMembers: a group with membershipRule has no other members: Entra ID refuses to add any (membershipRule, or members)',
  ],
  [
    ['membershipRule: user.a -eq 1', 'assignableToRoles: true'],
    'assignableToRoles: Entra ID assigns no roles to a group with membershipRule (one of the two)',
  ],
  [
    ['assignableToRoles: true', 'nestedGroups: [Inner]'],
    'nestedGroups: Entra ID takes no groups into a group with assignableToRoles (one of the two)',
  ],
])('%j is refused', (lines, problem) => {
  const findings = reported(...lines);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatch(/^error group-membership estate\.yaml:6:\d+ workforce\.groups\[1\]\./);
  expect(findings[0]).toContain(problem);
});

test.each([
  'membershipRule: user.a -eq 1',
  'owners: [a@b.example]',
  'assignableToRoles: true',
  'nestedGroups: [Inner]',
])('a group that is only looked up, as one from on-premises, has no %s', (line) => {
  expect(reported('adopt: { id: 3e2d1c0b-5555-4666-8777-888899990000 }', line)).toEqual([
    expect.stringMatching(
      /^error adopted-group-settings .* is never written: a group with adopt is only looked up, and Entra ID refuses changes of one from on-premises \(without this key, or without adopt where the estate is to own the group\)$/,
    ),
  ]);
});

test('a group in a group is one of the estate', () => {
  expect(reported('nestedGroups: [Innr]')).toEqual([
    `error unknown-nested-group estate.yaml:5:22 workforce.groups[1].nestedGroups[0]: "Innr" is not a group in workforce.groups (did you mean 'Inner'?)`,
  ]);
});

test('a group that could not be read is not reported as unknown too', () => {
  const faulty = group('nestedGroups: [Inner]').replace('name: Inner', '{ name: Inner, adopt: maybe }');
  expect(planOf(faulty).findings.map(({ code }) => code)).toEqual(['invalid-value']);
});

test('no group has itself in it, through however many', () => {
  expect(reported('nestedGroups: [Outer]')).toEqual([
    'error nested-group-cycle estate.yaml:5:22 workforce.groups[1].nestedGroups[0]: "Outer" is the group itself (groups that do not lead back to this one)',
  ]);
  const circle = `workforce:\n  groups:\n    - { name: A, nestedGroups: [B] }\n    - { name: B, nestedGroups: [C] }\n    - { name: C, nestedGroups: [A] }\n    - { name: D, nestedGroups: [A] }\n`;
  const findings = report(planOf(circle));
  expect(findings).toHaveLength(3);
  expect(findings[0]).toBe(
    `error nested-group-cycle estate.yaml:3:33 workforce.groups[0].nestedGroups[0]: "B" has 'A' in it (groups that do not lead back to this one)`,
  );
});
