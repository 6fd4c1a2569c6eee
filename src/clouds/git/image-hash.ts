import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { APPLICATION_FOLDER, type ServiceName } from '../../estate/sections/hosting/hosting';
import type { BuiltImage } from '../../estate/sections/hosting/services';
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

/** Options of `git ls-files` for everything that it does not ignore. */
const OF_WORKING_TREE = ['--cached', '--others', '--exclude-standard'] as const;

/** Hashes of the images, which only a git clone can tell, as they were when the package was packed. */
export const PACKED_HASHES = 'dist/images.json';

const packedHashes = z.record(z.enum(['web', 'api']), z.string());

/**
 * Hash of all that the image of a service is built from.
 *
 * @throws GitError in a repository without git, or where the team's has no such application or folder
 */
export function imageHash(image: BuiltImage): string {
  if (image.kind === 'folder') return hashFolder(image.folder);
  if (image.from === 'repository') return hashOwnSources(image.app);
  if (!isPacked) return hashImageSources(packageFile(), image.app);
  return packedHashes.parse(JSON.parse(readFileSync(packageFile(PACKED_HASHES), 'utf8')))[image.app];
}

/** A folder of the team's repository with a Dockerfile: a new file counts before it is committed. */
function hashFolder(name: string): string {
  const folder = projectFile(name);
  if (!existsSync(join(folder, 'Dockerfile')))
    throw new GitError(
      `hosting.services names the folder ${name}, and ${folder}/Dockerfile is missing: add it, or name an image by its digest.`,
    );
  return hashFiles(folder, listFiles(folder, ['.'], OF_WORKING_TREE));
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
  const files = listFiles(folder, [...OWN_FILES, `apps/${app}`], OF_WORKING_TREE);
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
