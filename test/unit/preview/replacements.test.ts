import type { EstatePlan } from '../../../src/estate/plan/planner';
import { NO_PLACEMENT, SHARD_CAPACITY } from '../../../src/estate/sections/access/placement/placement';
import { ORGANIZATION_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import { formatFinding } from '../../../src/estate/source/finding';
import { buildReport } from '../../../src/preview/report';
import { gatherFacts } from '../../../src/preview/gather-facts';
import { findReplacements } from '../../../src/preview/access/replacements';
import { type ComparedSide, Places } from '../../../src/preview/compared-side';
import type { SynthesizedTemplate } from '../../../src/preview/facts';
import type { Report } from '../../../src/preview/report';
import { MANAGEMENT, organizationText, planOf, principalId } from '../../support/estate-files';
import { BASE_COMMIT, changesOf, folderOf, reportOf, simpleEstate } from '../../support/preview/reports';

const READER = '{ name: Reader, managedPolicies: [ReadOnlyAccess] }';

test('recognizes a renamed set by its content, and says what breaks', () => {
  const head = simpleEstate({ set: READER }).replaceAll('Reader', 'Viewer');
  const { replacements } = changesOf({ estate: head }, { estate: simpleEstate({ set: READER }) });
  expect(replacements).toEqual([
    {
      kind: 'permission-set-renamed',
      subject: 'Reader → Viewer',
      detail: expect.stringMatching(
        /Developers keep it in 1 account .*AWSReservedSSO_Reader_.*previousNames: \[Reader\]/,
      ) as string,
      assignments: 1,
      place: { file: 'estates/demo/estate.yaml', line: 3, column: 15 },
    },
  ]);
});

test('takes the nearest name where several sets have the same content', () => {
  const estate = (...names: readonly string[]): string =>
    `access: { permissionSets: [${names.map((name) => `{ name: ${name} }`).join()}], grants: [] }`;
  const { replacements } = changesOf(
    { estate: estate('Operator2', 'Auditors') },
    { estate: estate('Operator', 'Auditor') },
  );
  expect(replacements.map(({ subject }) => subject)).toEqual(['Auditor → Auditors', 'Operator → Operator2']);
});

test('a set with other content is no rename', () => {
  const head = simpleEstate({ set: '{ name: Reader, managedPolicies: [SecurityAudit] }' }).replaceAll(
    'Reader',
    'Viewer',
  );
  expect(changesOf({ estate: head }, { estate: simpleEstate({ set: READER }) }).replacements).toEqual([]);
});

test('recognizes a renamed set that was edited too, by who has it where', () => {
  const set = '{ name: Viewer, description: x, managedPolicies: [ReadOnlyAccess, SecurityAudit] }';
  const head = simpleEstate({ set }).replaceAll('[Reader]', '[Viewer]');
  const { replacements } = changesOf({ estate: head }, { estate: simpleEstate({ set: READER }) });
  expect(replacements.map(({ kind, subject }) => `${kind}: ${subject}`)).toEqual([
    'permission-set-renamed: Reader → Viewer',
  ]);
});

test('an assignment in another shard is called dangerous', () => {
  const estate = simpleEstate();
  const key = `100000000001/Reader/${principalId(0)}`;
  const lock = (shard: string): string => JSON.stringify({ version: 2, stacks: { access: [`${key} ${shard}.1`] } });
  const version = (shard: string) => ({ estate, files: { [PLACEMENT_FILE]: lock(shard) } });
  expect(changesOf(version('2'), version('1')).replacements).toEqual([
    {
      kind: 'assignment-moved',
      subject: 'access shard 1 → access shard 2',
      detail: `Assignments change their stack, first ${key}. CloudFormation makes them there before they are gone here and fails: put the lines of placement.lock.json back.`,
      assignments: 1,
    },
  ]);
});

function sideOf(plan: EstatePlan): ComparedSide {
  const { estate, access } = plan;
  return { estate, access, places: new Places({ plan, files: [] }) };
}

test('what no stack can hold gets no places: it moves nothing, and the placement file is not taken for right', () => {
  const accounts = Array.from({ length: 501 }, (_, index) => ({
    id: String(100_000_000_001 + index),
    name: `a${index}`,
  }));
  const organization = { accounts: [MANAGEMENT, ...accounts], groups: ['Developers'] };
  const lock = { version: 2, stacks: { access: [`100000000001/Reader/${principalId(0)} 2.1`] } };
  const files = {
    [ORGANIZATION_FILE]: organizationText(organization),
    [PLACEMENT_FILE]: JSON.stringify(lock),
  };
  const sets = ['Reader', ...Array.from({ length: 499 }, (_, index) => `S${index}`)];
  const large = `access: { permissionSets: [${sets.map((name) => `{ name: ${name} }`).join()}], grants: [{ group: Developers, permissionSets: [${sets.join()}], accounts: { include: [{ all: true }] } }] }`;
  const [base, head] = [planOf(simpleEstate(), organization, files), planOf(large, organization, files)];
  expect(head.findings.map(({ code }) => code)).toEqual(['stack-capacity']);
  expect(head.access).toMatchObject({ placement: { state: 'stale', placement: NO_PLACEMENT } });
  expect(head.access?.stacks.map(({ shards }) => shards.length)).toEqual([Math.ceil((501 * 500) / SHARD_CAPACITY)]);
  expect(base.access?.stacks.map(({ shards }) => shards.map(({ number }) => number))).toEqual([[1, 2]]);
  expect(findReplacements(sideOf(base), sideOf(head))).toEqual([]);
});

test('and where the base is what was deployed last, an error that stops the deployment', () => {
  const key = `100000000001/Reader/${principalId(0)}`;
  const folderWith = (shard: number) => {
    const lock = JSON.stringify({ version: 2, stacks: { access: [`${key} ${shard}.1`] } });
    return folderOf({ estate: simpleEstate(), files: { [PLACEMENT_FILE]: lock } });
  };
  const findingsOf = (isDeployed: boolean) =>
    buildReport(
      gatherFacts(folderWith(2), {
        synthesize: () => ({ templates: [], issues: [] }),
        writesPlacement: false,
        base: { folder: folderWith(1), revision: 'deployed', commit: BASE_COMMIT, isDeployed },
      }),
    ).findings.map(formatFinding);
  expect(findingsOf(true)).toEqual([
    `estates/demo/placement.lock.json:1:1: moves 1 deployed assignment (access shard 1 → access shard 2), which CloudFormation can't do: it would make each there before it is gone here (npx --no entra-aws preview --base ${BASE_COMMIT} puts them back; commit the file) (placement-moved)`,
  ]);
  expect(findingsOf(false)).toEqual([]);
});

test('a set that another account has to deploy moves to another stack', () => {
  const organization = {
    accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }],
    groups: ['Developers'],
    delegatedAdministrator: '100000000001',
  };
  const estate = (from: string): string =>
    simpleEstate({ include: '{ name: management }' }).replace('access:', `access:\n  deployFrom: ${from}`);
  const { replacements } = changesOf(
    { estate: estate('delegated-admin'), organization },
    { estate: estate('management'), organization },
  );
  expect(replacements.map(({ kind, subject }) => `${kind}: ${subject}`)).toEqual([
    'stack-abandoned: demo-access in account 100000000000 (eu-west-1)',
    'stack-moved: access stack',
    'permission-set-moved: Reader',
    'assignment-moved: access shard 1 → management shard 1',
  ]);
});

test('sets that move both ways move in two deployments, since neither stack can come first', () => {
  const organization = {
    accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }],
    groups: ['Developers'],
    delegatedAdministrator: '100000000001',
  };
  const estate = (one: string, other: string): string => `access:
  deployFrom: delegated-admin
  permissionSets: [{ name: One }, { name: Other }]
  grants:
    - { group: Developers, permissionSets: [One], accounts: { include: [{ name: ${one} }] } }
    - { group: Developers, permissionSets: [Other], accounts: { include: [{ name: ${other} }] } }
`;
  const remediesOf = (head: string): readonly (string | undefined)[] =>
    changesOf({ estate: head, organization }, { estate: estate('management', 'app'), organization })
      .replacements.filter(({ kind }) => kind === 'permission-set-moved')
      .map(({ detail }) => detail.split(': ')[1]);
  expect(remediesOf(estate('app', 'app'))).toEqual(['deploy the management stack first.']);
  expect(remediesOf(estate('app', 'management'))).toEqual([
    'remove it in one deployment and add it in the next.',
    'remove it in one deployment and add it in the next.',
  ]);
});

const ABANDONED =
  'The estate no longer deploys it, but it stays in the account with its 1 assignment: deploy the removal of its grants first, or `aws cloudformation delete-stack --stack-name demo-access --region eu-west-1` after lifting termination protection.';

test('a stack that is no longer deployed is an error while it holds assignments', () => {
  const head = { estate: 'workforce: { groups: [{ name: Developers }] }\n' };
  const report = reportOf(head, { estate: simpleEstate() });
  expect(report.changes?.replacements).toEqual([
    {
      kind: 'stack-abandoned',
      subject: 'demo-access in account 100000000000 (eu-west-1)',
      detail: ABANDONED,
      assignments: 1,
    },
  ]);
  expect(report.findings.map(({ severity, code, problem }) => ({ severity, code, problem }))).toEqual([
    {
      severity: 'error',
      code: 'stack-abandoned',
      problem: `leaves the stack demo-access in account 100000000000 (eu-west-1) behind. ${ABANDONED}`,
    },
  ]);
});

test('an abandoned stack without assignments is no finding', () => {
  const head = { estate: 'workforce: { groups: [{ name: Developers }] }\n' };
  const base = { estate: 'access: { permissionSets: [{ name: Reader }], grants: [] }\n' };
  const { changes, findings } = reportOf(head, base);
  expect(changes?.replacements.map(({ kind, assignments }) => [kind, assignments])).toEqual([['stack-abandoned', 0]]);
  expect(findings.map(({ code }) => code)).not.toContain('stack-abandoned');
});

test('a stack that another account deploys now is created there, and nothing of the old one is deleted', () => {
  const organization = {
    accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }],
    groups: ['Developers'],
    delegatedAdministrator: '100000000001',
  };
  const version = (from: string) => ({
    estate: simpleEstate({ include: '{ name: app }' }).replace('access:', `access:\n  deployFrom: ${from}`),
    organization,
  });
  const templates: readonly SynthesizedTemplate[] = [
    { stack: 'demo-access', role: 'access', template: { Resources: { A: set('A') } } },
  ];
  const report = buildReport(
    gatherFacts(folderOf(version('management')), {
      synthesize: () => ({ templates, issues: [] }),
      writesPlacement: true,
      base: { folder: folderOf(version('delegated-admin')), revision: 'main', commit: BASE_COMMIT },
    }),
  );
  expect(report.changes?.operations).toMatchObject([{ stack: 'demo-access', created: 1, updated: 0, deleted: 0 }]);
  expect(report.changes?.replacements.map(({ kind, subject }) => `${kind}: ${subject}`)).toContain(
    'stack-abandoned: demo-access in account 100000000001 (eu-west-1)',
  );
});

interface Resources {
  readonly [logicalId: string]: {
    readonly Type: string;
    readonly Properties: Readonly<Record<string, unknown>>;
    readonly DeletionPolicy?: 'Retain';
  };
}

/** A report whose synthesis gives these resources at the base and at head, in stacks of 500. */
function reportOfTemplates(before: Resources | undefined, after: Resources): Report {
  const templates = (resources: Resources): readonly SynthesizedTemplate[] => {
    const entries = Object.entries(resources);
    const shards = Array.from({ length: Math.max(Math.ceil(entries.length / 500), 1) }, (_, index) => index);
    return shards.map((shard) => ({
      stack: 'demo-access',
      role: 'access',
      ...(shard > 0 && { shard }),
      template: { Resources: Object.fromEntries(entries.slice(500 * shard, 500 * (shard + 1))) },
    }));
  };
  const sides = [templates(after), templates(before ?? {})];
  const folder = folderOf({ estate: simpleEstate() });
  return buildReport(
    gatherFacts(folder, {
      synthesize: () => ({ templates: sides.shift() ?? [], issues: [] }),
      writesPlacement: false,
      ...(before && { base: { folder, revision: 'main', commit: BASE_COMMIT } }),
    }),
  );
}

const set = (name: string, instance = 'a') => ({
  Type: 'AWS::SSO::PermissionSet',
  Properties: { Name: name, InstanceArn: instance },
});

test('counts the resources of an operation and the replaced ones among them', () => {
  const { changes } = reportOfTemplates(
    { A: set('A'), B: set('B'), C: set('C') },
    { A: set('A', 'b'), B: set('B', 'b'), D: set('D') },
  );
  expect(changes?.operations).toEqual([
    { stack: 'demo-access', created: 1, updated: 0, replaced: 2, deleted: 1, broadensPermissions: true },
  ]);
  expect(changes?.replacements).toEqual([
    {
      kind: 'resource-replaced',
      subject: 'AWS::SSO::PermissionSet in demo-access',
      detail: 'CloudFormation replaces A and 1 more: it makes a new one first, then destroys the old one.',
      assignments: 0,
    },
  ]);
});

test('a resource that leaves the stack and stays in the account is deleted from the stack', () => {
  const { changes } = reportOfTemplates({ A: set('A'), B: { ...set('B'), DeletionPolicy: 'Retain' } }, { A: set('A') });
  expect(changes?.operations).toMatchObject([{ stack: 'demo-access', created: 0, updated: 0, deleted: 1 }]);
});

test('what is replaced stands apart from what may be', () => {
  const instance = (properties: Readonly<Record<string, string>>) => ({
    Type: 'AWS::EC2::Instance',
    Properties: { InstanceType: 't3.nano', ImageId: 'ami-1', ...properties },
  });
  const { changes } = reportOfTemplates(
    { A: instance({}), B: instance({}) },
    { A: instance({ ImageId: 'ami-2' }), B: instance({ InstanceType: 't3.micro' }) },
  );
  expect(changes?.replacements.map(({ kind, detail }) => [kind, detail.split(':', 1)[0]])).toEqual([
    ['resource-replaced', 'CloudFormation replaces A'],
    ['resource-replaced', 'CloudFormation may replace B'],
  ]);
});

test('another order of deployment or other metadata is no change of a resource', () => {
  const before = { A: set('A'), B: set('B') };
  const after = { A: { ...set('A'), Metadata: { x: 1 } }, B: { ...set('B'), DependsOn: ['A'] } };
  expect(reportOfTemplates(before, after).changes?.operations).toEqual([]);
});

test('warns of an operation on more resources than CloudFormation takes', () => {
  const many = Object.fromEntries(Array.from({ length: 2501 }, (_, index) => [`S${index}`, set(`S${index}`)]));
  const [warning] = reportOfTemplates({}, many).findings.filter(({ code }) => code === 'large-operation');
  expect(warning).toMatchObject({
    severity: 'warning',
    path: 'access',
    problem: 'one deployment of demo-access changes 2501 resources',
    allowed:
      'at most 2500 in one operation on nested stacks; npx --no entra-aws deploy and the pipeline make several of it, cdk deploy alone would be refused',
  });
});

test('warns of a first deployment on more, where nothing is compared', () => {
  const many = Object.fromEntries(Array.from({ length: 2501 }, (_, index) => [`S${index}`, set(`S${index}`)]));
  const [warning] = reportOfTemplates(undefined, many).findings.filter(({ code }) => code === 'large-operation');
  expect(warning).toMatchObject({
    severity: 'warning',
    problem: 'a first deployment of demo-access creates 2501 resources',
    allowed:
      'at most 2500 in one operation on nested stacks; npx --no entra-aws deploy and the pipeline make several of it, cdk deploy alone would be refused; if it is deployed already, --base REVISION shows what changes',
  });
});

test('2,500 resources are no finding', () => {
  const many = Object.fromEntries(Array.from({ length: 2500 }, (_, index) => [`S${index}`, set(`S${index}`)]));
  expect(reportOfTemplates({}, many).findings.map(({ code }) => code)).not.toContain('large-operation');
});

test('the plan behind these tests has no errors', () => {
  expect(planOf(simpleEstate()).findings).toEqual([]);
});
