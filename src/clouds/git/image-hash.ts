import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { APPLICATION_FOLDER, type Hosting, type ServiceName } from '../../estate/sections/hosting/hosting';
import { isPacked, packageFile, projectFile } from '../../package/contents/files';
import { GitError } from './git-folder';

/** Sources of every image, beside the folder of its application: dependencies, and how it is bundled and built. */
const SHARED_FILES = [
  'package-lock.json',
  'apps/images.json',
  'apps/service',
  'src/local/containers/bundle.ts',
  'stacks/build-image.ts',
];

/** The same of an application in a team's repository. */
const OWN_FILES = ['package.json', 'package-lock.json', 'build.mjs', 'apps/images.json', 'apps/service'];

/** Hashes of the images, which only a git clone can tell, as they were when the package was packed. */
export const PACKED_HASHES = 'dist/images.json';

const packedHashes = z.record(z.enum(['web', 'api']), z.string());

/**
 * Hash of all that the image of an application is built from.
 *
 * @param from the package, or the team's repository
 * @throws GitError in a repository without git, or where the team's has no application
 */
export function imageHash(app: ServiceName, from: Hosting['application']): string {
  if (from === 'repository') return hashOwnSources(app);
  if (!isPacked) return hashImageSources(packageFile(), app);
  return packedHashes.parse(JSON.parse(readFileSync(packageFile(PACKED_HASHES), 'utf8')))[app];
}

/**
 * Hash of all that an application's image is built from: only what git tracks, as the working tree has it. So it is the same
 * on every machine, whatever else lies about.
 *
 * @returns 64 hexadecimal digits
 * @throws GitError if the repository can't be listed
 */
export function hashImageSources(repository: string, app: string): string {
  return hashFiles(repository, listFiles(repository, [...SHARED_FILES, `apps/${app}`]));
}

/** A new file counts before it is committed: the image is built from it too. */
function hashOwnSources(app: ServiceName): string {
  const folder = projectFile(APPLICATION_FOLDER);
  const example = `apps/${app}/main.ts`;
  if (!existsSync(join(folder, example)))
    throw new GitError(
      `hosting.application is 'repository', and ${folder}/${example} is missing: run npx --no entra-aws init --application, or remove the key to deploy the package's own application.`,
    );
  const files = listFiles(folder, [...OWN_FILES, `apps/${app}`], ['--cached', '--others', '--exclude-standard']);
  return hashFiles(folder, files);
}

function hashFiles(repository: string, files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of files) {
    const file = join(repository, path);
    // Tracked, but deleted in the working tree.
    if (!existsSync(file)) continue;
    const content = createHash('sha256').update(readFileSync(file)).digest('hex');
    hash.update(`${content} ${path}\n`);
  }
  return hash.digest('hex');
}

/** Tracked files, or those that the options of `git ls-files` choose. */
function listFiles(repository: string, patterns: readonly string[], choice: readonly string[] = []): readonly string[] {
  const { error, status, stdout, stderr } = spawnSync('git', ['ls-files', '-z', ...choice, '--', ...patterns], {
    cwd: repository,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' },
  });
  if (error !== undefined) throw new GitError(`git can't be run: ${error.message}`);
  if (status === 0) return [...new Set(stdout.split('\0').filter((path) => path !== ''))].toSorted();
  const reason = stderr.split('\n', 1)[0] ?? '';
  throw new GitError(`the files of the images can't be listed, which takes a git clone: ${reason}`);
}
