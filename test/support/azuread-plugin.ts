import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

const NAME = 'pulumi-resource-azuread';

/** Folder with azuread's own plug-in, or why there is none. */
export type AzureadPlugin = { readonly folder: string } | { readonly skipped: string };

/** The plug-in on PATH, from where the engine takes it too. It is in no registry that a test could install it from. */
export function findAzureadPlugin(): AzureadPlugin {
  const found = spawnSync('sh', ['-c', `command -v ${NAME}`], { encoding: 'utf8' });
  return found.status === 0 ? { folder: dirname(found.stdout.trim()) } : { skipped: `no \`${NAME}\` on PATH` };
}
