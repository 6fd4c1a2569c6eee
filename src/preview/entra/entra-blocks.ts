import type { Blocks, Fact, Section, Span, Spans } from '../blocks/block';
import {
  aside,
  badge,
  code,
  facts,
  line,
  lines,
  name,
  names,
  note,
  only,
  quiet,
  small,
  strong,
  table,
} from '../blocks/make';
import { count } from '../blocks/text';
import { graphOf } from './graph';
import type { EntraChanges, EntraReport, ReportApplication, ReportProgram } from './report-types';
import { contentsOf, KIND_WORDS, PROGRAM_WORDS } from './words';
import { directoryBlocks } from './directory-blocks';

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
    ...directoryBlocks(program),
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
  const { audience, tokenVersion, signOnUrl, assignmentRequired, certificates } = application;
  const known = (term: string, value: string | undefined): Fact | undefined =>
    value === undefined ? undefined : [term, [code(value)]];
  return [
    known('Who may sign in', audience),
    known('Version of access tokens', tokenVersion?.toString()),
    application.mappedClaims && ['Claims', line`may be mapped at it, by an API for example`],
    several('Identifier URIs', application.identifierUris.map(code)),
    several('Redirect URIs', application.redirectUris.map(code)),
    known('Sign-on URL', signOnUrl),
    several(
      'Scopes',
      application.scopes.map(({ value, displayName }) => line`${code(value)} ${displayName}`),
    ),
    several(
      'Client secrets',
      application.secrets.map((secret) => line`${until(secret)} ${quiet(secret.name.split(',')[0] ?? secret.name)}`),
    ),
    several('Signing certificates', certificates.map(certificateSpans)),
    several(
      'Told before a certificate expires',
      application.notificationEmails.map((email) => line`${email}`),
    ),
    assignmentRequired === undefined
      ? undefined
      : ['Assignment', line`${assignmentRequired ? 'required: only who is assigned may sign in' : 'not required'}`],
    application.assignedGroups.length === 0
      ? undefined
      : ['Assigned groups', [names(application.assignedGroups.map((group) => name(group)))]],
  ];
}

function several(term: string, items: readonly (Span | Spans)[]): Fact | undefined {
  return items.length === 0 ? undefined : [term, [lines(items.map((item) => ('kind' in item ? [item] : item)))]];
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
