import type { Template } from './templates';

const ASSIGNMENT = 'AWS::SSO::Assignment';
const NESTED = 'AWS::CloudFormation::Stack';

/** Templates of a stack: its own, and those of its nested stacks by their logical ids. */
export interface Hierarchy {
  readonly template: Template;
  readonly nested: ReadonlyMap<string, Template>;
}

/**
 * Assignments on the longest way through a hierarchy in which each waits for the one before, in its template or because its
 * nested stack waits for another: a deployment takes at least as many assignments one after the other.
 */
export function criticalPath({ template, nested }: Hierarchy): number {
  return longestWay(template, (id, type) => {
    const inside = type === NESTED ? nested.get(id) : undefined;
    return inside === undefined ? 0 : longestWay(inside, (_, inner) => Number(inner === ASSIGNMENT));
  });
}

function longestWay({ Resources }: Template, weightOf: (id: string, type: string) => number): number {
  const lengths = new Map<string, number>();
  for (const start of Object.keys(Resources)) {
    // Without recursion: a lane may be thousands of assignments long.
    const open = [start];
    for (let id = open.at(-1); id !== undefined; id = open.at(-1)) {
      const { Type, DependsOn = [] } = Resources[id] ?? { Type: '' };
      const waiting = lengths.has(id) ? [] : DependsOn.filter((other) => !lengths.has(other));
      if (waiting.length > 0) open.push(...waiting);
      else {
        lengths.set(id, Math.max(0, ...DependsOn.map((other) => lengths.get(other) ?? 0)) + weightOf(id, Type));
        open.pop();
      }
    }
  }
  return Math.max(0, ...lengths.values());
}

/** Hierarchies of the access stacks among templates, by the file names of the parents. */
export function hierarchiesOf(templates: ReadonlyMap<string, Template>): ReadonlyMap<string, Hierarchy> {
  const shards = [...templates].filter(([, { Description = '' }]) => Description.startsWith('Assignments of shard '));
  const parents = [...templates].filter(([file]) => !shards.some(([shard]) => shard === file));
  return new Map(
    parents.map(([file, template]) => {
      const ids = Object.entries(template.Resources).flatMap(([id, { Type }]) => (Type === NESTED ? [id] : []));
      // `large-access.template.json` has `largeaccessAssignmentsShard1….nested.template.json`.
      const stack = file.replace('.template.json', '').replaceAll('-', '');
      const ofParent = shards.filter(([shard]) => shard.startsWith(`${stack}Assignments`));
      const nested = ids.flatMap((id) => {
        const number = /^AssignmentsShard(\d+)Nested/.exec(id)?.[1];
        const found = ofParent.find(([, { Description }]) => Description === `Assignments of shard ${number}`);
        return found === undefined ? [] : [[id, found[1]] as const];
      });
      if (nested.length !== ids.length) throw new Error(`${file}: a nested stack has no template`);
      return [file, { template, nested: new Map(nested) }];
    }),
  );
}
