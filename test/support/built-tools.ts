import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { REPOSITORY } from './repository';

/** Folder with a program, or why there is none. */
export type FoundTool = { readonly folder: string } | { readonly skipped: string };

/** The program on PATH, or else the one that `.ci/build-tools` built before. */
export function findTool(
  program: 'act' | 'pulumi' | 'pulumi-language-nodejs' | 'pulumi-language-yaml' | 'python-sdk',
): FoundTool {
  const onPath = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
  if (onPath.status === 0) return { folder: dirname(onPath.stdout.trim()) };
  const built = spawnSync(join(REPOSITORY, '.ci/build-tools'), ['--find', program], { encoding: 'utf8' });
  if (built.status === 0) return { folder: dirname(built.stdout.trim()) };
  return { skipped: `no \`${program}\` on PATH; .ci/build-tools builds one where Go is installed` };
}
