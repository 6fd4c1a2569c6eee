import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
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
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
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
