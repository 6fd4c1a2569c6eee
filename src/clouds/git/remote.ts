import { spawnSync } from 'node:child_process';
import type { Remote } from '../../estate/sections/pipeline/forges/facts';

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
