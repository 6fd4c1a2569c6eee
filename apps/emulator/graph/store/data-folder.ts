import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { Change, Journal, State } from './store';
import { applyChanges } from './store';

/** The journal is folded into the snapshot when it is longer than this. */
const JOURNAL_BYTES = 4_000_000;

const FORMAT = 1;

/** Folders that this process has open. The process id alone does not tell: in a container it is 1 after every start. */
const openFolders = new Set<string>();

interface Snapshot {
  readonly format: number;
  /** Number of the last change that is in `state`. */
  readonly sequence: number;
  readonly state: State;
}

interface JournalLine {
  readonly n: number;
  readonly changes: readonly Change[];
}

/** The folder is in use, or holds what this version cannot read. */
class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/**
 * The state in a folder: `state.json`, replaced in one step, and `journal.jsonl` with one line a request, written before
 * the request is answered. A process that is killed at any moment leaves at most an unfinished last line, which is
 * dropped: its request was never answered.
 */
export class DataFolder implements Journal {
  readonly state: State;
  private sequence: number;
  private length = 0;
  private readonly journal: number;
  private readonly lock: string;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.lock = takeLock(folder);
    try {
      const { state, sequence } = readState(folder);
      this.state = state;
      this.sequence = sequence;
      this.journal = openSync(this.path('journal.jsonl'), 'a', 0o600);
      this.compact(state);
    } catch (error) {
      this.release();
      throw error;
    }
  }

  append(changes: readonly Change[], snapshot: () => State): void {
    const line = Buffer.from(`${JSON.stringify({ n: this.sequence + 1, changes } satisfies JournalLine)}\n`);
    try {
      writeAll(this.journal, line);
    } catch (error) {
      // Half a line in the middle would spoil all that follow it.
      ftruncateSync(this.journal, this.length);
      throw error;
    }
    this.sequence += 1;
    this.length += line.length;
    if (this.length > JOURNAL_BYTES) this.compact(snapshot());
  }

  close(): void {
    closeSync(this.journal);
    this.release();
  }

  private release(): void {
    rmSync(this.lock, { force: true });
    openFolders.delete(this.lock);
  }

  /** Lines that the snapshot already has are skipped by their number, so a stop between the two steps does no harm. */
  private compact(state: State): void {
    const snapshot: Snapshot = { format: FORMAT, sequence: this.sequence, state };
    replaceFile(this.path('state.json'), `${JSON.stringify(snapshot)}\n`);
    ftruncateSync(this.journal, 0);
    this.length = 0;
  }

  private path(name: string): string {
    return join(this.folder, name);
  }
}

/** Writes a file beside its place and moves it there. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeAll(file, Buffer.from(text));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

function writeAll(file: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function readState(folder: string): Snapshot {
  const snapshot = readSnapshot(join(folder, 'state.json'));
  const lines = readJournal(join(folder, 'journal.jsonl')).filter((line) => line.n > snapshot.sequence);
  const state = applyChanges(
    snapshot.state,
    lines.flatMap((line) => line.changes),
  );
  return { ...snapshot, sequence: lines.at(-1)?.n ?? snapshot.sequence, state };
}

function readSnapshot(path: string): Snapshot {
  const text = readIfThere(path);
  if (text === undefined) return { format: FORMAT, sequence: 0, state: {} };
  const snapshot = parseLine(text, path) as Snapshot;
  if (snapshot.format === FORMAT) return snapshot;
  throw new DataFolderError(`${path}: has format ${snapshot.format}, this version reads ${FORMAT}; use another folder`);
}

function readJournal(path: string): readonly JournalLine[] {
  // What follows the last line end was cut off by a kill.
  const lines = (readIfThere(path) ?? '').split('\n').slice(0, -1);
  return lines.map((line, index) => parseLine(line, `${path}:${index + 1}`) as JournalLine);
}

function parseLine(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DataFolderError(`${place}: is not JSON; restore the file, or use another folder`);
  }
}

/** Two emulators on one folder would overwrite each other. The lock of a process that is gone is taken over. */
function takeLock(folder: string): string {
  const path = resolve(folder, 'lock');
  const holder = Number(readIfThere(path));
  const isTaken = holder === process.pid ? openFolders.has(path) : holder > 0 && isRunning(holder);
  if (isTaken) throw new DataFolderError(`${folder}: is used by an emulator that is running (process ${holder})`);
  replaceFile(path, `${process.pid}\n`);
  openFolders.add(path);
  return path;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
