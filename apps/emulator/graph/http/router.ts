import type { Route, Version } from './context';

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

interface Entry {
  readonly route: Route;
  readonly segments: readonly string[];
}

/** Finds the route of a request. Fixed segments come before parameters and are compared without regard to case. */
export class Router {
  private readonly entries = new Map<string, Entry[]>();

  constructor(routes: readonly Route[]) {
    const byFixedSegments = routes
      .map((route) => ({ route, segments: segmentsOf(route.path) }))
      .toSorted((a, b) => parameterCount(a.segments) - parameterCount(b.segments));
    for (const entry of byFixedSegments) {
      const key = keyOf(entry.route.method, entry.segments.length);
      this.entries.set(key, [...(this.entries.get(key) ?? []), entry]);
    }
  }

  find(method: string, version: Version, path: string): Match | undefined {
    const segments = segmentsOf(path);
    const candidates = this.entries.get(keyOf(method, segments.length)) ?? [];
    for (const { route, segments: pattern } of candidates) {
      const params = match(pattern, segments);
      if (params !== undefined && (route.version ?? version) === version) return { route, params };
    }
    return undefined;
  }
}

function keyOf(method: string, segments: number): string {
  return `${method} ${segments}`;
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function parameterCount(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith('{')).length;
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (expected.startsWith('{')) params[expected.slice(1, -1)] = segment;
    else if (expected.toLowerCase() !== segment.toLowerCase()) return undefined;
  }
  return params;
}
