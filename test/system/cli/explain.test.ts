import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputFaults } from '../../support/output-faults';
import { EXAMPLE, PROGRAM } from '../../support/repository';

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: readonly string[]): Finished {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'explain', '--estate', 'sandbox', ...args], {
    cwd: EXAMPLE,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

test('explains what is given', () => {
  const { code, stdout, stderr } = run('--group', 'Claims Developers', '--account', 'claims-test');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^Claims Developers has 1 permission set in claims-test \(210000000012, \/Workloads\/Development\)\.\n\nDeveloper, in shard \d+ of the access stack\n {2}estates\/sandbox\/estate\.yaml:\d+:\d+ {2}grant to Claims Developers\n {2}estates\/sandbox\/estate\.yaml:\d+:\d+ {2}include name: claims-t\?st\n {2}role arn:aws:iam::210000000012:role\/aws-reserved\/\S+\n(?: {2}way up to .*\n)+$/,
  );
});

test('a permission set alone has its roles in the accounts, in text and as JSON', () => {
  const arn =
    /arn:aws:iam::210000000012:role\/aws-reserved\/sso\.amazonaws\.com\/eu-west-1\/AWSReservedSSO_Developer_[0-9a-f]{16}/;
  expect(run('--permission-set', 'Developer')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(arn) as string,
    stderr: '',
  });
  const { stdout } = run('--permission-set', 'Developer', '--json');
  expect(outputFaults('explain-sets', stdout)).toBeNull();
  const { sets } = JSON.parse(stdout) as { sets: readonly object[] };
  expect(sets).toMatchObject([{ accounts: [{ role: { state: 'known' } }, {}, {}, {}] }]);
});

test('that there is no access is an answer too', () => {
  const { code, stdout } = run('--group', 'Systems Operators', '--account', 'claims-prod');
  expect(code).toBe(0);
  expect(stdout).toContain('The grant includes the account and excludes it again.');
  expect(stdout).toContain('exclude tags: data=confidential');
});

test.each([
  [['--group', 'Claims Develpers', '--account', 'claims-test'], ['unknown-group']],
  [['--group', 'Claims Developers', '--account', 'nosuch'], ['unknown-account']],
  [
    ['--group', 'Nobody', '--account', 'nosuch', '--permission-set', 'Nothing'],
    ['unknown-group', 'unknown-account', 'unknown-permission-set'],
  ],
])('%j is about what does not exist, and gets no answer', (args, codes) => {
  const { code, stdout, stderr } = run(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trim().split('\n')).toEqual(
    codes.map((one) => expect.stringMatching(new RegExp(`^There is no .*\\(${one}\\)$`)) as string),
  );
});

test('prints JSON', () => {
  const { code, stdout, stderr } = run('--group', 'Nobody', '--account', '210000000012', '--json');
  expect({ code, isSaid: stderr.includes('(unknown-group)') }).toEqual({ code: 2, isSaid: true });
  expect(outputFaults('explain', stdout)).toBeNull();
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    question: { group: 'Nobody', account: '210000000012' },
    account: { id: '210000000012', name: 'claims-test', state: 'ACTIVE', ou: '/Workloads/Development' },
    given: [],
    isPending: false,
    otherSets: [],
    reasons: [
      { code: 'unknown-group', text: expect.stringContaining("There is no group 'Nobody'") as string, evidence: [] },
    ],
  });
});

test.each([
  ['explain', ['--group', 'Claims Developers', '--account', 'claims-test'], '"given": [\n    {'],
  ['explain-action', ['--action', 's3:DeleteBucket', '--account', 'claims-test'], '"held": [\n'],
  ['explain-unused', ['--unused', '--permission-set', 'DataReader'], '"sets": []'],
] as const)('%s as JSON is as its schema says', (format, args, part) => {
  const { code, stdout, stderr } = run(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(outputFaults(format, stdout)).toBeNull();
  expect(stdout).toContain(part);
});

test.each<readonly [readonly string[], string]>([
  [[], 'one of --group, --user, --account, --permission-set, --action and --unused must be given, or several'],
  [['--group', 'a'], "There is no group 'a' (known groups: "],
  [['--action', 's3:GetObject', '--group', 'a', '--user', 'b'], '--group and --user exclude each other'],
  [['--action', 's3:GetObject', '--group', 'a'], "There is no group 'a' (known groups: "],
  [['--action', 's3:GetObjct'], "did you mean 's3:GetObject'?"],
  [['--resource', '*', '--group', 'a', '--account', 'b'], '--resource goes with --action'],
  [
    ['--action', 'DeleteBucket'],
    "--action must be a service and an action, such as s3:DeleteBucket, got 'DeleteBucket'",
  ],
  [
    ['--action', 's3:DeleteBucket', '--resource', 'bucket'],
    "--resource must be an ARN, such as arn:aws:s3:::bucket, got 'bucket'",
  ],
  [['--group', '', '--account', 'a'], '--group must not be empty'],
  [['--group', 'a', '--acount', 'b'], "unknown option '--acount'\n(Did you mean --account?)"],
  [
    ['--group', 'a', '--account', 'b', '--estate', 'nope'],
    "There is no estate 'nope'. Estates (folders with an estate.yaml) in estates: 'sandbox'",
  ],
])('%j is a wrong call', (args, message) => {
  const { code, stdout, stderr } = run(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('errors of the estate that prevent an answer are listed', () => {
  const root = mkdtempSync(join(tmpdir(), 'estates-'));
  try {
    mkdirSync(join(root, 'sandbox'));
    writeFileSync(join(root, 'sandbox', 'estate.yaml'), 'access:\n  permissionSets: []\n  grants: []\n');
    const { code, stdout, stderr } = run('--estates', root, '--group', 'a', '--account', 'b');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      `Fix the errors of the estate first:\n${root}/sandbox/organization.json:1:1: there is no such file (npx --no entra-aws snapshot writes it) (organization-file)\n`,
    );
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('explains itself', () => {
  expect(run('--help')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Usage: entra-aws explain [options]') as string,
  });
});
