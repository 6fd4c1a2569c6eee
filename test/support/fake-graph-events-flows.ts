import { randomUUID } from 'node:crypto';
import { created, done, notFound, ok, problem, type Body, type Reply, type Route } from './fake-graph-parts';

export interface EventsFlow {
  readonly body: Body;
  readonly providers: Set<string>;
  readonly applications: Set<string>;
}

const ROOT = '/v1.0/identity/authenticationEventsFlows';
const TYPE = 'microsoft.graph.externalUsersSelfServiceSignUpEventsFlow';
const METHODS = `${TYPE}/onAuthenticationMethodLoadStart/microsoft.graph.onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp`;

/** User flows of an external tenant. */
export class EventsFlows {
  readonly all = new Map<string, EventsFlow>();
  /** Whether the service takes a PATCH and forgets it. */
  forgetsChanges = false;
  readonly routes: readonly Route[] = this.table();

  /** @throws Error if there is none of this name */
  named(displayName: string): EventsFlow {
    const flow = [...this.all.values()].find(({ body }) => body['displayName'] === displayName);
    if (flow === undefined) throw new Error(`no flow ${displayName}`);
    return flow;
  }

  private table(): readonly Route[] {
    const at = (rest: string): RegExp => new RegExp(`^${ROOT}/([^/]+)${rest.replaceAll('.', '\\.')}$`);
    const on =
      (act: (flow: EventsFlow, ids: readonly string[], body: Body) => Reply): Route[2] =>
      (request, ids) => {
        const flow = this.all.get(ids[0] ?? '');
        return flow === undefined ? notFound : act(flow, ids, request.body);
      };
    const applications = '/conditions/applications/includeApplications';
    return [
      ['GET', new RegExp(`^${ROOT}$`), () => ok({ value: [...this.all.values()].map(({ body }) => body) })],
      ['POST', new RegExp(`^${ROOT}$`), ({ body }) => this.create(body)],
      // Wrapped once more, as in Graph's documentation.
      ['GET', at(''), on(({ body }) => ok({ value: body }))],
      ['PATCH', at(''), on((flow, _, body) => this.patch(flow, body))],
      ['DELETE', at(''), on((_, [id = '']) => (this.all.delete(id) ? done : notFound))],
      ['GET', at(`/${METHODS}/identityProviders`), on((flow) => ok({ value: idsOf(flow.providers) }))],
      ['POST', at(`/${METHODS}/identityProviders/\\$ref`), on((flow, _, body) => link(flow, body))],
      [
        'DELETE',
        at(`/${METHODS}/identityProviders/([^/]+)/\\$ref`),
        on((flow, [, id = '']) => unlink(flow.providers, id)),
      ],
      ['GET', at(applications), on((flow) => ok({ value: [...flow.applications].map((appId) => ({ appId })) }))],
      ['POST', at(applications), on((flow, _, body) => this.attach(flow, String(body['appId'])))],
      [
        'DELETE',
        at(`${applications}/([^/]+)`),
        on((flow, [, id = '']) => (flow.applications.delete(id) ? done : notFound)),
      ],
    ];
  }

  private create(body: Body): Reply {
    const { onAuthenticationMethodLoadStart: methods, ...rest } = body;
    if ([...this.all.values()].some((flow) => flow.body['displayName'] === body['displayName'])) {
      return problem(409, 'Conflict', 'The display name is taken.');
    }
    const id = randomUUID();
    const { identityProviders } = methods as { readonly identityProviders: readonly { readonly id: string }[] };
    const providers = new Set(identityProviders.map((provider) => provider.id));
    const flow = {
      body: { description: null, priority: 500, ...rest, id },
      providers,
      applications: new Set<string>(),
    };
    this.all.set(id, flow);
    return created(flow.body);
  }

  private patch(flow: EventsFlow, body: Body): Reply {
    if (body['@odata.type'] !== `#${TYPE}`) return problem(400, 'BadRequest', 'The type is missing.');
    if (!this.forgetsChanges) Object.assign(flow.body, body);
    return done;
  }

  private attach(flow: EventsFlow, appId: string): Reply {
    const isTaken = [...this.all.values()].some(({ applications }) => applications.has(appId));
    if (isTaken) return problem(400, 'BadRequest', 'The application is attached to a user flow already.');
    flow.applications.add(appId);
    return created({ appId });
  }
}

const idsOf = (ids: ReadonlySet<string>): readonly Body[] => [...ids].map((id) => ({ id }));

function link(flow: EventsFlow, body: Body): Reply {
  const id = String(body['@odata.id']).split('/').at(-1) ?? '';
  if (flow.providers.has(id)) return problem(400, 'BadRequest', 'One or more added object references already exist.');
  flow.providers.add(id);
  return done;
}

function unlink(providers: Set<string>, id: string): Reply {
  if (providers.size === 1 && providers.has(id)) return problem(400, 'BadRequest', 'A user flow needs one.');
  return providers.delete(id) ? done : notFound;
}
