import { realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { name, released, version } from '../../../package.json';
import { readIfThere } from '../../estate/load/read-if-there';
import { parseQuietly } from '../../estate/source/parse-quietly';
import { packageFile } from '../../package/contents/files';

/** Source of this package for npm, and a note for a person. */
export interface PackageSpec {
  readonly spec: string;
  readonly note?: string;
}

const Installer = z.looseObject({ dependencies: z.record(z.string(), z.string()) });

/**
 * Specification by which the package that runs was installed: in the folder of `npm exec`, or by `npm install`. npm writes it
 * into the package.json beside `node_modules`.
 *
 * @param given `--package`
 * @param root folder of this package
 */
export function packageSpec(given: string | undefined, root = packageFile()): PackageSpec {
  if (given !== undefined) return { spec: given };
  const modules = join(root, relative(name, '.'));
  const installer = dirname(modules);
  const text = modules.endsWith(`${sep}node_modules`) ? readIfThere(join(installer, 'package.json')) : undefined;
  const installed = Installer.safeParse(text === undefined ? undefined : parseQuietly(text)).data?.dependencies[name];
  // A version that no registry has is a name that anybody may publish code under.
  if (installed === undefined)
    return released ? { spec: version, note: unknownOrigin() } : fromFile(realpathSync(root));
  const [, file] = /^file:(.*)$/.exec(installed) ?? [];
  return file === undefined ? { spec: installed } : fromFile(resolve(installer, file));
}

function unknownOrigin(): string {
  return (
    `package.json asks for version ${version} of ${name}. If your registry doesn't have it, write there where npm gets it: ` +
    'a tarball (file:…), or an address; --package SPEC does so at once.'
  );
}

/** The repository's other clones find a tarball or a folder only inside the repository. */
function fromFile(path: string): PackageSpec {
  const here = realpathSync('.');
  const spec = `file:${relative(here, path).replaceAll(sep, '/')}`;
  if (!spec.startsWith('file:..')) return { spec };
  const note = `package.json asks for ${spec}, which is outside this folder: copy it into the repository and put its path there, or publish it to your registry and put the version there. Other machines, and the pipeline, can't install it otherwise.`;
  return { spec, note };
}
