import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import { ACCESS_ACTIONS, SNAPSHOT_ACTIONS } from '../../../src/estate/sections/access/snapshot-actions';
import { largeAssignments, seedLargeOrganization } from '../../support/large-organization';
import type { Moto } from '../../support/moto';
import { startMoto } from '../../support/moto';
import { describeWithPython } from '../../support/python';
import type { SeededOrganization } from '../../support/seed-organization';
import type { Finished } from '../clouds/organization/run-snapshot';
import { runCommand } from '../clouds/organization/run-snapshot';

const INSTANCE = { instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef', identityStoreId: 'd-1234567890' };
const USER = '906712345a-11111111-2222-3333-4444-555555555555';
const GONE = '906712345a-99999999-2222-3333-4444-555555555555';

describeWithPython('import of 300 accounts and 10,000 assignments', () => {
  let moto: Moto;
  let seeded: SeededOrganization;
  let root: string;
  let first: Finished;

  const run = async (...args: readonly string[]): Promise<Finished> =>
    runCommand('import', ['--estates', root, '--out', join(root, 'out'), ...args], moto.env);
  const idOf = (ids: ReadonlyMap<string, string>, name: string): string => ids.get(name) ?? `no ${name}`;
  const plan = (): EstatePlan => planEstate(diskFolder(root, 'acme'));
  const text = (path: string): string => readFileSync(join(root, path), 'utf8');

  beforeAll(async () => {
    moto = await startMoto({ identityCenter: INSTANCE });
    seeded = await seedLargeOrganization(moto, 'shared');
    const account = idOf(seeded.accountIds, 'account-0');
    await moto.fillAccess({
      permissionSets: [],
      assignments: [
        ['GROUP', idOf(seeded.groupIds, 'Auditors'), 'Set0', moto.accountId],
        ['USER', USER, 'Set1', account],
        ['GROUP', GONE, 'Set1', account],
      ],
    });
    root = mkdtempSync(join(tmpdir(), 'estates-'));
    await moto.orderFault({ service: 'sso-admin', operation: 'ListAccountAssignments', throttle: 3 });
    await moto.resetCalls();
    first = await run('--estate', 'acme', '--concurrency', '8');
  });

  afterAll(async () => {
    await moto.stop();
    rmSync(root, { recursive: true, force: true });
  });

  afterEach(async () => {
    await moto.clearFaults();
  });

  test('expands to exactly what is deployed', () => {
    const found = plan().access?.expansion.assignments.map(({ holder, permissionSet, account }) =>
      [holder.name, permissionSet, account.id].join(' has '),
    );
    const expected = [
      ...largeAssignments('shared').map(({ group, permissionSet, account }) => [
        group,
        permissionSet,
        idOf(seeded.accountIds, account),
      ]),
      ['Auditors', 'Set0', moto.accountId],
    ].map((words) => words.join(' has '));
    expect(expected.length).toBeGreaterThan(10_000);
    expect(found?.toSorted()).toEqual(expected.toSorted());
  });

  test('says what it wrote, and names what an estate does not hold', () => {
    expect(first.stdout).toMatch(
      /^\S+estate\.yaml written: 40 permission sets, 10129 assignments by \d+ grants with \d+ selectors\n/,
    );
    const left = [
      `  user ${USER} has Set1 in ${idOf(seeded.accountIds, 'account-0')} (account-0)`,
      `  group ${GONE} has Set1 in ${idOf(seeded.accountIds, 'account-0')} (account-0)`,
    ];
    for (const line of left) {
      expect(first.stdout).toContain(line);
      expect(text('out/left.txt')).toContain(line);
    }
    expect(readdirSync(join(root, 'acme')).toSorted()).toEqual([
      'estate.yaml',
      'organization.json',
      'placement.lock.json',
    ]);
  });

  test('is compact: OUs where they fit, and few selectors a grant', () => {
    const [, grants = '0', selectors = '0'] = /by (\d+) grants with (\d+) selectors/.exec(first.stdout) ?? [];
    expect(Number(grants)).toBeLessThan(60);
    expect(Number(selectors)).toBeLessThan(250);
    expect(text('acme/estate.yaml')).toContain('- ou: /Workloads/Team0\n');
  });

  test('a policy rule that the deployed access breaks is an error, with what to do next', () => {
    expect(first.code).toBe(1);
    expect(first.stderr).toMatch(/error: \S+estate\.yaml:\d+:\d+ access\.grants\[\d+\]: .*management account/);
    expect(first.stderr).toMatch(/npx --no entra-aws import --estate acme --estates \S+ --mapping-only\n$/);
  });

  test('maps each permission set and the attributes for cdk import', () => {
    const mapping = JSON.parse(text('out/acme-access.json')) as Record<string, Record<string, string>>;
    const arns = Object.values(mapping).map((one) => one['PermissionSetArn']);
    expect(arns.filter((arn) => arn !== undefined)).toHaveLength(40);
    expect(new Set(arns)).toHaveProperty('size', 41);
  });

  test('asks AWS only for what the advice on permissions lists', async () => {
    const { operations } = await moto.calls();
    const services: Readonly<Record<string, string>> = { 'sso-admin': 'sso' };
    const actions = Object.keys(operations).map((name) => {
      const [service = '', operation = ''] = name.split(':');
      return `${services[service] ?? service}:${operation}`;
    });
    expect(actions.toSorted()).toEqual([...SNAPSHOT_ACTIONS, ...ACCESS_ACTIONS].toSorted());
  });

  test('never replaces an estate unless it is told to', async () => {
    await moto.resetCalls();
    const before = text('acme/estate.yaml');
    const refused = await run('--estate', 'acme');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('exists: --force replaces its access section, --mapping-only leaves it alone.');
    expect(text('acme/estate.yaml')).toBe(before);
    expect((await moto.calls()).operations).toEqual({});
  });

  test('a denied call leaves no file behind and says what to allow', async () => {
    const fail = { code: 'AccessDeniedException', message: 'not authorized', times: 1 };
    await moto.orderFault({ service: 'sso-admin', operation: 'ListPermissionSets', fail });
    const { code, stdout, stderr } = await run('--estate', 'other');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Reading the permission sets failed\.\n.*\n {2}What to do: allow sso:ListPermissionSets/);
    expect(stderr).toContain('reading access besides: sso:DescribeInstanceAccessControlAttributeConfiguration');
    expect(readdirSync(root).toSorted()).toEqual(['acme', 'estate.schema.json', 'out']);
  });
});

test.each([
  [[], 'Give the estate a name: --estate NAME.'],
  [['--estate', '../x'], '--estate "../x" must be a letter, then at most 109 letters, digits and hyphens'],
  [['--estate', 'sandbox'], 'estates/sandbox/estate.yaml exists: --force replaces its access section'],
  [['--estate', 'x', '--concurrency', '21'], "argument '21' is invalid. It must be a whole number from 1 to 20."],
])('called with %j, exits 2 before it asks AWS', async (args, message) => {
  const { code, stdout, stderr } = await runCommand('import', args, {});
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});
