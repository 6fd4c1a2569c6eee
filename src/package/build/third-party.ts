import type { Metafile } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { packageFile } from '../contents/files';

const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  // Old packages have an object here.
  license: z.string().optional().catch(undefined),
});

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;

/** The packages that went into bundles, with the texts of their licences, which ask to be handed on. */
export function thirdPartyNotices(metafiles: readonly Metafile[]): string {
  const folders = new Set(
    metafiles.flatMap(({ inputs }) => Object.keys(inputs)).flatMap((input) => folderOf(input) ?? []),
  );
  const notices = new Map([...folders].map((folder) => noticeOf(packageFile(folder))));
  return [...notices]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, text]) => `${title}\n\n${text}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** Folder of the package that a file is of; undefined for a file of this project. */
function folderOf(input: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input.replace(/^[\w-]+:/, ''))?.[0];
}

function noticeOf(folder: string): readonly [title: string, text: string] {
  const manifest = join(folder, 'package.json');
  const { name, version, license = 'see below' } = Manifest.parse(JSON.parse(readFileSync(manifest, 'utf8')));
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && LICENCE_FILE.test(entry.name))
    .map((entry) => readFileSync(join(folder, entry.name), 'utf8').trim());
  return [`${name} ${version} (${license})`, texts.join('\n\n')];
}
