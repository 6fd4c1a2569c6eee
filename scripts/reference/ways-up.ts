import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import catalogue from '../../src/permissions/ways-up.json';
import { compareText } from '../../src/estate/source/finding';

/** A path in the form of pathfinding.cloud (`data/paths/<service>/<id>.yaml`), as far as our catalogue stands on it. */
const Path = z.object({
  id: z.string(),
  category: z.string(),
  /** Lists of sentences, mostly by what is gained; not all paths have them. */
  prerequisites: z.unknown().optional(),
  permissions: z.object({ required: z.array(z.object({ permission: z.string() })) }),
});

/** What our catalogue has of a path. */
export interface KnownPath {
  readonly id: string;
  readonly category: string;
  readonly required: readonly string[];
  /** Digest of the prerequisites that `needs`, `passedTo` and `runsAs` were written for. */
  readonly prerequisites: string;
}

/** Reads the paths of a checkout, sorted by id. @throws Error where one is not in their form */
export function readPaths(checkout: string): readonly KnownPath[] {
  const folder = join(checkout, 'data/paths');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  return files
    .map((file) => parsePath(file, readFileSync(join(folder, file), 'utf8')))
    .toSorted((a, b) => compareText(a.id, b.id));
}

/** Some of their files have a key twice. @throws Error with the file and what it lacks */
export function parsePath(file: string, text: string): KnownPath {
  const { data, error } = Path.safeParse(parse(text, { uniqueKeys: false }));
  if (data === undefined) throw new Error(`${file} is not in the form of pathfinding.cloud: ${z.prettifyError(error)}`);
  const { id, category, prerequisites, permissions } = data;
  return {
    id,
    category,
    required: permissions.required.map(({ permission }) => permission),
    prerequisites: createHash('sha256')
      .update(JSON.stringify(prerequisites ?? []))
      .digest('hex')
      .slice(0, 12),
  };
}

/** What our catalogue lacks, has beyond theirs, or has otherwise; a line each, by id. */
export function compareWays(
  theirs: readonly KnownPath[],
  ours: readonly KnownPath[] = catalogue.paths,
): readonly string[] {
  const [known, found] = [ours, theirs].map((paths) => new Map(paths.map((path) => [path.id, path])));
  const ids = [...new Set([...theirs, ...ours].map(({ id }) => id))].toSorted(compareText);
  return ids.flatMap((id) => {
    const [our, their] = [known?.get(id), found?.get(id)];
    if (our === undefined)
      return [`${id} is new: ${their?.category}, ${their?.required.join(', ')}, prerequisites ${their?.prerequisites}`];
    return their === undefined ? [`${id} is gone`] : changesOf(our, their);
  });
}

/** Permissions count in whatever order they are listed. */
function changesOf(our: KnownPath, their: KnownPath): readonly string[] {
  const sorted = ({ required }: KnownPath): string => required.toSorted(compareText).join(', ');
  return [
    ...(our.category === their.category ? [] : [`${our.id}: category ${their.category} instead of ${our.category}`]),
    ...(sorted(our) === sorted(their) ? [] : [`${our.id}: requires ${sorted(their)} instead of ${sorted(our)}`]),
    ...(our.prerequisites === their.prerequisites
      ? []
      : [`${our.id}: prerequisites ${their.prerequisites} instead of ${our.prerequisites}: read them again`]),
  ];
}
