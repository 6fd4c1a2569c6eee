import { isObject } from '../../estate/source/located';
import { MAX_RESOURCES_OF_OPERATION, MAX_RESOURCES_OF_STACK } from '../../estate/sections/limits';

/** Templates of a stack and its shards. */
export interface StackTemplates {
  readonly root: unknown;
  /** By the number of the shard. */
  readonly shards: ReadonlyMap<number, unknown>;
}

const NESTED = 'AWS::CloudFormation::Stack';

/**
 * Accounts that are as declared after each operation but the last, which brings the rest. None where one operation is enough. All that
 * changes in an account changes in one operation: what comes stands before what it is exchanged for is removed. What the stack itself
 * gains comes with the first operation, what leaves it with the last.
 *
 * @throws Error where no order of accounts keeps each shard within a template of CloudFormation
 */
export function operationsBefore(
  declared: StackTemplates,
  deployed: StackTemplates,
  limit = MAX_RESOURCES_OF_OPERATION,
): readonly (readonly string[])[] {
  const numbers = [...new Set([...deployed.shards.keys(), ...declared.shards.keys()])];
  const shards = numbers.map((number) => ({
    number,
    before: resourcesOf(deployed.shards.get(number)),
    after: resourcesOf(declared.shards.get(number)),
  }));
  const accounts = changesByAccount(shards);
  // Each operation may touch all of the stack itself, its nested stacks among it.
  const ofRoot = countChanges(resourcesOf(deployed.root), resourcesOf(declared.root)) + numbers.length;
  const total = accounts.reduce((sum, { changes }) => sum + changes, ofRoot);
  if (total <= limit) return [];
  const sizes = new Map(shards.map(({ number, before }) => [number, before.size]));
  const groups = fill(accounts, sizes, limit - ofRoot);
  return groups.slice(0, -1).map((_, index) => groups.slice(0, index + 1).flat());
}

interface AccountChanges {
  readonly account: string;
  readonly changes: number;
  /** Resources more, or fewer, by the number of the shard. */
  readonly growth: ReadonlyMap<number, number>;
}

interface ShardChanges {
  readonly number: number;
  readonly before: Resources;
  readonly after: Resources;
}

/** Accounts in which something changes, by their ids. */
function changesByAccount(shards: readonly ShardChanges[]): readonly AccountChanges[] {
  const all = shards.flatMap(({ number, before, after }) =>
    [...new Set([...before.keys(), ...after.keys()])].flatMap((id) => {
      const [was, is] = [before.get(id), after.get(id)];
      if (was?.text === is?.text) return [];
      return [
        { account: (is ?? was)?.account ?? '', number, growth: Number(is !== undefined) - Number(was !== undefined) },
      ];
    }),
  );
  return [...Map.groupBy(all, ({ account }) => account)]
    .map(([account, changes]) => ({
      account,
      changes: changes.length,
      growth: new Map(
        [...Map.groupBy(changes, ({ number }) => number)].map(([number, of]) => [
          number,
          of.reduce((sum, { growth }) => sum + growth, 0),
        ]),
      ),
    }))
    .toSorted((a, b) => (a.account < b.account ? -1 : 1));
}

type Sizes = ReadonlyMap<number, number>;

/** Accounts in groups of so many changes at most, after each of which every shard fits its template. */
function fill(accounts: readonly AccountChanges[], begin: Sizes, room: number): readonly (readonly string[])[] {
  const groups: (readonly string[])[] = [];
  let left = accounts;
  let sizes = begin;
  while (left.length > 0) {
    const group = pick(left, sizes, room);
    if (group.length === 0) {
      throw new Error(
        `${left.length} accounts change what they have between shards that are full: no operation of CloudFormation has room for it. ` +
          'Deploy what comes first, and what leaves after it, as two changes.',
      );
    }
    groups.push(group.map(({ account }) => account));
    sizes = group.reduce(grown, sizes);
    left = left.filter((one) => !group.includes(one));
  }
  return groups;
}

/** As many accounts as an operation has room for. One with more changes than that is alone. */
function pick(accounts: readonly AccountChanges[], begin: Sizes, room: number): readonly AccountChanges[] {
  const chosen: AccountChanges[] = [];
  const left = new Set(accounts);
  let budget = room;
  let sizes = begin;
  let whole = 0;
  for (;;) {
    const affordable = [...left].filter(({ changes }) => changes <= budget || chosen.length === 0);
    const next = affordable.find((one) => fits(grown(sizes, one))) ?? affordable[0];
    if (next === undefined) return chosen.slice(0, whole);
    chosen.push(next);
    left.delete(next);
    budget -= next.changes;
    sizes = grown(sizes, next);
    if (fits(sizes)) whole = chosen.length;
  }
}

function grown(sizes: Sizes, { growth }: AccountChanges): Sizes {
  return new Map([...sizes].map(([number, size]) => [number, size + (growth.get(number) ?? 0)]));
}

const fits = (sizes: Sizes): boolean => [...sizes.values()].every((size) => size <= MAX_RESOURCES_OF_STACK);

interface Resource {
  readonly account: string;
  /** Its type and properties, which CloudFormation compares. */
  readonly text: string;
}

type Resources = ReadonlyMap<string, Resource>;

/** Resources by logical id; nested stacks are counted by what is in them. */
function resourcesOf(template: unknown): Resources {
  const all = isObject(template) && isObject(template['Resources']) ? Object.entries(template['Resources']) : [];
  return new Map(
    all.flatMap(([id, resource]) => {
      if (!isObject(resource) || resource['Type'] === NESTED) return [];
      const { Type, Properties } = resource;
      const target = isObject(Properties) ? Properties['TargetId'] : undefined;
      return [[id, { account: typeof target === 'string' ? target : '', text: JSON.stringify([Type, Properties]) }]];
    }),
  );
}

function countChanges(before: Resources, after: Resources): number {
  const changed = [...after].filter(([id, { text }]) => before.get(id)?.text !== text).length;
  return changed + [...before.keys()].filter((id) => !after.has(id)).length;
}
