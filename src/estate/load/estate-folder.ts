import { lstatSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { ESTATE_FILE, type EstateFolder, type FileText } from '../source/estate-folder';

/** Largest file that is read at all, in bytes: an organization of ten thousand accounts has about three million. */
export const MAX_FILE_BYTES = 64_000_000;

/** Reads an estate from disk. Links that lead out of the folder are refused. */
export function diskFolder(estatesRoot: string, name: string): EstateFolder {
  const folder = join(estatesRoot, name);
  return {
    name,
    label: folder.split(sep).join('/'),
    latestDay: latestDayAt(new Date()),
    read: (path) => readInside(folder, path),
  };
}

/** Days begin 14 hours before UTC's in the easternmost time zone. */
const FIRST_DAY_HOURS = 14;

/** The last day that has begun anywhere at a moment. */
export function latestDayAt(now: Date): string {
  return new Date(now.getTime() + FIRST_DAY_HOURS * 3_600_000).toISOString().slice(0, 10);
}

/** Names of the estates below a folder: every folder that holds an estate file. */
export function listEstates(estatesRoot: string): readonly string[] {
  try {
    return readdirSync(estatesRoot, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && exists(join(estatesRoot, entry.name, ESTATE_FILE)))
      .map((entry) => entry.name)
      .toSorted();
  } catch (error) {
    if (isSystemError(error)) return [];
    throw error;
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function readInside(folder: string, path: string): FileText {
  try {
    const file = realpathSync(join(folder, path));
    if (!file.startsWith(realpathSync(folder) + sep)) {
      return {
        kind: 'refused',
        problem: "is a link that leaves the estate's folder",
        allowed: 'a file inside the folder',
      };
    }
    return refusal(statSync(file)) ?? decode(readFileSync(file));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return { kind: 'missing' };
    return { kind: 'refused', problem: `can't be read (${error.code ?? error.message})`, allowed: 'a readable file' };
  }
}

/** A pipe would be waited for, and a device read without end. */
function refusal(stats: Stats): FileText | undefined {
  if (!stats.isFile()) return { kind: 'refused', problem: 'is not a regular file', allowed: 'a file' };
  if (stats.size <= MAX_FILE_BYTES) return undefined;
  return { kind: 'refused', problem: `the file has ${stats.size} bytes`, allowed: `at most ${MAX_FILE_BYTES}` };
}

/** UTF-8 or nothing: other encodings would turn names into other names without a word. */
export function decode(bytes: Buffer): FileText {
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { kind: 'refused', problem: 'the file is not UTF-8', allowed: 'UTF-8, with or without a byte order mark' };
  }
}

/** An error of the operating system, such as a missing file. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'code' in error && 'syscall' in error;
}

/** The text of a file; undefined where there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
