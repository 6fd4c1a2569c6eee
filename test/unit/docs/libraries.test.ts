import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { z } from 'zod';
import { REPOSITORY } from '../../support/repository';

const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');

const LockFile = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) });

function locked(path: string): Readonly<Record<string, string | undefined>> {
  const { packages } = LockFile.parse(JSON.parse(read(path)));
  return Object.fromEntries(
    Object.entries(packages).map(([name, { version }]) => [name.replace('node_modules/', ''), version]),
  );
}

const root = locked('package-lock.json');
const system = locked('.ci/system/package-lock.json');
const python = Object.fromEntries(
  read('test/support/clients/requirements.txt')
    .split('\n')
    .map((line) => line.split('==')),
) as Readonly<Record<string, string>>;

test.each([
  ['openid-client', root['openid-client']],
  ['MSAL for Node', root['@azure/msal-node']],
  ['MSAL for the browser', system['@azure/msal-browser']],
  ['express-openid-connect: `code`, `code id_token`', system['express-openid-connect']],
  ['express-openid-connect: `id_token`', system['express-openid-connect']],
  ['passport-azure-ad: OIDCStrategy, BearerStrategy', system['passport-azure-ad']],
  ['MSAL for Python', python['msal']],
  ['identity', python['identity']],
  ['Authlib', python['Authlib']],
])('the docs have the version of %s that is tried', (library, version) => {
  const cells = read('docs/your-application.md')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  expect(cells.find(([, name]) => name === library)?.[2]).toBe(version);
});

test('the settings of MSAL for Node compile against its types', () => {
  const [, block = ''] = /```ts\n([\s\S]*?)```/.exec(read('docs/your-application.md')) ?? [];
  const file = join(REPOSITORY, 'docs-block.ts');
  const options = { strict: true, noEmit: true, skipLibCheck: true, types: ['node'] };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (name) => name === file || disk.fileExists(name),
    getSourceFile: (name, language) =>
      name === file ? ts.createSourceFile(name, block, language) : disk.getSourceFile(name, language),
  };
  const findings = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
  expect(block).toContain('knownAuthorities');
  expect(findings.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
});
