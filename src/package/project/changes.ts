import { readFileSync } from 'node:fs';
import { version } from '../../../package.json';
import { packageFile } from '../contents/files';

/** Changes of a version, for users. */
export interface VersionChanges {
  readonly version: string;
  readonly changes: readonly string[];
}

/** Longest text of a change that is shown; CHANGELOG.md has all of it. */
const SHOWN_CHARACTERS = 160;

/** Changes that came after a version, newest first, up to this one. */
export function changesSince(from: string): readonly VersionChanges[] {
  return changesBetween(readFileSync(packageFile('CHANGELOG.md'), 'utf8'), { from, to: version });
}

/**
 * Reads a changelog whose versions are headings of the second level. What is not released yet is of the version that it is
 * packed with.
 */
export function changesBetween(
  changelog: string,
  { from, to }: { readonly from: string; readonly to: string },
): readonly VersionChanges[] {
  if (compareVersions(from, to) >= 0) return [];
  const parts = changelog.split(/^## /m).slice(1);
  return parts.flatMap((part) => {
    const [heading = '', ...lines] = part.split('\n');
    const named = /\d+\.\d+\.\d+[\w.+-]*/.exec(heading)?.[0];
    const isKnown = parts.some((other) => other.startsWith(to) || other.startsWith(`[${to}]`));
    const of = named ?? (isKnown ? undefined : to);
    if (of === undefined || compareVersions(of, from) <= 0 || compareVersions(of, to) > 0) return [];
    const changes = lines.flatMap((line) => (line.startsWith('- ') ? [shortened(line.slice(2))] : []));
    return [{ version: of, changes }];
  });
}

function shortened(text: string): string {
  const plain = text.replaceAll('**', '').replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1');
  return plain.length <= SHOWN_CHARACTERS ? plain : `${plain.slice(0, SHOWN_CHARACTERS).trimEnd()}…`;
}

/** Compares the three numbers of versions; of two with the same, the one with a suffix comes before. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => {
    const [numbers = '', suffix] = text.split('+')[0]?.split(/-(.*)/s) ?? [];
    return { numbers: numbers.split('.').map(Number), suffix };
  });
  for (const index of [0, 1, 2]) {
    const difference = (left?.numbers[index] ?? 0) - (right?.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(left?.suffix === undefined) - Number(right?.suffix === undefined);
}
