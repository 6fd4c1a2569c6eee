import { memoryFolder } from '../../support/large-estate';
import { addTemplates, planFacts } from '../../../src/preview/gather-facts';
import { answerOf, buildReport } from '../../../src/preview/report';
import type { Issue } from '../../../src/estate/source/finding';
import { ruleName } from '../../../src/estate/source/finding-codes';
import { renderFirst, renderJson, renderTerminal } from '../../../src/preview/render';
import { sandboxFiles } from '../../support/sandbox';
import { changedSandbox, changedSandboxReport } from '../../support/preview/changed-sandbox';
import { asReleased } from '../../support/released';
import { BASE_COMMIT, NO_TEMPLATES, reportOf, reportOfFolders, simpleEstate } from '../../support/preview/reports';

const FILES = ['plan/sandbox/preview.md', 'plan/sandbox/index.html', 'plan/sandbox/preview.json'];

afterEach(() => {
  jest.restoreAllMocks();
});

test('summarizes the sandbox', () => {
  const report = reportOfFolders(memoryFolder('sandbox', sandboxFiles()));
  expect(renderTerminal(report, { colour: false, files: FILES })).toMatchSnapshot();
});

test('summarizes what changed', () => {
  expect(renderTerminal(changedSandboxReport(), { colour: false, files: FILES })).toMatchSnapshot();
});

test('who gains and who loses stands before the engines have run, and is not printed again', () => {
  const folder = memoryFolder('sandbox', sandboxFiles());
  const base = { folder, revision: 'main', commit: BASE_COMMIT };
  const facts = planFacts(memoryFolder('sandbox', changedSandbox()), { base, writesPlacement: true });
  const shown = renderFirst(answerOf(facts), { colour: false });
  expect(shown.join('\n')).toMatch(/^Who gains access/m);
  const report = buildReport(addTemplates(facts, () => NO_TEMPLATES));
  const whole = renderTerminal(report, { colour: false, files: FILES });
  const rest = renderTerminal(report, { colour: false, files: FILES, shown });
  expect(`${shown.join('\n\n')}\n${rest}`).toBe(whole);
});

test('what the engines find is shown beside what stands already', () => {
  const folder = memoryFolder('sandbox', sandboxFiles());
  const facts = planFacts(folder, { base: { folder, revision: 'main', commit: BASE_COMMIT }, writesPlacement: true });
  const shown = renderFirst(answerOf(facts), { colour: false });
  const issue: Issue = {
    severity: 'error',
    code: ruleName('E3001'),
    at: ['hosting'],
    problem: 'was found by an engine',
  };
  const report = buildReport(addTemplates(facts, () => ({ templates: [], issues: [issue] })));
  const rest = renderTerminal(report, { colour: false, files: FILES, shown });
  expect(shown.join('\n')).not.toMatch(/Nothing changes|found by an engine/);
  expect(rest).toContain('Nothing changes.');
  expect(rest).toContain('was found by an engine');
  expect(rest).not.toContain('Estate sandbox\n');
});

test('the people stand in one column of the overview, however much changes before them', () => {
  const { changes, ...report } = changedSandboxReport();
  if (changes === undefined) throw new Error('the sandbox must have changed');
  const operation = { stack: 'sandbox-access', created: 22_222, updated: 1, replaced: 33_333, deleted: 44_444 };
  const operations = [{ ...operation, broadensPermissions: false }];
  const wide = { ...report, changes: { ...changes, operations } };
  const lines = renderTerminal(wide, { colour: false, files: [] }).split('\n');
  const row = lines.find((line) => line.startsWith('  CDK ')) ?? '';
  expect(row).toContain('22,222 created, ');
  expect(row.indexOf('Staff: ')).toBe(lines.find((line) => line.startsWith('  Engine '))?.indexOf('People'));
});

test('has colours only where they are wanted', () => {
  const report = changedSandboxReport();
  expect(renderTerminal(report, { colour: false, files: [] })).not.toContain('\u001b');
  expect(renderTerminal(report, { colour: true, files: [] })).toContain('\u001b[32m+');
});

test('a name with control characters can not forge a line', () => {
  const estate = `workforce: { groups: [{ name: "x\\n  error  all is lost\\e[31m\\u202e" }] }\n${simpleEstate({ group: '"x\\n  error  all is lost\\e[31m\\u202e"' })}`;
  const text = renderTerminal(reportOf({ estate }, { estate: simpleEstate() }), { colour: false, files: [] });
  expect(text).toContain('x\\u000a  error  all is lost\\u001b[31m\\u202e');
  expect(text).not.toMatch(/\u001b|\u202e/);
});

test('cuts long lists and says by how much', () => {
  const grants = Array.from(
    { length: 20 },
    (_, index) => `    - { group: Developers, permissionSets: [S${index}], accounts: { include: [{ name: app }] } }`,
  );
  const sets = Array.from(
    { length: 20 },
    (_, index) => `    - { name: S${index}, sessionDuration: PT${(index % 12) + 1}H }`,
  );
  const estate = (lines: readonly string[]): string =>
    ['access:', '  permissionSets:', ...sets, `  grants:${lines.length === 0 ? ' []' : ''}`, ...lines, ''].join('\n');
  const report = reportOf({ estate: estate(grants) }, { estate: estate([]) });
  const text = renderTerminal(report, { colour: false, files: [] });
  expect(text).toContain('20 assignments gained, 0 lost');
  expect(text).toContain('\n  … and 8 more\n');
});

test('each finding ends with its code, and a rule with the lines that acknowledge it', () => {
  const estate = [
    'access:',
    '  permissionSets:',
    '    - name: Reader',
    '      description: Reads.',
    '      managedPolicies: [IAMFullAccess]',
    '      sessionDuration: PT13H',
    '  grants: [{ group: Developers, permissionSets: [Reader], accounts: { include: [{ all: true }] } }]',
    '',
  ].join('\n');
  const text = renderTerminal(reportOf({ estate }), { colour: false, files: [] });
  expect(text).toContain('longer than 12 hours (PT1H to PT12H) (session-duration)\n');
  expect(text).toContain(
    `only where iam:PermissionsBoundary is that boundary. (IdentityCenter-IC7)
         To keep it as it is, add to the permission set, with the reason in place of TODO:
      acknowledge:
        - rule: IdentityCenter-IC7
          reason: TODO
`,
  );
});

test('says where each code is explained, once, and of a rule of another tool nothing', () => {
  asReleased();
  const report = changedSandboxReport();
  const [first] = report.findings;
  const findings = [
    ...report.findings,
    ...(first === undefined ? [] : [first, { ...first, code: ruleName('CIS-4.1') }]),
  ];
  const text = renderTerminal({ ...report, findings }, { colour: false, files: [] });
  expect(text.match(/https:.*\/findings\/.*/g)).toEqual(
    ['IdentityCenter-IC1', 'IdentityCenter-IC7', 'mass-change', 'pending-group'].map(
      (code) => `https://entra-aws-identity.github.io/latest/findings/${code}`,
    ),
  );
});

test('names no address before the first release', () => {
  const text = renderTerminal(changedSandboxReport(), { colour: false, files: [] });
  expect(text).toContain('entra-aws docs CODE');
  expect(text).not.toContain('https:');
});

const helpOfFindings = (): readonly string[] =>
  (JSON.parse(renderJson(changedSandboxReport())) as { findings: readonly { help: string }[] }).findings.map(
    ({ help }) => help,
  );

test.each([
  ['a released version', asReleased, 'https://entra-aws-identity.github.io/latest/findings/'],
  ['one that is not', () => undefined, 'npx --no entra-aws docs '],
])('a report of %s for machines explains each finding', (_title, prepare, help) => {
  prepare();
  expect(helpOfFindings()).toEqual(
    ['mass-change', 'IdentityCenter-IC1', 'IdentityCenter-IC7', 'pending-group'].map((code) => `${help}${code}`),
  );
});
