import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { architectureOf, architectureSvg } from '../../../../src/preview/hosting/architecture';
import type { HostingEntry } from '../../../../src/estate/sections/hosting/schema';
import { expressMode, hostedPlan, plainSynthesis } from '../../../support/hosting';
import { REPOSITORY } from '../../../support/repository';

function graphOf(edit?: (hosting: HostingEntry) => void) {
  const { nodes, edges } = architectureOf(plainSynthesis(hostedPlan(edit)).templates);
  const nameOf = (id: string): string => {
    const node = nodes.find((one) => one.id === id);
    return `${node?.what ?? ''} ${node?.label ?? ''}`;
  };
  return { nodes, edges: edges.map(({ from, to }) => `${nameOf(from)} -> ${nameOf(to)}`) };
}

test('the picture of the sandbox is fresh (npx tsx scripts/architecture.ts --out docs/images/hosting.svg)', () => {
  const graph = architectureOf(plainSynthesis(hostedPlan()).templates);
  const file = readFileSync(resolve(REPOSITORY, 'docs/images/hosting.svg'), 'utf8');
  expect(file).toBe(architectureSvg(graph, 'Hosting of sandbox'));
});

test('each service leads to its own table, and the secrets to the web alone', () => {
  const { edges } = graphOf();
  expect(edges).toContain('DynamoDB table Policies -> App Runner service api');
  expect(edges).toContain('DynamoDB table Sessions -> App Runner service web');
  expect(edges).toContain('App Runner service api -> App Runner service web');
  expect(edges).not.toContain('DynamoDB table Policies -> App Runner service web');
  expect(edges.filter((edge) => edge.startsWith('secret ') && edge.endsWith('service api'))).toEqual([]);
});

test('another platform has another kind of service', () => {
  expect(graphOf(expressMode).nodes.filter(({ what }) => what === 'ECS Express Mode service')).toHaveLength(2);
});
