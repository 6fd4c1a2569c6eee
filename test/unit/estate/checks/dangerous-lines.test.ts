import { changed, WORKFORCE } from '../../../support/entra-estate';
import { planOf } from '../../../support/estate-files';

const CODES = ['editable-membership-rule', 'name-id-mapping', 'adopted-group-id'];

const findings = (text: string): readonly string[] =>
  planOf(text)
    .findings.filter(({ code }) => CODES.includes(code))
    .map(({ severity, code, path }) => `${severity} ${code} ${path}`);

const withRule = (rule: string, group = 'Developers'): string =>
  changed(WORKFORCE, `{ name: ${group} }`, `{ name: ${group}, membershipRule: '${rule}' }`);

test.each([
  'user.mobilePhone -startsWith "+4917"',
  'user.department -eq "IT" or user.otherMails -any (_ -contains "@example.com")',
  '(USER.DISPLAYNAME -match "admin")',
  'user.department -eq "user.city" and user.city -eq "Bern"',
])('a rule on what people change themselves is a finding, where the group has access: %s', (rule) => {
  expect(findings(withRule(rule))).toEqual(['warning editable-membership-rule workforce.groups[0].membershipRule']);
});

test.each(['user.department -eq "IT"', 'user.extensionAttribute1 -eq "user.mobile"', 'user.employeeId -ne null'])(
  'a rule on what HR writes is none: %s',
  (rule) => {
    expect(findings(withRule(rule))).toEqual([]);
  },
);

test('a group without access may have any rule', () => {
  const unassigned = changed(
    withRule('user.mobile -ne null'),
    'assignedGroups: [Developers, Auditors]',
    'assignedGroups: [Auditors]',
  );
  expect(findings(unassigned)).toEqual([]);
});

const withMail = (mapping: string): string =>
  changed(
    changed(WORKFORCE, '      signingCertificates:', '      nameId: mail\n      signingCertificates:'),
    'attributeMappings: [',
    `attributeMappings: [${mapping}`,
  );

test.each([
  ['the template writes the user principal name', ''],
  ['another attribute', '{ target: UserName, source: mailNickname }, '],
  ['the same by an expression', '{ target: userName, expression: "[userPrincipalName]" }, '],
])('a NameID that is not the user name at AWS locks people out: %s', (_, mapping) => {
  expect(findings(withMail(mapping))).toEqual(['error name-id-mapping workforce.awsApplication.saml.nameId']);
});

test.each([
  ['the same attribute', '{ target: userName, source: mail }, '],
  ['an expression, which only Entra ID evaluates', '{ target: userName, expression: "ToLower([mail])" }, '],
])('is sound: %s', (_, mapping) => {
  expect(findings(withMail(mapping))).toEqual([]);
});

const ID = '3e2d1c0b-5555-4666-8777-888899990000';
const adopting = (adopt: string): string =>
  changed(WORKFORCE, '{ name: Auditors }', `{ name: Auditors, adopt: ${adopt} }`);

test.each(['true', '{ id: Auditors }'])('a group is adopted by its object id, never by its name alone: %s', (adopt) => {
  const [place] = findings(adopting(adopt));
  expect(place).toMatch(/^error adopted-group-id workforce\.groups\[1\]\.adopt/);
});

test.each(['false', `{ id: ${ID} }`])('is sound: adopt: %s', (adopt) => {
  expect(findings(adopting(adopt))).toEqual([]);
});
