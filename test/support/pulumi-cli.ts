import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { REPOSITORY } from './repository';

const BUILD = join(REPOSITORY, '.ci/build-pulumi');

/** Folder with a Pulumi CLI, or why there is none. */
export type PulumiCli = { readonly folder: string } | { readonly skipped: string };

/** The CLI on PATH, or else the one that `.ci/build-pulumi` built before. */
export function findPulumi(): PulumiCli {
  const onPath = spawnSync('sh', ['-c', 'command -v pulumi'], { encoding: 'utf8' });
  if (onPath.status === 0) return { folder: dirname(onPath.stdout.trim()) };
  const built = spawnSync(BUILD, ['--find'], { encoding: 'utf8' });
  if (built.status === 0) return { folder: dirname(built.stdout.trim()) };
  return { skipped: 'no `pulumi` on PATH; .ci/build-pulumi builds one where Go is installed' };
}
