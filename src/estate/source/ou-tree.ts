import type { Issue, Path } from './finding';
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

export interface OuEntry {
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
}

export interface OuTree {
  readonly byId: ReadonlyMap<string, OrganizationalUnit>;
  readonly ous: readonly OrganizationalUnit[];
  /** Units that do not hang under the root. */
  readonly strays: readonly OuEntry[];
  readonly issues: readonly Issue[];
}

/**
 * Hangs the units under the root. Units in a cycle, or under a parent that is not there, are reported and left out, with
 * all that is below them.
 */
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
  const strays = entries.filter((entry) => !byId.has(entry.id));
  const ous = [...byId.values()].toSorted((a, b) => compareText(a.path, b.path) || compareText(a.id, b.id));
  return { byId, ous, strays, issues: strayIssues(entries, strays) };
}

function childOf(parent: OrganizationalUnit, entry: OuEntry): OrganizationalUnit {
  const path = parent.path === '/' ? `/${entry.name}` : `${parent.path}/${entry.name}`;
  return { id: entry.id, name: entry.name, path, lineage: [...parent.lineage, entry.id] };
}

/** Reports what keeps units from the root, once each; units below such a one have no fault of their own. */
function strayIssues(entries: readonly OuEntry[], strays: readonly OuEntry[]): readonly Issue[] {
  const parents = new Map(strays.map((entry) => [entry.id, entry.parentId]));
  const issues: Issue[] = [];
  const reported = new Set<string>();
  for (const entry of strays) {
    if (reported.has(entry.id)) continue;
    const cycle = cycleOf(entry.id, parents);
    if (!parents.has(entry.parentId)) issues.push(withoutParent(entry, placeOf(entries, entry.id)));
    else if (cycle.length > 0)
      issues.push(
        cycleIssue(
          entry,
          cycle.map((id) => placeOf(entries, id)),
        ),
      );
    for (const id of cycle) reported.add(id);
  }
  return issues;
}

/** The ids of the cycle that the unit is part of, the unit first; none if it is in no cycle. */
function cycleOf(start: string, parents: ReadonlyMap<string, string>): readonly string[] {
  const passed = new Set<string>();
  for (let id: string | undefined = start; id !== undefined && !passed.has(id); id = parents.get(id)) {
    passed.add(id);
    if (parents.get(id) === start) return [...passed];
  }
  return [];
}

function placeOf(entries: readonly OuEntry[], id: string): Path {
  return ['organizationalUnits', entries.findIndex((entry) => entry.id === id), 'parentId'];
}

function withoutParent(entry: OuEntry, at: Path): Issue {
  return {
    severity: 'error',
    code: 'ou-without-parent',
    file: 'organization',
    at,
    value: entry.parentId,
    problem: `is the parent of OU ${entry.id}, but no such root or OU is in the file`,
    allowed: 'the id of the root or of an OU of this file',
  };
}

function cycleIssue(entry: OuEntry, [at = [], ...related]: readonly Path[]): Issue {
  return {
    severity: 'error',
    code: 'ou-cycle',
    file: 'organization',
    at,
    value: entry.parentId,
    problem: `is the parent of OU ${entry.id} and also below it: the OUs form a cycle`,
    allowed: 'parents that lead to the root',
    related,
  };
}
