import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { serializeOrganization } from '../../../src/clouds/aws/organization/compare-snapshot';
import type { FakeAws } from '../clouds/organization/fake-aws';
import { startFakeAws } from '../clouds/organization/fake-aws';
import type { Estates, Finished } from '../clouds/organization/run-snapshot';
import { finish, killGroup, makeEstates, runSnapshot, startSnapshot } from '../clouds/organization/run-snapshot';
import { SAMPLE, withAccount } from '../../support/clouds/organization/sample-organization';

const TEXT = serializeOrganization(SAMPLE);
let aws: FakeAws;
let estates: Estates;

const run = async (...args: readonly string[]): Promise<Finished> =>
  runSnapshot(['--estates', estates.root, '--estate', 'sandbox', ...args], aws.env);

beforeEach(async () => {
  aws = await startFakeAws(SAMPLE);
  estates = makeEstates();
});

afterEach(async () => {
  estates.remove();
  await aws.stop();
});

test('writes a first snapshot', async () => {
  expect(await run()).toEqual({
    code: 0,
    stdout: `There is no organization.json yet.\n${estates.file} written: 4 accounts, 3 OUs, 2 groups\n`,
    stderr: '',
  });
  expect(readFileSync(estates.file, 'utf8')).toBe(TEXT);
});

test('leaves no temporary file', async () => {
  await run();
  expect(readdirSync(dirname(estates.file)).toSorted()).toEqual(['estate.yaml', 'organization.json']);
});

test('does not touch a file that is up to date', async () => {
  writeFileSync(estates.file, TEXT);
  const { ino, mtimeMs } = statSync(estates.file);
  expect(await run()).toEqual({
    code: 0,
    stdout: `${estates.file} is up to date: 4 accounts, 3 OUs, 2 groups\n`,
    stderr: '',
  });
  expect(statSync(estates.file)).toMatchObject({ ino, mtimeMs });
});

test('prints what changed and writes it', async () => {
  writeFileSync(estates.file, serializeOrganization(withAccount('100000000003', { name: 'store' })));
  expect((await run()).stdout).toBe(
    '1 change:\n  ~ account 100000000003 "shop": renamed from "store"\n' +
      `${estates.file} written: 4 accounts, 3 OUs, 2 groups\n`,
  );
  expect(readFileSync(estates.file, 'utf8')).toBe(TEXT);
});

test('with --check, prints what changed, exits 1 and writes nothing', async () => {
  const old = serializeOrganization(withAccount('100000000003', { name: 'store' }));
  writeFileSync(estates.file, old);
  expect(await run('--check')).toEqual({
    code: 1,
    stdout:
      '1 change:\n  ~ account 100000000003 "shop": renamed from "store"\n' +
      `${estates.file} is stale; run npx --no entra-aws snapshot to update it\n`,
    stderr: '',
  });
  expect(readFileSync(estates.file, 'utf8')).toBe(old);
});

test('with --out, writes to another file, in a folder that may be new, and leaves that of the estate alone', async () => {
  const old = serializeOrganization(withAccount('100000000003', { name: 'store' }));
  writeFileSync(estates.file, old);
  const out = join(estates.root, 'plan/organization.json');
  expect(await run('--out', out)).toMatchObject({
    code: 0,
    stdout:
      '1 change:\n  ~ account 100000000003 "shop": renamed from "store"\n' +
      `${out} written: 4 accounts, 3 OUs, 2 groups\n`,
  });
  expect(readFileSync(out, 'utf8')).toBe(TEXT);
  expect(readFileSync(estates.file, 'utf8')).toBe(old);
  expect(await run('--out', out, '--check')).toMatchObject({ code: 2, stderr: '--out or --check, not both\n' });
});

const GRANTING = [
  'access:',
  '  permissionSets: [{ name: Reader, description: Reads., managedPolicies: [ReadOnlyAccess] }]',
  '  grants:',
  '    - { group: aws-readers, permissionSets: [Reader], accounts: { include: [{ tags: { env: prod } }] } }',
  '',
].join('\n');

test('with --check --access-only, tells what changes no access and lets it pass, and fails where access changes', async () => {
  writeFileSync(join(dirname(estates.file), 'estate.yaml'), GRANTING);
  writeFileSync(estates.file, serializeOrganization(withAccount('100000000003', { name: 'store' })));
  expect(await run('--check', '--access-only')).toEqual({
    code: 0,
    stdout:
      '1 change:\n  ~ account 100000000003 "shop": renamed from "store"\n' +
      `${estates.file} is not what AWS has, but gives the same access; npx --no entra-aws snapshot renews it\n`,
    stderr: '',
  });
  writeFileSync(estates.file, serializeOrganization(withAccount('100000000003', { tags: { team: 'shop' } })));
  expect(await run('--check', '--access-only')).toEqual({
    code: 1,
    stdout:
      '1 change:\n  ~ account 100000000003 "shop": tag "env" (none) -> "prod"\n' +
      "This changes what is deployed:\n| 'aws-readers' gains Reader in 100000000003 'shop'\n" +
      `${estates.file} is stale; run npx --no entra-aws snapshot to update it\n`,
    stderr: '',
  });
  expect(await run('--access-only')).toMatchObject({
    code: 2,
    stderr: '--access-only needs --check: it writes nothing\n',
  });
});

test('with --check, exits 0 where the file is fresh', async () => {
  writeFileSync(estates.file, TEXT);
  expect(await run('--check')).toMatchObject({
    code: 0,
    stdout: `${estates.file} is up to date: 4 accounts, 3 OUs, 2 groups\n`,
  });
});

test('with --check, takes a file of another layout for fresh, and says so', async () => {
  writeFileSync(estates.file, TEXT.replaceAll('\n', '\r\n'));
  expect(await run('--check')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('The content is the same; only the layout of the file differs.\n') as string,
  });
});

test('with --check, takes a missing file for stale', async () => {
  expect(await run('--check')).toMatchObject({
    code: 1,
    stdout: `There is no organization.json yet.\n${estates.file} is stale; run npx --no entra-aws snapshot to update it\n`,
  });
});

test.each([
  ['cut off', TEXT.slice(0, 200), 'ends too early: the file is truncated'],
  ['of a newer version', TEXT.replace('"version": 1', '"version": 2'), '2 is a newer version of this file'],
  ['of another shape', TEXT.replace('"rootId"', '"root"'), "'rootId' is missing"],
])('with --check, takes a file that is %s for stale and says why', async (_, text, reason) => {
  writeFileSync(estates.file, text);
  const { code, stdout } = await run('--check');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^The present file can't be understood, so that no changes can be shown:\n {2}\S+:\d+:\d+/);
  expect(stdout).toContain(reason);
  expect(readFileSync(estates.file, 'utf8')).toBe(text);
});

test('replaces a file that can not be understood', async () => {
  writeFileSync(estates.file, '{');
  expect((await run()).code).toBe(0);
  expect(readFileSync(estates.file, 'utf8')).toBe(TEXT);
});

test('a failed call leaves the file alone, exits 1 and prints no stack and no secret', async () => {
  writeFileSync(estates.file, 'old');
  aws.answerNext('ListGroups', { error: 'AccessDeniedException', message: 'not authorized' });
  const { code, stdout, stderr } = await run();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^Reading the groups of identity store d-1234567890 failed\.\n {2}identitystore:ListGroups: AccessDeniedException: not authorized.*\n {2}What to do: allow identitystore:ListGroups.*\n$/,
  );
  expect(stderr).not.toContain(aws.env['AWS_SECRET_ACCESS_KEY']);
  expect(readFileSync(estates.file, 'utf8')).toBe('old');
});

test('a kill while it reads leaves the file as it was', async () => {
  writeFileSync(estates.file, 'old');
  const asked = aws.hold('ListGroups');
  const child = startSnapshot(['--estates', estates.root], aws.env);
  const finished = finish(child);
  await asked;
  killGroup(child);
  await finished;
  expect(readFileSync(estates.file, 'utf8')).toBe('old');
  expect(readdirSync(dirname(estates.file)).toSorted()).toEqual(['estate.yaml', 'organization.json']);
});

test('takes --instance, and lists the instances where it is not there', async () => {
  const { code, stderr } = await run('--instance', 'arn:aws:sso:::instance/ssoins-0000000000000000');
  expect(code).toBe(1);
  expect(stderr).toContain(SAMPLE.identityCenter.instanceArn);
});

test.each([
  [['--estate', 'sandbx'], "There is no estate 'sandbx'. Estates (folders with an estate.yaml) in"],
  [['--estate', '../sandbox'], "There is no estate '../sandbox'."],
  [['--chek'], "unknown option '--chek'\n(Did you mean --check?)"],
  [['now'], "too many arguments for 'snapshot'. Expected 0 arguments but got 1: now"],
  [['--region'], "option '--region <region>' argument missing"],
  [
    ['--concurrency', '0'],
    "option '--concurrency <n>' argument '0' is invalid. It must be a whole number from 1 to 20.",
  ],
  [
    ['--concurrency', '21'],
    "option '--concurrency <n>' argument '21' is invalid. It must be a whole number from 1 to 20.",
  ],
  [
    ['--concurrency', '1.5'],
    "option '--concurrency <n>' argument '1.5' is invalid. It must be a whole number from 1 to 20.",
  ],
])('called with %j, exits 2 before it asks AWS', async (args, message) => {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
  expect(aws.calls).toEqual([]);
});

test('explains itself with --help', async () => {
  const { code, stdout } = await run('--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(/--check +write nothing; exit 1 if the file is stale, and show what\s+has\s+changed\n/);
});

test('takes the Region from organization.json, and else says that it is missing', async () => {
  const { AWS_REGION: region, ...env } = aws.env;
  const args = ['--estates', estates.root, '--estate', 'sandbox', '--check'];
  expect(await runSnapshot(args, env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('name the Region of IAM Identity Center: --region, or AWS_REGION') as string,
  });
  writeFileSync(estates.file, TEXT);
  expect(SAMPLE.identityCenter.region).toBe(region);
  expect(await runSnapshot(args, env)).toMatchObject({ code: 0, stderr: '' });
  expect(await runSnapshot(args, { ...env, AWS_REGION: 'ap-south-2' })).toMatchObject({ code: 0, stderr: '' });
});
