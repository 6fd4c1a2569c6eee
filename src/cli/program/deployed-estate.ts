import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { changedPaths, gitTexts, openRevision } from '../../clouds/git/git-folder';
import { type DeployedBase, readDeployedBase } from '../../deploy/pipeline/deployed-base';

/** An estate of which something was merged that is not deployed. */
export interface Waiting {
  readonly base: Extract<DeployedBase, { readonly kind: 'commit' }>;
  /** Files of the estate at the deployed commit, by their paths in its folder. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Finds what was merged of an estate and is not deployed; undefined where it is as deployed, and where nothing is.
 *
 * @param file what deployed-commit wrote
 */
export function waitingIn(estates: string, name: string, file: string): Waiting | undefined {
  const base = readDeployedBase(file);
  if (base.kind === 'nothing') return undefined;
  const revision = openRevision(estates, base.deployed.commit);
  const own = `${revision.prefix}${name}/`;
  if (!changedPaths(revision).some((path) => path.startsWith(own))) return undefined;
  return { base, texts: gitTexts(revision, name) };
}

/** Writes the files of the deployed commit. @returns the folder of estates that they are in */
export function writeDeployed(folder: string, name: string, { texts }: Pick<Waiting, 'texts'>): string {
  const estates = join(folder, 'deployed-estates');
  rmSync(join(estates, name), { recursive: true, force: true });
  for (const [path, text] of texts) {
    const file = join(estates, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return estates;
}
