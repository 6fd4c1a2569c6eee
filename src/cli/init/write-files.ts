import { accessSync, constants, lstatSync, realpathSync, type Stats } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { isSystemError } from '../../estate/load/estate-folder';
import { projectFile } from '../../package/contents/files';
import { writeAtomically } from '../program/cli';
import { naming, type OutputFile } from '../program/output-files';

/** Faults of places where files are to be written: all of them, before the first one is. */
export function placeFaults(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.flatMap((path) => faultOf(path) ?? []))];
}

function faultOf(path: string): string | undefined {
  const parts = path.split('/');
  let folder = '.';
  for (const [index, part] of parts.entries()) {
    const place = join(folder, part);
    const found = lstatSync(projectFile(place), { throwIfNoEntry: false });
    if (found === undefined) return isWritable(folder) ? undefined : `${shown(folder)} can't be written to`;
    const fault = faultOfPlace(shown(place), found, index === parts.length - 1);
    if (fault !== undefined) return fault;
    folder = place;
  }
  return isWritable(path) ? undefined : `${path} can't be written`;
}

function faultOfPlace(place: string, found: Stats, isFile: boolean): string | undefined {
  if (found.isSymbolicLink())
    return leadsOutside(place) ? `${place} is a link that leads out of this folder` : undefined;
  if (isFile) return found.isFile() ? undefined : `${place} must be a file, got ${kindOf(found)}`;
  return found.isDirectory() ? undefined : `${place} must be a folder, got ${kindOf(found)}`;
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  return found.isFile() ? 'a file' : 'neither a file nor a folder';
}

function leadsOutside(place: string): boolean {
  try {
    const target = relative(realpathSync('.'), realpathSync(projectFile(place)));
    return target === '..' || target.startsWith(`..${sep}`);
  } catch (error) {
    if (isSystemError(error)) return true;
    throw error;
  }
}

function isWritable(place: string): boolean {
  try {
    accessSync(projectFile(place), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function shown(place: string): string {
  return place === '.' ? 'This folder' : place.replaceAll(sep, '/');
}

/**
 * Writes files one by one, each in one step. Ctrl-C lets the one that is being written end, and stops.
 *
 * @throws Error that says how far it came, and that another run goes on
 */
export async function writeFiles(files: readonly OutputFile[], write = writeAtomically): Promise<void> {
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort();
  };
  process.once('SIGINT', stop);
  try {
    for (const [done, { path, text }] of files.entries()) {
      if (stopping.signal.aborted) throw new Error(`Stopped: ${progress(done, files.length)}`);
      await naming(path, () => write(projectFile(path), text), progress(done, files.length));
    }
  } finally {
    process.off('SIGINT', stop);
  }
}

function progress(done: number, of: number): string {
  return `${done} of ${of} files are written, each of them whole. Run the same command again: it writes the others.`;
}
