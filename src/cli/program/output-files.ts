import type { Stats } from 'node:fs';
import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSystemError } from '../../estate/load/estate-folder';
import { type Pieces, writeAtomically } from './cli';

/** A file that a command writes. */
export interface OutputFile<Text = string> {
  readonly path: string;
  readonly text: Text;
}

/**
 * Makes the folder of a command's outputs, with those above it. An output may replace a file, but no folder, and nothing
 * that a link leads to.
 *
 * @throws Error that names what is in the way
 */
export async function prepareOutputs(folder: string, paths: readonly string[]): Promise<void> {
  await naming(folder, () => makeFolder(folder));
  for (const path of paths) await naming(path, () => refuseTaken(path));
}

/** Replaces each file in one step. @throws Error that names the file that can't be written */
export async function writeOutputs(files: readonly OutputFile<Pieces>[]): Promise<void> {
  for (const { path, text } of files) await naming(path, () => writeAtomically(path, text));
}

/** Names the file, and how far the writing came, where the system refuses it. */
export async function naming(path: string, work: () => Promise<void>, written?: string): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const reason = REASONS[error.code ?? ''] ?? error.code ?? error.message;
    const outcome = written === undefined ? '' : `: ${written}`;
    throw new Error(`${path} can't be written (${reason})${outcome}`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'ENOSPC, the disk is full',
  EDQUOT: 'EDQUOT, your quota of the disk is used up',
  EROFS: 'EROFS, the disk is read-only',
  EACCES: 'EACCES, permission denied',
};

/** Makes a folder and those above it, one by one: a recursive `mkdir` never ends where the kernel refuses all of them. */
async function makeFolder(folder: string): Promise<void> {
  const found = await unlessMissing(stat(folder));
  if (found?.isDirectory() === true) return;
  if (found !== undefined) throw new Error(`${folder} must be a folder, got a file`);
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // Another run may have made it in the meantime.
    if ((await unlessMissing(stat(folder)))?.isDirectory() === true) return;
    throw new Error(`the folder ${folder} can't be created (${error.code ?? error.message})`, { cause: error });
  }
}

async function refuseTaken(path: string): Promise<void> {
  const found = await unlessMissing(lstat(path));
  if (found === undefined || found.isFile()) return;
  const kind = found.isDirectory() ? 'a folder' : found.isSymbolicLink() ? 'a link' : 'not a regular file';
  throw new Error(`${path} can't be written: it is ${kind}`);
}

async function unlessMissing(reading: Promise<Stats>): Promise<Stats | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
