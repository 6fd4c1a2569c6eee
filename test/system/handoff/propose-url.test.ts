import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { hasOwnDomain, patchOf, withOrigin } from '../../../src/handoff/propose-url';
import { temporaryFolder } from '../../support/templates';
import { REPOSITORY } from '../../support/repository';

const ORIGIN = 'https://abc123.eu-west-1.awsapprunner.com';
const FILE = 'estates/sandbox/estate.yaml';
const root = temporaryFolder();

const BLOCK = `# The estate.
customers:
  webApplication:
    displayName: Claims
    hosts:
      - http://localhost:5000 # the laptop
      - https://claims.example.com # the domain
    clientSecret: { start: 2026-01-01 }
hosting:
  environment: sandbox
  region: eu-west-1
`;

const after = (text: string): string => withOrigin(text, ORIGIN);

/** The text after `git apply` of the patch. */
function patched(text: string): string {
  const folder = join(root, String(Math.random()).slice(2));
  mkdirSync(join(folder, 'estates/sandbox'), { recursive: true });
  writeFileSync(join(folder, FILE), text);
  const input = patchOf(FILE, text, after(text));
  const { status, stderr } = spawnSync('git', ['apply', '--unsafe-paths', '-'], {
    cwd: folder,
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${stderr}\n${input}`);
  return readFileSync(join(folder, FILE), 'utf8');
}

test('adds the address to the hosts and to the hosting, and leaves everything else as it was', () => {
  expect(after(BLOCK)).toBe(
    BLOCK.replace('# the domain\n', `# the domain\n      - ${ORIGIN}\n`).replace(
      'environment: sandbox\n',
      `environment: sandbox\n  url: ${ORIGIN}\n`,
    ),
  );
});

test('proposes nothing where the address is in both places', () => {
  expect(after(after(BLOCK))).toBe(after(BLOCK));
});

test('replaces another address of the hosting', () => {
  const text = BLOCK.replace('  region:', '  url: https://old.example.com # since May\n  region:');
  expect(after(text)).toContain(`  url: ${ORIGIN} # since May\n`);
});

test('adds to a list in one line', () => {
  const text = BLOCK.replace(/hosts:\n.*\n.*\n/, 'hosts: [http://localhost:5000]\n');
  expect(after(text)).toContain(`hosts: [http://localhost:5000, ${ORIGIN}]\n`);
});

test('is a patch that git applies, in the sandbox too', () => {
  const sandbox = readFileSync(join(REPOSITORY, FILE), 'utf8');
  expect(patched(sandbox)).toBe(after(sandbox));
  expect(patched(BLOCK)).toBe(after(BLOCK));
});

test('whatever stands between, git applies the patch, and the address is in both places', () => {
  const filler = fc.nat(9).map((lines) => '# more\n'.repeat(lines));
  fc.assert(
    fc.property(filler, filler, filler, (top, between, end) => {
      const text = `${top}${BLOCK.replace('hosting:', `${between}hosting:`)}${end}`;
      const edited = patched(text);
      expect(edited).toBe(after(text));
      const value = parse(edited) as { customers: { webApplication: { hosts: string[] } }; hosting: { url: string } };
      expect([value.customers.webApplication.hosts.at(-1), value.hosting.url]).toEqual([ORIGIN, ORIGIN]);
    }),
    { numRuns: 30 },
  );
});

test('says what to write by hand where the estate has no such place', () => {
  expect(() => after('hosting: {}\n')).toThrow(
    `The estate has no customers.webApplication.hosts that a line can be added to: write ${ORIGIN} there by hand`,
  );
});

const domain = { at: [], name: 'claims.example.com', hostedZone: { id: 'Z1', name: 'example.com' } };

test.each([
  ['a domain that the hosting leads to it', { domain, url: 'https://claims.example.com' }, true],
  ['an address of a domain that something else leads to it', { url: 'https://claims.example.com' }, true],
  ['the address of an earlier service', { url: 'https://old456.eu-west-1.awsapprunner.com' }, false],
  ['no address', {}, false],
])('knows %s', (_what, hosting, isOwn) => {
  expect(hasOwnDomain(hosting, ORIGIN)).toBe(isOwn);
});
