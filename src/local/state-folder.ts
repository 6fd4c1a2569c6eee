import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';
import { readIfThere } from '../estate/load/estate-folder';
import { parseQuietly } from '../estate/source/json-source';

/** Says that everything beside it may be deleted by `--reset`. */
const MARKER = '.entra-aws-identity-state';
const MARKER_TEXT = 'State of `npm start`, format 1. `npm start -- --reset` deletes everything in this folder.\n';

const LOCK = 'lock.sqlite';
const HOLDER = 'holder.txt';

/** Folder of staff's side inside, with a lock of its own. */
const WORKFORCE = 'workforce';

/** Folder of the authority that people may have told their machine to trust: no reset takes it away. */
export const AUTHORITY = 'authority';

/** The folder is in use, belongs to something else, or holds what this version can't read. */
export class StateFolderError extends Error {
  override readonly name = 'StateFolderError';
}

/** The folder with the state of `npm start`; one start has it for itself. Only the owner can read what is in it. */
export class StateFolder {
  private constructor(
    readonly path: string,
    private readonly lock: DatabaseSync,
  ) {}

  /**
   * Opens the folder, and makes it where there is none.
   *
   * @param reset whether to delete what is in it
   * @throws StateFolderError if another start has it, if it holds anything that `npm start` did not write, or a format of
   *   another version
   */
  static open(path: string, { reset = false }: { readonly reset?: boolean } = {}): StateFolder {
    claim(path, reset);
    const lock = takeLock(path);
    if (reset) removeAllBut(path, [MARKER, LOCK, `${LOCK}-journal`, WORKFORCE, AUTHORITY]);
    writeFileSync(join(path, MARKER), MARKER_TEXT);
    writeFileSync(join(path, HOLDER), `process ${process.pid}`);
    return new StateFolder(path, lock);
  }

  /** Opens the folder of staff's side in it, which may run beside the customers'. @throws StateFolderError as `open` */
  static openWorkforce(path: string, options: { readonly reset?: boolean } = {}): StateFolder {
    claim(path, false);
    return StateFolder.open(join(path, WORKFORCE), options);
  }

  /** Path of a file or folder in it. */
  at(name: string): string {
    return join(this.path, name);
  }

  /** Gives the folder to the next start. */
  close(): void {
    rmSync(this.at(HOLDER), { force: true });
    this.lock.close();
  }
}

/** Makes the folder ours, unless it is somebody else's. */
function claim(path: string, reset: boolean): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    writeFileSync(join(path, MARKER), MARKER_TEXT, { mode: 0o600 });
    return;
  }
  refuseOther(path, stats);
  const marker = join(path, MARKER);
  const isEmpty = readdirSync(path).length === 0;
  if (isEmpty) writeFileSync(marker, MARKER_TEXT, { mode: 0o600 });
  else if (!reset && readFileSync(marker, 'utf8') !== MARKER_TEXT) {
    throw new StateFolderError(`${path}: was written by another version; --reset deletes it, --state chooses another`);
  }
  chmodSync(path, 0o700);
}

function refuseOther(path: string, stats: Stats): void {
  if (!stats.isDirectory()) {
    throw new StateFolderError(`${path}: must be a folder to keep the state; choose one by --state`);
  }
  const names = readdirSync(path);
  if (names.length === 0 || names.includes(MARKER)) return;
  throw new StateFolderError(
    `${path}: is not a folder of npm start's (it has no ${MARKER}), so nothing in it is written or deleted; ` +
      'choose another one by --state, or empty it yourself',
  );
}

/** A lock of the database file: the system gives it back when the process ends, however it ends. */
function takeLock(path: string): DatabaseSync {
  const file = join(path, LOCK);
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!(error as Error).message.includes('locked')) throw error;
    throw new StateFolderError(
      `${path}: another npm start${holderIn(path)} has it; stop that one (Ctrl-C), or start this one with --state FOLDER`,
    );
  }
  chmodSync(file, 0o600);
  return lock;
}

function holderIn(path: string): string {
  try {
    return ` (${readFileSync(join(path, HOLDER), 'utf8')})`;
  } catch {
    return '';
  }
}

function removeAllBut(path: string, kept: readonly string[]): void {
  const others = readdirSync(path).filter((name) => !kept.includes(name));
  // A link is deleted, not what it leads to.
  for (const name of others) rmSync(join(path, name), { recursive: true, force: true });
}

/**
 * Reads a file that an earlier start wrote.
 *
 * @returns undefined where there is none
 * @throws StateFolderError if it holds anything else
 */
export function readJsonFile<Value>(path: string, schema: z.ZodType<Value>): Value | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(parseQuietly(text));
  if (parsed.success) return parsed.data;
  // What is in it may be secret, so that it is not shown.
  throw new StateFolderError(`${path}: is damaged; restore it, or delete the state by --reset`);
}

/** Replaces a file in one step; only the owner can read it. */
export function writeJsonFile(path: string, value: unknown): void {
  writeFileAtomic.sync(path, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
}
