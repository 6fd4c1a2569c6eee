import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { packageFile } from './files';

/** What a comment says lays nothing. */
const COMMENTS = /^\s*\/\/.*\n/gm;

/** The files that Azure's deployments are made from: their folder, as a command here names it, and a digest of what they lay. */
export function bicepFiles(): { readonly folder: string; readonly digest: string } {
  const folder = packageFile('bicep');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const source = /\.(?:bicep|kql)$/.exec(name) === null ? '' : readFileSync(join(folder, name), 'utf8');
    hash.update(`${name.replaceAll(sep, '/')}\0${source.replaceAll('\r', '').replaceAll(COMMENTS, '')}\0`);
  }
  const here = relative(process.cwd(), folder).replaceAll(sep, '/');
  return { folder: here === '' ? '.' : here, digest: hash.digest('hex').slice(0, 16) };
}
