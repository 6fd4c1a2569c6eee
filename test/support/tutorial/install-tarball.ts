import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { name } from '../../../package.json';
import type { InstalledPackage } from '../../system/package/installed-package';

const Manifest = z.looseObject({
  name: z.string().default(''),
  bin: z.union([z.string(), z.record(z.string(), z.string())]).default({}),
});

/** Leaves a folder as `npm install TARBALL` in it does, with what was unpacked and linked elsewhere. */
export function installTarball(installed: InstalledPackage, folder: string, tarball: string): void {
  renameSync(join(installed.folder, 'node_modules'), join(folder, 'node_modules'));
  const dependencies = { [name]: `file:${tarball}` };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies }, undefined, 2));
  const bin = join(folder, 'node_modules/.bin');
  mkdirSync(bin);
  for (const path of [join('node_modules', name), ...installed.installed]) {
    if (/node_modules\/.*node_modules\//.test(path)) continue;
    const manifest = Manifest.parse(JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8')));
    const programs =
      typeof manifest.bin === 'string' ? { [manifest.name.replace(/^@.*\//, '')]: manifest.bin } : manifest.bin;
    for (const [command, file] of Object.entries(programs)) {
      const place = join(bin, command);
      symlinkSync(relative(dirname(place), join(folder, path, file)), place);
    }
  }
}
