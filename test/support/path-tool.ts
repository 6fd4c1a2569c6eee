import { spawnSync } from 'node:child_process';

/** A program that the engine takes from PATH, and that a test can't install: it is in no registry. */
type PathTool = 'pulumi-resource-azuread' | 'pulumi-language-nodejs' | 'pulumi-language-python';

/** Why a suite that needs these can't run; undefined if all of them are there. */
export function missingTools(names: readonly PathTool[]): string | undefined {
  const missing = names.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  return missing.length === 0 ? undefined : `no ${missing.map((name) => `\`${name}\``).join(', no ')} on PATH`;
}
