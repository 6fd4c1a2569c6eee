import { readdirSync, readFileSync, statSync } from 'node:fs';
import manifest from '../../../package.json';
import { APPLICATION_FOLDER } from '../../estate/sections/hosting/hosting';
import { packageFile } from '../contents/files';
import type { Files } from './files';
import { json } from './managed-files';

/** Files that only a team's application has; in the repository its root does their work. */
const OWN = 'src/package/project/application';

/** Packages that build and test the application; what it runs with is in the manifests of its parts. */
const TOOLS = [
  '@aws-sdk/client-dynamodb',
  '@smithy/signature-v4',
  '@swc/core',
  '@swc/jest',
  '@types/aws4',
  '@types/express',
  '@types/jest',
  '@types/node',
  'dynalite',
  'esbuild',
  'fast-check',
  'jest',
  'typescript',
] as const;

/**
 * Sources, tests and Dockerfiles of the customer application, by their paths in a team's repository: what the package brings of
 * `apps` and `test`, with what builds and tests it there. They are the team's from then on.
 */
export function applicationFiles(): Files {
  const brought = manifest.files.filter((path) => /^(apps|test)\//.test(path)).flatMap(filesBelow);
  const files = {
    ...Object.fromEntries(brought.map((path) => [path, read(path)])),
    ...Object.fromEntries(filesBelow(OWN).map((path) => [path.slice(OWN.length + 1), read(path)])),
    'package.json': packageJson(),
    '.dockerignore': '*\n!dist/api\n!dist/web\n',
    '.gitignore': 'dist\nnode_modules\n',
  };
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${APPLICATION_FOLDER}/${path}`, text]));
}

function packageJson(): string {
  const { engines, devDependencies, allowScripts } = manifest;
  return json({
    name: 'customer-application',
    private: true,
    engines,
    workspaces: ['apps/*'],
    scripts: { build: 'node build.mjs', test: 'tsc && jest' },
    devDependencies: Object.fromEntries(TOOLS.map((name) => [name, devDependencies[name]])),
    allowScripts,
  });
}

/** A file itself, or the files below a folder, but no packages. */
function filesBelow(path: string): readonly string[] {
  if (statSync(packageFile(path)).isFile()) return [path];
  return readdirSync(packageFile(path), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .flatMap(({ name }) => filesBelow(`${path}/${name}`));
}

function read(path: string): string {
  return readFileSync(packageFile(path), 'utf8');
}
