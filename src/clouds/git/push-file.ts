import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git, GitError } from './git-folder';

/** A file that a commit changes, and nothing else. */
export interface FileCommit {
  /** Commit that it follows. */
  readonly parent: string;
  /** From the top of the repository. */
  readonly path: string;
  readonly text: string;
  readonly message: string;
}

/** Author and committer of what a pipeline commits. */
export const PIPELINE = { NAME: 'entra-aws', EMAIL: 'entra-aws@noreply.invalid' };
const AS_PIPELINE = Object.fromEntries(
  Object.entries(PIPELINE).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]),
);

/**
 * Makes a commit that changes one file, beside the working tree and its index.
 *
 * @returns the commit
 * @throws GitError if git can't make it, or if it would change anything else
 */
export function commitFile(cwd: string, { parent, path, text, message }: FileCommit): string {
  const folder = mkdtempSync(join(tmpdir(), 'entra-aws-index-'));
  const env = { ...AS_PIPELINE, GIT_INDEX_FILE: join(folder, 'index') };
  const run = (args: readonly string[], input?: string): string => {
    const done = git(cwd, args, { env, ...(input !== undefined && { input }) });
    if (done.ok) return done.output.toString().trim();
    throw new GitError(`git can't commit ${path} (${args[0] ?? 'git'}): ${done.message}`);
  };
  try {
    run(['read-tree', parent]);
    const blob = run(['hash-object', '-w', '--stdin'], text);
    run(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`]);
    const commit = run(['commit-tree', run(['write-tree']), '-p', parent, '-F', '-'], message);
    const changed = run(['diff-tree', '-r', '--no-commit-id', '--name-only', '--no-renames', '-z', parent, commit]);
    if (changed === `${path}\0`) return commit;
    throw new GitError(`the commit must change ${path} alone, got ${JSON.stringify(changed)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A commit, the branch that it is for, and the repository that has it. */
export interface Push {
  readonly commit: string;
  /** Commit that the branch must be at. */
  readonly expected: string;
  readonly branch: string;
  /** By HTTP, without a user or a token. */
  readonly url: string;
  /** Value of the header that signs in. */
  readonly authorization: string;
}

const PUSH_SECONDS = 120;

/** Answers of git, and of a server where another push came between, about a branch that is no longer where it was. */
const MOVED =
  /\((?:stale info|fetch first|non-fast-forward|.*(?:cannot lock ref|failed to update ref|incorrect old value).*)\)/;

/**
 * Pushes a commit to a branch if that is still where it was. The token is in no argument, in no file and in no message, and follows
 * no redirect.
 *
 * @returns `moved` where the branch has another commit, or is gone
 * @throws GitError if the server refuses
 */
export function pushCommit(cwd: string, { commit, expected, branch, url, authorization }: Push): 'pushed' | 'moved' {
  const ref = `refs/heads/${branch}`;
  const settings: readonly (readonly [string, string])[] = [
    ['credential.helper', ''],
    // An empty value takes back what the checkout may have left; git prefers settings of the longest address.
    [`http.${url}.extraHeader`, ''],
    [`http.${url}.extraHeader`, `Authorization: ${authorization}`],
    [`http.${url}.followRedirects`, 'false'],
    ['core.hooksPath', '/dev/null'],
  ];
  const args = ['push', '--porcelain', `--force-with-lease=${ref}:${expected}`, url, `${commit}:${ref}`];
  const done = git(cwd, args, { env: settingsOf(settings), timeoutSeconds: PUSH_SECONDS });
  if (done.ok) return 'pushed';
  const answer = done.output
    .toString()
    .split('\n')
    .find((line) => line.startsWith('!'));
  if (answer !== undefined && MOVED.test(answer)) return 'moved';
  throw new GitError(answer?.split('\t').at(-1) ?? done.message);
}

/** Variables that give git settings, after those that it has from others already. */
function settingsOf(settings: readonly (readonly [key: string, value: string])[]): Readonly<Record<string, string>> {
  const given = Number(process.env['GIT_CONFIG_COUNT'] ?? 0);
  const variables = settings.flatMap(([key, value], index): (readonly [string, string])[] => [
    [`GIT_CONFIG_KEY_${given + index}`, key],
    [`GIT_CONFIG_VALUE_${given + index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(given + settings.length), ...Object.fromEntries(variables) };
}
