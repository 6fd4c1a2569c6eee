import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from '../repository';

/** act, which `.ci/build-act` built before, or why there is none. */
export type Act = { readonly file: string } | { readonly skipped: string };

export function findAct(): Act {
  const { status, stdout } = spawnSync(join(REPOSITORY, '.ci/build-act'), ['--find'], { encoding: 'utf8' });
  if (status === 0) return { file: stdout.trim() };
  return { skipped: 'act was not built; .ci/build-act builds it where Go is installed' };
}
