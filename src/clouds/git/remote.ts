import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import type { Remote } from '../../estate/sections/pipeline/forges/facts';
import { git, GitError } from './git-folder';

/** The remote `origin` of a folder; undefined where there is none, or where its address has no host. */
export function remoteOf(folder: string): Remote | undefined {
  const address = read(folder, ['config', '--get', 'remote.origin.url']);
  return address === undefined ? undefined : parseRemote(address);
}

/** Reads an address such as `git@github.com:acme/identity.git`. A user and a token in it are left out. */
export function parseRemote(address: string): Remote | undefined {
  const [, scheme = 'ssh', name, port = '', path] =
    /^(?:([a-z+]+):\/\/)?(?:[^@/]*@)?([^:/]+)(?::(\d+)(?=\/))?[:/]+(.+?)(?:\.git)?\/*$/i.exec(address) ?? [];
  if (name === undefined || path === undefined || scheme === 'file') return undefined;
  // The port of ssh is not that of the server's pages.
  const isWeb = scheme.toLowerCase() === 'https' && port !== '' && port !== '443';
  return { host: `${name.toLowerCase()}${isWeb ? `:${port}` : ''}`, path };
}

/** Tells whether a folder is in a git repository. */
export function isInGit(folder: string): boolean {
  return read(folder, ['rev-parse', '--is-inside-work-tree']) !== undefined;
}

/** Tells whether git leaves a file out that it does not have yet. */
export function isIgnored(folder: string, path: string): boolean {
  return read(folder, ['check-ignore', '--', path]) !== undefined;
}

/**
 * Tells whether git would take a file up: one of its own, or a new one that it does not ignore; false outside of a repository.
 *
 * @param path without links, in a folder that is there
 * @throws GitError if git is not installed or does not open the repository
 */
export function isTakenUp(path: string): boolean {
  const checked = git(dirname(path), ['check-ignore', '--quiet', '--', path]);
  if (checked.ok || OUTSIDE.test(checked.message)) return false;
  if (checked.message !== '') throw new GitError(`git can't tell whether it ignores ${path}: ${checked.message}`);
  return true;
}

/** Path of a folder from the top of its git repository, with a slash at its end; undefined at the top, and outside of one. */
export function placeInGit(folder: string): string | undefined {
  return read(folder, ['rev-parse', '--show-prefix']);
}

/** The default branch of the remote, as a clone knows it; undefined where nothing was cloned. */
export function remoteDefaultBranch(folder: string): string | undefined {
  return read(folder, ['symbolic-ref', '--short', 'refs/remotes/origin/HEAD'])?.replace(/^origin\//, '');
}

/** The default branch: that of the remote, or the only one that there is, which may have no commit yet. */
export function defaultBranch(folder: string): string | undefined {
  const branches = read(folder, ['for-each-ref', '--format=%(refname:short)', 'refs/heads'])?.split('\n') ?? [];
  return (
    remoteDefaultBranch(folder) ?? (branches.length > 1 ? undefined : read(folder, ['symbolic-ref', '--short', 'HEAD']))
  );
}

/** Answer of git without the space around it; undefined where it has none. */
function read(cwd: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const text = status === 0 ? stdout.trim() : '';
  return text === '' ? undefined : text;
}

/** The commit that was merged last, as the remote has it now, beside a checkout. */
export interface MergedLast {
  /** Name of the remote: `origin`. */
  readonly remote: string;
  /** `HEAD` where the remote lacks the branch that is deployed: it may have another name by now. */
  readonly branch: string;
  readonly commit: string;
  /** True if the checkout has it in its history. */
  readonly isIncluded: boolean;
  /** True in a clone without its history. */
  readonly isShallow?: true;
}

/** Longest time in which a remote answers, in seconds. */
const ANSWERS_WITHIN = 30;

/** Beginning of git's message outside of a repository; of one that it refuses to open, it has another. */
const OUTSIDE = /^not a git repository \(or any /;

/**
 * Finds the remote that holds the estate's repository, which a fork's `origin` does not, or else `origin`, or the only one.
 * Undefined where there is no remote.
 *
 * @throws GitError if git does not open the repository, or if it is none of several remotes
 */
export function findRemote(folder: string, isOfEstate: (remote: Remote) => boolean): string | undefined {
  const opened = git(folder, ['rev-parse', '--git-dir']);
  if (!opened.ok && OUTSIDE.test(opened.message)) return undefined;
  if (!opened.ok) throw new GitError(opened.message);
  const remotes = remotesOf(folder);
  const own = remotes.find(({ remote }) => remote !== undefined && isOfEstate(remote));
  const [first, ...others] = remotes;
  const found = own ?? remotes.find(({ name }) => name === 'origin') ?? (others.length === 0 ? first : undefined);
  if (found !== undefined || first === undefined) return found?.name;
  throw new GitError('no remote has that name, or the address of pipeline.repository');
}

function remotesOf(folder: string): readonly { readonly name: string; readonly remote: Remote | undefined }[] {
  const listed = git(folder, ['config', '--null', '--get-regexp', String.raw`^remote\..*\.url$`]);
  if (!listed.ok) return [];
  const entries = listed.output.toString().matchAll(/remote\.(.+)\.url\n([^\0]*)\0/g);
  return [...entries].map(([, name = '', address = '']) => ({ name, remote: parseRemote(address) }));
}

/**
 * Asks a remote for the branch that is deployed, since a checkout knows of no later merge. Undefined before the first push.
 *
 * @throws GitError if the remote does not answer
 */
export function readMergedLast(folder: string, remote: string, deployed: string): MergedLast | undefined {
  const listed = git(folder, ['ls-remote', remote, 'HEAD', `refs/heads/${deployed}`], {
    timeoutSeconds: ANSWERS_WITHIN,
  });
  if (!listed.ok) throw new GitError(listed.message);
  // A pattern matches the end of a name, so that others may be among them.
  const lines = [...listed.output.toString().matchAll(/^([0-9a-f]{40,64})\t(.+)$/gm)];
  const tipOf = (ref: string): string | undefined => lines.find(([, , name]) => name === ref)?.[1];
  const tip = tipOf(`refs/heads/${deployed}`);
  const [branch, commit] = tip === undefined ? ['HEAD', tipOf('HEAD')] : [deployed, tip];
  if (commit === undefined) return undefined;
  // It fails of a commit that is not there, for which a partial clone asks the remote.
  const isIncluded = git(folder, ['merge-base', '--is-ancestor', commit, 'HEAD'], {
    timeoutSeconds: ANSWERS_WITHIN,
  }).ok;
  const shallow = git(folder, ['rev-parse', '--is-shallow-repository']);
  const isShallow = shallow.ok && shallow.output.toString().trim() === 'true';
  return { remote, branch, commit, isIncluded, ...(isShallow && { isShallow }) };
}
