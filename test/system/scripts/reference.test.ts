import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Environments as ApiEnvironments } from '../../../apps/api/configuration';
import { Environments as WebEnvironments } from '../../../apps/web/configuration';
import { scriptArguments } from '../../support/repository';
import { FORMATS } from '../../../src/text/formats';
import { packagesOf } from '../../support/tools';

let docs = '';
beforeEach(() => {
  docs = mkdtempSync(join(tmpdir(), 'docs-'));
});
afterEach(() => {
  rmSync(docs, { recursive: true });
});

function run(...args: readonly string[]): { readonly code: number | null; readonly stdout: string } {
  const { status, stdout } = spawnSync(process.execPath, [...scriptArguments('reference'), ...args], {
    encoding: 'utf8',
  });
  // The reusable workflows and their action are no part of the documentation, and stay where they are.
  const workflows = /^\.github\/(?:workflows|actions)\/\S+ is up to date\n/gm;
  return { code: status, stdout: stdout.replaceAll(docs, 'docs').replaceAll(workflows, '') };
}

test('writes the schema and the references, and says which were stale', () => {
  const references = [
    'estate-reference.md',
    'entragraph-reference.md',
    'graph-requests.md',
    'application-reference.md',
    'commands.md',
    'images/whole.svg',
    'images/whole-phone.svg',
  ];
  const hasDocs = packagesOf('docs').missing === undefined;
  const schemas = Object.keys(FORMATS).map((format) => `docs/schemas/${format}.json`);
  const formats = hasDocs ? [...schemas, 'docs/output-formats.md'] : [];
  const pages = ['estate.schema.json', ...references].map((file) => `docs/${file}`);
  const kept = [
    'provider/declared.json',
    ...(hasDocs ? ['src/estate/sections/access/aws-managed-policies.json'] : []),
    'src/estate/source/aws-regions.json',
  ];
  const told = (isWritten: (path: string) => boolean): string =>
    [...formats, ...kept, ...pages]
      .map((path) => `${path} ${isWritten(path) ? 'written' : 'is up to date'}\n`)
      .join('');
  expect(run('--docs', docs)).toEqual({ code: 0, stdout: told((path) => !kept.includes(path)) });
  expect(JSON.parse(readFileSync(join(docs, 'estate.schema.json'), 'utf8'))).toMatchObject({ title: 'Estate' });
  appendFileSync(join(docs, 'estate-reference.md'), 'more');
  const stale = 'docs/estate-reference.md is stale; run npm run reference to update it\n';
  expect(run('--docs', docs, '--check')).toEqual({ code: 1, stdout: stale });
});

test('a wrong call is refused', () => {
  expect(run('--chek').code).toBe(2);
});

test("the provider's reference has every argument with its default, and every output", () => {
  const reference = readFileSync('docs/entragraph-reference.md', 'utf8');
  expect(reference).toContain('## SamlSigningCertificate');
  expect(reference).toMatch(/- `active` \(`boolean`; default true\): True for the certificate that signs\./);
  expect(reference).toMatch(/- `thumbprint`: SHA-1/);
  expect(reference).toContain('## getSynchronizationJob');
  expect(reference).toMatch(/- `factoryTag` \(default the only template\): Factory tag/);
  expect(run('--check')).toEqual({ code: 0, stdout: '' });
});

test("the applications' reference has every variable with what is allowed and its default", () => {
  const reference = readFileSync('docs/application-reference.md', 'utf8');
  for (const { shape } of [...Object.values(ApiEnvironments), ...Object.values(WebEnvironments)]) {
    for (const name of Object.keys(shape)) expect(reference).toMatch(new RegExp(`^- \`${name}\` \\(.+\\): \\S`, 'm'));
  }
  expect(reference).toContain('(minutes, a whole number from 1 to 60; default `5`)');
});
