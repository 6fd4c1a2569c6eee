/** What each node waits for, directly. */
export type DependencyGraph = ReadonlyMap<string, readonly string[]>;

/**
 * The most nodes of which none waits for another: those that may be in progress at once. By Dilworth's theorem that is
 * the least number of chains that hold all nodes, and so the number of nodes less a maximum matching of the transitive
 * closure. The graph must have no cycle.
 */
export function maximumAntichain(graph: DependencyGraph): number {
  const closure = transitiveClosure(graph);
  const successorOf = new Map<string, string>();
  const augment = (node: string, seen: Set<string>): boolean => {
    for (const other of closure.get(node) ?? []) {
      if (seen.has(other)) continue;
      seen.add(other);
      const taken = successorOf.get(other);
      if (taken === undefined || augment(taken, seen)) {
        successorOf.set(other, node);
        return true;
      }
    }
    return false;
  };
  const matched = [...graph.keys()].filter((node) => augment(node, new Set()));
  return graph.size - matched.length;
}

function transitiveClosure(graph: DependencyGraph): ReadonlyMap<string, ReadonlySet<string>> {
  const closure = new Map<string, ReadonlySet<string>>();
  const visit = (node: string): ReadonlySet<string> => {
    const known = closure.get(node);
    if (known !== undefined) return known;
    const direct = graph.get(node) ?? [];
    const all = new Set(direct.flatMap((other) => [other, ...visit(other)]));
    closure.set(node, all);
    return all;
  };
  for (const node of graph.keys()) visit(node);
  return closure;
}
