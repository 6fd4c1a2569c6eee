import type { MarkdownSection } from '../markdown-sections';
import { code, prose } from '../markdown-text';
import { listSome } from '../text';
import type {
  EntraChanges,
  EntraReport,
  ReportApplication,
  ReportDirectoryGroup,
  ReportProgram,
  ReportUserFlow,
  ResourceChange,
} from './report-types';
import { ACTION_WORDS, contentsOf, inputChangeText, KIND_WORDS, PROGRAM_WORDS } from './words';

/** Items of a list within a cell or line. */
const SHOWN_ITEMS = 6;

/** What changes in Entra ID, the dangerous first. */
export function entraChangeSections(changes: EntraChanges | undefined): readonly MarkdownSection[] {
  if (changes === undefined) return [];
  const { notCompared } = changes;
  const lines =
    notCompared === undefined
      ? [...changes.abandoned.map((text) => `- **Danger:** ${prose(text)}`), ...changes.resources.map(changeLine)]
      : [`**NOT COMPARED.** ${prose(notCompared)}`];
  return [{ title: 'Changes in Entra ID', lines }];
}

function changeLine({ action, what, label, inputs, dangers, notes }: ResourceChange): string {
  return [
    `- ${what} ${code(label)} ${action === 'create' || action === 'update' ? ACTION_WORDS[action] : `**${ACTION_WORDS[action]}**`}`,
    ...dangers.map((danger) => `**Danger:** ${prose(danger)}`),
    ...notes.map(prose),
    ...(inputs.length === 0
      ? []
      : [
          listSome(
            inputs.map((input) => prose(inputChangeText(input))),
            SHOWN_ITEMS,
          ),
        ]),
  ].join('<br>');
}

/** What the programs register. */
export function entraSections(entra: EntraReport | undefined): readonly MarkdownSection[] {
  if (entra === undefined) return [];
  const { programs, day } = entra;
  return [
    { title: `Entra ID on ${day}`, lines: programs.flatMap(programLines) },
    applications(programs.flatMap((program) => program.applications)),
    consents(programs),
    userFlows(programs.flatMap((program) => program.userFlows)),
    groups(programs.flatMap((program) => program.groups)),
    provisioning(programs),
    conditionalAccess(programs),
  ];
}

function programLines(program: ReportProgram): readonly string[] {
  const failure = program.failure === undefined ? '' : ` **It fails:** ${prose(program.failure)}`;
  return [
    `- ${PROGRAM_WORDS[program.program]} (${code(program.stack)}): ${contentsOf(program)}.${failure}`,
    ...program.notes.map((note) => `  - ${prose(note)}`),
  ];
}

function applications(all: readonly ReportApplication[]): MarkdownSection {
  return {
    title: 'Applications',
    table:
      '| Application | Kind | URIs | Scopes | Secrets and certificates | Assigned |\n| --- | --- | --- | --- | --- | --- |',
    lines: all.map((application) => {
      const { name, kind, scopes, assignedGroups, assignmentRequired } = application;
      const assigned = assignmentRequired === true ? `only ${listCodes(assignedGroups)}` : listCodes(assignedGroups);
      const uris = [...application.identifierUris, ...application.redirectUris];
      const cells = [code(name), KIND_WORDS[kind], listCodes(uris), listCodes(scopes.map(({ value }) => value))];
      return row([...cells, credentials(application), assigned]);
    }),
  };
}

function credentials({ secrets, certificates }: ReportApplication): string {
  const until = (expires = 'not known'): string => `until ${expires}`;
  const parts = [
    ...secrets.map(({ expires }) => `secret ${until(expires)}`),
    ...certificates.map(
      ({ name, expires, isActive }) => `${code(name)} ${until(expires)}${isActive ? ', signs' : ', does not sign'}`,
    ),
  ];
  return listSome(parts, SHOWN_ITEMS);
}

function consents(programs: readonly ReportProgram[]): MarkdownSection {
  return {
    title: 'Admin consent',
    lines: programs
      .flatMap((program) => program.consents)
      .map(({ client, resource, scopes }) => `- ${code(client)} to ${code(resource)}: ${listCodes(scopes)}`),
  };
}

function userFlows(all: readonly ReportUserFlow[]): MarkdownSection {
  return {
    title: 'User flows',
    table:
      '| User flow | Type | Used for | Second factor | Asks for | Tokens carry | Identity providers |\n| --- | --- | --- | --- | --- | --- | --- |',
    lines: all.map(({ id, type, use = '', multifactor, attributes, claims, identityProviders }) =>
      row([
        code(id),
        prose(type),
        prose(use),
        prose(multifactor),
        prose(attributes.join(', ')),
        prose(claims.join(', ')),
        prose(identityProviders.join(', ')),
      ]),
    ),
  };
}

function groups(all: readonly ReportDirectoryGroup[]): MarkdownSection {
  return {
    title: 'Groups in Entra ID',
    table: '| Group | | Assigned to |\n| --- | --- | --- |',
    lines: all.map(({ name, origin, assignedTo }) => row([code(name), origin, listCodes(assignedTo)])),
  };
}

function provisioning(programs: readonly ReportProgram[]): MarkdownSection {
  return {
    title: 'Provisioning',
    lines: programs
      .flatMap((program) => program.provisioning)
      .map(({ application, endpoint = 'not known', template, isRunning, mappings }) => {
        const mapped = mappings.map(({ target, source }) => `${code(target)} from ${code(source)}`);
        const rest = mapped.length === 0 ? '' : `; ${listSome(mapped, SHOWN_ITEMS)}`;
        return `- ${code(application)} to ${code(endpoint)} (${prose(template)}), ${isRunning ? 'running' : '**paused**'}${rest}`;
      }),
  };
}

function conditionalAccess(programs: readonly ReportProgram[]): MarkdownSection {
  return {
    title: 'Conditional Access',
    lines: programs
      .flatMap((program) => program.conditionalAccess)
      .map(({ name, application, isEnforced, requires, signInFrequency, covered, excluded }) => {
        const state = isEnforced ? '' : ' (**only reports**)';
        const frequency = signInFrequency === undefined ? '' : `, ${prose(signInFrequency)}`;
        const left = excluded.length === 0 ? 'nobody' : listCodes(excluded);
        return `- ${code(name)}${state} asks for ${prose(requires)}${frequency} at ${code(application)}: ${listCodes(covered)}. Not asked: ${left}`;
      }),
  };
}

function listCodes(items: readonly string[]): string {
  return listSome(items.map(code), SHOWN_ITEMS);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
