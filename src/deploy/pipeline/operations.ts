import { isObject } from '../../estate/sections/access/policy-document';
import { MAX_RESOURCES_OF_OPERATION } from '../../estate/sections/limits';

/** Templates of a stack and its shards. */
export interface StackTemplates {
  readonly root: unknown;
  /** By the number of the shard. */
  readonly shards: ReadonlyMap<number, unknown>;
}

const NESTED = 'AWS::CloudFormation::Stack';

/**
 * Shards that are as declared after each operation but the last, which brings the rest. None where one operation is enough. A shard
 * changes in one operation as a whole; what the stack itself gains comes with the first one, what leaves it with the last.
 */
export function operationsBefore(
  declared: StackTemplates,
  deployed: StackTemplates,
  limit = MAX_RESOURCES_OF_OPERATION,
): readonly (readonly number[])[] {
  const numbers = [...new Set([...deployed.shards.keys(), ...declared.shards.keys()])].toSorted((a, b) => a - b);
  const sizes = numbers.map((number) => ({
    number,
    changes: countChanges(resourcesOf(deployed.shards.get(number)), resourcesOf(declared.shards.get(number))),
  }));
  const unchanged = sizes.flatMap(({ number, changes }) => (changes === 0 ? [number] : []));
  // Each operation may touch all of the stack itself, its nested stacks among it.
  const ofRoot = countChanges(resourcesOf(deployed.root), resourcesOf(declared.root)) + numbers.length;
  const total = sizes.reduce((sum, { changes }) => sum + changes, ofRoot);
  if (total <= limit) return [];
  const groups = fill(
    sizes.filter(({ changes }) => changes > 0),
    limit - ofRoot,
  );
  return groups.slice(0, -1).map((_, index) => [...unchanged, ...groups.slice(0, index + 1).flat()]);
}

interface ShardChanges {
  readonly number: number;
  readonly changes: number;
}

/** Shards in groups of so many changes at most; one that is larger is alone. */
function fill(sizes: readonly ShardChanges[], room: number): readonly (readonly number[])[] {
  const groups: number[][] = [];
  let left = 0;
  for (const { number, changes } of sizes) {
    const last = groups.at(-1);
    if (last === undefined || changes > left) {
      groups.push([number]);
      left = room - changes;
    } else {
      last.push(number);
      left -= changes;
    }
  }
  return groups;
}

type Resources = ReadonlyMap<string, string>;

/** Resources by logical id, with what CloudFormation compares of them; nested stacks are counted by what is in them. */
function resourcesOf(template: unknown): Resources {
  const all = isObject(template) && isObject(template['Resources']) ? Object.entries(template['Resources']) : [];
  return new Map(
    all.flatMap(([id, resource]) =>
      isObject(resource) && resource['Type'] !== NESTED
        ? [[id, JSON.stringify([resource['Type'], resource['Properties']])] as const]
        : [],
    ),
  );
}

function countChanges(before: Resources, after: Resources): number {
  const changed = [...after].filter(([id, text]) => before.get(id) !== text).length;
  return changed + [...before.keys()].filter((id) => !after.has(id)).length;
}
