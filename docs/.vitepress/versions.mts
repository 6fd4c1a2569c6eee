import { spawnSync } from 'node:child_process';

/** Tags of releases: `v1.2.3`. */
const RELEASE = /^v(\d+)\.(\d+)\.(\d+)$/;

/** Released versions by the tags of the repository, newest first; none where there is no git. */
export function releasedVersions(folder: string): readonly string[] {
  const { status, stdout } = spawnSync('git', ['tag', '--list', 'v*'], { cwd: folder, encoding: 'utf8' });
  const tags = status === 0 ? stdout.split('\n') : [];
  return tags
    .flatMap((tag) => {
      const numbers = RELEASE.exec(tag)?.slice(1).map(Number);
      return numbers === undefined ? [] : [{ version: tag.slice(1), numbers }];
    })
    .toSorted((a, b) => order(b.numbers, a.numbers))
    .map(({ version }) => version);
}

function order(one: readonly number[], other: readonly number[]): number {
  return one.map((number, index) => number - (other[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
