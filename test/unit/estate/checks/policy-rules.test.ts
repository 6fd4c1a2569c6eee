import { parseDocument } from 'yaml';
import { ORGANIZATION_FILE } from '../../../../src/estate/source/estate-folder';
import type { EstatePlan } from '../../../../src/estate/plan/planner';
import type { Finding } from '../../../../src/estate/source/finding';
import { gatherFacts } from '../../../../src/preview/gather-facts';
import { buildReport } from '../../../../src/preview/report';
import { acknowledgementText } from '../../../../src/preview/labels';
import { codesAndPlaces, MANAGEMENT, planOf, report, reportRules } from '../../../support/estate-files';
import { folderOf } from '../../../support/preview/reports';

const organization = {
  accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }],
  groups: ['Developers'],
};

interface Parts {
  readonly set?: string;
  readonly group?: string;
  readonly sets?: string;
  readonly account?: string;
  readonly grant?: readonly string[];
}

/** One set that breaks no rule, and one grant, to a group that waits for synchronization. */
function estateOf(parts: Parts = {}): string {
  const { set = 'managedPolicies: [ReadOnlyAccess]', group = 'Analysts', sets = '[Reader]', account = 'app' } = parts;
  return [
    'workforce: { groups: [{ name: Analysts }] }',
    'access:',
    '  permissionSets:',
    '    - name: Reader',
    '      description: Reads.',
    `      ${set}`,
    '    - { name: Writer, description: Writes., managedPolicies: [AmazonAthenaFullAccess] }',
    '  grants:',
    '    - group: Developers',
    '      permissionSets: [Reader, Writer]',
    '      accounts: { include: [{ name: app }] }',
    `    - group: ${group}`,
    `      permissionSets: ${sets}`,
    `      accounts: { include: [{ name: ${account} }] }`,
    ...(parts.grant ?? []),
    '',
  ].join('\n');
}

const rulesOf = (parts: Parts): readonly string[] => reportRules(planOf(estateOf(parts), organization));
const codesOf = (findings: readonly Finding[]): readonly string[] => findings.map(({ code }) => code);

const MANAGEMENT_RULE =
  'The assignment gives access to the management account. Service control policies do not bind the management account, and it can change every other one. Acknowledge on the grant with the reason why this group needs it.';
const ACKNOWLEDGED = [
  '      acknowledge:',
  '        - rule: IdentityCenter-IC5',
  '          reason: They close the books.',
];

test('an estate that breaks no rule is not reported', () => {
  expect(rulesOf({})).toEqual([]);
});

test('access to the management account is reported once a grant, pending access too', () => {
  const place = 'error IdentityCenter-IC5 estate.yaml:12:7 access.grants[1]:';
  expect(rulesOf({ account: 'management' })).toEqual([
    `${place} ${MANAGEMENT_RULE} (the group is not synchronized yet)`,
  ]);
  expect(rulesOf({ account: 'management', sets: '[Reader, Writer]' })).toEqual([
    `${place} ${MANAGEMENT_RULE} (2 assignments; the group is not synchronized yet)`,
  ]);
  expect(rulesOf({ account: 'management', group: 'Developers' })).toEqual([`${place} ${MANAGEMENT_RULE}`]);
});

test('an acknowledgement on the grant settles it', () => {
  expect(rulesOf({ account: 'management', grant: ACKNOWLEDGED })).toEqual([]);
});

const UNBOUNDED = 'managedPolicies: [IAMFullAccess]';

test('all rules come at once: one on a grant does not hide one on a set', () => {
  const plan = planOf(estateOf({ set: UNBOUNDED, account: 'management' }), organization);
  expect(codesOf(plan.ruleViolations)).toEqual(['IdentityCenter-IC7', 'IdentityCenter-IC5']);
});

test('an error of the estate hides no rule, and a rule prevents no synthesis', () => {
  const synthesize = jest.fn(() => ({ templates: [], issues: [] }));
  const reportFor = (parts: Parts) =>
    buildReport(
      gatherFacts(folderOf({ estate: estateOf(parts), organization }), { synthesize, writesPlacement: true }),
    );
  const broken = { set: UNBOUNDED, account: 'management' };
  const unwise = reportFor(broken);
  expect(codesOf(unwise.findings)).toEqual(['IdentityCenter-IC7', 'IdentityCenter-IC5', 'pending-group']);
  expect([unwise.status, unwise.synthesis]).toEqual(['errors', 'synthesized']);
  const wrong = reportFor({ ...broken, sets: '[Reader, Wrter]' });
  expect(codesOf(wrong.findings)).toEqual([
    'IdentityCenter-IC7',
    'IdentityCenter-IC5',
    'pending-group',
    'unknown-permission-set',
  ]);
  expect(wrong.synthesis).toBe('skipped');
  expect(synthesize).toHaveBeenCalledTimes(1);
});

test('without an organization the rules on permission sets are judged all the same', () => {
  const plan = planOf(estateOf({ set: UNBOUNDED }), organization, { [ORGANIZATION_FILE]: '{' });
  expect(codesOf(plan.ruleViolations)).toEqual(['IdentityCenter-IC7']);
});

test('a policy that could not be read is not missing', () => {
  const plan = planOf(estateOf({ set: 'inlinePolicyFile: lost.json' }), organization);
  expect(report(plan)).toContainEqual(expect.stringContaining('error inline-policy-file'));
  expect(plan.ruleViolations).toEqual([]);
});

test('a set is not called granted nowhere while a grant has errors', () => {
  const unread = estateOf().replaceAll('permissionSets: [Reader', 'permisionSets: [Reader');
  expect(planOf(unread, organization).ruleViolations).toEqual([]);
  const misspelt = estateOf().replace('permissionSets: [Reader, Writer]', 'permissionSets: [Reader, Wrter]');
  expect(planOf(misspelt, organization).ruleViolations).toEqual([]);
});

test('a set that no grant names is granted nowhere', () => {
  const plan = planOf(estateOf().replace('[Reader, Writer]', '[Reader]'), organization);
  expect(codesOf(plan.ruleViolations)).toEqual(['IdentityCenter-IC6']);
});

const PASTE = '▼';
const OTHER = '{ rule: IdentityCenter-IC1, reason: They repair what is down. }';
const otherLines = (indent: string): string =>
  `\n${indent}-   rule: IdentityCenter-IC1\n${indent}    reason: They repair what is down.`;

const setWith = (list: string): string => estateOf({ set: `${UNBOUNDED}\n      acknowledge: ${list}` });
const setInBraces = (set: string): string =>
  estateOf().replace('{ name: Writer, description: Writes., managedPolicies: [AmazonAthenaFullAccess] }', set);
const grantInBraces = (grant: string): string =>
  estateOf().replace(/- group: Analysts.*\n.*\n.*\n/, () => `- ${grant}\n`);
const setByAlias = `access:
  permissionSets:
    - name: Writer
      description: Writes.
      managedPolicies: [ReadOnlyAccess]
      acknowledge: &ours${PASTE}${otherLines('        ')}
    - { name: Reader, description: Reads., managedPolicies: [IAMFullAccess], acknowledge: *ours }
  grants: [{ group: Developers, permissionSets: [Reader, Writer], accounts: { include: [{ name: app }] } }]
`;

/** Estates with a mark where somebody pastes who follows the advice. */
const UNACKNOWLEDGED = {
  'a set without a list': estateOf({ set: `${UNBOUNDED}${PASTE}` }),
  'a grant without a list': estateOf({ account: 'management', grant: [`      # why${PASTE}`] }),
  'an empty list': setWith(`[${PASTE}]`),
  'an empty list over lines': setWith(`[${PASTE} # none yet\n      ]`),
  'a set in braces': setInBraces(`{${PASTE} name: Writer, description: Writes., managedPolicies: [IAMFullAccess] }`),
  'a set in braces over lines': setInBraces(
    `{${PASTE}\n        name: Writer,\n        description: Writes.,\n        managedPolicies: [IAMFullAccess],\n      }`,
  ),
  'a grant in braces': grantInBraces(
    `{${PASTE} group: Analysts, permissionSets: [Reader], accounts: { include: [{ name: management }] } }`,
  ),
};
const ACKNOWLEDGED_OTHERWISE = {
  'a list of lines': setWith(`${PASTE}${otherLines('        ')}`),
  'a list of lines that is not indented': setWith(`${PASTE}${otherLines('      ')}`),
  'a list of lines with an anchor': setWith(`&ours # why${PASTE}${otherLines('        ')}`),
  'a list of lines by its alias': setByAlias,
  'a list in brackets': setWith(`[${PASTE}${OTHER}]`),
  'a list in brackets over lines': setWith(`[${PASTE} # why\n        ${OTHER},\n      ]`),
  'a list in a set in braces': setInBraces(
    `{ name: Writer, description: Writes., managedPolicies: [IAMFullAccess], acknowledge: [ ${PASTE} ${OTHER} ] }`,
  ),
};

/** Puts the lines where the mark is, as somebody would who reads them on the screen. */
function paste(marked: string): { readonly pasted: string; readonly rule: string } {
  expect(marked.split(PASTE)).toHaveLength(2);
  const [violation, ...others] = planOf(marked.replace(PASTE, ''), organization).ruleViolations;
  expect(others).toEqual([]);
  if (violation?.acknowledgement === undefined) throw new Error('the estate breaks no rule that can be acknowledged');
  const { into, lines } = violation.acknowledgement;
  const isBelow = into === 'block-item' || into === 'block-list';
  const text = lines.join('\n');
  return { pasted: marked.replace(PASTE, isBelow ? `\n${text}` : text), rule: violation.code };
}

function acknowledgedRules({ estate: { access } }: EstatePlan): readonly string[] {
  const holders = [...(access?.permissionSets ?? []), ...(access?.grants ?? [])];
  return holders.flatMap(({ acknowledgements }) => acknowledgements.map(({ rule }) => rule));
}

test.each([...Object.entries(UNACKNOWLEDGED), ...Object.entries(ACKNOWLEDGED_OTHERWISE)])(
  'the lines that acknowledge a rule can be pasted into %s; the reason has to be written',
  (_, marked) => {
    const { pasted, rule } = paste(marked);
    expect(parseDocument(pasted).errors).toEqual([]);
    expect(report(planOf(pasted, organization))).toContainEqual(expect.stringMatching(/^error \S+ .*reason.*"TODO"/));
    const explained = planOf(pasted.replace('TODO', 'Agreed with the security team.'), organization);
    expect(acknowledgedRules(explained)).toContain(rule);
    expect(explained.ruleViolations).toEqual([]);
    expect(report(explained).filter((line) => line.startsWith('error'))).toEqual([]);
  },
);

test.each(Object.entries(ACKNOWLEDGED_OTHERWISE))('what is acknowledged already stays in %s', (_, marked) => {
  const { pasted } = paste(marked);
  const explained = planOf(pasted.replace('TODO', 'Agreed with the security team.'), organization);
  expect(acknowledgedRules(explained)).toContain('IdentityCenter-IC1');
});

test.each([
  ['under the item', UNACKNOWLEDGED['a set without a list'], 'add to the permission set,'],
  ['under its list', ACKNOWLEDGED_OTHERWISE['a list of lines'], "add to the list 'acknowledge' of the permission set,"],
  ['into its braces', UNACKNOWLEDGED['a grant in braces'], "add right after the '{' that opens the grant,"],
  [
    'into the brackets of its list',
    UNACKNOWLEDGED['an empty list'],
    "add right after the '[' that opens 'acknowledge' of the permission set,",
  ],
])('the advice says where the lines go: %s', (_, marked, words) => {
  const [violation] = planOf(marked.replace(PASTE, ''), organization).ruleViolations;
  expect(violation?.acknowledgement && acknowledgementText(violation.acknowledgement)).toContain(words);
});

test('a pattern that is too long is one warning and breaks no rule, and hides nothing of the other statements', () => {
  const long = {
    Effect: 'Allow',
    Action: ['iam:PassRole', 'sts:AssumeRole'],
    Resource: `arn:aws:iam::100000000001:role/${'x'.repeat(2048)}`,
  };
  const pass = { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' };
  const planWith = (...statements: readonly object[]) => {
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    return planOf(estateOf({ set: `inlinePolicy: ${policy}` }), organization);
  };
  const alone = planWith(long);
  expect(codesAndPlaces(alone)).toContain(
    'warning long-pattern estate.yaml:6:130 access.permissionSets[0].inlinePolicy.Statement[0].Resource',
  );
  expect(reportRules(alone)).toEqual([]);
  const rules = [planWith(long, pass), planWith(pass)].map(({ ruleViolations }) => codesOf(ruleViolations));
  expect(rules[0]).toEqual(['IdentityCenter-IC3']);
  expect(rules[1]).toEqual(rules[0]);
});
