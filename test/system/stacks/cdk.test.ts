import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EstateFiles } from '../../support/large-estate';
import { ESTATE_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import type { CdkResult } from '../../support/cdk-cli';
import { runCdk } from '../../support/cdk-cli';
import { writeEstate, writeProject } from '../../support/estate-project';
import { edited, itemOf, sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';

const PENDING =
  /^warning: estates\/sandbox\/estate\.yaml:\d+:\d+ access\.grants\[6\]\.group: "Data Analysts" is not synchronized to the Identity Store yet: its assignments wait \(run the workforce program, let provisioning finish, then npx --no entra-aws snapshot\) \(pending-group\)$/;

const sandbox = sandboxFiles();
const { [PLACEMENT_FILE]: lock = '', ...unplaced } = sandbox;

const FAULTY = `access:
  permissionSets:
    - name: Admin
      sessionDuration: PT13H
      managedPolicies: [AdministratorAccess, AdministratorAccess]
  grants:
    - group: Security Admin
      permissionSets: [Admim]
      accounts: { include: [{ ou: /Securty }] }
`;

const cwd = temporaryFolder();
const estates: Readonly<Record<string, EstateFiles>> = {
  sandbox,
  faulty: { ...sandbox, [ESTATE_FILE]: FAULTY },
  unplaced,
  stale: { ...sandbox, [PLACEMENT_FILE]: withoutFirstAssignment(lock) },
  unbounded: edited(sandbox, ({ access }) => {
    for (const set of access.permissionSets) delete set.permissionsBoundary;
  }),
};

function withoutFirstAssignment(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.includes('BillingReader'))
    .join('\n');
}

beforeAll(() => {
  writeProject(cwd, estates, true);
});

/** `cdk synth` in a folder like the repository's, as a process of its own. */
async function synth(estate: string, ...args: readonly string[]): Promise<CdkResult & { lines: readonly string[] }> {
  const result = await runCdk(['synth', '--quiet', '-c', `estate=${estate}`, ...args], { cwd });
  const lines = result.stderr.split('\n').filter((line) => line.trim() !== '');
  return { ...result, lines };
}

test('synthesises the sandbox, and warns of the group that is pending alone', async () => {
  const { code, stdout, lines } = await synth('sandbox', '--output', 'first');
  expect(lines.slice(0, -2)).toEqual([expect.stringMatching(PENDING)]);
  expect(lines.slice(-2).join()).toMatch(
    /^Successfully synthesized.*,Supply a stack id \(sandbox-policies, sandbox-access\)/,
  );
  expect(stdout).toBe('');
  expect(code).toBe(0);
  expect(templates('first')).toHaveLength(3);
});

test('synthesises the same bytes again, whatever the flags of cdk.json', async () => {
  const options = ['-c', '@aws-cdk/core:enablePartitionLiterals=false', '--no-path-metadata', '--no-asset-metadata'];
  const { code } = await synth('sandbox', '--output', 'second', ...options);
  expect(code).toBe(0);
  expect(templates('second')).toEqual(templates('first'));
});

describe('a second synthesis into the same folder', () => {
  // As on a person's machine: a pipeline synthesises anew each time.
  const again = (): Promise<CdkResult> =>
    runCdk(['synth', '--quiet', '-c', 'estate=again', '--output', 'again'], { cwd });
  const madeAt = (): number => statSync(join(cwd, 'again/manifest.json')).mtimeMs;

  beforeAll(async () => {
    writeEstate(cwd, 'again', sandbox);
    expect(await again()).toMatchObject({ code: 0 });
  });

  test('keeps the assembly of an estate that has not changed, and says its findings again', async () => {
    const before = madeAt();
    const { code, stderr } = await again();
    expect({ code, made: madeAt() }).toEqual({ code: 0, made: before });
    expect(stderr).toContain('(pending-group)');
  });

  test('makes it anew where a file of it was changed', async () => {
    const [file, text] = templates('again')[0] ?? ['', ''];
    writeFileSync(join(cwd, 'again', file), text.replace('AWS::SSO', 'AWS::XXX'));
    expect(await again()).toMatchObject({ code: 0 });
    expect(templates('again')[0]).toEqual([file, text]);
  });

  test('makes it anew where the estate has changed', async () => {
    const before = madeAt();
    writeEstate(
      cwd,
      'again',
      edited(sandbox, ({ access }) => {
        itemOf(access.permissionSets, ({ name }) => name === 'BillingReader').description = 'Another one.';
      }),
    );
    expect(await again()).toMatchObject({ code: 0 });
    expect(madeAt()).not.toBe(before);
    expect(templates('again').join()).toContain('Another one.');
  });
});

test('synthesises an estate of another folder with the same bytes', async () => {
  writeEstate(join(cwd, 'elsewhere'), 'sandbox', sandbox);
  const { code } = await synth('sandbox', '-c', 'estates=elsewhere/estates', '--output', 'third');
  expect(code).toBe(0);
  expect(templates('third')).toEqual(templates('first'));
  const { lines } = await synth('stale', '-c', 'estates=elsewhere/estates');
  expect(lines).toContain("-c estate=stale: no such estate; estates: 'sandbox'");
});

test('asks which estate where there are several and none is named', async () => {
  const { code, stderr } = await runCdk(['synth', '--quiet'], { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain('say which estate: -c estate=NAME; estates: ');
});

function templates(output: string): readonly (readonly [string, string])[] {
  const files = readdirSync(join(cwd, output)).filter((file) => file.endsWith('.template.json'));
  return files.toSorted().map((file) => [file, readFileSync(join(cwd, output, file), 'utf8')]);
}

test.each([
  [
    'nowhere',
    "-c estate=nowhere: no such estate; estates: 'again', 'faulty', 'sandbox', 'stale', 'unbounded', 'unplaced'",
  ],
  ['unplaced', 'placement.lock.json is missing: run npx --no entra-aws preview, review the file and commit it.'],
  ['stale', 'placement.lock.json is stale: run npx --no entra-aws preview, review the file and commit it.'],
])('refuses the estate %s and says what to do', async (estate, message) => {
  const { code, lines } = await synth(estate);
  expect(lines).toContain(message);
  expect(lines.at(-1)).toMatch(/Subprocess exited with error 1$/);
  expect(lines.filter(isStackTrace)).toEqual([]);
  expect(code).toBe(1);
});

test('lists every error of an estate and every rule that it breaks with its place, and synthesises nothing', async () => {
  const { code, lines } = await synth('faulty', '--output', 'faulty');
  expect(lines.filter((line) => /^(error|warning): /.test(line))).toEqual([
    expect.stringMatching(/^error: estates\/faulty\/estate\.yaml:3:7 .*\(IdentityCenter-IC1\)$/),
    expect.stringMatching(/^warning: estates\/faulty\/estate\.yaml:3:7 .*\(IdentityCenter-IC4\)$/),
    expect.stringMatching(/^error: estates\/faulty\/estate\.yaml:3:7 .*\(IdentityCenter-IC7\)$/),
    expect.stringMatching(/^error: estates\/faulty\/estate\.yaml:4:24 .*"PT13H" is longer than 12 hours/),
    expect.stringMatching(/^error: estates\/faulty\/estate\.yaml:5:46 .*is attached twice/),
    expect.stringMatching(/^error: estates\/faulty\/estate\.yaml:7:14 .*"Security Admin" is neither a group/),
    expect.stringMatching(/^error: estates\/faulty\/estate\.yaml:8:24 .*"Admim" is not a permission set/),
    expect.stringMatching(/^error: estates\/faulty\/estate\.yaml:9:35 .*"\/Securty" is not an OU/),
  ]);
  expect(lines).toContain('The estate has errors; nothing was synthesised.');
  const pages = ['IdentityCenter-IC1', 'IdentityCenter-IC7', 'duplicate-policy', 'session-duration'];
  const references = ['unknown-group', 'unknown-ou', 'unknown-permission-set'];
  expect(lines.filter((line) => line.startsWith('npx '))).toEqual(
    [...pages, ...references].map((code) => `npx --no entra-aws docs ${code}`),
  );
  expect(lines.at(-1)).toMatch(/Subprocess exited with error 1$/);
  expect(lines.filter(isStackTrace)).toEqual([]);
  expect(code).toBe(1);
  expect(templates('faulty')).toEqual([]);
});

test('fails where the estate breaks a rule, and says which and where', async () => {
  const { code, lines } = await synth('unbounded');
  expect(lines.join('\n')).toMatch(/^error: estates\/unbounded\/estate\.yaml:\d+:\d+ .*\(IdentityCenter-IC7\)$/m);
  expect(code).not.toBe(0);
});

function isStackTrace(line: string): boolean {
  return /^\s+at |node:internal/.test(line);
}

test('refuses to adopt by a file that is none of permission sets', async () => {
  const { code, lines } = await synth('sandbox', '-c', 'adopt=cdk.json');
  expect(lines).toContain('-c adopt=cdk.json: no file of permission sets; npx --no entra-aws import writes one');
  expect(code).toBe(1);
});
