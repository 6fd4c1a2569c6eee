import type { Family, Graph, GraphEdge, GraphNode } from '../blocks/block';
import { compareText } from '../../estate/source/finding';
import { count } from '../blocks/text';
import type { ReportProgram, ReportResource } from './describe-programs';
import type { EntraChanges, ResourceChange } from './report-types';

/** Resources of one type and component that are drawn one by one; more are drawn as one node. */
const DRAWN_ALIKE = 10;

/** Nodes that everything would hang on, or nothing: they say nothing. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'azuread:index/getClientConfig:getClientConfig',
  'pulumi:providers:entragraph',
]);

/** Graph of what a program registers and how it is connected, without the edges that follow from others. */
export function graphOf(program: ReportProgram, changes: EntraChanges | undefined): Graph {
  const drawn = withoutPassing(
    program.resources.filter(({ kind, type }) => kind !== 'component' && !LEFT_OUT.has(type)),
  );
  const mine = (changes?.resources ?? []).filter((change) => change.program === program.program);
  const actions = new Map(mine.map(({ key, action }) => [key, action]));
  const groups = mergeAlike(drawn);
  const nodeOf = new Map(groups.flatMap((group) => group.map(({ key }) => [key, idOf(group)] as const)));
  const edges = groups.flatMap((group) =>
    [...new Set(group.flatMap(({ dependsOn }) => dependsOn.flatMap((key) => nodeOf.get(key) ?? [])))]
      .filter((from) => from !== idOf(group))
      .map((from) => ({ from, to: idOf(group) })),
  );
  const nodes = groups.map((group) => nodeFor(group, actions));
  return { nodes: [...nodes, ...deletedNodes(mine)], edges: withoutImplied(edges) };
}

/** Leaves out lookups of what the program makes itself: whatever needs one needs what it looks up. */
function withoutPassing(resources: readonly ReportResource[]): readonly ReportResource[] {
  const known = new Set(resources.map(({ key }) => key));
  const passing = new Map(
    resources
      .filter(({ kind, dependsOn }) => kind === 'lookup' && dependsOn.some((key) => known.has(key)))
      .map(({ key, dependsOn }) => [key, dependsOn]),
  );
  const beyond = (key: string): readonly string[] => passing.get(key)?.flatMap(beyond) ?? [key];
  return resources
    .filter(({ key }) => !passing.has(key))
    .map((resource) => ({ ...resource, dependsOn: resource.dependsOn.flatMap(beyond) }));
}

type Alike = readonly ReportResource[];

function mergeAlike(resources: readonly ReportResource[]): readonly Alike[] {
  const alike = Map.groupBy(resources, ({ type, component = '' }) => JSON.stringify([type, component]));
  return [...alike.values()].flatMap((group): readonly Alike[] =>
    group.length > DRAWN_ALIKE ? [group] : group.map((resource) => [resource]),
  );
}

function idOf(group: Alike): string {
  return group[0]?.key ?? '';
}

function nodeFor(group: Alike, actions: ReadonlyMap<string, ResourceChange['action']>): GraphNode {
  const [first] = group;
  const { what = '', type = '', label = '', kind = 'resource' } = first ?? {};
  const changed = new Set(group.map(({ key }) => actions.get(key)));
  const [only] = changed;
  const change = changed.size > 1 ? 'mixed' : only;
  return {
    id: idOf(group),
    what,
    label: group.length > 1 ? count(group.length, what) : label,
    family: familyOf(type),
    isLookup: kind === 'lookup',
    ...(change !== undefined && { change }),
  };
}

/** Draws what goes by itself: the head does not know what it belonged to. */
function deletedNodes(changes: readonly ResourceChange[]): readonly GraphNode[] {
  const deleted = changes.filter(({ action }) => action === 'delete');
  const byWhat = [...Map.groupBy(deleted, ({ what }) => what).values()];
  return byWhat.flatMap((alike) =>
    alike.slice(0, alike.length > DRAWN_ALIKE ? 1 : DRAWN_ALIKE).map(({ key, what, label }) => ({
      id: `deleted ${key}`,
      what,
      label: alike.length > DRAWN_ALIKE ? count(alike.length, what) : label,
      family: familyOf(key.split('::')[2] ?? ''),
      isLookup: false,
      change: 'delete' as const,
    })),
  );
}

/** Leaves out an edge where a longer way leads from its start to its end. */
function withoutImplied(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  const targets = Map.groupBy(edges, ({ from }) => from);
  const reached = new Map<string, ReadonlySet<string>>();
  const reachedFrom = (id: string): ReadonlySet<string> => {
    const known = reached.get(id);
    if (known !== undefined) return known;
    const next = (targets.get(id) ?? []).map(({ to }) => to);
    const all = new Set(next.flatMap((to) => [to, ...reachedFrom(to)]));
    reached.set(id, all);
    return all;
  };
  return edges
    .filter(
      ({ from, to }) => !(targets.get(from) ?? []).some((other) => other.to !== to && reachedFrom(other.to).has(to)),
    )
    .toSorted((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to));
}

/** By the words that a type token holds; the first that fits counts. */
const PATTERNS: readonly (readonly [RegExp, Family])[] = [
  [/:(UserFlow|UserFlowAttribute|IdentityProvider|AuthenticationEventsFlow)$/, 'flow'],
  [/(Password|Certificate)$/, 'credential'],
  [/(PermissionGrant|AppRoleAssignment|ConditionalAccessPolicy)$/, 'permission'],
  [/:(Group|getGroup)$/, 'group'],
  [/:Synchronization\w+$/, 'provisioning'],
  [/(application|servicePrincipal|claimsMapping|getApplication|getServicePrincipal)/i, 'application'],
];

function familyOf(type: string): Family {
  return PATTERNS.find(([pattern]) => pattern.test(type))?.[1] ?? 'other';
}
