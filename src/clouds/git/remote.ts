import { spawnSync } from 'node:child_process';
import type { Forge } from '../../estate/sections/pipeline/forge';

/** Forge of a folder's git remote, by the name of its host; undefined where that tells nothing. */
export function forgeOfRemote(folder: string): Forge | undefined {
  const { status, stdout } = git(folder, ['config', '--get', 'remote.origin.url']);
  return status === 0 ? forgeOfAddress(stdout.trim()) : undefined;
}

/** Tells whether a folder is in a git repository. */
export function isInGit(folder: string): boolean {
  return git(folder, ['rev-parse', '--is-inside-work-tree']).status === 0;
}

/** Forge of an address such as `git@github.com:acme/identity.git`. */
export function forgeOfAddress(address: string): Forge | undefined {
  const [, host = ''] = /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([^:/]+)[:/]/i.exec(address) ?? [];
  const labels = host.toLowerCase().split('.');
  if (host.toLowerCase().endsWith('dev.azure.com') || host.toLowerCase().endsWith('visualstudio.com'))
    return 'azure-devops';
  if (labels.some((label) => label === 'gitlab')) return 'gitlab';
  return labels.some((label) => label === 'github' || label === 'ghe') ? 'github' : undefined;
}

function git(cwd: string, args: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  return spawnSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}
