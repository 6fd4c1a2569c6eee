import type { Issue } from './finding';
import { compareText } from './finding';

/** The root or an organizational unit. */
export interface OrganizationalUnit {
  readonly id: string;
  /** Empty for the root. */
  readonly name: string;
  /** `/` for the root, else the names from the root: `/Workloads/Prod`. */
  readonly path: string;
  /** Ids from the root to this unit, both included. */
  readonly lineage: readonly string[];
}

interface OuEntry {
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
}

export interface OuTree {
  readonly byId: ReadonlyMap<string, OrganizationalUnit>;
  readonly ous: readonly OrganizationalUnit[];
  readonly issues: readonly Issue[];
}

/** Hangs the units under the root. Units in a cycle, or under a parent that is not there, are reported and left out. */
export function buildOuTree(rootId: string, entries: readonly OuEntry[]): OuTree {
  const children = Map.groupBy(entries, (entry) => entry.parentId);
  const root: OrganizationalUnit = { id: rootId, name: '', path: '/', lineage: [rootId] };
  const byId = new Map([[rootId, root]]);
  const queue: OrganizationalUnit[] = [root];
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift()) {
    for (const entry of children.get(parent.id) ?? []) {
      if (byId.has(entry.id)) continue;
      const unit = childOf(parent, entry);
      byId.set(entry.id, unit);
      queue.push(unit);
    }
  }
  const ids = new Set(entries.map((entry) => entry.id));
  const issues = entries.flatMap((entry, index): Issue[] =>
    byId.has(entry.id) ? [] : [strayUnit(entry, index, ids.has(entry.parentId))],
  );
  return { byId, ous: [...byId.values()].toSorted((a, b) => compareText(a.path, b.path)), issues };
}

function childOf(parent: OrganizationalUnit, entry: OuEntry): OrganizationalUnit {
  const path = parent.path === '/' ? `/${entry.name}` : `${parent.path}/${entry.name}`;
  return { id: entry.id, name: entry.name, path, lineage: [...parent.lineage, entry.id] };
}

/** A unit that the walk from the root did not reach: it is in a cycle or below one, or its parent is missing. */
function strayUnit(entry: OuEntry, index: number, parentExists: boolean): Issue {
  return {
    severity: 'error',
    code: parentExists ? 'ou-cycle' : 'ou-without-parent',
    file: 'organization',
    at: ['organizationalUnits', index, 'parentId'],
    value: entry.parentId,
    problem: parentExists
      ? `is the parent of OU ${entry.id}, but the two never lead to the root: the OUs form a cycle`
      : `is the parent of OU ${entry.id}, but no such root or OU is in the file`,
    allowed: 'parents that lead to the root',
  };
}
