import { created, done, notFound, ok, problem, type Body, type Route } from './fake-graph-parts';

/** Identity providers and user attributes of a directory of customers, which keep what they are given. */
export class Identity {
  readonly providers = new Map<string, Body>();
  readonly attributes = new Map<string, Body>();
  readonly connectors = new Map<string, Body>();
  readonly extensions = new Map<string, Body>();
  /** Listeners without the extensions that they call, which the service does not tell, nor beta the applications inside. */
  readonly listeners = new Map<string, Body>();
  /** Ids of extensions that listeners were given, in order. */
  readonly called: unknown[] = [];
  /** Secrets that the service was given, in order; it never tells one. */
  readonly secrets: unknown[] = [];
  readonly routes: readonly Route[] = [
    ...this.collection('/identity/identityProviders', this.providers, (body) => {
      const { '@odata.type': type, clientSecret, certificateData, ...rest } = body;
      const secret = clientSecret ?? certificateData;
      if (secret !== undefined) this.secrets.push(secret);
      return { ...(type !== undefined && { '@odata.type': type }), ...rest };
    }),
    ...this.collection('/identity/userFlowAttributes', this.attributes, (body) => body),
    ...this.collection('/identity/customAuthenticationExtensions', this.extensions, (body) => body),
    [
      'GET',
      /^\/(beta)\/identity\/authenticationEventListeners$/,
      () => ok({ value: [...this.listeners.values()].map(asOfBeta) }),
    ],
    [
      'GET',
      /^\/(beta)\/identity\/authenticationEventListeners\/([^/]+)$/,
      (_, [, id = '']) => {
        const found = this.listeners.get(id);
        return found === undefined ? notFound : ok(asOfBeta(found));
      },
    ],
    [
      'GET',
      /^\/(?:v1.0|beta)\/identity\/authenticationEventListeners\/([^/]+)\/conditions\/applications\/includeApplications$/,
      (_, [id = '']) => {
        const found = this.listeners.get(id);
        return found === undefined ? notFound : ok({ value: applicationsOf(found) });
      },
    ],
    ...this.collection('/identity/authenticationEventListeners', this.listeners, ({ handler, ...rest }) => {
      if (handler !== undefined) this.called.push(((handler as Body)['customExtension'] as Body)['id']);
      return rest;
    }),
    ...this.collection('/identity/apiConnectors', this.connectors, ({ authenticationConfiguration, ...rest }) => {
      if (authenticationConfiguration === undefined) return rest;
      const { '@odata.type': type, password, pkcs12Value, username } = authenticationConfiguration as Body;
      this.secrets.push(pkcs12Value ?? password);
      const isBasic = type === '#microsoft.graph.basicAuthentication';
      const told = isBasic
        ? { '@odata.type': type, username, password: '******' }
        : { '@odata.type': '#microsoft.graph.clientCertificateAuthentication', certificateList: [] };
      return { ...rest, authenticationConfiguration: told };
    }),
  ];

  private collection(path: string, all: Map<string, Body>, told: (body: Body) => Body): readonly Route[] {
    const [list, one] = [new RegExp(`^/(?:v1.0|beta)${path}$`), new RegExp(`^/(?:v1.0|beta)${path}/([^/]+)$`)];
    const of = (ids: readonly string[]): Body | undefined => all.get(decodeURIComponent(ids[0] ?? ''));
    return [
      // The catalogue of every directory is with the user flows.
      ...(all === this.attributes ? [] : [['GET', list, () => ok({ value: [...all.values()] })] as const]),
      [
        'POST',
        list,
        ({ body }) => {
          const id = this.idOf(body);
          if (all.has(id)) return problem(409, 'Conflict', 'It exists already.');
          const made = { ...told(body), id, ...(all === this.attributes && { userFlowAttributeType: 'custom' }) };
          all.set(id, made);
          return created(made);
        },
      ],
      ['GET', one, (_, ids) => (of(ids) === undefined ? notFound : ok(of(ids)))],
      [
        'PATCH',
        one,
        ({ body }, ids) => {
          const found = of(ids);
          if (found === undefined) return notFound;
          Object.assign(found, told(body));
          return done;
        },
      ],
      ['DELETE', one, (_, ids) => (all.delete(decodeURIComponent(ids[0] ?? '')) ? done : notFound)],
    ];
  }

  private idOf(body: Body): string {
    if (body['dataType'] !== undefined) return `extension_0a1b_${String(body['displayName'])}`;
    if (body['targetUrl'] !== undefined) return `connector-${String(body['displayName'])}`;
    if (body['endpointConfiguration'] !== undefined) return `extension-${String(body['displayName'])}`;
    if (body['conditions'] !== undefined) return 'listener-1';
    const social = body['identityProviderType'];
    if (typeof social === 'string') return `${social}-OAUTH`;
    return body['serviceId'] === undefined ? `OIDC-V1-${String(body['displayName'])}` : 'Apple-Managed-OIDC';
  }
}

function applicationsOf({ conditions }: Body): unknown {
  return ((conditions as Body)['applications'] as Body)['includeApplications'];
}

function asOfBeta(listener: Body): Body {
  return { ...listener, conditions: { applications: { includeAllApplications: false } } };
}
