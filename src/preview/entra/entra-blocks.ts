import { shownValues } from '../../estate/records/application-values';
import { compareText } from '../../estate/source/finding';
import {
  ACTIONS,
  type Blocks,
  type Fact,
  type Family,
  type Graph,
  type GraphEdge,
  type GraphNode,
  type Marked,
  type Section,
  type Spans,
} from '../blocks/block';
import {
  aside,
  badge,
  code,
  facts,
  line,
  lines,
  marked,
  name,
  names,
  note,
  only,
  quiet,
  small,
  strong,
  table,
} from '../blocks/make';
import { count } from '../../text/amounts';
import { actionCountsText } from '../blocks/text';
import type { EntraReport, ReportApplication, ReportProgram, ReportResource } from './describe-programs';
import { registrationBlocks, registrationCounts } from './registrations';
import type { EntraChanges, ResourceChange } from './compare-programs';

const PROGRAM_WORDS: Readonly<Record<ReportProgram['program'], string>> = {
  customers: 'Customers',
  workforce: 'Workforce',
};

const KIND_WORDS: Readonly<Record<ReportApplication['kind'], string>> = {
  api: 'API',
  client: 'client',
  enterprise: 'enterprise application',
};

/** Everything that the Pulumi programs register. */
export function entraSection({ programs, day }: EntraReport, changes: EntraChanges | undefined): Section {
  return {
    id: 'entra',
    title: `Entra ID on ${day}`,
    short: 'Entra ID',
    blocks: [
      only(['terminal'], [facts(programs.map(programFact)), ...programs.flatMap(noteBlocks)]),
      only(
        ['markdown', 'page'],
        [
          aside(line`What the Pulumi programs register.`),
          ...programs.flatMap((program) => programBlocks(program, changes)),
        ],
      ),
    ],
  };
}

function programFact(program: ReportProgram): Fact {
  return [
    program.stack,
    line`${contentsOf(program)}${program.failure === undefined ? '' : line` ${badge('fails', 'bad')}`}`,
  ];
}

/** `2 applications, 4 user flows, 26 resources`: what a program has, without what it has none of, resources excepted. */
function contentsOf(program: ReportProgram): string {
  const { applications, resources } = program;
  const scopes = applications.flatMap((application) => application.scopes).length;
  return [
    ...(applications.length === 0 ? [] : [count(applications.length, 'application')]),
    ...(scopes === 0 ? [] : [count(scopes, 'scope')]),
    ...registrationCounts(program),
    count(resources.filter(({ kind }) => kind === 'resource').length, 'resource'),
  ].join(', ');
}

function noteBlocks({ notes }: ReportProgram): Blocks {
  return notes.map((text) => aside(line`${text}`));
}

function programBlocks(program: ReportProgram, changes: EntraChanges | undefined): Blocks {
  const { stack, failure, applications } = program;
  const graph = graphOf(program, changes);
  return [
    { kind: 'heading', text: PROGRAM_WORDS[program.program], note: `${stack} · ${contentsOf(program)}`, level: 3 },
    ...(failure === undefined ? [] : [note(line`${strong('It fails.')} ${failure}`)]),
    ...noteBlocks(program),
    ...(graph.nodes.length === 0
      ? []
      : [{ kind: 'graph', id: `program-${program.program}`, title: stack, graph } as const]),
    ...applications.map(applicationBlock),
    ...registrationBlocks(program, stack),
    only(['page'], [resourcesBlock(program)]),
  ];
}

function applicationBlock(application: ReportApplication): Blocks[number] {
  return {
    kind: 'fold',
    title: line`${name(application.name)} ${quiet(KIND_WORDS[application.kind])}`,
    isOpen: true,
    blocks: [facts(applicationFacts(application))],
  };
}

function applicationFacts(application: ReportApplication): readonly (Fact | undefined)[] {
  const { secrets, certificates, assignedGroups } = application;
  const ofResources: Readonly<Record<string, readonly Spans[]>> = {
    secrets: secrets.map((secret) => line`${until(secret)} ${quiet(secret.name.split(',')[0] ?? secret.name)}`),
    certificates: certificates.map(certificateSpans),
  };
  return [
    ...shownValues(application).map(({ key, term, shown }): Fact | undefined => {
      if (shown === undefined) return several(term, ofResources[key] ?? []);
      if (shown.as === 'lines') return several(term, shown.lines.map(lineOf));
      return [term, shown.as === 'code' ? [code(shown.text)] : line`${shown.text}`];
    }),
    assignedGroups.length === 0 ? undefined : ['Assigned groups', [names(assignedGroups.map((group) => name(group)))]],
  ];
}

function lineOf({ code: value, text = '' }: { readonly code?: string; readonly text?: string }): Spans {
  if (value === undefined) return line`${text}`;
  return text === '' ? [code(value)] : line`${code(value)} ${text}`;
}

function several(term: string, items: readonly Spans[]): Fact | undefined {
  return items.length === 0 ? undefined : [term, [lines(items)]];
}

function certificateSpans(certificate: ReportApplication['certificates'][number]): Spans {
  const state = certificate.isActive ? badge('signs', 'good') : badge('does not sign', 'plain');
  return line`${name(certificate.name)} ${quiet(until(certificate))} ${state}`;
}

function until({ expires }: { readonly expires?: string }): string {
  return expires === undefined ? 'expiry not known' : `until ${expires}`;
}

function resourcesBlock({ stack, resources }: ReportProgram): Blocks[number] {
  return {
    kind: 'fold',
    title: line`All resources ${quiet(count(resources.length, 'entry', 'entries'))}`,
    isOpen: false,
    blocks: [
      table(
        `All resources of ${stack}`,
        ['Resource', 'Inputs'],
        resources.map(({ label, what, component, inputs }) => [
          line`${name(label)}${small(component === undefined ? what : `${what}, part of ${component}`)}`,
          inputs.length === 0 ? [] : [lines(inputs.map((input) => line`${quiet(input.name)} ${input.value}`))],
        ]),
      ),
    ],
  };
}

/** Changes that a terminal shows. */
const SHOWN_CHANGES = 20;

/** Changes in Entra ID, the dangerous first. */
export function entraChangeBlocks(changes: EntraChanges | undefined): Blocks {
  if (changes === undefined) return [];
  const { notCompared, abandoned, resources } = changes;
  const dangers = dangersOf(changes).length;
  const size = `${actionCountsText(changes.counts)}${dangers === 0 ? '' : `; ${count(dangers, 'danger')}`}`;
  const heading = { kind: 'heading', text: 'Changes in Entra ID', level: 3 } as const;
  if (notCompared !== undefined) return [heading, note(line`${strong('NOT COMPARED.')} ${notCompared}`)];
  const items = [
    ...abandoned.map((text) => ({ mark: { text: '!', tone: 'bad' } as const, what: line`${text}` })),
    ...resources.map(changeItem),
  ];
  const unchanged = aside(line`No registration, user flow, group or provisioning changes.`);
  return [{ ...heading, note: size }, items.length === 0 ? unchanged : marked(items, SHOWN_CHANGES)];
}

function changeItem({ action, what, label, inputs, dangers, notes }: ResourceChange): Marked {
  const { sign, tone, word, wordTone } = ACTIONS[action];
  return {
    mark: { text: sign, tone },
    what: line`${what} ${name(label)} ${badge(word, wordTone)}`,
    dangers,
    notes: notes.map((text) => line`${text}`),
    differences: inputs,
  };
}

/** Dangers of all changes, without repeating any. */
export function dangersOf({ abandoned, resources }: EntraChanges): readonly string[] {
  return [...new Set([...abandoned, ...resources.flatMap(({ dangers }) => dangers)])];
}

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
