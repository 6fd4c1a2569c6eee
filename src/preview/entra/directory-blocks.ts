import type { Blocks, Rows, Spans } from '../blocks/block';
import { aside, badge, code, codes, line, lines, name, names, small, table, titled } from '../blocks/make';
import { FLOW_TITLES } from '../../estate/records/flows';
import { shorten } from '../blocks/text';
import type {
  ReportConditionalAccess,
  ReportDirectoryGroup,
  ReportProgram,
  ReportProvisioning,
  ReportUserFlow,
} from './report-types';

/** Consents, user flows, groups, provisioning and Conditional Access of a program, each as a table. */
export function directoryBlocks(program: ReportProgram): Blocks {
  const { stack, consents, userFlows, groups, provisioning, conditionalAccess } = program;
  const tableOf = tablesOf(stack);
  return [
    ...tableOf(
      'Admin consent',
      ['Client', 'Resource', 'Scopes'],
      consents.map(({ client, resource, scopes }) => [[name(client)], [name(resource)], [codes(scopes)]]),
    ),
    ...identityBlocks(program),
    ...tableOf('User flows', ...flowTable(userFlows)),
    ...tableOf('Texts of pages', ['Page', 'Texts'], pageTextRows(userFlows)),
    ...tableOf(
      'Groups in Entra ID',
      ['Group', 'Origin', 'Members and owners', 'Assigned to'],
      groups.map((group) => [
        line`${name(group.name)}${group.description === undefined ? '' : small(group.description)}`,
        line`${group.origin === 'adopted' ? 'exists, is looked up' : 'created'}`,
        [lines(membersOf(group))],
        [named(group.assignedTo)],
      ]),
    ),
    ...tableOf(
      'Provisioning',
      ['Application', 'Endpoint', 'Job', "Mappings that differ from the template's"],
      provisioning.map(provisioningRow),
    ),
    ...tableOf(
      'Conditional Access',
      ['Policy', 'Asks for', 'Groups that are asked', 'Not asked'],
      conditionalAccess.map(policyRow),
    ),
    ...(conditionalAccess.length === 0
      ? []
      : [aside(line`Who is in a group that is not asked is not asked, whatever other groups that person is in.`)]),
  ];
}

/** Makes tables whose captions name the stack; none without rows. */
function tablesOf(stack: string) {
  return (title: string, columns: readonly string[], rows: Rows): Blocks =>
    titled(title, [table(`${title} of ${stack}`, columns, rows)], 4);
}

/** Identity providers, user attributes and APIs that are called, of a program. */
function identityBlocks(program: ReportProgram): Blocks {
  const { stack, identityProviders, customAttributes, apiConnectors, customExtensions } = program;
  const tableOf = tablesOf(stack);
  return [
    ...tableOf(
      'Identity providers',
      ['Provider', 'Client', 'Secret'],
      identityProviders.map((one) => [
        line`${name(one.name)}${small(one.kind)}`,
        line`${one.clientId ?? ''}`,
        secretOf(one),
      ]),
    ),
    ...tableOf(
      'User attributes',
      ['Attribute', 'Type', 'Description'],
      customAttributes.map((one) => [[name(one.name)], line`${one.dataType}`, line`${one.description}`]),
    ),
    ...tableOf(
      'API connectors',
      ['Connector', 'Calls', 'Signs in as', 'Secret'],
      apiConnectors.map((one) => [[name(one.name)], [code(one.url)], line`${one.authentication}`, secretOf(one)]),
    ),
    ...tableOf(
      'Custom authentication extensions',
      ['Extension', 'Calls', 'Token for', 'Claims'],
      customExtensions.map((one) => [
        line`${name(one.name)}${small(`at ${one.event}`)}`,
        line`${code(one.url)}${one.behaviorOnError === undefined ? '' : small('where it fails, Microsoft sends the code')}`,
        [code(one.resourceId)],
        line`${one.claims.join(', ')}`,
      ]),
    ),
  ];
}

function secretOf({ secretVersion }: { readonly secretVersion?: string }): Spans {
  return line`${secretVersion === undefined ? 'as the directory has it' : `version ${secretVersion}`}`;
}

/** Words of the estate on who is in a group; nothing where people are added elsewhere and the creator owns it. */
function membersOf({
  membershipRule,
  owners,
  assignableToRoles,
  nestedGroups,
}: ReportDirectoryGroup): readonly Spans[] {
  return [
    ...(membershipRule === undefined ? [] : [line`by the rule ${code(membershipRule)}`]),
    ...(nestedGroups.length === 0 ? [] : [line`groups in it: ${nestedGroups.join(', ')}`]),
    ...(owners.length === 0 ? [] : [line`owners: ${owners.join(', ')}`]),
    ...(assignableToRoles ? [line`${badge('may get roles of Entra ID', 'warn')}`] : []),
  ];
}

function provisioningRow({
  application,
  endpoint,
  template,
  isRunning,
  mappings,
}: ReportProvisioning): readonly Spans[] {
  return [
    [name(application)],
    line`${endpoint ?? 'not known'}`,
    line`${code(template)} ${isRunning ? badge('running', 'good') : badge('paused', 'warn')}`,
    [lines(mappings.map(({ target, source }) => line`${code(target)} from ${code(source)}`))],
  ];
}

interface FlowColumn {
  readonly title: string;
  readonly cell: (flow: ReportUserFlow) => Spans;
}

/** Type and use stand below the id; texts have a table. */
const FLOW_COLUMNS: readonly FlowColumn[] = [
  {
    title: 'User flow',
    cell: ({ id, type, use }) => line`${name(id)}${small(use === undefined ? type : `${type}, for ${use}`)}`,
  },
  ...FLOW_TITLES.map(([part, title]) => ({ title, cell: (flow: ReportUserFlow) => flowCell(flow[part]) })),
];

function flowCell(value: string | readonly string[]): Spans {
  return typeof value === 'string'
    ? [badge(value, value.startsWith('on') ? 'good' : 'plain')]
    : line`${value.join(', ')}`;
}

/** Columns and rows of user flows. A column of which no flow says anything is left out. */
function flowTable(flows: readonly ReportUserFlow[]): readonly [columns: readonly string[], rows: Rows] {
  const columns = FLOW_COLUMNS.filter(({ cell }) => flows.some((flow) => cell(flow).length > 0));
  return [columns.map(({ title }) => title), flows.map((flow) => columns.map(({ cell }) => cell(flow)))];
}

/** A list of countries is one text. */
const SHOWN_CHARACTERS = 200;

/** A row for each page of each language, with its texts. */
function pageTextRows(flows: readonly ReportUserFlow[]): Rows {
  return flows.flatMap(({ id, texts = [] }) => {
    const pages = Map.groupBy(texts, ({ language, page }) => `${page}, ${language}`);
    return [...pages].map(([page, own]) => [
      line`${name(id)}${small(page)}`,
      [lines(own.map((text) => line`${code(text.id)} '${shorten(text.text, SHOWN_CHARACTERS)}'`))],
    ]);
  });
}

function policyRow({ isEnforced, signInFrequency, ...policy }: ReportConditionalAccess): readonly Spans[] {
  const frequency = signInFrequency === undefined ? '' : `, ${signInFrequency}`;
  return [
    line`${name(policy.name)}${small(`for ${policy.application}`)}`,
    line`${policy.requires}${frequency} ${isEnforced ? badge('enforced', 'good') : badge('only reports', 'warn')}`,
    [named(policy.covered)],
    policy.excluded.length === 0 ? line`none` : [named(policy.excluded)],
  ];
}

function named(texts: readonly string[]): Spans[number] {
  return names(texts.map((text) => name(text)));
}
