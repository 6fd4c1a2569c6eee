import type { Issue, Path } from '../../../source/finding';
import { error } from '../../shared/issue';
import { placeIn, type PlacedPolicy } from './policy-actions';

/** Errors on ARNs of another partition, which match nothing: what is allowed stays denied, and what is denied allowed. */
export function checkPolicyPartition(placed: PlacedPolicy, partition: string): readonly Issue[] {
  return arnsOf(placed.policy.document, [])
    .filter(({ named }) => named !== partition)
    .map(({ text, named, path }) =>
      error('policy-partition', placeIn(placed, path), {
        value: text,
        problem: `is of the partition ${named}, and the organization is in ${partition}: it matches nothing`,
        allowed: `arn:${partition}:…`,
      }),
    );
}

interface Arn {
  readonly text: string;
  readonly named: string;
  readonly path: Path;
}

/** ARNs of a document that name a partition, each with its path. */
function arnsOf(value: unknown, path: Path): readonly Arn[] {
  if (typeof value === 'string') {
    const named = /^arn:([a-z0-9-]+):/.exec(value)?.[1];
    return named === undefined ? [] : [{ text: value, named, path }];
  }
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => arnsOf(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => arnsOf(item, [...path, key]));
}
