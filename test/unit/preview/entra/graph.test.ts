import type { Graph } from '../../../../src/preview/blocks/block';
import fc from 'fast-check';
import type { ReportProgram, ReportResource } from '../../../../src/preview/entra/describe-programs';
import { drawGraph, NODE } from '../../../../src/preview/blocks/page-picture';
import { graphOf } from '../../../../src/preview/entra/entra-blocks';

const GROUP = 'azuread:index/group:Group';

function resource(key: string, dependsOn: readonly string[] = [], more: Partial<ReportResource> = {}): ReportResource {
  return { key, kind: 'resource', type: `test:index:${key}`, what: key, label: key, dependsOn, inputs: [], ...more };
}

function program(resources: readonly ReportResource[]): ReportProgram {
  const none = {
    applications: [],
    notes: [],
    consents: [],
    identityProviders: [],
    customAttributes: [],
    apiConnectors: [],
    customExtensions: [],
    userFlows: [],
    groups: [],
    provisioning: [],
    conditionalAccess: [],
  };
  return { program: 'workforce', stack: 'demo-workforce', ...none, resources };
}

const edgesOf = (resources: readonly ReportResource[]): readonly string[] =>
  graphOf(program(resources), undefined).edges.map(({ from, to }) => `${from}>${to}`);

test('an edge that follows from others is left out', () => {
  expect(edgesOf([resource('a'), resource('b', ['a']), resource('c', ['a', 'b'])])).toEqual(['a>b', 'b>c']);
});

test('components and who deploys are not drawn', () => {
  const drawn = graphOf(
    program([
      resource('part', [], { kind: 'component' }),
      resource('me', [], { kind: 'lookup', type: 'azuread:index/getClientConfig:getClientConfig' }),
      resource('a', ['me']),
    ]),
    undefined,
  );
  expect(drawn.nodes.map(({ id }) => id)).toEqual(['a']);
  expect(drawn.edges).toEqual([]);
});

test('a lookup of what the program makes itself is passed over, and any other one is drawn', () => {
  const resources = [
    resource('a'),
    resource('found', ['a'], { kind: 'lookup' }),
    resource('known', [], { kind: 'lookup' }),
    resource('b', ['found', 'known']),
  ];
  expect(edgesOf(resources)).toEqual(['a>b', 'known>b']);
});

test('many alike are drawn as one', () => {
  const alike = Array.from({ length: 11 }, (_, index) => resource(`g${index}`, [], { type: GROUP, what: 'group' }));
  const { nodes } = graphOf(program([...alike, resource('b', ['g3'])]), undefined);
  expect(nodes.map(({ label }) => label)).toEqual(['11 groups', 'b']);
  expect(edgesOf([...alike, resource('b', ['g3'])])).toEqual(['g0>b']);
});

test('marks what changes, and draws what goes', () => {
  const change = { what: 'group', label: 'Gone', inputs: [], dangers: [], notes: [], program: 'workforce' } as const;
  const { nodes } = graphOf(program([resource('a')]), {
    counts: { created: 1, updated: 0, replaced: 0, deleted: 1 },
    abandoned: [],
    resources: [
      { ...change, action: 'create', key: 'a' },
      { ...change, action: 'delete', key: 'gone' },
      { ...change, action: 'delete', key: 'other', program: 'customers' },
    ],
  });
  expect(nodes.map(({ label, change: action }) => `${label} ${action ?? ''}`)).toEqual(['a create', 'Gone delete']);
});

/** Resources that each need some of those before them. */
const resourcesArbitrary = fc
  .array(fc.array(fc.nat({ max: 8 }), { maxLength: 4 }), { minLength: 1, maxLength: 9 })
  .map((needs) =>
    needs.map((positions, index) =>
      resource(
        `r${index}`,
        [...new Set(positions.filter((position) => position < index))].map((n) => `r${n}`),
      ),
    ),
  );

function reachable({ edges }: Pick<Graph, 'edges'>, from: string): ReadonlySet<string> {
  const next = edges.filter((edge) => edge.from === from).flatMap(({ to }) => [to, ...reachable({ edges }, to)]);
  return new Set(next);
}

test('the picture leads from each resource to whatever needs it, and nowhere else', () => {
  fc.assert(
    fc.property(resourcesArbitrary, (resources) => {
      const all = resources.flatMap(({ key, dependsOn }) => dependsOn.map((from) => ({ from, to: key })));
      const graph = graphOf(program(resources), undefined);
      for (const { key } of resources) expect(reachable(graph, key)).toEqual(reachable({ edges: all }, key));
    }),
  );
});

test('no two nodes overlap, all are inside the picture, and each stands left of what needs it', () => {
  fc.assert(
    fc.property(resourcesArbitrary, (resources) => {
      const graph = graphOf(program(resources), undefined);
      const { nodes, width, height } = drawGraph(graph);
      const placed = new Map(nodes.map((one) => [one.id, one]));
      for (const { x, y } of nodes) {
        expect(x >= 0 && y >= 0 && x + NODE.width <= width && y + NODE.height <= height).toBe(true);
      }
      for (const one of nodes) {
        const near = nodes.filter(({ x, y }) => Math.abs(x - one.x) < NODE.width && Math.abs(y - one.y) < NODE.height);
        expect(near).toEqual([one]);
      }
      for (const { from, to } of graph.edges) expect(placed.get(from)?.x).toBeLessThan(placed.get(to)?.x ?? 0);
    }),
  );
});

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Points along a path of curves and level lines, close to one another. */
function pointsAlong(path: string): readonly Point[] {
  const points: Point[] = [];
  for (const [, kind, words = ''] of path.matchAll(/([MCH])([^MCH]*)/g)) {
    const numbers = words.split(/[ ,]/).map(Number);
    const last = points.at(-1) ?? { x: 0, y: 0 };
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] = numbers;
    for (let step = 1; step <= 30; step++) {
      const [t, u] = [step / 30, 1 - step / 30];
      const cubic = ([a, b, c, d]: readonly [number, number, number, number]): number =>
        u ** 3 * a + 3 * u * u * t * b + 3 * u * t * t * c + t ** 3 * d;
      if (kind === 'C') points.push({ x: cubic([last.x, x1, x2, x3]), y: cubic([last.y, y1, y2, y3]) });
      if (kind === 'H') points.push({ x: u * last.x + t * x1, y: last.y });
    }
    if (kind === 'M') points.push({ x: x1, y: y1 });
  }
  return points;
}

test('an arrow leaves a box at its right middle, reaches the next at its left, and passes none', () => {
  fc.assert(
    fc.property(resourcesArbitrary, (resources) => {
      const graph = graphOf(program(resources), undefined);
      const { nodes, edges } = drawGraph(graph);
      const placed = new Map(nodes.map((one) => [one.id, one]));
      for (const [index, { from, to }] of graph.edges.entries()) {
        const points = pointsAlong(edges[index] ?? '');
        const [a, b] = [placed.get(from), placed.get(to)];
        expect(points[0]?.x).toBeCloseTo((a?.x ?? 0) + NODE.width, 0);
        expect(points[0]?.y).toBeCloseTo((a?.y ?? 0) + NODE.height / 2, 0);
        expect(points.at(-1)?.x).toBeCloseTo(b?.x ?? 0, 0);
        expect(points.at(-1)?.y).toBeCloseTo((b?.y ?? 0) + NODE.height / 2, 0);
        const isIn = ({ x, y }: Point) =>
          nodes.some(
            (one) => x > one.x + 1 && x < one.x + NODE.width - 1 && y > one.y + 1 && y < one.y + NODE.height - 1,
          );
        expect(points.filter(isIn)).toEqual([]);
      }
    }),
  );
});

test('the same program gives the same picture', () => {
  const resources = [resource('a'), resource('b', ['a']), resource('c', ['a']), resource('d', ['b', 'c'])];
  const draw = () => drawGraph(graphOf(program(resources), undefined));
  expect(draw()).toEqual(draw());
});
