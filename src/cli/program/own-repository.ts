import { z } from 'zod';
import { name as packageName } from '../../../package.json';
import { readIfThere } from '../../estate/load/estate-folder';
import { parseQuietly } from '../../estate/source/parse-quietly';
import { projectFile } from '../../package/contents/files';

/** Tells whether the working directory is the package's own repository, whose estate is the example itself. */
export function isOwnRepository(): boolean {
  const manifest = parseQuietly(readIfThere(projectFile('package.json')) ?? '');
  return z.object({ name: z.literal(packageName) }).safeParse(manifest).success;
}
