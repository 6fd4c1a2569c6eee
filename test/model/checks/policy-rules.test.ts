import { ORGANIZATION_FILE } from '../../../src/estate/source/estate-folder';
import type { Finding } from '../../../src/estate/source/finding';
import { gatherFacts } from '../../../src/preview/gather-facts';
import { buildReport } from '../../../src/preview/report';
import { MANAGEMENT, planOf, report, reportRules } from '../../support/estate-files';
import { folderOf } from '../../preview/reports';

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
    '    - { name: Writer, description: Writes., managedPolicies: [PowerUserAccess] }',
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

/** Inserts lines below the item of a finding, as somebody would who reads them on the screen. */
function paste(estate: string, lines: readonly string[], after: string): string {
  expect(estate).toContain(after);
  return estate.replace(after, [after, ...lines].join('\n'));
}

test.each<[string, Parts, string]>([
  ['a set', { set: UNBOUNDED }, `      ${UNBOUNDED}`],
  ['a grant', { account: 'management' }, '      accounts: { include: [{ name: management }] }'],
])('the lines that acknowledge a rule on %s can be pasted; the reason has to be written', (_, parts, after) => {
  const estate = estateOf(parts);
  const [violation] = planOf(estate, organization).ruleViolations;
  const lines = violation?.acknowledgement?.lines ?? [];
  const pasted = paste(estate, lines, after);
  expect(report(planOf(pasted, organization))).toContainEqual(expect.stringMatching(/^error \S+ .*reason.*"TODO"/));
  const explained = planOf(pasted.replace('TODO', 'Agreed with the security team.'), organization);
  expect(explained.ruleViolations).toEqual([]);
  expect(report(explained).filter((line) => line.startsWith('error'))).toEqual([]);
});

test('where rules are acknowledged already, the lines go on with the list', () => {
  const estate = estateOf({ set: 'managedPolicies: [AdministratorAccess]\n      sessionDuration: PT2H' }).replace(
    '      description: Reads.',
    '      description: Reads.\n      acknowledge:\n      - rule: IdentityCenter-IC1\n        reason: They repair what is down.',
  );
  const [violation] = planOf(estate, organization).ruleViolations;
  expect(violation?.acknowledgement).toEqual({
    on: 'set',
    lines: ['      - rule: IdentityCenter-IC7', '        reason: TODO'],
  });
});
