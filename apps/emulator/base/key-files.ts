import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { StateError } from './state';

/** What to do about a key or certificate that can't be used. */
export const REMEDY =
  'restore the file, or delete it and the other .pem files of the folder and let clients trust the new ones';

/** What a file holds. @throws StateError that names the file */
export function readable<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new StateError(`${file}: ${error instanceof Error ? error.message : String(error)}; ${REMEDY}`);
  }
}

/** Writes a file for its owner alone, beside its place, and moves it there. */
export function replaceFile(path: string, text: string): void {
  renameSync(writeDraft(path, text), path);
}

/** The same where there is none; what another process wrote first stays. @returns what the file then holds */
export function createFile(path: string, text: string): string {
  const draft = writeDraft(path, text);
  try {
    linkSync(draft, path);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFileSync(path, 'utf8');
  } finally {
    unlinkSync(draft);
  }
}

function writeDraft(path: string, text: string): string {
  const draft = `${path}.${randomUUID()}`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return draft;
}

/** Undefined where there is no such file. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
