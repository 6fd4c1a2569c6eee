import { execFileSync, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** Folder with a Pulumi CLI, or why there is none. */
export type PulumiCli = { readonly folder: string } | { readonly skipped: string };

/** The CLI on PATH, or else the one that `.ci/build-pulumi` builds once and keeps. */
export function findPulumi(): PulumiCli {
  const onPath = spawnSync('sh', ['-c', 'command -v pulumi'], { encoding: 'utf8' });
  if (onPath.status === 0) return { folder: dirname(onPath.stdout.trim()) };
  if (spawnSync('sh', ['-c', 'command -v go']).status !== 0) {
    return { skipped: 'no `pulumi` on PATH, and no Go to build it with' };
  }
  try {
    const path = execFileSync(join(ROOT, '.ci/build-pulumi'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    return { folder: dirname(path.trim()) };
  } catch (error) {
    return { skipped: `.ci/build-pulumi failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}
