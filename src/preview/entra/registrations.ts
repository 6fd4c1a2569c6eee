import { flowName, FLOW_TITLES, shownFlow } from '../../estate/records/flow-properties';
import { standingFlows } from '../../estate/sections/customers/customers';
import type { Estate } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';
import { textIn, textsIn } from '../../estate/source/inputs';
import type { Blocks, Spans } from '../blocks/block';
import { aside, badge, code, codes, line, lines, name, names, small, table, titled } from '../blocks/make';
import { count, shorten } from '../../text/amounts';
import { known } from '../../text/values';
import { describeGroup, describePolicy, describeProvisioning, givenText as text } from './describe-resources';
import { type ProgramResource, withNames } from './facts';
import type { ApplicationRole, ResourceIndex } from './resource-index';
import { FLOW_TYPES } from './resource-records';

type Columns<T> = Readonly<Record<string, (one: T) => Spans>>;

/** Things of one kind that programs register: the report's list of them, and its table. */
interface KindProps<T> {
  readonly title: string;
  /** Words for one, and for several where these need more than an `s`. */
  readonly counted: readonly [one: string, several?: string];
  /** Types of resources and lookups that are described. */
  readonly types: readonly string[];
  /** @default all are */
  readonly isIn?: (resource: ProgramResource, index: ResourceIndex) => boolean;
  readonly describe: (resource: ProgramResource, index: ResourceIndex, estate: Estate) => T;
  /** Text that the list is sorted by. @default the order of the program */
  readonly sortedBy?: (one: T) => string;
  readonly columns: Columns<T>;
  /** True if a column of which nothing says anything is left out. @default false */
  readonly leavesOutEmpty?: boolean;
  /** Blocks after the table of what there is. @default none */
  readonly after?: (all: readonly T[], stack: string) => Blocks;
}

interface Kind<T> {
  readonly counted: KindProps<T>['counted'];
  list(index: ResourceIndex, estate: Estate): readonly T[];
  blocks(all: readonly T[], stack: string): Blocks;
}

function kind<T>(props: KindProps<T>): Kind<T> {
  const {
    title,
    counted,
    types,
    isIn = () => true,
    describe,
    sortedBy,
    columns,
    leavesOutEmpty = false,
    after,
  } = props;
  return {
    counted,
    list: (index, estate) => {
      const found = types.flatMap((type) => index.ofType(type)).filter((one) => isIn(one, index));
      const all = found.map((one) => describe(one, index, estate));
      return sortedBy === undefined ? all : all.toSorted((a, b) => compareText(sortedBy(a), sortedBy(b)));
    },
    blocks: (all, stack) => {
      const shown = Object.entries(columns).filter(
        ([, cell]) => !leavesOutEmpty || all.some((one) => cell(one).length > 0),
      );
      const rows = all.map((one) => shown.map(([, cell]) => cell(one)));
      const columnTitles = shown.map(([column]) => column);
      return [
        ...titled(title, [table(`${title} of ${stack}`, columnTitles, rows)], 4),
        ...(after === undefined || all.length === 0 ? [] : after(all, stack)),
      ];
    },
  };
}

const KINDS = {
  consents: kind({
    title: 'Admin consent',
    counted: ['admin consent'],
    types: [
      'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant',
      'azuread:index/appRoleAssignment:AppRoleAssignment',
    ],
    // A group is assigned, and consents to nothing.
    isIn: ({ inputs }, index) => inputs['claimValues'] !== undefined || index.roleOf(inputs) !== undefined,
    describe: ({ inputs }, index): ApplicationRole =>
      index.roleOf(inputs) ?? {
        client: index.principalName(inputs['servicePrincipalObjectId']),
        resource: index.principalName(inputs['resourceServicePrincipalObjectId']),
        scopes: textsIn(inputs, 'claimValues').toSorted(compareText),
      },
    sortedBy: ({ client, resource }) => `${client}\n${resource}`,
    columns: {
      Client: ({ client }) => [name(client)],
      Resource: ({ resource }) => [name(resource)],
      Scopes: ({ scopes }) => (scopes.length === 0 ? [] : [codes(scopes)]),
      'Roles without a person': ({ role }) => (role === undefined ? [] : [code(role)]),
    },
    leavesOutEmpty: true,
  }),
  identityProviders: kind({
    title: 'Identity providers',
    counted: ['identity provider'],
    types: ['entragraph:index:IdentityProvider'],
    describe: ({ inputs }) =>
      known({
        name: text(inputs, 'displayName'),
        /** `Google`, `apple`, `openIdConnect`. */
        kind: textIn(inputs, 'identityProviderType') ?? text(inputs, 'kind'),
        /** Client id, or the service of Apple. */
        clientId: textIn(inputs, 'clientId') ?? textIn(inputs, 'serviceId'),
        /** Absent where the directory keeps the secret that it has. The secret is known to the deployment alone. */
        secretVersion: textIn(inputs, 'secretVersion'),
      }),
    sortedBy: (one) => one.name,
    columns: {
      Provider: (one) => line`${name(one.name)}${small(one.kind)}`,
      Client: ({ clientId }) => line`${clientId}`,
      Secret: secretOf,
    },
  }),
  customAttributes: kind({
    title: 'User attributes',
    counted: ['user attribute'],
    types: ['entragraph:index:UserFlowAttribute'],
    describe: ({ inputs }) => ({
      name: text(inputs, 'displayName'),
      dataType: text(inputs, 'dataType'),
      description: text(inputs, 'description'),
    }),
    sortedBy: (one) => one.name,
    columns: {
      Attribute: (one) => [name(one.name)],
      Type: ({ dataType }) => line`${dataType}`,
      Description: ({ description }) => line`${description}`,
    },
  }),
  apiConnectors: kind({
    title: 'API connectors',
    counted: ['API connector'],
    types: ['entragraph:index:ApiConnector'],
    describe: ({ inputs }) => {
      const username = textIn(inputs, 'username');
      return known({
        name: text(inputs, 'displayName'),
        url: text(inputs, 'targetUrl'),
        /** `claims, by a password`. */
        authentication: username === undefined ? 'client certificate' : `${username}, by a password`,
        /** Absent where the directory keeps the secret that it has. */
        secretVersion: textIn(inputs, 'secretVersion'),
      });
    },
    sortedBy: (one) => one.name,
    columns: {
      Connector: (one) => [name(one.name)],
      Calls: ({ url }) => [code(url)],
      'Signs in as': ({ authentication }) => line`${authentication}`,
      Secret: secretOf,
    },
  }),
  customExtensions: kind({
    title: 'Custom authentication extensions',
    counted: ['custom authentication extension'],
    types: ['entragraph:index:CustomAuthenticationExtension'],
    describe: ({ inputs }) =>
      known({
        name: text(inputs, 'displayName'),
        event: text(inputs, 'event'),
        url: text(inputs, 'targetUrl'),
        /** Application ID URI of what stands for the API. */
        resourceId: text(inputs, 'resourceId'),
        claims: textsIn(inputs, 'claims'),
        /** Behavior where the API fails, as Graph names it; absent where the service has its own. */
        behaviorOnError: textIn(inputs, 'behaviorOnError'),
      }),
    sortedBy: (one) => one.name,
    columns: {
      Extension: (one) => line`${name(one.name)}${small(`at ${one.event}`)}`,
      Calls: ({ url, behaviorOnError }) =>
        line`${code(url)}${behaviorOnError && small('where it fails, Microsoft sends the code')}`,
      'Token for': ({ resourceId }) => [code(resourceId)],
      Claims: ({ claims }) => line`${claims.join(', ')}`,
    },
  }),
  userFlows: kind({
    title: 'User flows',
    counted: ['user flow'],
    types: FLOW_TYPES,
    describe: ({ inputs }, index, { customers }) => {
      const named = withNames(inputs, (key) => index.labelOfKey(key));
      const id = flowName(named);
      /** Use by the applications is the estate's word: the directory does not know it. */
      const use = customers && standingFlows(customers).find((flow) => flow.id === id)?.use;
      return { ...known({ id, use }), ...shownFlow(named) };
    },
    sortedBy: ({ id }) => id,
    // Type and use stand below the id; texts have a table.
    columns: {
      'User flow': ({ id, type, use }) => line`${name(id)}${small(use === undefined ? type : `${type}, for ${use}`)}`,
      ...Object.fromEntries(
        FLOW_TITLES.map(([part, title]) => [title, (flow: ReturnType<typeof shownFlow>) => flowCell(flow[part])]),
      ),
    },
    leavesOutEmpty: true,
    after: pageTexts,
  }),
  groups: kind({
    title: 'Groups in Entra ID',
    counted: ['group'],
    types: ['azuread:index/group:Group', 'azuread:index/getGroup:getGroup'],
    describe: describeGroup,
    sortedBy: (group) => group.name,
    columns: {
      Group: (group) => line`${name(group.name)}${group.description === undefined ? '' : small(group.description)}`,
      Origin: ({ origin }) => line`${origin === 'adopted' ? 'exists, is looked up' : 'created'}`,
      'Members and owners': (group) => [lines(membersOf(group))],
      'Assigned to': ({ assignedTo }) => [named(assignedTo)],
    },
  }),
  provisioning: kind({
    title: 'Provisioning',
    counted: ['provisioning job'],
    types: ['azuread:index/synchronizationJob:SynchronizationJob'],
    describe: describeProvisioning,
    columns: {
      Application: ({ application }) => [name(application)],
      Endpoint: ({ endpoint = 'not known' }) => line`${endpoint}`,
      Job: ({ template, isRunning }) =>
        line`${code(template)} ${isRunning ? badge('running', 'good') : badge('paused', 'warn')}`,
      "Mappings that differ from the template's": ({ mappings }) => [
        lines(mappings.map(({ target, source }) => line`${code(target)} from ${code(source)}`)),
      ],
    },
  }),
  conditionalAccess: kind({
    title: 'Conditional Access',
    counted: ['Conditional Access policy', 'Conditional Access policies'],
    types: ['azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy'],
    describe: describePolicy,
    sortedBy: (policy) => policy.name,
    columns: {
      Policy: (policy) => line`${name(policy.name)}${small(`for ${policy.application}`)}`,
      'Asks for': ({ requires, signInFrequency, isEnforced }) =>
        line`${requires}${signInFrequency && `, ${signInFrequency}`} ${isEnforced ? badge('enforced', 'good') : badge('only reports', 'warn')}`,
      'Groups that are asked': ({ covered }) => [named(covered)],
      'Not asked': ({ excluded }) => (excluded.length === 0 ? line`none` : [named(excluded)]),
    },
    after: () => [
      aside(line`Who is in a group that is not asked is not asked, whatever other groups that person is in.`),
    ],
  }),
};

type Kinds = typeof KINDS;
const ENTRIES = Object.entries<Kind<unknown>>(KINDS) as readonly (readonly [keyof Kinds, Kind<unknown>])[];

/** Registrations of a program beside applications, a list for each kind. */
export type Registrations = { readonly [K in keyof Kinds]: ReturnType<Kinds[K]['list']> };

export function describeRegistrations(index: ResourceIndex, estate: Estate): Registrations {
  return Object.fromEntries(ENTRIES.map(([key, one]) => [key, one.list(index, estate)])) as Registrations;
}

/** Each list of a program as a table. */
export function registrationBlocks(registrations: Registrations, stack: string): Blocks {
  return ENTRIES.flatMap(([key, one]) => one.blocks(registrations[key], stack));
}

/** `4 user flows`: what there is of each kind; nothing of what there is none of. */
export function registrationCounts(registrations: Registrations): readonly string[] {
  return ENTRIES.flatMap(([key, { counted }]) => {
    const { length } = registrations[key];
    return length === 0 ? [] : [count(length, ...counted)];
  });
}

function secretOf({ secretVersion }: { readonly secretVersion?: string }): Spans {
  return line`${secretVersion === undefined ? 'as the directory has it' : `version ${secretVersion}`}`;
}

function named(texts: readonly string[]): Spans[number] {
  return names(texts.map((one) => name(one)));
}

function flowCell(value: string | readonly string[]): Spans {
  return typeof value === 'string'
    ? [badge(value, value.startsWith('on') ? 'good' : 'plain')]
    : line`${value.join(', ')}`;
}

/** A list of countries is one text. */
const SHOWN_CHARACTERS = 200;

/** A row for each page of each language, with its texts. */
function pageTexts(flows: readonly ({ readonly id: string } & ReturnType<typeof shownFlow>)[], stack: string): Blocks {
  const rows = flows.flatMap(({ id, texts = [] }) => {
    const pages = Map.groupBy(texts, ({ language, page }) => `${page}, ${language}`);
    return [...pages].map(([page, own]) => [
      line`${name(id)}${small(page)}`,
      [lines(own.map((one) => line`${code(one.id)} '${shorten(one.text, SHOWN_CHARACTERS)}'`))],
    ]);
  });
  return titled('Texts of pages', [table(`Texts of pages of ${stack}`, ['Page', 'Texts'], rows)], 4);
}

/** Words of the estate on who is in a group; nothing where people are added elsewhere and the creator owns it. */
function membersOf(group: ReturnType<typeof describeGroup>): readonly Spans[] {
  const { membershipRule, owners, assignableToRoles, nestedGroups } = group;
  return [
    ...(membershipRule === undefined ? [] : [line`by the rule ${code(membershipRule)}`]),
    ...(nestedGroups.length === 0 ? [] : [line`groups in it: ${nestedGroups.join(', ')}`]),
    ...(owners.length === 0 ? [] : [line`owners: ${owners.join(', ')}`]),
    ...(assignableToRoles ? [line`${badge('may get roles of Entra ID', 'warn')}`] : []),
  ];
}
