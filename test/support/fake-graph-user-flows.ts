import { textOf } from '../../provider/values';
import { created, done, notFound, ok, problem, type Body, type Reply, type Route } from './fake-graph-parts';

export interface Flow {
  readonly body: Body;
  readonly assignments: Map<string, Body>;
  order: string[];
  readonly providers: Set<string>;
  readonly languages: Map<string, boolean>;
  /** Documents with the texts of pages, by language and page: `de/phonefactor`. */
  readonly texts: Map<string, Body>;
  /** Ids of API connectors by steps. */
  readonly calls: Map<string, string>;
}

const ATTRIBUTES = [
  { id: 'email', displayName: 'Email Address' },
  { id: 'givenName', displayName: 'Given Name' },
  { id: 'surname', displayName: 'Surname' },
  { id: 'city', displayName: 'City' },
  { id: 'extension_0a1b_Plan', displayName: 'Plan' },
];

/** User flows of a B2C directory. */
export class UserFlows {
  /** By id in lower case: the service finds a flow by its id in any. */
  readonly flows = new Map<string, Flow>();
  /** Attributes that a new flow has by itself. */
  addsByItself: readonly string[] = [];
  readonly routes: readonly Route[] = this.table();

  /** @param own attributes of the directory besides those that every one has */
  constructor(private readonly own: () => Iterable<Body>) {}

  flow(id: string): Flow {
    const flow = this.flows.get(id.toLowerCase());
    if (flow === undefined) throw new Error(`no flow ${id}`);
    return flow;
  }

  private table(): readonly Route[] {
    const root = '/beta/identity/b2cUserFlows';
    const at = (rest: string): RegExp => new RegExp(`^${root}/([^/]+)${rest}$`);
    const on =
      (act: (flow: Flow, ids: readonly string[], body: Body) => Reply): Route[2] =>
      (request, ids) => {
        const flow = this.flows.get((ids[0] ?? '').toLowerCase());
        return flow === undefined ? notFound : act(flow, ids, request.body);
      };
    return [
      [
        'GET',
        /^\/v1.0\/identity\/userFlowAttributes$/,
        ({ query }) => pageOf([...ATTRIBUTES, ...this.own()], query, '/v1.0/identity/userFlowAttributes'),
      ],
      ['POST', new RegExp(`^${root}$`), ({ body }) => this.create(body)],
      ['GET', at(''), on((flow) => ok({ ...flow.body, userFlowIdentityProviders: providersOf(flow) }))],
      ['PATCH', at(''), on((flow, _, body) => patch(flow, body))],
      ['DELETE', at(''), on((_, [id = '']) => (this.flows.delete(id.toLowerCase()) ? done : notFound))],
      ['GET', at('/userAttributeAssignments'), on((flow) => ok({ value: [...flow.assignments.values()] }))],
      ['POST', at('/userAttributeAssignments'), on((flow, _, body) => assign(flow, body))],
      ['GET', at('/userAttributeAssignments/getOrder'), on((flow) => ok({ order: flow.order }))],
      ['POST', at('/userAttributeAssignments/setOrder'), on((flow, _, body) => setOrder(flow, body))],
      ['GET', at('/userAttributeAssignments/([^/]+)'), on((flow, [, id = '']) => found(flow.assignments.get(id)))],
      [
        'PATCH',
        at('/userAttributeAssignments/([^/]+)'),
        on((flow, [, id = ''], body) => merge(flow.assignments.get(id), body)),
      ],
      ['DELETE', at('/userAttributeAssignments/([^/]+)'), on((flow, [, id = '']) => unassign(flow, id))],
      ['GET', at('/userFlowIdentityProviders'), on((flow) => ok({ value: providersOf(flow) }))],
      ['POST', at('/userFlowIdentityProviders/\\$ref'), on((flow, _, body) => link(flow, body))],
      [
        'DELETE',
        at('/userFlowIdentityProviders/([^/]+)/\\$ref'),
        on((flow, [, id = '']) => (flow.providers.delete(id) ? done : notFound)),
      ],
      [
        'GET',
        at('/languages'),
        on((flow) => ok({ value: [...flow.languages].map(([id, isEnabled]) => ({ id, isEnabled })) })),
      ],
      ['PUT', at('/languages/([^/]+)'), on((flow, [, tag = ''], body) => setLanguage(flow, tag, body))],
      ['GET', at('/languages/([^/]+)/defaultPages'), on(() => ok({ value: PAGES.map((id) => ({ id })) }))],
      [
        'GET',
        at('/languages/([^/]+)/overridesPages'),
        on((flow, [, tag = '']) => ok({ value: pagesOf(flow, tag).map((id) => ({ id })) })),
      ],
      [
        'GET',
        at('/languages/([^/]+)/overridesPages/([^/]+)/\\$value'),
        on((flow, [, tag = '', page = '']) => ok(flow.texts.get(`${tag}/${page}`) ?? { LocalizedStrings: [] })),
      ],
      [
        'PUT',
        at('/languages/([^/]+)/overridesPages/([^/]+)/\\$value'),
        on((flow, [, tag = '', page = ''], body) => setTexts(flow, `${tag}/${page}`, body)),
      ],
      [
        'DELETE',
        at('/languages/([^/]+)/overridesPages/([^/]+)/\\$value'),
        on((flow, [, tag = '', page = '']) => (flow.texts.delete(`${tag}/${page}`) ? done : notFound)),
      ],
      [
        'GET',
        at('/apiConnectorConfiguration'),
        on((flow) => ok(Object.fromEntries([...flow.calls].map(([step, id]) => [step, { id }])))),
      ],
      [
        'PUT',
        at('/apiConnectorConfiguration/([^/]+)/\\$ref'),
        on((flow, [, step = ''], body) => setCall(flow, step, body)),
      ],
    ];
  }

  private create(body: Body): Reply {
    const id = String(body['id']);
    if (this.flows.has(id.toLowerCase())) return problem(409, 'AADB2C', `A user flow with id ${id} already exists.`);
    const flow: Flow = {
      body: {
        '@odata.context': 'x',
        isLanguageCustomizationEnabled: false,
        defaultLanguageTag: 'en',
        authenticationMethods: 'emailWithPassword',
        tokenClaimsConfiguration: { isIssuerEntityUserFlow: false },
        ...body,
      },
      assignments: new Map(),
      order: [],
      providers: new Set(),
      languages: new Map([
        ['en', true],
        ['de', false],
        ['fr', false],
      ]),
      texts: new Map(),
      calls: new Map(),
    };
    this.flows.set(id.toLowerCase(), flow);
    for (const attribute of this.addsByItself) assign(flow, { userAttribute: { id: attribute } });
    return created(flow.body);
  }
}

export const userFlowRoutes = (own: () => Iterable<Body>): UserFlows => new UserFlows(own);

/** Two a page, so that a client has to follow the links. */
function pageOf(items: readonly unknown[], query: URLSearchParams, path: string): Reply {
  const start = Number(query.get('$skip') ?? '0');
  const next = start + 2 < items.length ? { '@odata.nextLink': `{graph}${path}?$skip=${start + 2}` } : {};
  return ok({ value: items.slice(start, start + 2), ...next });
}

const providersOf = (flow: Flow): readonly Body[] => [...flow.providers].map((id) => ({ id }));

/** What Microsoft's types of the beta API know, without what has paths of its own. */
const PATCHABLE = ['isLanguageCustomizationEnabled', 'defaultLanguageTag'];

function patch(flow: Flow, body: Body): Reply {
  const unknown = Object.keys(body).find((key) => !PATCHABLE.includes(key));
  if (unknown !== undefined)
    return problem(400, 'BadRequest', `The property '${unknown}' does not exist on type 'b2cIdentityUserFlow'.`);
  Object.assign(flow.body, body);
  return done;
}

const found = (body: Body | undefined): Reply => (body === undefined ? notFound : ok(body));

function merge(target: Body | undefined, body: Body): Reply {
  if (target === undefined) return notFound;
  Object.assign(target, body);
  return done;
}

function assign(flow: Flow, body: Body): Reply {
  const attribute = body['userAttribute'] as { readonly id: string };
  const known = ATTRIBUTES.find(({ id }) => id === attribute.id);
  if (known === undefined) return problem(400, 'BadRequest', 'Attribute does not exist.');
  if (flow.assignments.has(known.id)) return problem(409, 'Conflict', 'The attribute is assigned already.');
  // Graph leaves out what is false and writes enumerations in its own case.
  const { requiresVerification, ...rest } = body;
  const inputType = textOf(body['userInputType'] ?? 'textBox').toLowerCase();
  const verified = requiresVerification === true ? { requiresVerification } : { requiresVerification: null };
  const assignment = {
    ...rest,
    ...verified,
    id: known.id,
    userInputType: inputType,
    userAttributeValues: body['userAttributeValues'] ?? [],
    userAttribute: known,
  };
  flow.assignments.set(known.id, assignment);
  flow.order.push(known.id);
  return created(assignment);
}

function unassign(flow: Flow, id: string): Reply {
  flow.order = flow.order.filter((one) => one !== id);
  return flow.assignments.delete(id) ? done : notFound;
}

function setOrder(flow: Flow, body: Body): Reply {
  const { order } = body['newAssignmentOrder'] as { readonly order: string[] };
  if (order.toSorted().join() !== flow.order.toSorted().join())
    return problem(400, 'BadRequest', 'Not all attributes.');
  flow.order = order;
  return done;
}

function link(flow: Flow, body: Body): Reply {
  const id = String(body['@odata.id']).split('/').at(-1) ?? '';
  if (flow.providers.has(id)) return problem(400, 'BadRequest', 'One or more added object references already exist.');
  flow.providers.add(id);
  return done;
}

function setCall(flow: Flow, step: string, body: Body): Reply {
  const id = textOf(body['@odata.id']).split('/').at(-1) ?? '';
  if (id === '') flow.calls.delete(step);
  else flow.calls.set(step, id);
  return done;
}

const PAGES = ['idpselections', 'phonefactor'];

const pagesOf = ({ texts }: Flow, tag: string): readonly string[] =>
  [...texts.keys()].flatMap((key) => (key.startsWith(`${tag}/`) ? [key.slice(tag.length + 1)] : []));

/** Unlike the emulator, it answers for a page without texts of its own as for any other, with none. */
function setTexts(flow: Flow, key: string, body: Body): Reply {
  if (!PAGES.some((page) => key.endsWith(`/${page}`))) return notFound;
  flow.texts.set(key, { '@odata.context': 'x', ...body });
  return done;
}

function setLanguage(flow: Flow, tag: string, body: Body): Reply {
  if (flow.body['isLanguageCustomizationEnabled'] !== true)
    return problem(400, 'BadRequest', 'Language customization is off.');
  flow.languages.set(tag, body['isEnabled'] === true);
  return ok({ id: tag, isEnabled: body['isEnabled'] });
}
