import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';
import { readIfThere } from '../estate/load/estate-folder';
import { parseQuietly } from '../estate/source/parse-quietly';
import { StateFolderError } from './state-folder';

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
