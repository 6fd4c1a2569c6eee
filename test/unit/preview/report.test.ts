import { ESTATE_FILE, type FileText, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import { ruleName } from '../../../src/estate/source/finding-codes';
import { formatFinding } from '../../../src/estate/source/finding';
import { gatherFacts } from '../../../src/preview/gather-facts';
import { jsonPieces, renderJson } from '../../../src/preview/render';
import { buildReport, type Report } from '../../../src/preview/report';
import { MANAGEMENT } from '../../support/estate-files';
import { edited, itemOf, sandboxFiles } from '../../support/sandbox';
import { memoryFolder } from '../../support/large-estate';
import { folderOf, NO_TEMPLATES, reportOf, reportOfFolders, simpleEstate } from '../../support/preview/reports';

const sandbox = reportOfFolders(memoryFolder('sandbox', sandboxFiles()));

test('counts what an estate grants', () => {
  expect(sandbox.counts).toEqual({
    accounts: 14,
    groups: 6,
    permissionSets: 7,
    assignments: 45,
    pending: 1,
    leftOut: 1,
    errors: 0,
    warnings: 1,
  });
});

test('gives every assignment the grants and selectors that cause it', () => {
  const assignment = itemOf(sandbox.assignments, ({ group }) => group === 'Claims Developers');
  const [cause] = assignment.causes.map((position) => sandbox.causes[position]);
  expect(cause).toEqual({
    grant: { file: 'estates/sandbox/estate.yaml', line: 224, column: 14 },
    selectors: [
      {
        place: { file: 'estates/sandbox/estate.yaml', line: 230, column: 13 },
        text: 'ou: /Workloads/Staging (without descendants)',
      },
    ],
  });
});

test('says how far a set reaches, and which ones are for administrators', () => {
  const admin = itemOf(sandbox.permissionSets, ({ name }) => name === 'SecurityAdmin');
  expect(admin).toMatchObject({
    isAdministrator: true,
    permissionsBoundary: '/identity/WorkforceBoundary',
    grants: [{ group: 'Security Admins', accounts: 9 }],
  });
  expect(sandbox.permissionSets.filter(({ isAdministrator }) => isAdministrator)).toEqual([admin]);
});

test.each([
  ['IAMFullAccess', 'managedPolicies: [IAMFullAccess]', true],
  ['every IAM action', 'inlinePolicy: { Statement: { Effect: Allow, Action: "iam:*", Resource: "*" } }', true],
  [
    'every action on one bucket',
    'inlinePolicy: { Statement: { Effect: Allow, Action: "*", Resource: "arn:aws:s3:::a" } }',
    false,
  ],
  ['a denied wildcard', 'inlinePolicy: { Statement: { Effect: Deny, Action: "*", Resource: "*" } }', false],
])('whether a set is for administrators: %s', (_, body, expected) => {
  const { permissionSets } = reportOf({ estate: simpleEstate({ set: `{ name: Reader, ${body} }` }) });
  expect(permissionSets.map(({ isAdministrator }) => isAdministrator)).toEqual([expected]);
});

test('is the same for the same estate, and ends with a line break', () => {
  const again = reportOfFolders(memoryFolder('sandbox', sandboxFiles()));
  expect(renderJson(again)).toBe(renderJson(sandbox));
  expect(renderJson(sandbox)).toMatch(/^\{\n "version": 4,[^]*\}\n$/);
});

test.each([0, 1, 5000, 5001, 12_000])('is one JSON text, whatever its pieces: %d assignments', (length) => {
  const assignments = Array.from({ length: Math.ceil(length / 40) }, () => sandbox.assignments.slice(0, 40))
    .flat()
    .slice(0, length);
  const pieces = [...jsonPieces({ ...sandbox, assignments })];
  const text = pieces.join('');
  expect(JSON.parse(text)).toMatchObject({ estate: 'sandbox', assignments, causes: sandbox.causes });
  expect(text).toBe(`${JSON.stringify(JSON.parse(text), undefined, 1)}\n`);
  expect(pieces).toHaveLength(2 + Math.ceil(length / 5000));
});

test('still shows the expansion where there are errors, and says that nothing was synthesised', () => {
  const organization = { accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }], groups: ['Developers'] };
  const estate = `${simpleEstate()}    - { group: Nobody, permissionSets: [Reader], accounts: { include: [{ all: true }] } }\n`;
  const report = reportOf({ estate, organization });
  expect(report.status).toBe('errors');
  expect(report.synthesis).toBe('skipped');
  expect(report.placement?.outcome).toBe('not-written');
  expect(report.assignments).toHaveLength(1);
});

test('reports what synthesis found at its place in the estate file', () => {
  const folder = folderOf({ estate: simpleEstate() });
  const at = ['access', 'permissionSets', 0];
  const issue = { severity: 'error', code: ruleName('F3031'), at, problem: 'does not match the pattern' } as const;
  const report = buildReport(
    gatherFacts(folder, { synthesize: () => ({ templates: [], issues: [issue] }), writesPlacement: true }),
  );
  expect(report.findings.map(formatFinding)).toEqual([
    'estates/demo/estate.yaml:3:7 access.permissionSets[0]: does not match the pattern (F3031)',
  ]);
});

function placementReport(lock: string | undefined, writesPlacement: boolean): Report {
  const folder = folderOf({ estate: simpleEstate(), files: lock === undefined ? {} : { [PLACEMENT_FILE]: lock } });
  return buildReport(gatherFacts(folder, { synthesize: () => NO_TEMPLATES, writesPlacement }));
}

const EMPTY_LOCK = '{ "version": 2, "stacks": {} }';

test.each([
  [
    'missing',
    undefined,
    'estates/demo/placement.lock.json:1:1: there is no such file (npx --no entra-aws preview writes it; commit it) (placement-missing)',
  ],
  [
    'stale',
    EMPTY_LOCK,
    'estates/demo/placement.lock.json:1:1: does not place the assignments that the estate has now (npx --no entra-aws preview writes it; commit it) (placement-stale)',
  ],
])('a %s placement file is an error where it may not be written', (state, lock, message) => {
  const { findings, placement } = placementReport(lock, false);
  expect(findings.map((finding) => `${finding.severity} ${finding.code}`)).toEqual([`error placement-${state}`]);
  expect(findings.map(formatFinding)).toEqual([message]);
  expect(placement?.outcome).toBe(state);
});

test('a stale placement file that is written is no finding', () => {
  const { findings, placement } = placementReport(EMPTY_LOCK, true);
  expect(findings).toEqual([]);
  expect(placement).toEqual({ file: 'estates/demo/placement.lock.json', outcome: 'written' });
});

test('an estate without an access section has nothing to place', () => {
  const report = reportOf({ estate: 'workforce: { groups: [{ name: Developers }] }\n' });
  expect(report.placement).toBeUndefined();
  expect(report.status).toBe('ok');
});

test('marks acknowledgements that the base lacks', () => {
  const base = sandboxFiles();
  const head = edited(base, ({ access }) => {
    const set = itemOf(access.permissionSets, ({ name }) => name === 'DataReader');
    set.acknowledge = [{ rule: 'IdentityCenter-IC6', reason: 'Waits for the analysts.' }];
  });
  const { acknowledgements } = reportOfFolders(memoryFolder('sandbox', head), memoryFolder('sandbox', base));
  expect(acknowledgements.map(({ rule, subject, isNew }) => ({ rule, subject, isNew }))).toEqual([
    { rule: 'IdentityCenter-IC13', subject: 'permission set SystemsOperator', isNew: false },
    { rule: 'IdentityCenter-IC6', subject: 'permission set DataReader', isNew: true },
    { rule: 'IdentityCenter-IC5', subject: 'grant to Security Auditors', isNew: false },
  ]);
});

test('an unreadable estate file gives a report with the finding', () => {
  const refused: FileText = { kind: 'refused', problem: 'the file is not UTF-8', allowed: 'UTF-8' };
  const report = reportOfFolders({
    name: 'demo',
    label: 'estates/demo',
    latestDay: '2026-11-26',
    read: (path) => (path === ESTATE_FILE ? refused : { kind: 'missing' }),
  });
  expect(report.findings.map(formatFinding)).toEqual([
    'estates/demo/estate.yaml:1:1: the file is not UTF-8 (UTF-8) (estate-file)',
  ]);
});
