import { digestOf, isSecret, newSecret } from '../../base/secrets';
import { isObject, type Json, type JsonObject } from '../../graph/json';
import type { IdentityStore } from '../identity-store';
import { get, GROUPS, type Kind, list, patchGroup, patchUser, replaceUser, shown, USERS } from './kinds';
import { invalid, ScimError } from './patch';

/** A request to the endpoint, as a client sends it. */
export interface ScimRequest {
  readonly method: string;
  /** `/{tenant}/scim/v2/Users?filter=…` */
  readonly url: string;
  readonly authorization?: string | undefined;
  /** Text of the body. @default none */
  readonly body?: string | undefined;
}

export interface ScimReply {
  readonly status: number;
  readonly body?: object;
}

/** A request with its answer, as the page shows it: the token masked. */
export interface ScimExchange extends Omit<ScimRequest, 'authorization'> {
  readonly time: string;
  /** Its last four characters; empty without one. */
  readonly token: string;
  readonly reply: ScimReply;
}

interface EndpointOptions {
  readonly store: IdentityStore;
  /** The first part of its path; another is refused as a wrong token is. */
  readonly tenant: string;
  /** @default one that is drawn */
  readonly token?: string | undefined;
  readonly now?: () => Date;
}

interface Work {
  readonly store: IdentityStore;
  /** Empty where the path names none. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** @throws ScimError 400 where the request has no JSON object */
  readonly body: () => JsonObject;
}

type Handler = (work: Work) => ScimReply;

/** Exchanges that are kept. */
const KEPT = 200;

/** "A maximum of 100 results can be returned per page" ('ListUsers', 'ListGroups'). */
const PAGE = 100;

/** IAM Identity Center's SCIM endpoint over an Identity Store, without a server: a request in, an answer out. */
export class ScimEndpoint {
  readonly token: string;
  private exchanges: readonly ScimExchange[] = [];

  constructor(private readonly options: EndpointOptions) {
    this.token = options.token ?? newSecret();
  }

  /** Path of the endpoint, as `BaseAddress` has it after the host. */
  get path(): string {
    return `/${this.options.tenant}/scim/v2`;
  }

  /** What was asked and answered, the newest first. */
  get requests(): readonly ScimExchange[] {
    return this.exchanges;
  }

  handle(request: ScimRequest): ScimReply {
    const reply = this.reply(request);
    const { method, url, body } = request;
    const time = (this.options.now?.() ?? new Date()).toISOString();
    const exchange = { time, method, url, token: masked(request.authorization), ...(body !== undefined && { body }) };
    this.exchanges = [{ ...exchange, reply }, ...this.exchanges].slice(0, KEPT);
    return reply;
  }

  private reply(request: ScimRequest): ScimReply {
    try {
      this.checkToken(request);
      return this.answer(request);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      return { status: error.status, body: error.body };
    }
  }

  /** A wrong tenant is refused as a wrong token is ('UnauthorizedException'). */
  private checkToken({ authorization = '', url }: ScimRequest): void {
    const token = /^Bearer (?<token>\S+)$/.exec(authorization)?.groups?.['token'] ?? '';
    if (url.startsWith(`${this.path}/`) && isSecret(token, digestOf(this.token))) return;
    throw new ScimError('UnauthorizedException', 'The authorization header or the tenant id is not valid.');
  }

  private answer({ method, url, body }: ScimRequest): ScimReply {
    const { pathname, searchParams: query } = new URL(url, 'http://localhost');
    const [kind = '', id] = pathname.slice(this.path.length + 1).split('/');
    const handler = HANDLERS[`${method} ${kind}${id === undefined ? '' : '/{id}'}`];
    if (handler === undefined) throw invalid(`${method} /${kind} is not supported.`);
    const { store } = this.options;
    return handler({ store, id: decoded(id ?? ''), query, body: () => jsonIn(body) });
  }
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET ServiceProviderConfig': () => ({ status: 200, body: SERVICE_PROVIDER }),
  ...handlersOf('Users', USERS),
  'PUT Users/{id}': ({ store, id, body }) => ({ status: 200, body: shown(USERS, replaceUser(store, id, body())) }),
  'PATCH Users/{id}': ({ store, id, body }) => ({ status: 200, body: shown(USERS, patchUser(store, id, body())) }),
  ...handlersOf('Groups', GROUPS),
  'PATCH Groups/{id}': ({ store, id, body }) => {
    patchGroup(store, id, body());
    return { status: 204 };
  },
};

function handlersOf<Attributes extends object>(set: string, kind: Kind<Attributes>): Readonly<Record<string, Handler>> {
  return {
    [`GET ${set}`]: ({ store, query }) => {
      const found = list(kind, store, query.get('filter'));
      return page(
        found.map((resource) => shown(kind, resource)),
        query,
      );
    },
    [`POST ${set}`]: ({ store, body }) => ({ status: 201, body: shown(kind, kind.create(store, body())) }),
    [`GET ${set}/{id}`]: ({ store, id }) => ({ status: 200, body: shown(kind, get(kind, store, id)) }),
    [`DELETE ${set}/{id}`]: ({ store, id }) => {
      kind.remove(store, get(kind, store, id).id);
      return { status: 204 };
    },
  };
}

/** @throws ScimError 400 */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw invalid(`bad percent-encoding in '${id}'.`);
  }
}

/** The first page: `startIndex` is not supported. */
function page(resources: readonly object[], query: URLSearchParams): ScimReply {
  const count = Math.min(Number(query.get('count') ?? PAGE), PAGE);
  if (!Number.isInteger(count) || count < 1) throw invalid(`count must be 1 to ${PAGE}.`);
  const shown = resources.slice(0, count);
  return {
    status: 200,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: resources.length,
      itemsPerPage: shown.length,
      startIndex: 1,
      Resources: shown,
    },
  };
}

/** @throws ScimError 400 */
function jsonIn(text: string | undefined): JsonObject {
  try {
    const value = JSON.parse(text ?? '') as Json;
    if (isObject(value)) return value;
  } catch {
    // Refused below.
  }
  throw invalid('the body must be a JSON object.');
}

function masked(authorization: string | undefined): string {
  return authorization === undefined ? '' : `…${authorization.slice(-4)}`;
}

/** 'ServiceProviderConfig' of the developer guide. */
const SERVICE_PROVIDER = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  documentationUri: 'https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source-idp.html',
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'OAuth Bearer Token',
      description: 'Authentication scheme using the OAuth Bearer Token Standard',
      specUri: 'https://www.rfc-editor.org/info/rfc6750',
      documentationUri: 'https://docs.aws.amazon.com/singlesignon/latest/userguide/provision-automatically.html',
      primary: true,
    },
  ],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 1, maxPayloadSize: 1_048_576 },
  filter: { supported: true, maxResults: 50 },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
};
