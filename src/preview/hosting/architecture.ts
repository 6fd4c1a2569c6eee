import type { Family, Graph, GraphNode } from '../blocks/block';
import { z } from 'zod';
import { compareText } from '../../estate/source/finding';
import type { SynthesizedTemplate } from '../facts';
import { drawGraph, drawingOf, sizeOf } from '../blocks/page-picture';
import { Html, markup } from '../blocks/html';
import { count } from '../../text/amounts';
import { readableId } from './templates';

/** Resources that are drawn, by type, with their words and colours. Everything else is left out, and only leads from one to another. */
const DRAWN: Readonly<Record<string, readonly [what: string, family: Family]>> = {
  'AWS::AppRunner::Service': ['App Runner service', 'application'],
  'AWS::ECS::ExpressGatewayService': ['ECS Express Mode service', 'application'],
  'AWS::AppRunner::VpcIngressConnection': ['private way in', 'application'],
  'AWS::DynamoDB::Table': ['DynamoDB table', 'flow'],
  'AWS::SecretsManager::Secret': ['secret', 'credential'],
  'AWS::KMS::Key': ['key', 'credential'],
  'AWS::WAFv2::WebACLAssociation': ['web ACL', 'permission'],
  'AWS::SNS::Topic': ['topic of alarms', 'group'],
  'AWS::CloudWatch::Alarm': ['alarm', 'group'],
  'AWS::CloudWatch::Dashboard': ['dashboard', 'group'],
  'AWS::Events::Rule': ['rule on events', 'provisioning'],
  'AWS::StepFunctions::StateMachine': ['state machine', 'provisioning'],
};

const Resources = z.record(z.string(), z.looseObject({ Type: z.string() }));

/** The resources of templates and how they hang together: an edge leads from what is needed to what needs it. */
export function architectureOf(templates: readonly SynthesizedTemplate[]): Graph {
  const resources = new Map(
    templates.flatMap(({ template }) => Object.entries(Resources.parse(template['Resources']))),
  );
  const ids = [...resources.keys()];
  const references = new Map(
    [...resources].map(([id, resource]) => {
      const text = JSON.stringify(resource);
      return [id, ids.filter((other) => other !== id && text.includes(other))] as const;
    }),
  );
  const nodeOf = nodesOf(resources);
  const nodes = [...new Map([...nodeOf.values()].map((node) => [node.id, node])).values()];
  const pairs = [...nodeOf].flatMap(([id, { id: to }]) =>
    [...reachedFrom(id, references, nodeOf)].map((other) => ({ from: nodeOf.get(other)?.id ?? '', to })),
  );
  const edges = [...new Map(pairs.map((edge) => [`${edge.from} ${edge.to}`, edge])).values()];
  return { nodes, edges: edges.filter(({ from, to }) => from !== to).toSorted((a, b) => compareText(a.to, b.to)) };
}

type Drawn = ReadonlyMap<string, GraphNode>;

/** A node for each drawn resource; all alarms are one. */
function nodesOf(resources: ReadonlyMap<string, { readonly Type: string }>): Drawn {
  const alarms = [...resources.values()].filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm').length;
  return new Map(
    [...resources].flatMap(([id, { Type }]): [string, GraphNode][] => {
      const [what, family] = DRAWN[Type] ?? [];
      if (what === undefined || family === undefined) return [];
      const isAlarm = Type === 'AWS::CloudWatch::Alarm';
      const label = isAlarm ? count(alarms, 'alarm') : labelOf(id);
      return [[id, { id: isAlarm ? 'alarms' : id, what, label, family, isLookup: false }]];
    }),
  );
}

function labelOf(id: string): string {
  const words = readableId(id).replace(/^(Services|Tables|Secrets|Firewalls|Monitoring)(?=.)/, '');
  return words.replace(/(Association|Rule|Machine)$/, '') || words;
}

/** Drawn resources that one refers to, itself or by way of resources that are not drawn. */
function reachedFrom(
  start: string,
  references: ReadonlyMap<string, readonly string[]>,
  drawn: Drawn,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const seen = new Set([start]);
  const open = [...(references.get(start) ?? [])];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (drawn.has(id)) reached.add(id);
    else open.push(...(references.get(id) ?? []));
  }
  return reached;
}

const STYLE = `
  svg { --surface: #fff; --text: #1d2126; --muted: #59636e; --line: #c5ccd3;
    --application: #1e63b8; --credential: #a66a00; --permission: #7a3fa0; --flow: #0d7f6f; --group: #b0305f; --provisioning: #5b6b2e; }
  @media (prefers-color-scheme: dark) {
    svg { --surface: #191d21; --text: #e4e7ea; --muted: #9ca7b2; --line: #3a434b;
      --application: #82b4f5; --credential: #ebc375; --permission: #cda2ea; --flow: #6fd6c6; --group: #f0a3c2; --provisioning: #c0d07e; }
  }
  text { font: 600 12.5px system-ui, sans-serif; fill: var(--text); }
  .what { font-size: 11px; font-weight: 400; fill: var(--muted); }
  rect { fill: var(--surface); stroke: var(--line); }
  .edge { fill: none; stroke: var(--muted); stroke-width: 1.2; }
  marker path { fill: var(--muted); }
  .stripe { stroke: none; }
  .application .stripe { fill: var(--application); }
  .credential .stripe { fill: var(--credential); }
  .permission .stripe { fill: var(--permission); }
  .flow .stripe { fill: var(--flow); }
  .group .stripe { fill: var(--group); }
  .provisioning .stripe { fill: var(--provisioning); }
`;

/** A picture that needs nothing else, in the reader's colours. */
export function architectureSvg(graph: Graph, title: string): string {
  const picture = drawGraph(graph);
  return markup`<svg xmlns="http://www.w3.org/2000/svg" role="img" ${sizeOf(picture)}>
<title>${title}</title>
<style>${Html.trusted(STYLE)}</style>
${drawingOf(picture, 'arrow')}</svg>
`.markup;
}
