import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { REPOSITORY } from './repository';

const BUILD = join(REPOSITORY, '.ci/build-pulumi');

/** Folder with a program of Pulumi's, or why there is none. */
export type PulumiCli = { readonly folder: string } | { readonly skipped: string };

/** The CLI on PATH, or else the one that `.ci/build-pulumi` built before. */
export function findPulumi(): PulumiCli {
  return find('pulumi', []);
}

/** The engine's host for Node on PATH, or else the one that `.ci/build-pulumi --host` built before. */
export function findNodeHost(): PulumiCli {
  return find('pulumi-language-nodejs', ['--host']);
}

/** The engine's host for YAML on PATH, or else the one that `.ci/build-pulumi --yaml` built before. */
export function findYamlHost(): PulumiCli {
  return find('pulumi-language-yaml', ['--yaml']);
}

/** What writes a package's SDK for Python, which `.ci/build-pulumi --python-sdk` builds. */
export function findPythonSdk(): PulumiCli {
  return find('python-sdk', ['--python-sdk']);
}

function find(program: string, options: readonly string[]): PulumiCli {
  const onPath = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
  if (onPath.status === 0) return { folder: dirname(onPath.stdout.trim()) };
  const built = spawnSync(BUILD, ['--find', ...options], { encoding: 'utf8' });
  if (built.status === 0) return { folder: dirname(built.stdout.trim()) };
  const command = ['.ci/build-pulumi', ...options].join(' ');
  return { skipped: `no \`${program}\` on PATH; ${command} builds one where Go is installed` };
}
