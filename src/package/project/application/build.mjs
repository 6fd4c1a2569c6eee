// Bundles programs into dist/, for their Dockerfiles: `npm run build`, or `npm run build -- web` for one of them.
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const { options, images } = JSON.parse(readFileSync('apps/images.json', 'utf8'));
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(images);
for (const name of names) {
  if (!(name in images)) throw new Error(`must be one of ${Object.keys(images).join(', ')}, got ${name}`);
  const { programs, files } = images[name];
  const outdir = join('dist', name);
  rmSync(outdir, { recursive: true, force: true });
  await build({ ...options, entryPoints: programs, outdir });
  for (const [place, source] of Object.entries(files)) cpSync(source, join(outdir, place), { recursive: true });
}
