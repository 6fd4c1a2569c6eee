import { memoryFolder } from '../../../support/large-estate';
import { ESTATE_FILE } from '../../../../src/estate/source/estate-folder';
import type { HostingEntry } from '../../../../src/estate/sections/hosting/schema';
import { gatherFacts } from '../../../../src/preview/gather-facts';
import { hostingDangers } from '../../../../src/preview/stack-operations';
import { renderHtml } from '../../../../src/preview/render-html';
import { renderJson, renderMarkdown, renderTerminal } from '../../../../src/preview/render';
import { buildReport, type Report } from '../../../../src/preview/report';
import { expressMode, hostedFiles, plainSynthesis, production, withDomain } from '../../../support/hosting';
import { BASE_COMMIT } from '../../../support/preview/reports';

type Edit = (hosting: HostingEntry) => void;
type Files = ReturnType<typeof hostedFiles>;

/** The report of the hosted sandbox after an edit, compared with `base` where there is one. */
function reportOf(head: Files, base?: Files): Report {
  return buildReport(
    gatherFacts(memoryFolder('sandbox', head), {
      synthesize: plainSynthesis,
      writesPlacement: true,
      ...(base && { base: { folder: memoryFolder('sandbox', base), revision: 'main', commit: BASE_COMMIT } }),
    }),
  );
}

const terminal = (report: Report): string => renderTerminal(report, { colour: false, files: [] });
const edited = (edit: Edit): Report => reportOf(hostedFiles(edit), hostedFiles());
const dangersOf = ({ changes }: Report): readonly string[] =>
  (changes?.replacements ?? []).map(({ kind, subject }) => `${kind}: ${subject}`);

const sandbox = reportOf(hostedFiles());

test('tells of services, tables, settings, stacks and App Runner’s state', () => {
  expect(sandbox.hosting).toMatchSnapshot();
});

test('what production keeps and protects', () => {
  const { hosting } = reportOf(hostedFiles(production));
  expect(hosting).toMatchObject({
    services: [{ isPublic: true, cpu: 1024, minInstances: 2 }, { isPublic: false }],
    tables: [
      { name: 'Policies', hasPointInTimeRecovery: true, hasDeletionProtection: true, isKept: true },
      { name: 'Sessions', hasPointInTimeRecovery: false, hasDeletionProtection: true, isKept: true },
    ],
  });
  expect(hosting?.settings).toContainEqual({ name: 'API', value: 'only from vpc-0a1b2c3d' });
});

test.each<[string, Edit, string]>([
  ['a domain', withDomain, '  Address  https://claims.example.com, a domain of its own\n'],
  ['an address that the estate names', () => undefined, '  Address  https://claims.example.com, named by the estate\n'],
  [
    'no address',
    (hosting) => {
      delete hosting.url;
    },
    '  Address  none yet\n',
  ],
])('says that the circle of client id and redirect URI is closed by %s', (_what, edit, line) => {
  const report = reportOf(hostedFiles(edit));
  expect(terminal(report)).toContain(line);
  expect(renderMarkdown(report)).toContain(report.hosting?.address?.text.slice(0, 40));
});

test('ECS Express Mode needs no warning, and scales by no requests', () => {
  const { hosting } = reportOf(hostedFiles(expressMode));
  expect(hosting?.notices).toEqual([]);
  expect(hosting?.services.filter((service) => 'concurrency' in service)).toEqual([]);
});

test('an estate that was not synthesised has its hosting without tables', () => {
  const { hosting, synthesis } = reportOf(
    hostedFiles((entry) => {
      entry.region = 'Ireland';
    }),
  );
  expect(synthesis).toBe('skipped');
  expect(hosting?.tables).toEqual([]);
  expect(hosting?.stacks).toEqual([{ name: 'sandbox-hosting-data' }, { name: 'sandbox-hosting' }]);
});

test('another size is a change of one service, and no danger', () => {
  const report = edited(({ web }) => {
    if (web) Object.assign(web, { cpu: 1024, memory: 2048 });
  });
  expect(dangersOf(report)).toEqual([]);
  expect(report.changes?.hosting).toEqual([
    {
      stack: 'sandbox-hosting',
      action: 'update',
      type: 'AWS::AppRunner::Service',
      logicalId: expect.stringMatching(/^Servicesweb/) as string,
      properties: ['InstanceConfiguration'],
    },
  ]);
  expect(terminal(report)).toContain(
    'Changes in hosting\n  ~ AppRunner::Service Servicesweb is changed: InstanceConfiguration\n',
  );
});

test('other scaling replaces a configuration, which is no danger', () => {
  const report = edited(({ web }) => {
    if (web) web.maxInstances = 5;
  });
  expect(dangersOf(report)).toEqual([]);
  expect(report.changes?.operations).toMatchObject([{ stack: 'sandbox-hosting', replaced: 1 }]);
});

test('a key of its own replaces the services: the danger says that CloudFormation fails, and what to do', () => {
  const report = edited((hosting) => {
    hosting.kmsKeys = 'customer';
  });
  expect(dangersOf(report)).toEqual([
    'service-replaced: AWS::AppRunner::Service Servicesapi in sandbox-hosting',
    'service-replaced: AWS::AppRunner::Service Servicesweb in sandbox-hosting',
  ]);
  expect(report.changes?.replacements[0]?.detail).toBe(
    "EncryptionConfiguration can't change in place: another service, with another address, takes its place. CloudFormation makes it first and fails, for the name is taken. Delete the stack sandbox-hosting and deploy it again; the application is away meanwhile, and its data stays in the other stack.",
  );
});

test('another platform takes the services away with their addresses', () => {
  expect(dangersOf(edited(expressMode))).toEqual([
    'service-removed: AWS::AppRunner::Service Servicesapi in sandbox-hosting',
    'service-removed: AWS::AppRunner::Service Servicesweb in sandbox-hosting',
  ]);
});

test.each<[string, (files: Files) => Files]>([
  [
    'another region',
    () =>
      hostedFiles((hosting) => {
        hosting.region = 'eu-central-1';
      }),
  ],
  [
    'no hosting any more',
    (files) => {
      const estate = JSON.parse(files[ESTATE_FILE] ?? '') as Record<string, unknown>;
      delete estate['hosting'];
      return { ...files, [ESTATE_FILE]: JSON.stringify(estate) };
    },
  ],
])('%s leaves both stacks behind, the services first', (_what, edit) => {
  const report = reportOf(edit(hostedFiles()), hostedFiles());
  expect(dangersOf(report)).toEqual([
    'hosting-abandoned: sandbox-hosting in account 210000000011 (eu-west-1)',
    'hosting-abandoned: sandbox-hosting-data in account 210000000011 (eu-west-1)',
  ]);
  const warnings = report.findings.filter(({ code }) => code === 'stack-abandoned');
  expect(warnings.map(({ severity }) => severity)).toEqual(['warning', 'warning']);
  expect(warnings[0]?.problem).toContain(
    'aws cloudformation delete-stack --stack-name sandbox-hosting --region eu-west-1',
  );
});

test.each([
  ['AWS::DynamoDB::Table', 'delete', true, 'data-removed: It stays in the account, and nothing uses it any more.'],
  ['AWS::DynamoDB::Table', 'delete', false, 'data-removed: What it holds is deleted.'],
  ['AWS::KMS::Key', 'replace', false, 'data-replaced: Another, empty one takes its place. What it holds is deleted.'],
  [
    'AWS::SNS::Topic',
    'replace',
    false,
    'topic-replaced: Everyone who is told of alarms has to confirm the subscription again.',
  ],
] as const)('%s, %s, kept: %s', (...[type, action, isKept, expected]) => {
  const resource = { type, action, isKept, logicalId: 'X', properties: [], shard: 0, isDoubtful: false };
  expect(hostingDangers('s', [resource]).map(({ kind, detail }) => `${kind}: ${detail}`)).toEqual([expected]);
});

test('every format has it, and JSON reads back as the report', () => {
  const report = edited(({ web }) => {
    if (web) web.maxInstances = 5;
  });
  expect(JSON.parse(renderJson(report))).toMatchObject({ hosting: report.hosting });
  expect(renderMarkdown(report)).toMatch(/### Changes in hosting\n\n- <code>AppRunner\S+ ServiceswebScaling/);
  const page = renderHtml(report);
  expect(page).toContain('<section id="hosting"');
  expect(page).toContain('<a href="#hosting">Hosting</a>');
  expect(page).toContain('<h3>Changes in hosting</h3>');
  expect(page).toContain('apprunner-availability-change.html');
});
