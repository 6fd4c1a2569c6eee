import { z } from 'zod';
import { name as packageName } from '../../package.json';
import { readIfThere } from '../estate/load/read-if-there';
import { parseQuietly } from '../estate/source/parse-quietly';
import { projectFile } from '../package/files';
import { managedFiles } from '../package/project/managed-files';
import { isManaged, isSameText } from '../package/project/mark';
import type * as commands from './commands/repository';
import { EXIT, UsageError, writeAtomically } from './program/cli';
import type { OptionsOf } from './program/define';
import { pipelineOptions } from './program/pipeline-options';

export async function run({ check }: OptionsOf<typeof commands.upgrade>): Promise<number> {
  if (isOwnRepository()) {
    process.stdout.write("This is the package's own repository: it has no managed files.\n");
    return EXIT.ok;
  }
  const files = Object.entries(managedFiles(pipelineOptions()));
  const managed = files.flatMap(([path, text]) => {
    const given = readIfThere(projectFile(path));
    return given !== undefined && isManaged(given) ? [{ path, text, isFresh: isSameText(given, text) }] : [];
  });
  if (managed.length === 0) {
    throw new UsageError(
      'This folder has no managed files: run it in the repository of your estates, or begin with entra-aws init.',
    );
  }
  const stale = managed.filter(({ isFresh }) => !isFresh);
  for (const { path, text } of stale) {
    if (!check) await writeAtomically(projectFile(path), text);
    process.stdout.write(check ? `${path} is stale; run entra-aws upgrade to update it\n` : `${path} written\n`);
  }
  if (stale.length === 0) process.stdout.write('The managed files are up to date.\n');
  return check && stale.length > 0 ? EXIT.failed : EXIT.ok;
}

/** Its own pipeline runs the steps of a team's. */
function isOwnRepository(): boolean {
  const manifest = parseQuietly(readIfThere(projectFile('package.json')) ?? '');
  return z.object({ name: z.literal(packageName) }).safeParse(manifest).success;
}
