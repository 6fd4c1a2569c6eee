import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import type { EstateFolder, FileText } from '../../estate/source/estate-folder';
import { decode, latestDayAt, MAX_FILE_BYTES } from '../../estate/load/estate-folder';

/** A revision can't be read, for a reason that the message tells: no repository, no such revision, no git. */
export class GitError extends Error {
  override readonly name = 'GitError';
}

/** A commit of the repository in which the estates are. */
export interface GitRevision {
  /** As the user gave it: a branch, a tag, `HEAD~1`. */
  readonly ref: string;
  readonly commit: string;
  /** The folder of the estates, as given. */
  readonly estatesRoot: string;
  /** The same folder from the top of the repository: empty, or with a slash at its end. */
  readonly prefix: string;
}

/**
 * Finds a revision of the repository that holds a folder of estates.
 *
 * @throws GitError if the folder is in no git repository, if there is no such revision, or if git is not installed.
 */
export function openRevision(estatesRoot: string, ref: string): GitRevision {
  if (ref === '' || ref.startsWith('-')) {
    throw new GitError(`'${ref}' is not a git revision: give a branch, a tag or a commit`);
  }
  if (!existsSync(estatesRoot)) throw new GitError(`there is no folder ${estatesRoot}`);
  const prefix = git(estatesRoot, ['rev-parse', '--show-prefix']);
  if (!prefix.ok) throw new GitError(`${estatesRoot} is in no git repository that can be read: ${prefix.message}`);
  const commit = branchFirst(ref)
    .map((name) => git(estatesRoot, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]))
    .find(({ ok }) => ok);
  if (commit === undefined) {
    throw new GitError(
      `there is no git revision '${ref}' here; a shallow clone may lack it (git fetch, or a checkout with its history)`,
    );
  }
  return {
    ref,
    commit: commit.output.toString().trim(),
    estatesRoot,
    prefix: prefix.output.toString().replace(/\n$/, ''),
  };
}

/** Names of a revision, the first that exists counts. For git a tag `origin/main` would be one too, so that whoever pushes tags would decide what is compared. */
const branchFirst = (ref: string): readonly string[] =>
  ref.startsWith('origin/') ? [`refs/remotes/${ref}`, `refs/heads/${ref}`] : [ref];

/** Working directory from the top of its repository: empty, or with a slash at its end; empty outside of a repository. */
export function folderFromTop(): string {
  const prefix = git('.', ['rev-parse', '--show-prefix']);
  return prefix.ok ? prefix.output.toString().trim() : '';
}

/** Files of the commit that is checked out at these paths of the working directory; none outside of a repository. */
export function committedAt(paths: readonly string[]): readonly string[] {
  const listed = git('.', ['ls-tree', '-r', '--name-only', '-z', 'HEAD', '--', ...paths]);
  return listed.ok
    ? listed.output
        .toString()
        .split('\0')
        .filter((path) => path !== '')
    : [];
}

/** Branches of the remote whose names begin so, as this checkout has them; none where it has only its own. */
export function remoteBranches(estatesRoot: string, family: string): readonly string[] {
  const format = '--format=%(refname:lstrip=3)';
  const listed = git(estatesRoot, ['for-each-ref', format, '--sort=-committerdate', 'refs/remotes/origin/']);
  const branches = listed.ok ? listed.output.toString().split('\n') : [];
  return branches.filter((branch) => branch.startsWith(family));
}

/**
 * The commit of this branch that was the last at a moment, by the times at which commits came onto it: merged work counts
 * from its merge on.
 *
 * @throws GitError as `openRevision` does, and if the branch had no commit by then
 */
export function revisionAt(estatesRoot: string, when: Date): GitRevision {
  const head = openRevision(estatesRoot, 'HEAD');
  const found = git(estatesRoot, ['log', '--first-parent', '--reverse', '--format=%H %ct', head.commit]);
  const lines = found.ok ? found.output.toString().trim().split('\n') : [];
  const commit = lastBy(when, lines);
  if (commit === undefined)
    throw new GitError(`this branch had no commit by ${when.toISOString()}; a shallow clone may lack it`);
  return { ...head, ref: commit, commit };
}

/** A commit is as old as it says at most: it came after those before it, whatever date somebody gave it. */
function lastBy(when: Date, oldestFirst: readonly string[]): string | undefined {
  const later = oldestFirst.findIndex((line) => Number(line.split(' ')[1]) * 1000 > when.getTime());
  const known = later === -1 ? oldestFirst : oldestFirst.slice(0, later);
  return known.at(-1)?.split(' ')[0];
}

/**
 * Number of commits that HEAD is away from a commit: after it, or, below zero, before it.
 *
 * @throws GitError if the repository lacks the commit, or if neither of the two is in the history of the other
 */
export function commitsSince(estatesRoot: string, commit: string): number {
  const from = openRevision(estatesRoot, commit).commit;
  const head = openRevision(estatesRoot, 'HEAD').commit;
  const isAncestor = (older: string, newer: string): boolean =>
    git(estatesRoot, ['merge-base', '--is-ancestor', older, newer]).ok;
  if (isAncestor(from, head)) return countCommits(estatesRoot, `${from}..${head}`);
  if (isAncestor(head, from)) return -countCommits(estatesRoot, `${head}..${from}`);
  throw new GitError(`${from} is not in the history of HEAD (${head})`);
}

/**
 * Paths that differ between a revision and HEAD, from the top of the repository; of a file that moved, both.
 *
 * @throws GitError if git can't compare them
 */
export function changedPaths({ estatesRoot, commit }: GitRevision): readonly string[] {
  return listPaths(estatesRoot, ['diff', '--name-only', '--no-renames', '-z', commit, 'HEAD']);
}

/**
 * The same with the paths that a commit of this branch since then changed, also where a later one took that back.
 *
 * @throws GitError if git can't compare them
 */
export function pathsSince(revision: GitRevision): readonly string[] {
  const { estatesRoot, commit } = revision;
  const log = ['log', '--first-parent', '-m', '--format=', '--name-only', '--no-renames', '-z', `${commit}..HEAD`];
  return [...new Set([...changedPaths(revision), ...listPaths(estatesRoot, log)])];
}

/**
 * Commits by which this branch came from a commit to HEAD, the newest first: of merged work the merge.
 *
 * @param most that are listed
 * @throws GitError if git can't list them
 */
export function commitsOf(estatesRoot: string, since: string | undefined, most: number): readonly string[] {
  const range = since === undefined ? ['--max-count=1', 'HEAD'] : [`--max-count=${most}`, `${since}..HEAD`];
  const listed = git(estatesRoot, ['rev-list', '--first-parent', ...range]);
  if (!listed.ok) throw new GitError(`git can't list commits (${range.join(' ')}): ${listed.message}`);
  return listed.output.toString().split('\n').filter(Boolean);
}

function listPaths(cwd: string, args: readonly string[]): readonly string[] {
  const listed = git(cwd, args);
  if (!listed.ok) throw new GitError(`git can't compare revisions (${args.join(' ')}): ${listed.message}`);
  return listed.output
    .toString()
    .split('\0')
    .filter((path) => path !== '');
}

function countCommits(cwd: string, range: string): number {
  const counted = git(cwd, ['rev-list', '--count', range]);
  if (counted.ok) return Number(counted.output.toString());
  throw new GitError(`git can't count the commits of ${range}: ${counted.message}`);
}

/** An estate as it was at a revision. A folder that did not exist then has no files. */
export function gitFolder(revision: GitRevision, name: string): EstateFolder {
  const { estatesRoot } = revision;
  const entries = listEntries(revision, name);
  const label = `${estatesRoot.split('\\').join('/')}/${name}`;
  return {
    name,
    label: posix.normalize(label),
    latestDay: latestDayAt(new Date()),
    read: (path) => readEntry(estatesRoot, entries, path),
  };
}

/** Names of the folders at a revision that may be estates. */
export function foldersAt({ estatesRoot, prefix, commit }: GitRevision): readonly string[] {
  const folder = prefix === '' ? [] : ['--', prefix];
  const listed = git(estatesRoot, ['ls-tree', '-d', '--name-only', '-z', '--full-tree', commit, ...folder]);
  if (!listed.ok) throw new GitError(`git can't list ${prefix} at ${commit}: ${listed.message}`);
  const paths = listed.output.toString().split('\0');
  return paths.filter((path) => path !== '').map((path) => path.slice(prefix.length));
}

/** Texts of an estate's files at a revision, by their paths in the estate's folder. What can't be read is left out. */
export function gitTexts(revision: GitRevision, name: string): ReadonlyMap<string, string> {
  const folder = gitFolder(revision, name);
  return new Map(
    [...listEntries(revision, name).keys()].flatMap((path) => {
      const file = folder.read(path);
      return file.kind === 'text' ? [[path, file.text] as const] : [];
    }),
  );
}

interface Entry {
  /** `100644`, `100755`, `120000` for a symbolic link, `160000` for a submodule. */
  readonly mode: string;
  readonly id: string;
  readonly bytes: number;
}

type Entries = ReadonlyMap<string, Entry>;

/** The estate's files, by their paths in the estate's folder. */
function listEntries({ estatesRoot, prefix, commit }: GitRevision, name: string): Entries {
  const folder = `${prefix}${name}/`;
  const listed = git(estatesRoot, ['ls-tree', '-r', '-l', '-z', '--full-tree', commit, '--', folder]);
  if (!listed.ok) throw new GitError(`git can't list ${folder} at ${commit}: ${listed.message}`);
  return new Map(
    listed.output
      .toString()
      .split('\0')
      .filter((line) => line !== '')
      .map((line): [string, Entry] => {
        const tab = line.indexOf('\t');
        const [mode = '', , id = '', bytes = '0'] = line.slice(0, tab).split(/ +/);
        return [line.slice(tab + 1 + folder.length), { mode, id, bytes: Number(bytes) || 0 }];
      }),
  );
}

/** Links that lead to links: more than this is taken for a circle. */
const MAX_LINKS = 8;

function readEntry(cwd: string, entries: Entries, path: string): FileText {
  let at = posix.normalize(path);
  for (let links = 0; links < MAX_LINKS; links++) {
    const entry = entries.get(at);
    if (entry === undefined) return { kind: 'missing' };
    if (entry.mode !== LINK) return readBlob(cwd, entry);
    const target = readBlob(cwd, entry);
    if (target.kind !== 'text') return target;
    at = posix.join(posix.dirname(at), target.text);
    if (posix.isAbsolute(target.text) || at.startsWith('../')) return LEAVES;
  }
  return { kind: 'refused', problem: 'is a link to itself', allowed: 'a file' };
}

const LINK = '120000';

const LEAVES: FileText = {
  kind: 'refused',
  problem: "is a link that leaves the estate's folder",
  allowed: 'a file inside the folder',
};

function readBlob(cwd: string, { mode, id, bytes }: Entry): FileText {
  if (!mode.startsWith('1') || mode === '160000') {
    return { kind: 'refused', problem: 'is a submodule', allowed: 'a file' };
  }
  if (bytes > MAX_FILE_BYTES) {
    return { kind: 'refused', problem: `the file has ${bytes} bytes`, allowed: `at most ${MAX_FILE_BYTES}` };
  }
  const read = git(cwd, ['cat-file', 'blob', id]);
  return read.ok
    ? decode(read.output)
    : { kind: 'refused', problem: `can't be read from git (${read.message})`, allowed: 'a readable file' };
}

type GitResult =
  | { readonly ok: true; readonly output: Buffer }
  | { readonly ok: false; readonly output: Buffer; readonly message: string };

interface GitOptions {
  /** @default 0: it may take as long as it likes */
  readonly timeoutSeconds?: number;
  /** @default none */
  readonly input?: string;
  /** Variables besides those of this process. @default none */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs git without a shell: arguments are never interpreted. @throws GitError if git is not installed, or takes too long. */
export function git(cwd: string, args: readonly string[], options: GitOptions = {}): GitResult {
  const { timeoutSeconds = 0, input, env } = options;
  const { error, status, stdout, stderr } = spawnSync('git', args, {
    cwd,
    maxBuffer: 2 * MAX_FILE_BYTES,
    timeout: timeoutSeconds * 1000,
    stdio: 'pipe',
    input,
    env: { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', ...env },
  });
  if (error !== undefined && 'code' in error && error.code === 'ETIMEDOUT')
    throw new GitError(`git did not answer within ${timeoutSeconds} seconds`);
  if (error !== undefined) throw new GitError(`git can't be run: ${error.message}`);
  if (status === 0) return { ok: true, output: stdout };
  const [line = ''] = stderr.toString().split('\n', 1);
  return { ok: false, output: stdout, message: line.replace(/^fatal: /, '') };
}

/** Commits of a branch that are looked at for an earlier state of a file. */
const EARLIER_COMMITS = 50;

/** A file of an estate, on a branch. */
export interface BranchFile {
  readonly branch: string;
  /** The estate's name. */
  readonly name: string;
  readonly file: string;
}

/**
 * Texts of an estate's file at the commits of a branch that changed it, the newest first; merged work counts from its merge on.
 * None where there is no such branch, no repository or no git.
 */
export function* earlierTexts(estatesRoot: string, { branch, name, file }: BranchFile): Generator<string> {
  const tip = tipOf(estatesRoot, branch);
  if (tip === undefined) return;
  const path = `:(top,literal)${tip.prefix}${name}/${file}`;
  const range = ['--first-parent', `--max-count=${EARLIER_COMMITS}`, '--format=%H', tip.commit, '--', path];
  const listed = git(estatesRoot, ['log', ...range]);
  const commits = listed.ok ? listed.output.toString().split('\n') : [];
  for (const commit of commits.filter((line) => line !== '')) {
    const read = gitFolder({ ...tip, ref: commit, commit }, name).read(file);
    if (read.kind === 'text') yield read.text;
  }
}

/** Tells whether a commit is in the history of a branch, and not its tip. */
export function isBehindBranch(estatesRoot: string, commit: string, branch: string): boolean {
  const tip = tipOf(estatesRoot, branch);
  if (tip === undefined || tip.commit === commit) return false;
  return git(estatesRoot, ['merge-base', '--is-ancestor', commit, tip.commit]).ok;
}

/** The tip of a branch as the remote has it, or else as it is here; undefined where there is neither. */
function tipOf(estatesRoot: string, branch: string): GitRevision | undefined {
  for (const ref of [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`]) {
    try {
      return openRevision(estatesRoot, ref);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
    }
  }
  return undefined;
}
